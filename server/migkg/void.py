"""Counts the dataset, by class, property and link: https://www.w3.org/TR/void/.

Statements are tuples of subject, property and value: names are IRIs or prefixed names, numbers and
literals are values.
"""

import re
from collections.abc import Iterator

import pyoxigraph as ox

from migkg.backend import Backend
from migkg.tables import ask
from migkg.terms import MGI, MGO, OWL, RDF, RDFS, SKOS

Statement = tuple[str, str, str | int | ox.Literal]

_OWN = MGI.removesuffix("id/")
_COUNTS = f"""
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects)
  (COUNT(DISTINCT ?p) AS ?properties) (COUNT(DISTINCT ?o) AS ?distinctObjects)
  (COUNT(DISTINCT ?own) AS ?entities)
WHERE {{ ?s ?p ?o BIND(IF(STRSTARTS(STR(?s), "{MGI}"), ?s, ?none) AS ?own) }}"""
_CLASSES = f"""
SELECT ?term (COUNT(DISTINCT ?x) AS ?entities) WHERE {{ ?x <{RDF}type> ?term FILTER(isIRI(?term)) }}
GROUP BY ?term ORDER BY ?term"""
_PROPERTIES = """
SELECT ?term (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects)
  (COUNT(DISTINCT ?o) AS ?distinctObjects)
WHERE { ?s ?term ?o } GROUP BY ?term ORDER BY ?term"""
_LINKS = f"""
PREFIX owl: <{OWL}> PREFIX rdfs: <{RDFS}> PREFIX skos: <{SKOS}>
SELECT ?link ?space (COUNT(*) AS ?triples) WHERE {{
  VALUES ?link {{ owl:sameAs rdfs:seeAlso skos:exactMatch skos:closeMatch skos:broadMatch
    skos:narrowMatch skos:relatedMatch }}
  ?s ?link ?o FILTER(isIRI(?o) && !STRSTARTS(STR(?o), "{_OWN}"))
  BIND(REPLACE(STR(?o), "[^/#]+/?$", "") AS ?space)
}} GROUP BY ?link ?space ORDER BY ?space ?link"""
_EXAMPLE = f"SELECT ?x WHERE {{ ?x a <{MGO}Office> }} ORDER BY ?x LIMIT 1"
_NAMESPACE = re.compile(r".*[#/]")


def statistics(backend: Backend, dataset: str) -> Iterator[Statement]:
    """Yield what VoID says of a dataset; raises as `Backend.run`."""
    yield dataset, "void:uriSpace", ox.Literal(MGI)
    for row in ask(backend, _EXAMPLE):
        yield dataset, "void:exampleResource", row["x"]
    for name, count in ask(backend, _COUNTS)[0].items():
        yield dataset, f"void:{name}", int(count)
    classes, properties = ask(backend, _CLASSES), ask(backend, _PROPERTIES)
    yield dataset, "void:classes", len(classes)
    yield from _partitions(dataset, "class", classes)
    yield from _partitions(dataset, "property", properties)
    found = (_NAMESPACE.match(row["term"]) for row in [*classes, *properties])
    for namespace in sorted({match[0] for match in found if match}):
        yield dataset, "void:vocabulary", namespace
    yield from _linksets(dataset, ask(backend, _LINKS))


def _partitions(dataset: str, kind: str, rows: list[dict[str, str]]) -> Iterator[Statement]:
    for number, row in enumerate(rows, 1):
        part = f"{dataset}-{kind}-{number}"
        yield dataset, f"void:{kind}Partition", part
        for name, value in row.items():
            if name == "term":
                yield part, f"void:{kind}", value
            else:
                yield part, f"void:{name}", int(value)


def _linksets(dataset: str, rows: list[dict[str, str]]) -> Iterator[Statement]:
    targets = {row["space"]: f"{dataset}-target-{number}" for number, row in enumerate(rows, 1)}
    for space, target in targets.items():
        yield target, "rdf:type", "void:Dataset"
        yield target, "void:uriSpace", ox.Literal(space)
    for number, row in enumerate(rows, 1):
        links = f"{dataset}-links-{number}"
        yield dataset, "void:subset", links
        yield links, "rdf:type", "void:Linkset"
        yield links, "void:subjectsTarget", dataset
        yield links, "void:objectsTarget", targets[row["space"]]
        yield links, "void:linkPredicate", row["link"]
        yield links, "void:triples", int(row["triples"])
