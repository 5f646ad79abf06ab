"""Runs the derive queries: https://www.w3.org/TR/sparql11-query/#construct per document."""

import re
from collections.abc import Mapping, Sequence, Set
from pathlib import Path

import pyoxigraph as ox

from migkg.errors import BrokenQuery
from migkg.queries import decode
from migkg.terms import GRAPH

Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Lines = Mapping[str, Set[bytes]]

LINES = ox.RdfFormat.N_TRIPLES
_SHARED = ("reference", "ontology", "concepts")
_FIRST = f"{GRAPH}derived-{_SHARED[0]}"
_DOUBLES = """
    SELECT ?s ?p ?o ?graph ?other {
        VALUES ?graph { %s } GRAPH ?graph { ?s ?p ?o } GRAPH ?other { ?s ?p ?o }
        FILTER (?graph != ?other)
    }"""
BLANK = re.compile(rb"^(_:|\S+ \S+ _:)", re.MULTILINE)
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def run(store: ox.Store, written: Lines, files: Sequence[Path]) -> Lines:
    """Add what follows from the reference graph and each document to the store, and return it.

    `written` holds the N-Triples lines of each named graph, the result those of each derived one.
    A query sees one document, the shared graphs, what was derived from these, and what was derived
    from that document before. In the end no triple stands in two graphs, for a store's union graph
    would count it twice: the first graph that leads to it keeps it. Raises BrokenQuery.
    """
    documents = [graph for graph in written if graph.removeprefix(GRAPH).isdigit()]
    derived: dict[str, set[bytes]] = {}
    shared = [GRAPH + name for name in _SHARED]
    always = set[bytes]().union(*(written.get(graph, ()) for graph in shared))
    for source in [shared[0], *documents]:
        target = f"{GRAPH}derived-{source.removeprefix(GRAPH)}"
        derived[target] = set()
        seen = dict.fromkeys([source, *shared, _FIRST, target])
        known = always.union(written.get(source, ()), derived.get(_FIRST, ()))
        default: list[Graph] = [ox.NamedNode(graph) for graph in seen]
        for file in files:
            new = _construct(store, file, default) - known
            store.load(b"".join(sorted(new)), LINES, to_graph=ox.NamedNode(target), lenient=True)
            derived[target] |= new
            known |= new
    _part(store, derived)
    return derived


def _part(store: ox.Store, derived: dict[str, set[bytes]]) -> None:
    """Take what an earlier graph has out of the later ones."""
    order = [*derived]
    graphs = " ".join(f"<{graph}>" for graph in order)
    found = store.query(_DOUBLES % graphs)
    assert isinstance(found, ox.QuerySolutions)
    for s, p, o, graph, other in list(found):
        name = graph.value
        if other.value not in order or order.index(other.value) < order.index(name):
            store.remove(ox.Quad(s, p, o, graph))
            derived[name].discard(f"{ox.Triple(s, p, o)} .\n".encode())


def _construct(store: ox.Store, file: Path, seen: list[Graph]) -> set[bytes]:
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
    made = triples.serialize(format=LINES) or b""
    if b"_:" in made and BLANK.search(made):
        raise BrokenQuery(file, 1, 1, "a derive query makes no blank nodes")
    return set(made.splitlines(keepends=True))
