"""Random samples of facts and of segments, the same for the same seed and dataset.

A thing's place in the order is the SHA-256 of seed and name, so that a fact which is added or
removed moves no other. Table cells are no part of the sample of segments: they hold a number each
and are all compared by the totals.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from migkg import matching
from migkg.evidence import Document, span_of, value
from migkg.locate import segments_of
from migkg.reach import CITING
from migkg.segments import Range, at
from migkg.terms import GRAPH, prefixed

EDITORS = NamedNode(f"{GRAPH}editor")


@dataclass(frozen=True)
class Fact:
    """A node with evidence: what is said of it, and the ranges of its document that prove it."""

    iri: str
    document: str
    statements: tuple[str, ...]
    spans: tuple[Range, ...]


@dataclass(frozen=True)
class Stretch:
    """A segment of a document and the facts that cite it."""

    document: str
    span: Range
    facts: tuple[Fact, ...]


def facts(quads: Iterable[Quad]) -> list[Fact]:
    """Return every node with evidence or a restatement, sorted by IRI."""
    spans: dict[str, list[tuple[str, Range]]] = {}
    said: dict[str, list[str]] = {}
    for quad in quads:
        subject = value(quad.subject)
        ranged = span_of(value(quad.object))
        if quad.predicate.value in CITING and ranged:
            spans.setdefault(subject, []).append(ranged)
        else:
            said.setdefault(subject, []).append(_statement(quad))
    return [
        Fact(
            iri, ranged[0][0], tuple(sorted(said.get(iri, []))), tuple(sorted(s for _, s in ranged))
        )
        for iri, ranged in sorted(spans.items())
    ]


def stretches(documents: Iterable[Document], known: Iterable[Fact]) -> Iterator[Stretch]:
    """Yield every segment but table cells, with the facts that cite it."""
    by_place: dict[tuple[str, int], list[Fact]] = {}
    every = {document.number: segments_of(document.require_text()) for document in documents}
    for fact in known:
        for span in fact.spans:
            if segment := at(every.get(fact.document, []), span):
                by_place.setdefault((fact.document, segment.start), []).append(fact)
    for number, segments in every.items():
        for segment in segments:
            if segment.kind != "cell":
                citing = dict.fromkeys(by_place.get((number, segment.start), []))
                yield Stretch(number, segment.span, tuple(citing))


def choose(names: Iterable[str], seed: str, count: int) -> list[str]:
    """Return at most `count` of the names, in the order that the seed gives them."""
    return sorted(names, key=lambda name: _place(seed, name))[:count]


def words(document: Document, spans: Iterable[Range]) -> list[str]:
    """Return the words of ranges, each on one line."""
    return [matching.around(document.require_text(), *span) for span in spans]


def _place(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed} {name}".encode()).hexdigest()


def _statement(quad: Quad) -> str:
    predicate = prefixed(quad.predicate.value)
    term = quad.object
    said = str(term) if isinstance(term, Literal) else prefixed(value(term))
    return f"{predicate} {said}" + (" (by the editors)" if quad.graph_name == EDITORS else "")
