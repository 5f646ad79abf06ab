"""Measures the server on the real data: `make bench`. It prints; it never fails a build."""
# ruff: noqa: T201

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import quote

from tests.serving import JSON, Site, serving

from migkg.settings import Data

DEADLINE = 2.0
SORT = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"
COUNT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LOOKUP = "SELECT ?p ?o { <https://w3id.org/migkg/id/office-albania> ?p ?o }"
NUMBER = count()


class Client:
    """One connection that is kept open."""

    def __init__(self, site: Site) -> None:
        self.connection = HTTPConnection("127.0.0.1", site.port, timeout=60)

    def get(self, path: str, accept: str = JSON) -> int:
        self.connection.request("GET", path, headers={"Accept": accept})
        reply = self.connection.getresponse()
        reply.read()
        return reply.status

    def ask(self, text: str) -> int:
        """Ask with a text never asked before, so that no kept answer is sent."""
        return self.get(f"/sparql?query={quote(f'{text} # {next(NUMBER)}')}")


def main() -> None:
    """Run all measurements; about a minute on two cores."""
    root = Data().folder
    say("data", str(root))
    start = time.perf_counter()
    with serving(root, "--timeout", str(DEADLINE)) as site:
        Client(site).ask("ASK {}")
        say("start to first answer", f"{time.perf_counter() - start:.2f} s")
        say("memory of all processes", f"{memory(site.process.pid):.0f} MiB (PSS)")
        quiet(site)
        for name, text in [("sorting runaway", SORT), ("counting runaway", COUNT)]:
            for number in (1, 7):
                runaways(site, name, text, number)
        say("memory afterwards", f"{memory(site.process.pid):.0f} MiB (PSS)")


def quiet(site: Site) -> None:
    """Measure single requests while nothing else happens."""
    client = Client(site)
    for name, call in [
        ("ASK {}", lambda: client.ask("ASK {}")),
        ("lookup", lambda: client.ask(LOOKUP)),
        ("lookup, kept", lambda: client.get(f"/sparql?query={quote(LOOKUP)}")),
        ("start page, kept", lambda: client.get("/", "text/html")),
    ]:
        say(f"{name}, quiet", spread(times(call, 500)))
    for path in ("/", "/ontology", "/export/graph.trig"):
        milliseconds = next(
            iter(times(lambda path=path: client.get(f"{path}?{next(NUMBER)}", "*/*"), 1))
        )
        say(f"{path}, first time", f"{milliseconds:.0f} ms")


def runaways(site: Site, name: str, text: str, number: int) -> None:
    """Send runaways, and ask small questions until all of them are stopped."""
    with ThreadPoolExecutor(number) as threads:
        found = [threads.submit(timed, lambda: Client(site).ask(text)) for _ in range(number)]
        client, asks, lookups = Client(site), [], []
        while not all(one.done() for one in found):
            asks += times(lambda: client.ask("ASK {}"), 1)
            lookups += times(lambda: client.ask(LOOKUP), 1)
        ends = [one.result() for one in found]
    title = f"{number} × {name}, deadline {DEADLINE:g} s"
    say(title, ", ".join(f"{status} after {taken:.3f} s" for status, taken in sorted(ends)[-2:]))
    say("  meanwhile ASK {}", spread(asks))
    say("  meanwhile lookup", spread(lookups))


def timed(call: Callable[[], int]) -> tuple[int, float]:
    start = time.perf_counter()
    return call(), time.perf_counter() - start


def times(call: Callable[[], int], number: int) -> Iterator[float]:
    """Yield the milliseconds of each call."""
    for _ in range(number):
        status, taken = timed(call)
        if status != 200:
            print(f"status {status}", file=sys.stderr)
        yield taken * 1000


def spread(milliseconds: Iterator[float] | list[float]) -> str:
    ordered = sorted(milliseconds)
    last = ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered):.2f} ms, p99 {last:.2f} ms ({len(ordered)} requests)"


def memory(pid: int) -> float:
    """Return the proportional memory of a process and all below it, in MiB."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
        return 0
    own = next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return own / 1024 + sum(memory(int(child)) for child in children)


def say(name: str, value: str) -> None:
    print(f"{name:42} {value}", flush=True)


if __name__ == "__main__":
    main()
