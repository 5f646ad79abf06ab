"""Loads the graph's files: one named graph a document, what follows from it, and one digest.

The quads of record keep literals as they are written; the store rewrites some of them
(https://www.w3.org/TR/rdf11-datasets/ for the shape, https://www.w3.org/TR/rdf-canon/ for the
digest).
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from migkg import derive
from migkg.errors import DataMissing
from migkg.files import turtle_files
from migkg.settings import Data
from migkg.terms import GRAPH
from migkg.turtle import read_turtle

_DOCUMENT = re.compile(r"[0-9]{3}(?=-)")


@dataclass(frozen=True)
class Dataset:
    """What was loaded; it never changes afterwards.

    `quads` come from the files and `derived` from the derive queries, both sorted and without
    doubles; `store` holds both; `home` names the files of each graph.
    """

    store: ox.Store
    quads: tuple[ox.Quad, ...]
    derived: tuple[ox.Quad, ...]
    digest: str
    home: Mapping[str, tuple[Path, ...]]


def load(data: Data) -> Dataset:
    """Load all files in sorted order and derive what follows.

    Raises DataMissing, BrokenTurtle, and BrokenQuery for a derive query that does not run.
    """
    root = data.folder
    home = graphs_of_files(root)
    found = (
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph))
        for graph, files in home.items()
        for file in files
        for t in read_turtle(_shown(file))
    )
    quads = _in_order(_with_stable_blank_nodes(dict.fromkeys(found)))
    store = ox.Store()
    store.bulk_extend(quads)
    documents = [graph for graph in home if graph.removeprefix(GRAPH).isdigit()]
    derived = _in_order(
        derive.run(store, documents, sorted(map(_shown, root.glob("queries/derive/*.rq"))))
    )
    return Dataset(store, quads, derived, _digest([*quads, *derived]), home)


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


def _with_stable_blank_nodes(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return quads whose blank nodes are called the same in every run."""
    named, blank = [], ox.Dataset()
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            blank.add(quad)
        else:
            named.append(quad)
    blank.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [*named, *blank]


def _in_order(quads: Iterable[ox.Quad]) -> tuple[ox.Quad, ...]:
    """Return quads sorted by graph, then by their text."""
    return tuple(sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad))))


def _digest(quads: Iterable[ox.Quad]) -> str:
    lines = sorted(f"{quad} .\n" for quad in quads)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _shown(file: Path) -> Path:
    """Return the path as a person would type it: what an error names can be opened."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
