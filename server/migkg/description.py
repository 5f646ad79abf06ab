"""What is served, in RDF, computed from the data.

https://www.w3.org/TR/sparql11-service-description/ · https://www.w3.org/TR/void/ ·
https://www.w3.org/TR/vocab-dcat-3/
"""

from collections.abc import Iterator

import pyoxigraph as ox

from migkg.backend import Backend
from migkg.dumps import DUMPS
from migkg.formats import GRAPHS, TABLES
from migkg.tables import ask
from migkg.terms import DCTERMS, MGI, MGO, PREFIXES, RDF

SD = "http://www.w3.org/ns/sparql-service-description#"
MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
TITLE = "Migration knowledge graph"
SUMMARY = "What documents on migration say was planned and done, each fact with its passage."
_COUNTS = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects)
  (COUNT(DISTINCT ?p) AS ?properties) (COUNT(DISTINCT ?o) AS ?distinctObjects)
WHERE { ?s ?p ?o }"""
_CLASSES = (
    "SELECT ?term (COUNT(DISTINCT ?x) AS ?n) WHERE { ?x a ?term } GROUP BY ?term ORDER BY ?term"
)
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s ?term ?o } GROUP BY ?term ORDER BY ?term"
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_EXAMPLE = f"SELECT ?x WHERE {{ ?x a <{MGO}Office> }} ORDER BY ?x LIMIT 1"


def describe(backend: Backend, base_url: str) -> list[ox.Triple]:
    """Return the description of the endpoint and of its dataset, in one graph.

    Raises as `Backend.run`.
    """
    triples = [*_service(base_url), *_dataset(backend, base_url), *_graphs(backend, base_url)]
    return sorted(triples, key=lambda triple: triple.subject.value)  # type: ignore[union-attr]


def _service(base_url: str) -> Iterator[ox.Triple]:
    service = f"{base_url}/sparql"
    yield _link(service, RDF + "type", SD + "Service")
    yield _link(service, SD + "endpoint", service)
    yield _link(service, SD + "supportedLanguage", SD + "SPARQL11Query")
    yield _link(service, SD + "feature", SD + "UnionDefaultGraph")
    yield _link(service, SD + "defaultDataset", _dataset_iri(base_url))
    for row in (*TABLES, *GRAPHS):
        yield _link(service, SD + "resultFormat", MEDIA_TYPE + row.media_type)


def _dataset(backend: Backend, base_url: str) -> Iterator[ox.Triple]:
    dataset = _dataset_iri(base_url)
    for kind in (_void("Dataset"), _dcat("Dataset"), SD + "Dataset"):
        yield _link(dataset, RDF + "type", kind)
    yield _text(dataset, DCTERMS + "title", TITLE)
    yield _text(dataset, DCTERMS + "description", SUMMARY)
    yield _link(dataset, DCTERMS + "license", LICENSE)
    yield _link(dataset, _void("sparqlEndpoint"), f"{base_url}/sparql")
    yield _link(dataset, _void("vocabulary"), MGO)
    yield _text(dataset, _void("uriSpace"), MGI)
    for row in ask(backend, _EXAMPLE):
        yield _link(dataset, _void("exampleResource"), row["x"])
    for name, count in ask(backend, _COUNTS)[0].items():
        yield _number(dataset, _void(name), count)
    yield from _partitions(backend, base_url, "class", "entities", _CLASSES)
    yield from _partitions(backend, base_url, "property", "triples", _PROPERTIES)
    if backend.digest:
        yield from _distributions(base_url)


def _partitions(
    backend: Backend, base_url: str, kind: str, measure: str, text: str
) -> Iterator[ox.Triple]:
    dataset = _dataset_iri(base_url)
    found = ask(backend, text)
    if kind == "class":
        yield _number(dataset, _void("classes"), str(len(found)))
    for number, row in enumerate(found, 1):
        part = f"{dataset}-{kind}-{number}"
        yield _link(dataset, _void(f"{kind}Partition"), part)
        yield _link(part, _void(kind), row["term"])
        yield _number(part, _void(measure), row["n"])


def _distributions(base_url: str) -> Iterator[ox.Triple]:
    dataset = _dataset_iri(base_url)
    for row in DUMPS:
        part, file = f"{dataset}-{row.extension}", f"{base_url}/export/graph.{row.extension}"
        yield _link(dataset, _void("dataDump"), file)
        yield _link(dataset, _dcat("distribution"), part)
        yield _link(part, RDF + "type", _dcat("Distribution"))
        yield _link(part, _dcat("downloadURL"), file)
        yield _link(part, _dcat("mediaType"), MEDIA_TYPE + row.media_type)
        yield _link(part, DCTERMS + "license", LICENSE)


def _graphs(backend: Backend, base_url: str) -> Iterator[ox.Triple]:
    dataset = _dataset_iri(base_url)
    for number, row in enumerate(ask(backend, _GRAPHS), 1):
        part = f"{dataset}-graph-{number}"
        yield _link(dataset, SD + "namedGraph", part)
        yield _link(part, RDF + "type", SD + "NamedGraph")
        yield _link(part, SD + "name", row["g"])
        yield _link(part, SD + "graph", f"{part}-triples")
        yield _link(f"{part}-triples", RDF + "type", SD + "Graph")
        yield _number(f"{part}-triples", _void("triples"), row["n"])


def _dataset_iri(base_url: str) -> str:
    return f"{base_url}/.well-known/void#dataset"


def _void(name: str) -> str:
    return PREFIXES["void"] + name


def _dcat(name: str) -> str:
    return PREFIXES["dcat"] + name


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def _text(subject: str, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text))


def _number(subject: str, predicate: str, count: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(int(count)))
