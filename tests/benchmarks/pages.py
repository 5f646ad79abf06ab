"""How long pages take: the first time, uncached (each time another thing), and kept."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice, repeat
from tempfile import TemporaryDirectory

from tests.benchmarks.measure import Slot, drive
from tests.benchmarks.mix import get
from tests.benchmarks.rounds import quantile
from tests.benchmarks.section import Goal, Section
from tests.benchmarks.sizes import table
from tests.serving import Site, serving

from migkg.errors import SourcesMissing
from migkg.settings import Data
from migkg.terms import MGI, MGO

HTML = "text/html"
KINDS = ("Office", "Place", "Initiative", "SourceDocument", "Organization")
PAGES = {
    "home": "/",
    "search": "/search?q=border",
    "ontology": "/ontology",
    "graph of a document": "/graph/001",
    "document": "/doc/002",
    "overview": "/overview",
    "browse": "/browse",
}
_WORDS = "training return health police data visa asylum labour research workshop".split()
_TIMES, _KEPT = 40, 400
_SEED = 5


@dataclass(frozen=True)
class Timed:
    """A page: ms the first time, p50 and p99 uncached and kept, the bytes of its body."""

    name: str
    first: float
    uncached: tuple[float, float]
    kept: tuple[float, float]
    length: int


def section(seconds: float) -> Section:
    """Measure all pages, the document's also without its text, for about so many seconds."""
    share = seconds / (2 * (len(PAGES) + len(KINDS) + 2))
    with _pair() as (bare, keeping):
        rows = [_timed(name, targets, bare, keeping, share) for name, targets in walk(bare)]
    with TemporaryDirectory() as empty, _pair("--sources", empty) as (bare, keeping):
        rows.append(_timed("document, no text", ["/doc/002"], bare, keeping, share))
    slowest = max((row for row in rows if row.name in KINDS), key=lambda row: row.uncached[0])
    kept = max(rows, key=lambda row: row.kept[0])
    goals = [
        Goal("cached page < 5 ms", f"{kept.kept[0]:.1f} ms ({kept.name}, p50)", kept.kept[0] < 5),
        Goal(
            "entity page, uncached < 50 ms",
            f"{slowest.uncached[0]:.0f} ms ({slowest.name}, p50)",
            slowest.uncached[0] < 50,
        ),
    ]
    heads = ("page", "KiB", "first ms", "uncached p50", "uncached p99", "kept p50", "kept p99")
    lines = (
        (
            *(row.name, f"{row.length / 1024:.0f}", f"{row.first:.0f}"),
            *(f"{value:.1f}" for value in (*row.uncached, *row.kept)),
        )
        for row in rows
    )
    text = (
        f"Real size, one client, {_said()}. Uncached: no answer is kept; of a kind of things each "
        "time another one. First: the first page of its kind after the start.\n\n"
    )
    numbers = {
        row.name: {"first": row.first, "uncached": row.uncached, "kept": row.kept} for row in rows
    }
    return Section("Pages", text + table(heads, lines), numbers, goals)


def walk(site: Site) -> Iterator[tuple[str, Sequence[str]]]:
    """Each page with its addresses: one, or some things of a kind."""
    for name, target in PAGES.items():
        words = [f"/search?q={word}" for word in _WORDS]
        yield name, words if name == "search" else [target]
    for kind in KINDS:
        found = site.ask(f"SELECT DISTINCT ?thing {{ ?thing a <{MGO}{kind}> }}").rows()
        names = sorted(row["thing"].removeprefix(MGI) for row in found if MGI in row["thing"])
        chosen = random.Random(_SEED).sample(names, min(_TIMES, len(names)))
        yield kind, [f"/id/{name}.html" for name in chosen]


@contextmanager
def _pair(*flags: str) -> Iterator[tuple[Site, Site]]:
    """Two servers: one keeps nothing, one keeps all."""
    root = Data().folder
    with serving(root, "--cache-bytes", "0", *flags) as bare, serving(root, *flags) as keeping:
        yield bare, keeping


def _timed(name: str, targets: Sequence[str], bare: Site, keeping: Site, seconds: float) -> Timed:
    start = time.perf_counter()
    reply = bare.get(targets[0], Accept=HTML)
    first = (time.perf_counter() - start) * 1000
    assert reply.status == 200, f"{targets[0]}: status {reply.status}"
    asked = islice(cycle(get(target, HTML) for target in targets), _TIMES)
    uncached = drive(bare.port, asked, 1, seconds, 3, 30.0)
    request = get(targets[0], HTML)
    drive(keeping.port, iter([request]), 1, 0.0, 1, 30.0)
    kept = drive(keeping.port, repeat(request), 1, seconds / 4, _KEPT, 30.0)
    assert not uncached.failures + kept.failures, f"{name}: an answer failed"
    return Timed(name, first, _spread(uncached), _spread(kept), len(reply.body))


def _spread(slot: Slot) -> tuple[float, float]:
    return quantile(slot.latencies, 0.5), quantile(slot.latencies, 0.99)


def _said() -> str:
    try:
        return f"{len(list(Data().source_folder.iterdir()))} files of the documents' texts at hand"
    except SourcesMissing:
        return "without the documents' texts"
