"""The classes, properties and concept schemes that the graph's ontology defines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from migkg.backend import Backend
from migkg.tables import ask

_NUMBERED = re.compile(r"\([0-9]+\)")
_TERMS = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?kind ?term (SAMPLE(?name) AS ?label) (SAMPLE(?meaning) AS ?definition)
  (SAMPLE(?above) AS ?parent) (SAMPLE(?scope) AS ?note)
WHERE {
  VALUES (?type ?kind) {
    (owl:Ontology "ontology") (owl:Class "class") (owl:ObjectProperty "property")
    (owl:DatatypeProperty "property") (skos:ConceptScheme "scheme")
  }
  ?term a ?type ; skos:definition ?meaning ; rdfs:label|skos:prefLabel ?name .
  FILTER(STRSTARTS(STR(?term), "https://w3id.org/migkg/"))
  OPTIONAL { ?term skos:scopeNote ?scope }
  OPTIONAL {
    ?term rdfs:subClassOf|rdfs:subPropertyOf ?above
    FILTER(STRSTARTS(STR(?above), "https://w3id.org/migkg/"))
  }
}
GROUP BY ?kind ?term ORDER BY ?kind ?term"""


@dataclass(frozen=True)
class Term:
    """A term of the ontology; `parent` is the IRI of a more general one of ours; '' for none."""

    iri: str
    label: str
    definition: str
    parent: str
    note: str

    @property
    def points(self) -> list[str]:
        """Return the note cut where it counts (1), (2) …; what stands before them comes first."""
        return [point.strip() for point in _NUMBERED.split(self.note)]


@dataclass(frozen=True)
class Vocabulary:
    """The terms by kind, sorted by IRI; `own` is the ontology itself."""

    own: Sequence[Term]
    classes: Sequence[Term]
    properties: Sequence[Term]
    schemes: Sequence[Term]


def read(backend: Backend) -> Vocabulary:
    """Return the vocabulary; raises as `Backend.run`."""
    terms: dict[str, list[Term]] = {}
    for row in ask(backend, _TERMS):
        term = Term(
            row["term"], row["label"], row["definition"], row.get("parent", ""), row.get("note", "")
        )
        terms.setdefault(row["kind"], []).append(term)
    kinds = ("ontology", "class", "property", "scheme")
    return Vocabulary(*(terms.get(kind, []) for kind in kinds))
