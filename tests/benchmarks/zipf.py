"""The answer cache: many distinct small queries, some asked far more often than others."""

import http.client
import random
import statistics
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks import peers
from tests.benchmarks.enlarge import Graph
from tests.benchmarks.measure import Slot, drive
from tests.benchmarks.mix import ROWS, get
from tests.benchmarks.section import Goal, Section

from migkg.cache import Response, _size
from migkg.terms import RDFS

DISTINCT, ENTRIES, LINES = 10_000, 1_000, 16
# The room is in bytes: with so much of it, chance does not bring more entries than allowed.
_CAUTION = 0.9
_FORMS = ("SELECT ?p ?o WHERE {{ {0} ?p ?o }}", "SELECT ?s ?p WHERE {{ ?s ?p {0} }}")


@dataclass(frozen=True)
class Kept:
    """Draws, share found in the cache, answers kept, their room in bytes, answers in a second."""

    draws: int
    hits: float
    entries: int
    room: int
    ours: float
    theirs: float


def section(graph: Graph, folder: Path, draws: int) -> Section:
    """Measure; tell it."""
    kept = measure(graph, folder, draws)
    times = kept.ours / kept.theirs
    text = (
        f"{draws:,} draws from {DISTINCT:,} distinct queries (what is said of a thing, what names "
        f"it), Zipf s = 1, concurrency {LINES}, {kept.entries:,} answers kept at the end "
        f"({kept.room:,} bytes; {ENTRIES:,} are allowed): hit rate **{kept.hits:.0%}**, "
        f"{kept.ours:,.0f} req/s, **{times:.2f}** times `oxigraph serve` in memory "
        f"({kept.theirs:,.0f} req/s)."
    )
    goal = Goal("cache on: ≥ 3 × Oxigraph in memory (Zipf)", f"{times:.2f} ×", times >= 3)
    return Section("Answer cache", text, asdict(kept), [goal])


def measure(graph: Graph, folder: Path, draws: int) -> Kept:
    """Draw from 10,000 queries with Zipf's s = 1, and ask our server and Oxigraph the same."""
    texts = _texts(graph)
    chance = random.Random(7)
    weights = [1 / rank for rank in range(1, len(texts) + 1)]
    drawn = chance.choices(range(len(texts)), weights, k=draws)
    with peers.oxigraph_memory(graph, folder) as other:
        room = round(ENTRIES * _CAUTION * _mean_size(texts[::10], other))
        with peers.ours(graph, folder, "--cache-bytes", str(room)) as server:
            found = {}
            for running in (server, other):
                requests = [get(f"{running.path}?query={quote(text)}", ROWS) for text in texts]
                found[running.name] = (running, requests, Slot())
            _alternate(drawn, list(found.values()))
            numbers = _metrics(server.port)
    ours, theirs = found[server.name][2], found[other.name][2]
    assert not ours.failures + theirs.failures, "an answer failed"
    hits = numbers['migkg_cache_lookups_total{found="yes"}'] / draws
    entries = round(numbers["migkg_cache_entries"])
    return Kept(draws, hits, entries, room, ours.rate, theirs.rate)


def _alternate(
    drawn: Sequence[int], sides: Sequence[tuple[peers.Running, Sequence[bytes], Slot]]
) -> None:
    step = max(1, len(drawn) // 8)
    for start in range(0, len(drawn), step):
        part = drawn[start : start + step]
        for running, requests, slot in sides:
            wanted = (requests[number] for number in part)
            slot.add(drive(running.port, wanted, LINES, 0.0, len(part), 30.0))


def _texts(graph: Graph) -> list[str]:
    lines = graph.quads.read_bytes().splitlines()
    labels = f" <{RDFS}label> ".encode()
    things = sorted({line.split(b" ", 1)[0].decode() for line in lines if labels in line})
    texts = [form.format(thing) for form in _FORMS for thing in things if thing[0] == "<"]
    random.Random(3).shuffle(texts)
    assert len(texts) >= DISTINCT
    return texts[:DISTINCT]


def _mean_size(texts: Sequence[str], server: peers.Running) -> float:
    """The bytes that our cache counts for an answer; the other server's bodies are as long."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    sizes = []
    for text in texts:
        query = f"query={quote(text)}"
        connection.request("GET", f"{server.path}?{query}", headers={"Accept": ROWS})
        response = Response(200, (), connection.getresponse().read())
        sizes.append(_size(("/sparql", query, ROWS, "", False), response))
    connection.close()
    return statistics.mean(sizes)


def _metrics(port: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as reply:
        lines = reply.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(number) for name, number in pairs}
