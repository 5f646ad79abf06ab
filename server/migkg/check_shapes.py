"""Validates the files' triples with the shapes (https://www.w3.org/TR/shacl/) by pySHACL.

pySHACL reads a pyoxigraph store directly, eight times as fast as a graph of its own library. That
the store keeps every literal as written is a check of its own (`check_files.literals`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyshacl
from pyoxigraph import Quad, Store
from pyshacl.graph_abstraction import OxigraphDataGraph
from rdflib import RDF, SH, XSD, Graph, URIRef
from rdflib.term import Node

from migkg.errors import CannotRun
from migkg.files import turtle_files
from migkg.findings import Files, Finding, read
from migkg.terms import in_turtle, prefixed, shorten

_TARGETS = (SH.targetClass, SH.targetSubjectsOf)


@dataclass(frozen=True, order=True)
class Result:
    """One validation result: where, by which constraint, and its message."""

    focus: str
    constraint: str
    component: str
    message: str
    path: str = ""
    term: str = ""


class _Data(OxigraphDataGraph):
    # pySHACL asks for the graph's truth at each result, and would count all triples each time.
    def __bool__(self) -> bool:
        return True


def faults(root: Path) -> list[Finding]:
    """Return what the shapes below a data folder find in its other Turtle files."""
    files, _ = read(root)
    store = Store()
    store.bulk_extend(Quad(t.subject, t.predicate, t.object) for _, t in files.of())
    return [_finding(files, result) for result in validate(store, read_shapes(root / "shapes"))]


def read_shapes(folder: Path) -> Graph:
    """Return the shapes of a folder as one graph, hoisted."""
    shapes = Graph()
    for file in turtle_files([folder]):
        shapes.parse(file, format="turtle")
    return hoisted(shapes)


def validate(store: Store, shapes: Graph, focus: Iterable[str] = ()) -> list[Result]:
    """Return the sorted results for a store's default graph; with `focus`, for these nodes only.

    Raises CannotRun for shapes that pySHACL does not accept.
    """
    nodes: list[str | URIRef] = list(focus)
    _, report, text = pyshacl.validate(
        _Data(store), shacl_graph=shapes, inplace=True, focus_nodes=nodes or None
    )
    if not isinstance(report, Graph):
        raise CannotRun(f"The shapes cannot be used: {text}", "Mend the shape in shapes/.")
    return sorted(_results(report, shapes))


def hoisted(shapes: Graph) -> Graph:
    """Return shapes that mean the same, with the targets of a node shape at its property shapes.

    pySHACL then looks at all nodes of a target at once, instead of one after the other.
    """
    flat = Graph() + shapes
    for shape, inner in list(shapes.subject_objects(SH.property)):
        targets = [(kind, target) for kind in _TARGETS for target in shapes.objects(shape, kind)]
        for kind, target in targets:
            flat.add((inner, kind, target))
        if targets:
            flat.remove((shape, SH.property, inner))
    return flat


def _results(report: Graph, shapes: Graph) -> Iterator[Result]:
    for result in report.subjects(RDF.type, SH.ValidationResult):
        shape, constraint = (
            report.value(result, kind) for kind in (SH.sourceShape, SH.sourceConstraint)
        )
        # A constraint's result carries its shape's message beside its own.
        foreign = set(map(str, shapes.objects(shape, SH.message))) if constraint else set()
        messages = set(map(str, report.objects(result, SH.resultMessage))) - foreign
        yield Result(
            focus=_text(report.value(result, SH.focusNode)),
            constraint=_text(constraint or shape),
            component=_text(report.value(result, SH.sourceConstraintComponent)),
            message=" ".join(sorted(messages)),
            path=_text(report.value(result, SH.resultPath)),
            term=_term(report.value(result, SH.value)),
        )


def _text(node: Node | None) -> str:
    return "" if node is None else str(node)


def _term(node: Node | None) -> str:
    return "" if node is None else node.n3().removesuffix(f"^^<{XSD.string}>")


def _finding(files: Files, result: Result) -> Finding:
    wrong, _, mend = result.message.rpartition(": ")
    iris = (word for word in wrong.split() if word.startswith("http"))
    for iri in iris:
        wrong = wrong.replace(iri, prefixed(iri))
    value = shorten(result.term[1:-1]) if result.term.startswith("<") else result.term
    shown = f" ({value})" if value and result.path else ""
    return Finding(
        files.home(result.focus, result.path, result.term),
        in_turtle(result.focus),
        in_turtle(result.constraint),
        f"{wrong}{shown}.",
        mend[:1].upper() + mend[1:],
    )
