"""Counts of what the graph holds, computed from it: nothing on the start page is typed."""

from dataclasses import dataclass

from migkg.backend import Backend
from migkg.tables import ask
from migkg.terms import MGO, prologue

# The classes whose things are counted at the head of a page, with their names there.
_COUNTED = {
    "Organization": "organizations",
    "Office": "offices",
    "Country": "countries",
    "Initiative": "initiatives",
    "Event": "events",
    "Instrument": "laws, plans, tools",
}
_BY_CLASS = f"""
SELECT ?class (COUNT(DISTINCT ?x) AS ?n) WHERE {{
  VALUES ?class {{ {" ".join(f"<{MGO}{name}>" for name in _COUNTED)} }} ?x a ?class
}} GROUP BY ?class"""
_FACTS = f"""
SELECT ?facts ?passages ?triples WHERE {{
  {{ SELECT (COUNT(DISTINCT ?fact) AS ?facts) (COUNT(DISTINCT ?passage) AS ?passages)
     WHERE {{ ?fact <{MGO}hasEvidence> ?passage }} }}
  {{ SELECT (COUNT(*) AS ?triples) WHERE {{ ?s ?p ?o }} }}
}}"""
_DOCUMENTS = (
    prologue("mgo", "oa", "rdfs", "skos")
    + """
SELECT ?iri ?number ?label ?definition (COUNT(DISTINCT ?fact) AS ?facts)
  (COUNT(DISTINCT ?passage) AS ?passages)
WHERE {
  ?iri a mgo:SourceDocument ; mgo:documentNumber ?number .
  OPTIONAL { ?iri rdfs:label ?label }
  OPTIONAL { ?iri skos:definition ?definition }
  OPTIONAL { ?passage oa:hasSource ?iri . ?fact mgo:hasEvidence ?passage }
}
GROUP BY ?iri ?number ?label ?definition ORDER BY ?number"""
)


@dataclass(frozen=True)
class Document:
    """One source document with the numbers of its facts and of the passages they cite."""

    iri: str
    number: str
    label: str
    definition: str
    facts: int
    passages: int


@dataclass(frozen=True)
class Overview:
    """Numbers of things by name of class, of facts with evidence, of the passages that are their
    evidence, of triples; the documents.
    """

    things: dict[str, int]
    facts: int
    passages: int
    triples: int
    documents: tuple[Document, ...]

    @property
    def counted(self) -> list[tuple[str, str, int]]:
        """Return class, name in the plural and number of things, of the classes that have some."""
        return [
            (name, words, self.things[name])
            for name, words in _COUNTED.items()
            if self.things[name]
        ]


def overview(backend: Backend) -> Overview:
    """Return the counts; raises as `Backend.run`."""
    by_class = {row["class"]: int(row["n"]) for row in ask(backend, _BY_CLASS)}
    counts = ask(backend, _FACTS)[0]
    documents = tuple(
        Document(
            iri=row["iri"],
            number=row["number"],
            label=row.get("label", row["number"]),
            definition=row.get("definition", ""),
            facts=int(row["facts"]),
            passages=int(row["passages"]),
        )
        for row in ask(backend, _DOCUMENTS)
    )
    things = {name: by_class.get(MGO + name, 0) for name in _COUNTED}
    facts, passages, triples = (int(counts[one]) for one in ("facts", "passages", "triples"))
    return Overview(things, facts, passages, triples, documents)
