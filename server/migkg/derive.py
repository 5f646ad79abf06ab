"""Runs the derive queries: https://www.w3.org/TR/sparql11-query/#construct per document."""

import re
from collections.abc import Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from migkg.errors import BrokenQuery
from migkg.queries import decode
from migkg.terms import GRAPH

Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Lines = Mapping[str, Set[bytes]]

LINES = ox.RdfFormat.N_TRIPLES
_REFERENCE = f"{GRAPH}reference"
_TERMS = [f"{GRAPH}ontology", f"{GRAPH}concepts"]
_FIRST = f"{GRAPH}derived-reference"
BLANK = re.compile(rb"^(_:|\S+ \S+ _:)", re.MULTILINE)
_TYPED = re.compile(rb'"\^\^\S+ \.\n')
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def run(store: ox.Store, written: Lines, files: Sequence[Path]) -> Lines:
    """Add what follows from the reference graph and each document to the store, and return it.

    `written` holds the N-Triples lines of each named graph, the result those of each derived one.
    A query's default graph is one document, the reference graph, what was derived from this, and
    what was derived from that document before; its named graphs are the ontology and the concepts,
    for every pattern is looked up once in each graph of the default one. In the end no triple
    stands in two graphs, for a store's union graph would count it twice: the first graph that
    leads to it keeps it. Raises BrokenQuery.
    """
    always = set[bytes]().union(*(written.get(graph, ()) for graph in (_REFERENCE, *_TERMS)))
    derived = _from_each(store, {_REFERENCE: always}, files)
    always |= derived[_FIRST]
    documents = (graph for graph in written if graph.removeprefix(GRAPH).isdigit())
    # Sets, as a difference with another kind of view visits all that it holds.
    known = {graph: set(written[graph]) for graph in documents}
    derived |= _from_each(store, known, files, always)
    _part(store, written, derived)
    return derived


def _from_each(
    store: ox.Store, known: Lines, files: Sequence[Path], always: Set[bytes] = frozenset()
) -> dict[str, set[bytes]]:
    """Derive from several graphs side by side what is not `known` for each, or `always`."""
    derived: dict[str, set[bytes]] = {_derived_from(source): set() for source in known}
    seen = [
        [ox.NamedNode(graph) for graph in dict.fromkeys([source, _REFERENCE, _FIRST, target])]
        for source, target in zip(known, derived, strict=True)
    ]
    with ThreadPoolExecutor() as helpers:
        for file in files:
            found = helpers.map(partial(_construct, store, file), seen)
            # One after the other: the store is filled in the same order in every run.
            for made, source, target in zip(found, known, derived, strict=True):
                new = made - known[source] - derived[target] - always
                graph = ox.NamedNode(target)
                store.load(b"".join(sorted(new)), LINES, to_graph=graph, lenient=True)
                derived[target] |= new
    return derived


def _derived_from(source: str) -> str:
    return f"{GRAPH}derived-{source.removeprefix(GRAPH)}"


def _part(store: ox.Store, written: Lines, derived: dict[str, set[bytes]]) -> None:
    """Take what the files say, or an earlier graph, out of the later ones."""
    files = {ox.NamedNode(graph) for graph in written}
    earlier = [*written.values()]
    for graph, lines in derived.items():
        again = set[bytes]().union(*(lines & other for other in earlier))
        # The files may write a number otherwise: the store knows that it is the same.
        for quad in ox.parse(b"".join(filter(_TYPED.search, lines)), LINES):
            same = store.quads_for_pattern(quad.subject, quad.predicate, quad.object)
            if any(other.graph_name in files for other in same):
                again.add(f"{quad.triple} .\n".encode())
        for quad in ox.parse(b"".join(again), LINES):
            triple = quad.subject, quad.predicate, quad.object
            store.remove(ox.Quad(*triple, ox.NamedNode(graph)))
        lines -= again
        earlier.append(lines)


def _construct(store: ox.Store, file: Path, seen: list[Graph]) -> set[bytes]:
    made = _made(store, file, seen)
    if made is None:
        raise BrokenQuery(file, 1, 1, "a derive query is a CONSTRUCT query")
    if b"_:" in made and BLANK.search(made):
        raise BrokenQuery(file, 1, 1, "a derive query makes no blank nodes")
    return set(made.splitlines(keepends=True))


def _made(store: ox.Store, file: Path, seen: list[Graph]) -> bytes | None:
    """Return the lines that a query makes, None where it makes none; its result stays in here.

    For only the thread that asked may let go of it, and an error is passed on to another.
    """
    try:
        query = decode(file.read_bytes(), file)
        triples = store.query(
            query,
            default_graph=seen,
            named_graphs=[ox.NamedNode(graph) for graph in _TERMS],
        )
    except SyntaxError as error:
        found = _PLACE.fullmatch(error.msg)
        line, column, reason = (
            (int(found[1]), int(found[2]), found[3]) if found else (1, 1, error.msg)
        )
        raise BrokenQuery(file, line, column, reason) from error
    if not isinstance(triples, ox.QueryTriples):
        return None
    return triples.serialize(format=LINES) or b""
