"""Runs the derive queries: https://www.w3.org/TR/sparql11-query/#construct per document."""

import re
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from migkg.errors import BrokenQuery
from migkg.queries import decode
from migkg.terms import GRAPH

Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph

_SHARED = [ox.NamedNode(GRAPH + name) for name in ("reference", "ontology", "concepts")]


_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def run(store: ox.Store, documents: Sequence[str], files: Sequence[Path]) -> list[ox.Quad]:
    """Add what follows from the reference graph and each document to the store, and return it.

    A query sees one document, the shared graphs and what was derived from that document before.
    In the end no triple stands in two graphs, for a store's union graph would count it twice: the
    first graph that leads to it keeps it. Raises BrokenQuery.
    """
    sources = [f"{GRAPH}reference", *documents]
    targets = [ox.NamedNode(f"{GRAPH}derived-{graph.removeprefix(GRAPH)}") for graph in sources]
    for document, target in zip(sources, targets, strict=True):
        seen: list[Graph] = [ox.NamedNode(document), *_SHARED, target]
        for file in files:
            made = _construct(store, file, seen)
            store.extend(ox.Quad(t.subject, t.predicate, t.object, target) for t in made)
    for target in reversed(targets):
        for quad in list(store.quads_for_pattern(None, None, None, target)):
            same = store.quads_for_pattern(quad.subject, quad.predicate, quad.object)
            if sum(1 for _ in same) > 1:
                store.remove(quad)
    return [
        quad for target in targets for quad in store.quads_for_pattern(None, None, None, target)
    ]


def _construct(store: ox.Store, file: Path, seen: list[Graph]) -> list[ox.Triple]:
    try:
        triples = store.query(decode(file.read_bytes(), file), default_graph=seen)
    except SyntaxError as error:
        found = _PLACE.fullmatch(error.msg)
        line, column, reason = (
            (int(found[1]), int(found[2]), found[3]) if found else (1, 1, error.msg)
        )
        raise BrokenQuery(file, line, column, reason) from error
    if not isinstance(triples, ox.QueryTriples):
        raise BrokenQuery(file, 1, 1, "a derive query is a CONSTRUCT query")
    made = list(triples)
    if any(isinstance(term, ox.BlankNode) for triple in made for term in triple):
        raise BrokenQuery(file, 1, 1, "a derive query makes no blank nodes")
    return made
