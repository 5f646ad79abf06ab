"""A thing in RDF: what is said of it, what refers to it, its passages, the names around it."""

import pyoxigraph as ox

from migkg.backend import Backend
from migkg.tables import Term, whole
from migkg.terms import prologue

_PREFIXES = prologue("mgo", "oa", "rdfs", "skos")
_NAMES = "rdfs:label, skos:prefLabel, mgo:documentNumber"
# Each branch finds triples ?s ?p ?o; the last two give names to what the first two lead to.
_BRANCHES = (
    "{{ BIND (<{0}> AS ?s) <{0}> ?p ?o }}",
    "{{ BIND (<{0}> AS ?o) ?s ?p <{0}> }}",
    "{{ <{0}> mgo:hasEvidence|mgo:isRestatedIn ?s . ?s ?p ?o }}",
    "{{ <{0}> (mgo:hasEvidence|mgo:isRestatedIn)?/oa:hasSelector ?s . ?s ?p ?o }}",
    "{{ ?s ?link <{0}> ; mgo:hasEvidence ?o BIND (mgo:hasEvidence AS ?p) }}",
    f"{{{{ <{{0}}> ?link ?s . ?s ?p ?o FILTER (?p IN ({_NAMES})) }}}}",
    f"{{{{ ?s ?link <{{0}}> ; ?p ?o FILTER (?p IN ({_NAMES})) }}}}",
)
_WHERE = "WHERE {{ " + " UNION ".join(_BRANCHES) + " }}"
_GRAPH = _PREFIXES + " CONSTRUCT {{ ?s ?p ?o }} " + _WHERE
_DATASET = _PREFIXES + " SELECT DISTINCT ?s ?p ?o ?g " + _WHERE[:-3] + " GRAPH ?g {{ ?s ?p ?o }} }}"
_DOCUMENT = (
    _PREFIXES
    + """
CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ BIND (<{0}> AS ?s) <{0}> ?p ?o }}
  UNION {{ ?s mgo:isInDocument <{0}> ; ?p ?o }}
  UNION {{ ?section mgo:isInDocument <{0}> ; oa:hasSelector ?s . ?s ?p ?o }}
}}"""
)


def construct(iri: str) -> str:
    """Return the query for the description of a thing as triples."""
    return _GRAPH.format(iri)


def document(iri: str) -> str:
    """Return the query for a document and its sections with their ranges, without passages."""
    return _DOCUMENT.format(iri)


def quads(backend: Backend, iri: str) -> list[ox.Quad]:
    """Return the description of a thing with the graphs that say so; raises as `Backend.run`."""
    rows = whole(backend, _DATASET.format(iri)).rows
    found = [
        ox.Quad(_node(row["s"]), ox.NamedNode(row["p"].value), _term(row["o"]), _node(row["g"]))
        for row in rows
    ]
    return sorted(found, key=lambda quad: (str(quad.graph_name), str(quad)))


def _node(term: Term) -> ox.NamedNode | ox.BlankNode:
    return ox.NamedNode(term.value) if term.kind == "uri" else ox.BlankNode(term.value)


def _term(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if term.kind != "literal":
        return _node(term)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype) if term.datatype else None)
