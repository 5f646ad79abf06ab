"""The answer cache: many distinct small queries, some asked far more often than others."""

import http.client
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks import peers
from tests.benchmarks.enlarge import Graph
from tests.benchmarks.measure import Slot, drive
from tests.benchmarks.mix import ROWS, get

from migkg.cache import AnswerCache, Key, Response, _size
from migkg.terms import RDFS

DISTINCT, ENTRIES, LINES = 10_000, 1_000, 16
_FORMS = ("SELECT ?p ?o WHERE {{ {0} ?p ?o }}", "SELECT ?s ?p WHERE {{ ?s ?p {0} }}")


@dataclass(frozen=True)
class Kept:
    """What the cache brought: hit rate, its room in bytes, both servers' answers in a second."""

    draws: int
    hits: float
    room: int
    ours: float
    theirs: float


def measure(graph: Graph, folder: Path, draws: int) -> Kept:
    """Draw from 10,000 queries with Zipf's s = 1, and ask our server and Oxigraph the same."""
    texts = _texts(graph)
    chance = random.Random(7)
    weights = [1 / rank for rank in range(1, len(texts) + 1)]
    drawn = chance.choices(range(len(texts)), weights, k=draws)
    with peers.oxigraph_memory(graph, folder) as other:
        entries = _entries(texts, other)
        room = ENTRIES * min(_size(*entry) for entry in entries)
        hits = _hits(entries, drawn, room)
        with peers.ours(graph, folder, "--cache-bytes", str(room)) as server:
            found = {}
            for running in (server, other):
                requests = [get(f"{running.path}?query={quote(text)}", ROWS) for text in texts]
                found[running.name] = (running, requests, Slot())
            _alternate(drawn, list(found.values()))
            ours, theirs = found[server.name][2], found[other.name][2]
    assert not ours.failures + theirs.failures, "an answer failed"
    return Kept(draws, hits / draws, room, ours.rate, theirs.rate)


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


def _entries(texts: Sequence[str], server: peers.Running) -> list[tuple[Key, Response]]:
    """What our cache would keep of each answer; the other server's bodies are as long."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    found: list[tuple[Key, Response]] = []
    for text in texts:
        query = f"query={quote(text)}"
        connection.request("GET", f"{server.path}?{query}", headers={"Accept": ROWS})
        body = connection.getresponse().read()
        key = ("/sparql", query, ROWS, "", False)
        found.append((key, Response(200, (("etag", '"x"'),), body)))
    connection.close()
    return found


def _hits(entries: Sequence[tuple[Key, Response]], drawn: Sequence[int], room: int) -> int:
    """How often the server's own cache would have held what was drawn."""
    cache, hits = AnswerCache(room), 0
    for number in drawn:
        key, response = entries[number]
        if cache.get(key) is None:
            cache.put(key, response)
        else:
            hits += 1
    return hits
