"""The classes, properties and concept schemes that the graph's ontology defines."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from migkg.backend import Backend
from migkg.queries import StoredQuery
from migkg.tables import ask
from migkg.terms import local_name, prologue, shorten

_NUMBERED = re.compile(r"\([0-9]+\)")
_NAME = re.compile(r"\bmg[oc]:[\w-]+")
_PREFIXES = prologue("owl", "rdfs", "skos")
_TERMS = (
    _PREFIXES
    + """
SELECT ?kind ?term (SAMPLE(?name) AS ?label) (SAMPLE(?meaning) AS ?definition)
  (SAMPLE(?above) AS ?parent) (SAMPLE(?scope) AS ?note)
  (MIN(?from) AS ?domain) (MIN(?to) AS ?target)
WHERE {
  VALUES (?type ?kind) {
    (owl:Ontology "ontology") (owl:Class "class") (owl:ObjectProperty "property")
    (owl:DatatypeProperty "property") (skos:ConceptScheme "scheme")
  }
  ?term a ?type ; skos:definition ?meaning ; rdfs:label|skos:prefLabel ?name .
  FILTER(STRSTARTS(STR(?term), "https://w3id.org/migkg/"))
  OPTIONAL { ?term skos:scopeNote ?scope }
  OPTIONAL { ?term rdfs:domain ?from } OPTIONAL { ?term rdfs:range ?to }
  OPTIONAL {
    ?term rdfs:subClassOf|rdfs:subPropertyOf ?above
    FILTER(STRSTARTS(STR(?above), "https://w3id.org/migkg/"))
  }
}
GROUP BY ?kind ?term ORDER BY ?kind ?term"""
)
_USES = (
    _PREFIXES
    + """
SELECT ?term (COUNT(DISTINCT ?x) AS ?n) (MIN(STR(?x)) AS ?first) (MAX(STR(?x)) AS ?last) WHERE {
  { ?x a ?term } UNION { ?x ?term ?o } UNION { ?x skos:inScheme ?term }
  FILTER(STRSTARTS(STR(?term), "https://w3id.org/migkg/"))
} GROUP BY ?term ORDER BY ?term"""
)
_VERSION = (
    _PREFIXES
    + "SELECT ?version WHERE { ?x a owl:Ontology ; owl:versionInfo ?version } ORDER BY ?version"
)


@dataclass(frozen=True)
class Term:
    """A term of the ontology; `parent` is the IRI of a more general one of ours; '' for none.

    `domain` and `target` are those of a property; `uses` counts things of a class, statements of
    a property, concepts of a scheme; `examples` are IRIs of things that show it.
    """

    iri: str
    label: str
    definition: str
    parent: str
    note: str
    domain: str = ""
    target: str = ""
    uses: int = 0
    examples: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the bare name of the term."""
        return local_name(self.iri)

    @property
    def points(self) -> list[str]:
        """Return the note cut where it counts (1), (2) …; what stands before them comes first."""
        return [point.strip() for point in _NUMBERED.split(self.note)]


@dataclass(frozen=True)
class Vocabulary:
    """The terms by kind, sorted by IRI; `own` is the ontology itself, `version` its number."""

    version: str
    own: Sequence[Term]
    classes: Sequence[Term]
    properties: Sequence[Term]
    schemes: Sequence[Term]


def read(backend: Backend) -> Vocabulary:
    """Return the vocabulary; raises as `Backend.run`."""
    uses = {row["term"]: row for row in ask(backend, _USES)}
    terms: dict[str, list[Term]] = {}
    for row in ask(backend, _TERMS):
        said = uses.get(row["term"], {})
        term = Term(
            iri=row["term"],
            label=row["label"],
            definition=row["definition"],
            parent=row.get("parent", ""),
            note=row.get("note", ""),
            domain=row.get("domain", ""),
            target=row.get("target", ""),
            uses=int(said.get("n", "0")),
            examples=tuple(dict.fromkeys(said[end] for end in ("first", "last") if end in said)),
        )
        terms.setdefault(row["kind"], []).append(term)
    version = "".join(row["version"] for row in ask(backend, _VERSION))
    kinds = ("ontology", "class", "property", "scheme")
    return Vocabulary(version, *(terms.get(kind, []) for kind in kinds))


def asked_by(terms: Vocabulary, queries: Iterable[StoredQuery]) -> dict[str, list[StoredQuery]]:
    """Return the stored queries that use a term, by the term's IRI."""
    every = (*terms.classes, *terms.properties, *terms.schemes)
    iris = {shorten(term.iri): term.iri for term in every}
    found: dict[str, list[StoredQuery]] = {}
    for query in queries:
        for name in {*_NAME.findall(query.text)} & iris.keys():
            found.setdefault(iris[name], []).append(query)
    return found
