"""A thing or a document in RDF: the queries that describe it.

The description of a thing is what is said of it, what refers to it, the passages that prove it, and
the names of the things around it.
"""

import pyoxigraph as ox

from migkg.backend import Backend
from migkg.tables import Term, whole
from migkg.terms import prologue

_PREFIXES = prologue("mgo", "oa", "rdfs", "skos")
# Each branch finds triples ?s ?p ?o; the last two give names to what the first two lead to.
_DESCRIBED = """
  {{ BIND (<{0}> AS ?s) <{0}> ?p ?o }}
  UNION {{ BIND (<{0}> AS ?o) ?s ?p <{0}> }}
  UNION {{ <{0}> mgo:hasEvidence|mgo:isRestatedIn ?s . ?s ?p ?o }}
  UNION {{ <{0}> (mgo:hasEvidence|mgo:isRestatedIn)?/oa:hasSelector ?s . ?s ?p ?o }}
  UNION {{ ?s ?link <{0}> ; mgo:hasEvidence ?o BIND (mgo:hasEvidence AS ?p) }}
  UNION {{ <{0}> ?link ?s . ?s ?p ?o
    FILTER (?p IN (rdfs:label, skos:prefLabel, mgo:documentNumber)) }}
  UNION {{ ?s ?link <{0}> ; ?p ?o
    FILTER (?p IN (rdfs:label, skos:prefLabel, mgo:documentNumber)) }}
"""
_TRIPLES = _PREFIXES + "CONSTRUCT {{ ?s ?p ?o }} WHERE {{" + _DESCRIBED + "}}"
_QUADS = (
    _PREFIXES + "SELECT DISTINCT ?s ?p ?o ?g WHERE {{" + _DESCRIBED + "GRAPH ?g {{ ?s ?p ?o }} }}"
)
_DOCUMENT = (
    _PREFIXES
    + """
CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ BIND (<{0}> AS ?s) <{0}> ?p ?o }}
  UNION {{ ?s mgo:isInDocument <{0}> ; ?p ?o }}
  UNION {{ ?section mgo:isInDocument <{0}> ; oa:hasSelector ?s . ?s ?p ?o }}
}}"""
)


def of_thing(iri: str) -> str:
    """Return the CONSTRUCT query that describes a thing."""
    return _TRIPLES.format(iri)


def of_document(iri: str) -> str:
    """Return the CONSTRUCT query for a document and its sections with their ranges.

    The passages are left out: there are thousands of them.
    """
    return _DOCUMENT.format(iri)


def quads(backend: Backend, iri: str) -> list[ox.Quad]:
    """Return the description of a thing as quads, sorted by graph; raises as `Backend.run`."""
    rows = whole(backend, _QUADS.format(iri)).rows
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
