"""Loads the graph's files: one named graph a document, what follows from it, and one digest.

The quads of record keep literals as they are written; the store rewrites some of them
(https://www.w3.org/TR/rdf11-datasets/ for the shape, https://www.w3.org/TR/rdf-canon/ for the
digest).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
import zstandard

from migkg import derive
from migkg.derive import LINES, Lines
from migkg.errors import DataMissing
from migkg.files import shown, turtle_files
from migkg.settings import Data
from migkg.terms import GRAPH
from migkg.turtle import read_lines

Part = tuple[bytes, ox.NamedNode]

# Lines that are hashed together: one by one takes twice as long, all at once as much memory again.
_AT_ONCE = 10_000
_LEVEL = 1  # of Zstandard: more takes longer and makes it hardly smaller
_DOCUMENT = re.compile(r"[0-9]{3}(?=-)")


@dataclass(frozen=True)
class Dataset:
    """What was loaded; it never changes afterwards.

    `store` holds what comes from the files and what the derive queries made; `packed` holds both
    as N-Quads, compressed, for they are seldom asked for and sixteen times as large; `home` names
    the files of each graph; `repeats` says that a triple stands in two graphs.
    """

    store: ox.Store
    packed: tuple[bytes, bytes]
    digest: str
    home: Mapping[str, tuple[Path, ...]]
    repeats: bool

    @property
    def written(self) -> bytes:
        """The N-Quads of the files, sorted by graph, then text, and without doubles."""
        return zstandard.decompress(self.packed[0])

    @property
    def followed(self) -> bytes:
        """The N-Quads of the derive queries, sorted as those of the files."""
        return zstandard.decompress(self.packed[1])

    @cached_property
    def quads(self) -> tuple[ox.Quad, ...]:
        """The quads that come from the files, literals as written."""
        return _quads(self.written)

    @cached_property
    def derived(self) -> tuple[ox.Quad, ...]:
        """The quads that the derive queries made."""
        return _quads(self.followed)


def load(data: Data) -> Dataset:
    """Load all files in sorted order and derive what follows.

    Raises DataMissing, BrokenTurtle, and BrokenQuery for a derive query that does not run.
    """
    root = data.folder
    home = graphs_of_files(root)
    store = ox.Store()
    with ThreadPoolExecutor(1) as helper:
        # The store takes one graph in while the next is read, and the last while all are sorted.
        lines, filled = _read(home, store, helper)
        written = _in_order(lines)
        by_text = sorted(written)
        list(filled)
        packed = helper.submit(_packed, written)
        made = derive.run(store, lines, sorted(map(shown, root.glob("queries/derive/*.rq"))))
        followed = _in_order(made)
        digest = helper.submit(_digest, sorted(by_text + followed))
        # What is derived repeats nothing.
        repeats = len(set[bytes]().union(*lines.values())) < len(written)
        both = packed.result(), _packed(followed)
    return Dataset(store, both, digest.result(), home, repeats)


def graphs_of_files(root: Path) -> dict[str, tuple[Path, ...]]:
    """Return the Turtle files of each named graph below a data folder; raises DataMissing."""
    home: dict[str, list[Path]] = {}
    for file in turtle_files([root / "ontology", root / "instances"]):
        graph = GRAPH + _graph_name(file.relative_to(root))
        home.setdefault(graph, []).append(file)
    return {graph: tuple(files) for graph, files in home.items()}


def _graph_name(file: Path) -> str:
    if file.parts[0] == "ontology":
        return "concepts" if file.parts[1] == "concepts" else "ontology"
    folder = file.parts[1]
    if folder in ("reference", "editor"):
        return folder
    if number := _DOCUMENT.match(folder):
        return number[0]
    raise DataMissing(
        f"{file} belongs to no graph.",
        "Move it into instances/reference, instances/editor or a folder such as 001-title.",
    )


def _read(
    home: Mapping[str, tuple[Path, ...]], store: ox.Store, helper: Executor
) -> tuple[Lines, Iterator[None]]:
    """Return the N-Triples lines of each graph, sorted, and what is at its end with the store.

    Blank nodes are called the same in every run.
    """
    lines: dict[str, Set[bytes]] = {}
    apart: list[ox.Quad] = []

    def read(graph: str) -> Part:
        lines[graph], blank = _named_and_blank(read_lines(shown(file)) for file in home[graph])
        node = ox.NamedNode(graph)
        found = ox.parse(b"".join(blank), LINES)
        apart.extend(ox.Quad(quad.subject, quad.predicate, quad.object, node) for quad in found)
        # Sorted, as answers without ORDER BY come in the order in which the store was filled.
        return b"".join(lines[graph]), node

    def put(part: Part) -> None:
        # The parser of the files has judged the lines: a second judge would take as long as it.
        store.load(part[0], LINES, to_graph=part[1], lenient=True)

    filled = helper.map(put, map(read, home))
    blank = ox.Dataset(apart)
    blank.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    helper.submit(store.extend, sorted(blank, key=str))
    for graph in lines:
        found = blank.quads_for_graph_name(ox.NamedNode(graph))
        if more := {f"{quad.triple} .\n".encode() for quad in found}:
            lines[graph] = dict.fromkeys(sorted([*lines[graph], *more])).keys()
    return lines, filled


def _named_and_blank(texts: Iterable[bytes]) -> tuple[Set[bytes], set[bytes]]:
    """Return the lines without blank nodes, sorted, and those with them."""
    lines, apart = list[bytes](), set[bytes]()
    for text in texts:
        found = text.splitlines(keepends=True)
        if b"_:" in text:
            apart.update(filter(derive.BLANK.match, found))
            found = [line for line in found if line not in apart]
        lines += found
    # A set that keeps the order.
    return dict.fromkeys(sorted(lines)).keys(), apart


def _in_order(lines: Lines) -> list[bytes]:
    """Return the N-Quads lines of all graphs, sorted by graph, then by their text."""
    return [
        line.removesuffix(b".\n") + end
        for graph in sorted(lines)
        for end in [f"<{graph}> .\n".encode()]
        for line in sorted(lines[graph])
    ]


def _digest(lines: Sequence[bytes]) -> str:
    found = hashlib.sha256()
    for start in range(0, len(lines), _AT_ONCE):
        found.update(b"".join(lines[start : start + _AT_ONCE]))
    return found.hexdigest()


def _packed(lines: Iterable[bytes]) -> bytes:
    return zstandard.compress(b"".join(lines), _LEVEL)


def _quads(text: bytes) -> tuple[ox.Quad, ...]:
    return tuple(ox.parse(text, ox.RdfFormat.N_QUADS, lenient=True))
