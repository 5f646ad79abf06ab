"""Two hundred clients with heavy queries, for a while: what another client notices, what is left.

The other asks for a thing that nobody asked for before, each time.
"""

import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks import machine, pages
from tests.benchmarks.measure import Slot, drive
from tests.benchmarks.mix import ROWS, get
from tests.benchmarks.rounds import quantile
from tests.benchmarks.section import Goal, Section
from tests.benchmarks.sizes import table
from tests.serving import serving

from migkg import crew

CLIENTS = 200
# A tenth of a second each; the number makes every text a new one.
HEAVY = """
SELECT (COUNT(*) AS ?pairs) WHERE {{
  ?one <https://w3id.org/migkg/ontology#isInSection> ?section .
  ?other <https://w3id.org/migkg/ontology#isInSection> ?section .
  FILTER (?one != ?other)
}} # {}"""
LOOKUP = "SELECT ?p ?o WHERE {{ <https://w3id.org/migkg/id/office-{}> ?p ?o }}"
_THEIR_ADDRESSES = [f"127.0.1.{number + 1}" for number in range(CLIENTS)]


# Search and pages are walked so often before the crowd comes.
_WALKS = 3
# Seconds that surplus query processes stay after their last query, and a little more.
_REST = 2 * crew.KEPT + 3


@dataclass(frozen=True)
class Soaked:
    """Requests and failures of the many, the other's p50, p99 (ms) and failures, MiB by phase."""

    seconds: float
    heavy: int
    refused: int
    p50: float
    p99: float
    failures: int
    memory: dict[str, float]


def section(root: Path, seconds: float) -> Section:
    """Let the many ask for some seconds, and the other all the while; look at the memory."""
    found = measure(root, seconds)
    rows = [(phase, f"{size:.0f}") for phase, size in found.memory.items()]
    text = (
        f"{CLIENTS} clients asked heavy queries for {seconds:.0f} s, default limits: "
        f"{found.heavy:,} answers, {found.refused:,} refusals. Meanwhile another client's "
        f"lookups, each of a thing not asked for before: p50 {found.p50:.1f} ms, **p99 "
        f"{found.p99:.1f} ms**, {found.failures} failures. Memory of all processes (PSS):\n\n"
    )
    rest, back = found.memory["at rest"], found.memory["back at rest"]
    goals = [
        Goal("lookups under load: p99 < 200 ms", f"{found.p99:.0f} ms", found.p99 < 200),
        Goal("memory at the real size ≤ 150 MiB", f"{rest:.0f} MiB at rest", rest <= 150),
        Goal(
            "memory after search, pages and load comes back (≤ 150 MiB)",
            f"{back:.0f} MiB",
            back <= 150,
        ),
    ]
    return Section("Two hundred clients", text + table(("", "MiB"), rows), asdict(found), goals)


def measure(root: Path, seconds: float) -> Soaked:
    """As `section`, in numbers."""
    with serving(root, "--timeout", "10") as site:
        _lookups(site.port, 0.5)
        memory = {"while the search is prepared": machine.memory(site.process.pid)}
        time.sleep(_REST)
        memory["at rest"] = machine.memory(site.process.pid)
        for _ in range(_WALKS):
            for _, targets in pages.walk(site):
                for target in targets:
                    site.get(target, Accept=pages.HTML)
        memory["after search and pages"] = machine.memory(site.process.pid)
        # Processes of their own: the other shall not wait for our interpreter.
        ours, theirs = multiprocessing.Pipe()
        crowd = multiprocessing.Process(target=_crowd, args=(site.port, seconds, theirs))
        crowd.start()
        other = _lookups(site.port, seconds)
        memory["under load"] = machine.memory(site.process.pid)
        heavy, refused = ours.recv()
        crowd.join()
        memory["after the load"] = machine.memory(site.process.pid)
        time.sleep(_REST)
        memory["back at rest"] = machine.memory(site.process.pid)
    p50, p99 = (quantile(other.latencies, share) for share in (0.5, 0.99))
    return Soaked(seconds, heavy, refused, p50, p99, other.failures, memory)


def _crowd(port: int, seconds: float, pipe: Connection) -> None:
    slot = drive(port, _numbered(HEAVY), CLIENTS, seconds, CLIENTS, 60.0, _THEIR_ADDRESSES)
    pipe.send((len(slot.latencies), slot.failures))


def _lookups(port: int, seconds: float) -> Slot:
    return drive(port, _numbered(LOOKUP), 1, seconds, 1, 60.0)


def _numbered(text: str) -> Iterator[bytes]:
    for number in count():
        yield get(f"/sparql?query={quote(text.format(number))}", ROWS)
