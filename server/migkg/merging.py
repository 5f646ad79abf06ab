"""Makes one default graph of several: https://www.w3.org/TR/sparql11-query/#unnamedGraph.

The engine reads a triple once in each graph that holds it, but a merge of graphs holds it once. So
where a triple stands in two graphs, the store's own default graph holds all triples once, and a
query that merges some of the graphs runs over a store made for it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import urljoin

import pyoxigraph as ox

from migkg.derive import Graph
from migkg.query_tokens import Token, tokens, unescape
from migkg.results import Results
from migkg.terms import MGI

Graphs = Sequence[str]
# What relative IRIs are read against where a query has no BASE: they are names of things.
# https://www.rfc-editor.org/rfc/rfc3986#section-5.1.4
BASE = MGI

_MERGE = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
_ESCAPED = re.compile(r"\\([^uU])")


def merge(store: ox.Store) -> None:
    """Put every triple of the named graphs into the default graph too."""
    store.update(_MERGE)


def query(
    store: ox.Store, text: str, default: Graphs | None, named: Graphs | None, names_dataset: bool
) -> Results:
    """Run a query over the protocol's dataset, that of its FROM clauses, or all graphs as one.

    `names_dataset` says whether it has such clauses; `default` and `named` are both None where the
    protocol names no graph. A query without BASE has that of `BASE`. Raises SyntaxError.
    """
    if default is None and named is None:
        if not names_dataset:
            union = not is_merged(store)
            return store.query(text, base_iri=BASE, use_default_graph_as_union=union)
        default, named = clauses(text)
        if not is_merged(store) and len(set(default)) == len(default):
            return store.query(text, base_iri=BASE)
    graphs: list[Graph] = [*_known(store, default)]
    seen: list[ox.NamedNode | ox.BlankNode] = [*_known(store, named)]
    if len(graphs) > 1 and is_merged(store):
        made = _merged(store, graphs, seen)
        graphs, store = [ox.DefaultGraph()], made
    return store.query(text, base_iri=BASE, default_graph=graphs, named_graphs=seen)


def _known(store: ox.Store, iris: Graphs | None) -> Iterator[ox.NamedNode]:
    """Yield each graph once that the store holds: the others are empty, and cost nothing."""
    for node in map(ox.NamedNode, dict.fromkeys(iris or ())):
        if store.contains_named_graph(node):
            yield node


@lru_cache(maxsize=1)
def is_merged(store: ox.Store) -> bool:
    """Tell whether the default graph holds all triples; a store is asked once."""
    return next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is not None


def _merged(
    store: ox.Store, graphs: Sequence[Graph], named: Sequence[ox.NamedNode | ox.BlankNode]
) -> ox.Store:
    """Return a store with the triples of graphs in its default graph, and the named graphs."""
    made = ox.Store()
    for graph in graphs:
        found = store.quads_for_pattern(None, None, None, graph)
        made.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in found)
    for graph in named:
        made.extend(store.quads_for_pattern(None, None, None, graph))
    return made


def clauses(text: str) -> tuple[list[str], list[str]]:
    """Return the IRIs of a query's FROM clauses and of its FROM NAMED clauses.

    What is no IRI is left out: the engine tells of it.
    """
    default: list[str] = []
    named: list[str] = []
    names: dict[str, str] = {}
    base, words = BASE, list(tokens(text))
    for before, token, after in zip(words, words[1:], [*words[2:], None], strict=False):
        word = before.text.upper() if before.kind == "word" else ""
        if word == "BASE" and token.kind == "iri":
            base = _iri(token, base, names)
        elif word == "PREFIX" and token.kind == "name" and after:
            names[token.text.removesuffix(":")] = _iri(after, base, names)
        elif word == "FROM" and token.kind != "word":
            default.append(_iri(token, base, names))
        elif word == "FROM" and after:
            named.append(_iri(after, base, names))
    return list(_valid(default)), list(_valid(named))


def _iri(token: Token, base: str, names: dict[str, str]) -> str:
    if token.kind == "iri":
        return urljoin(base, unescape(token.text[1:-1]))
    prefix, _, local = token.text.partition(":")
    return names.get(prefix, "") + _ESCAPED.sub(r"\1", local)


def _valid(iris: list[str]) -> Iterator[str]:
    for iri in iris:
        try:
            yield ox.NamedNode(iri).value
        except ValueError:
            continue
