"""The answer cache: many distinct small queries, some asked far more often than others."""

import http.client
import random
import re
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks import peers
from tests.benchmarks.enlarge import Graph
from tests.benchmarks.measure import Slot, drive
from tests.benchmarks.mix import ROWS, get, questions
from tests.benchmarks.section import Goal, Section
from tests.benchmarks.sizes import table

from migkg.cache import _SHARE, _size
from migkg.response import Response
from migkg.terms import RDFS

DISTINCT, ENTRIES, LINES = 10_000, 1_000, 16
# Sixteen clients end in another order than they began, so some of those kept may be shorter.
_FILLED = ENTRIES - ENTRIES // 50
_FORMS = ("SELECT ?p ?o WHERE {{ {0} ?p ?o }}", "SELECT ?s ?p WHERE {{ ?s ?p {0} }}")
_THING = "mgi:office-albania"
# Typical queries that can be asked of thousands of things, or with thousands of words.
_SHAPES = ("lookup", "label-search", "describe", "neighbourhood")
Asked = tuple[str, str]


@dataclass(frozen=True)
class Kept:
    """Draws, share found in the cache, answers kept, their room in bytes, answers in a second."""

    draws: int
    hits: float
    entries: int
    room: int
    ours: float
    theirs: float

    @property
    def times(self) -> float:
        """How many times as fast as the other we are."""
        return self.ours / self.theirs


def section(graph: Graph, folder: Path, draws: int) -> Section:
    """Measure with small lookups, and with the shapes of the mix; tell both."""
    sets = {
        "small lookups": (lookups(graph), draws),
        "shapes of the mix": (shapes(graph), draws // 4),
    }
    found = {name: measure(graph, folder, *one) for name, one in sets.items()}
    rows = [
        (
            *(name, f"{kept.draws:,}", f"{kept.entries:,}", f"{kept.room:,}", f"{kept.hits:.0%}"),
            *(f"{kept.ours:,.0f}", f"{kept.theirs:,.0f}", f"**{kept.times:.2f}**"),
        )
        for name, kept in found.items()
    ]
    text = (
        f"{DISTINCT:,} distinct queries, Zipf s = 1, concurrency {LINES}; at the end at most "
        f"{ENTRIES:,} answers may be kept. Beside `oxigraph serve` in memory. Small lookups: what "
        f"is said of a thing, and what names it. Shapes of the mix: {', '.join(_SHAPES)} by their "
        "weights, each time of another thing or other words.\n\n"
    )
    heads = "queries,draws,answers kept,bytes of room,hit rate,our req/s,its req/s,times"
    goals = [
        Goal(f"cache on: ≥ 3 × Oxigraph in memory ({name})", f"{kept.times:.2f} ×", kept.times >= 3)
        for name, kept in found.items()
    ]
    numbers = {name: asdict(kept) for name, kept in found.items()}
    return Section("Answer cache", text + table(heads.split(","), rows), numbers, goals)


def measure(graph: Graph, folder: Path, asked: Sequence[Asked], draws: int) -> Kept:
    """Draw from queries (text, media type) with Zipf's s = 1; ask our server and Oxigraph them."""
    chance = random.Random(7)
    weights = [1 / rank for rank in range(1, len(asked) + 1)]
    drawn = chance.choices(range(len(asked)), weights, k=draws)
    with peers.oxigraph_memory(graph, folder) as other:
        last = [*dict.fromkeys(reversed(drawn))][: 2 * ENTRIES]
        room = _room(_sizes([asked[number] for number in last], other))
        with peers.ours(graph, folder, "--cache-bytes", str(room)) as server:
            found = {}
            for running in (server, other):
                requests = [get(f"{running.path}?query={quote(t)}", kind) for t, kind in asked]
                found[running.name] = (running, requests, Slot())
            _alternate(drawn, list(found.values()))
            numbers = _metrics(server.port)
    ours, theirs = found[server.name][2], found[other.name][2]
    assert not ours.failures + theirs.failures, "an answer failed"
    hits = numbers['migkg_cache_lookups_total{found="yes"}'] / draws
    entries = round(numbers["migkg_cache_entries"])
    assert entries <= ENTRIES, f"{entries} answers were kept"
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


def lookups(graph: Graph) -> Sequence[Asked]:
    """Queries of one pattern each."""
    things = sorted(_labels(graph))
    return _shuffled([form.format(thing) for form in _FORMS for thing in things], ROWS)


def shapes(graph: Graph) -> Sequence[Asked]:
    """Typical queries, of other things and words than the mix's, as many of each as it weighs."""
    labels = _labels(graph)
    words = sorted({pair for label in labels.values() for pair in _pairs(label)})
    mix = {question.name: question for question in questions() if question.name in _SHAPES}
    total = sum(question.weight for question in mix.values())
    found: list[Asked] = []
    for name, question in sorted(mix.items()):
        number = round(DISTINCT * question.weight / total)
        old, new = ("border guard", words) if name == "label-search" else (_THING, sorted(labels))
        chosen = random.Random(name).sample(new, min(number, len(new)))
        found += [(question.text.replace(old, one), question.accept) for one in chosen]
    random.Random(3).shuffle(found)
    return found


def _labels(graph: Graph) -> dict[str, str]:
    lines = graph.quads.read_bytes().decode().splitlines()
    parts = (line.partition(f" <{RDFS}label> ") for line in lines)
    return {thing: label for thing, found, label in parts if found and thing[0] == "<"}


def _pairs(label: str) -> Iterator[str]:
    """Each two words of a label that stand beside each other."""
    words = re.findall(r"[a-z]+", label.rpartition('"')[0].lower())
    return (f"{one} {other}" for one, other in pairwise(words))


def _shuffled(texts: list[str], kind: str) -> Sequence[Asked]:
    random.Random(3).shuffle(texts)
    assert len(texts) >= DISTINCT
    return [(text, kind) for text in texts[:DISTINCT]]


def _room(sizes: Sequence[int]) -> int:
    """The bytes for the first _FILLED of these that are kept in so much room: not the longest."""
    room = sum(sizes[:_FILLED])
    kept = [size for size in sizes if size <= room // _SHARE]
    return room if len(kept) == len(sizes) else _room(kept)


def _sizes(asked: Sequence[Asked], server: peers.Running) -> list[int]:
    """The bytes that our cache counts for the answers; the other server's bodies are as long."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    sizes = []
    for text, kind in asked:
        query = f"query={quote(text)}"
        connection.request("GET", f"{server.path}?{query}", headers={"Accept": kind})
        response = Response(200, (), connection.getresponse().read())
        sizes.append(_size(("/sparql", query, kind, "", False), response))
    connection.close()
    return sizes


def _metrics(port: int) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as reply:
        lines = reply.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(number) for name, number in pairs}
