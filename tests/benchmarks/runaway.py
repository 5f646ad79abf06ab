"""Queries that would never end: when they are stopped, and what others notice of them."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks.mix import ROWS
from tests.benchmarks.rounds import quantile
from tests.benchmarks.section import Goal, Section
from tests.benchmarks.sizes import table
from tests.serving import Site, serving

DEADLINE = 2.0
RUNAWAYS = {
    "sorting": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g",
    "counting": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
}
LOOKUP = "SELECT ?p ?o { <https://w3id.org/migkg/id/office-albania> ?p ?o }"
_NUMBER = count()


@dataclass(frozen=True)
class Stopped:
    """Runaways of one kind: how late the last was answered (ms), and others' p99 meanwhile (ms)."""

    name: str
    number: int
    statuses: tuple[int, ...]
    late: float
    ask: float
    lookup: float


def section(root: Path) -> Section:
    """Measure; tell it."""
    found = measure(root)
    rows = (
        (
            f"{one.number} × {one.name}",
            ", ".join(map(str, one.statuses)),
            *(f"{value:.1f}" for value in (one.late, one.ask, one.lookup)),
        )
        for one in found
    )
    heads = ("queries", "status", "ms after the deadline", "`ASK {}` p99 ms", "lookup p99 ms")
    late, ask = max(one.late for one in found), max(one.ask for one in found)
    goals = [
        Goal("runaways answered ≤ 250 ms after the deadline", f"{late:.0f} ms", late <= 250),
        Goal("`ASK {}` meanwhile < 50 ms", f"{ask:.1f} ms (p99)", ask < 50),
    ]
    text = f"Deadline {DEADLINE:g} s; the others are asked meanwhile.\n\n" + table(heads, rows)
    return Section("Runaways", text, [asdict(one) for one in found], goals)


def measure(root: Path) -> list[Stopped]:
    """Send one runaway, then seven at once, of each kind."""
    with serving(root, "--timeout", str(DEADLINE)) as site:
        return [_stopped(site, name, number) for name in RUNAWAYS for number in (1, 7)]


def _stopped(site: Site, name: str, number: int) -> Stopped:
    with ThreadPoolExecutor(number) as threads:
        found = [threads.submit(_timed, site, RUNAWAYS[name]) for _ in range(number)]
        asks: list[float] = []
        lookups: list[float] = []
        with _client(site) as ask:
            while not all(one.done() for one in found):
                for text, taken in (("ASK {}", asks), (LOOKUP, lookups)):
                    start = time.perf_counter()
                    status = ask(text)
                    taken.append(time.perf_counter() - start)
                    assert status == 200, status
        ends = [one.result() for one in found]
    late = (max(seconds for _, seconds in ends) - DEADLINE) * 1000
    statuses = tuple(sorted({status for status, _ in ends}))
    return Stopped(name, number, statuses, late, quantile(asks, 0.99), quantile(lookups, 0.99))


@contextmanager
def _client(site: Site) -> Iterator[Callable[[str], int]]:
    """One connection that stays open; it asks a text never asked before, so none is kept."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=60)

    def ask(text: str) -> int:
        target = f"/sparql?query={quote(f'{text} # {next(_NUMBER)}')}"
        connection.request("GET", target, headers={"Accept": ROWS})
        reply = connection.getresponse()
        reply.read()
        return reply.status

    try:
        yield ask
    finally:
        connection.close()


def _timed(site: Site, text: str) -> tuple[int, float]:
    with _client(site) as ask:
        start = time.perf_counter()
        return ask(text), time.perf_counter() - start
