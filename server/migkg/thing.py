"""One thing of the graph: what it is, what is said of it, what refers to it, what proves it."""

from collections.abc import Iterator
from dataclasses import dataclass

from migkg.backend import Backend
from migkg.errors import NotFound
from migkg.tables import Term, ask, whole
from migkg.terms import MGO, RDF, RDFS, SKOS

SHOWN = 50
_HEADINGS = (RDFS + "label", SKOS + "prefLabel", SKOS + "definition", RDF + "type")
_EVIDENCE = MGO + "hasEvidence"
_SAID = "SELECT DISTINCT ?p ?o WHERE {{ <{0}> ?p ?o }} ORDER BY ?p ?o"
_REFERRED = """
SELECT ?p (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s ?p <{0}> }} GROUP BY ?p ORDER BY ?p"""
_REFERRERS = "SELECT DISTINCT ?s WHERE {{ ?s <{1}> <{0}> }} ORDER BY ?s LIMIT {2}"
_PASSAGES = """
PREFIX mgo: <https://w3id.org/migkg/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?passage ?document ?title ?section ?heading ?start ?end WHERE {{
  <{0}> mgo:hasEvidence ?passage .
  OPTIONAL {{ ?passage oa:hasSource ?document . OPTIONAL {{ ?document rdfs:label ?title }} }}
  OPTIONAL {{ ?passage mgo:isInSection ?section . OPTIONAL {{ ?section rdfs:label ?heading }} }}
  OPTIONAL {{ ?passage oa:hasSelector [ oa:start ?start ; oa:end ?end ] }}
}} ORDER BY ?document ?start"""


@dataclass(frozen=True)
class Fact:
    """A property with its values; `total` counts those that are not shown as well."""

    property: str
    terms: tuple[Term, ...]
    total: int

    def iris(self) -> Iterator[str]:
        """Yield the IRIs that need a label."""
        yield self.property
        yield from (term.value for term in self.terms if term.kind == "uri")


@dataclass(frozen=True)
class Thing:
    """A thing: its headings and types, its facts, what refers to it, its passages."""

    iri: str
    label: str
    definition: str
    types: tuple[str, ...]
    said: tuple[Fact, ...]
    referred: tuple[Fact, ...]
    passages: tuple[dict[str, str], ...]

    def iris(self) -> Iterator[str]:
        """Yield the IRIs that need a label."""
        yield from self.types
        for fact in (*self.said, *self.referred):
            yield from fact.iris()


def read(backend: Backend, iri: str) -> Thing:
    """Return what the graph knows of an IRI; raises NotFound, and as `Backend.run`."""
    values: dict[str, list[Term]] = {}
    for row in whole(backend, _SAID.format(iri)).rows:
        values.setdefault(row["p"].value, []).append(row["o"])
    referred = tuple(_referrers(backend, iri))
    if not values and not referred:
        raise NotFound(f"Nothing is called {iri}.", "Look for its label with a query.")
    headings = {name: values.pop(name, []) for name in _HEADINGS}
    label = (headings[RDFS + "label"] or headings[SKOS + "prefLabel"] or [Term("", iri)])[0].value
    definition = headings[SKOS + "definition"]
    proved = values.pop(_EVIDENCE, [])
    return Thing(
        iri=iri,
        label=label,
        definition=definition[0].value if definition else "",
        types=tuple(term.value for term in headings[RDF + "type"]),
        said=tuple(Fact(name, tuple(terms), len(terms)) for name, terms in values.items()),
        referred=referred,
        passages=tuple(ask(backend, _PASSAGES.format(iri))) if proved else (),
    )


def _referrers(backend: Backend, iri: str) -> Iterator[Fact]:
    for row in ask(backend, _REFERRED.format(iri)):
        found = ask(backend, _REFERRERS.format(iri, row["p"], SHOWN))
        yield Fact(row["p"], tuple(Term("uri", one["s"]) for one in found), int(row["n"]))


def construct(iri: str) -> str:
    """Return the query for what is said of an IRI and what refers to it."""
    return (
        f"CONSTRUCT {{ <{iri}> ?p ?o . ?s ?q <{iri}> }} "
        f"WHERE {{ {{ <{iri}> ?p ?o }} UNION {{ ?s ?q <{iri}> }} }}"
    )
