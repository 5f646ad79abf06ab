"""Tells what changed between two states of the graph, by document and thing.

As text, as a page, or as an RDF patch (https://afs.github.io/rdf-patch/) that makes the new state
from the old one.
"""

import gzip
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
import zstandard

from migkg import dataset
from migkg.about import FILE_PREFIX
from migkg.errors import BrokenTurtle, DataMissing
from migkg.settings import Data
from migkg.terms import DERIVED, GRAPH, MGO, OA, RDF, RDFS, SKOS, in_turtle

_NAMES = (f"{FILE_PREFIX}graph.nq", "graph.nq")
_CODINGS = ("", ".gz", ".zst")
# What a fact points at for its proof; there is so much of it that its number says enough.
_PROOF = {MGO + "Passage", OA + "TextPositionSelector"}
_LABELS = (RDFS + "label", SKOS + "prefLabel")


@dataclass(frozen=True)
class State:
    """One state of the graph: its quads."""

    quads: frozenset[ox.Quad]

    @cached_property
    def digest(self) -> str:
        """Return the digest of the canonical N-Quads."""
        lines = sorted(f"{quad} .\n" for quad in self.quads)
        return hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Change:
    """What happened to a thing in a graph; the sign is '+' for new, '-' for gone, '~' for changed.

    `gone` and `come` are the statements about it that went and that are new, as short texts.
    """

    sign: str
    iri: str
    label: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """The changes in one named graph, things in order, and how many passages came and went."""

    graph: str
    changes: tuple[Change, ...]
    passages: tuple[int, int]


def read(path: Path) -> State:
    """Return the state that a data folder, a release or an N-Quads file holds.

    Raises DataMissing where there is none, BrokenTurtle for a file that cannot be read.
    """
    if (path / "instances").is_dir():
        loaded = dataset.load(Data(root=str(path)))
        return of_quads((*loaded.quads, *loaded.derived))
    files = [path, *(path / f"{name}{coding}" for name in _NAMES for coding in _CODINGS)]
    file = next((one for one in files if one.is_file()), None)
    if file is None:
        raise DataMissing(
            f"{path} is no state of the graph.",
            "Name a data folder, a folder that migkg release made, or an N-Quads file.",
        )
    try:
        return of_quads(ox.parse(_unpacked(file), ox.RdfFormat.N_QUADS, lenient=True))
    except (SyntaxError, OSError, EOFError, zstandard.ZstdError) as error:
        line = getattr(error, "lineno", None) or 1
        raise BrokenTurtle(file, line, 1, f"it is not N-Quads ({error})") from error


def of_quads(quads: Iterable[ox.Quad]) -> State:
    """Return the state of some quads, whose blank nodes are called the same each time."""
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return State(frozenset(found))


def _unpacked(file: Path) -> bytes:
    body = file.read_bytes()
    if file.suffix == ".gz":
        return gzip.decompress(body)
    if file.suffix == ".zst":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return body


def compare(old: State, new: State) -> list[Part]:
    """Return what changed in each graph of the files, by name; what is derived only follows."""
    gone, come = _grouped(old.quads - new.quads), _grouped(new.quads - old.quads)
    kept = {(_graph(quad), str(quad.subject)) for quad in old.quads & new.quads}
    known = _Known(old, new)
    parts = []
    for graph in sorted({graph for graph, _ in {*gone, *come}}):
        if graph.startswith(DERIVED):
            continue
        changes, passages = [], Counter[str]()
        for key in sorted(one for one in {*gone, *come} if one[0] == graph):
            both = key in kept or (key in gone and key in come)
            sign = "~" if both else "-" if key in gone else "+"
            if known.is_proof(key[1]):
                passages[sign] += 1
            else:
                changes.append(known.change(sign, key[1], gone.get(key, ()), come.get(key, ())))
        parts.append(Part(graph, tuple(changes), (passages["+"], passages["-"])))
    return parts


def patch(old: State, new: State) -> bytes:
    """Return the RDF patch from the old state to the new one, deletions first."""
    names = {"id": new.digest, "prev": old.digest}
    head = [*(f"H {name} <urn:sha256:{digest}> .\n" for name, digest in names.items()), "TX .\n"]
    deleted = sorted(f"D {quad} .\n" for quad in old.quads - new.quads)
    added = sorted(f"A {quad} .\n" for quad in new.quads - old.quads)
    return "".join([*head, *deleted, *added, "TC .\n"]).encode()


Key = tuple[str, str]


def _grouped(quads: Iterable[ox.Quad]) -> dict[Key, list[ox.Quad]]:
    found: dict[Key, list[ox.Quad]] = {}
    for quad in quads:
        found.setdefault((_graph(quad), str(quad.subject)), []).append(quad)
    return found


def _graph(quad: ox.Quad) -> str:
    return str(quad.graph_name).strip("<>").removeprefix(GRAPH)


class _Known:
    """Labels, and which things are passages, in either state; the new one counts first."""

    def __init__(self, old: State, new: State) -> None:
        self._labels: dict[str, str] = {}
        self._proof: set[str] = set()
        for quad in (*sorted(old.quads, key=str), *sorted(new.quads, key=str)):
            if quad.predicate.value in _LABELS and isinstance(quad.object, ox.Literal):
                self._labels[str(quad.subject)] = quad.object.value
            elif quad.predicate.value == RDF + "type" and _value(quad.object) in _PROOF:
                self._proof.add(str(quad.subject))

    def is_proof(self, subject: str) -> bool:
        return subject in self._proof

    def change(
        self, sign: str, subject: str, gone: Iterable[ox.Quad], come: Iterable[ox.Quad]
    ) -> Change:
        iri = subject.strip("<>")
        said = (tuple(sorted(map(self._said, quads))) for quads in (gone, come))
        return Change(sign, iri, self._labels.get(subject, ""), *said)

    def _said(self, quad: ox.Quad) -> str:
        named = isinstance(quad.object, ox.NamedNode)
        value = in_turtle(_value(quad.object)) if named else str(quad.object)
        label = self._labels.get(str(quad.object), "")
        return f"{in_turtle(quad.predicate.value)} {value}{f' ({label})' if label else ''}"


def _value(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""
