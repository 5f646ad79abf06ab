"""What is served, in RDF, computed from the data.

https://www.w3.org/TR/sparql11-service-description/ · https://www.w3.org/TR/void/ ·
https://www.w3.org/TR/vocab-dcat-3/
"""

from collections.abc import Iterator
from functools import lru_cache

import pyoxigraph as ox

from migkg.backend import Backend
from migkg.dumps import DUMPS
from migkg.formats import DATASETS, GRAPHS, TABLES, Format
from migkg.tables import ask
from migkg.terms import PREFIXES, expand
from migkg.void import Statement, statistics

SD = PREFIXES["sd"]
MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
TITLE = "Migration knowledge graph"
SUMMARY = "What documents on migration say was planned and done, each fact with its passage."
_FORMATS = "http://www.w3.org/ns/formats/"
# As https://www.w3.org/ns/formats/ calls them.
_FORMAT = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "trig": "TriG",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


def describe(backend: Backend, base_url: str) -> tuple[ox.Triple, ...]:
    """Return the description of the endpoint and of its dataset, in one graph.

    Raises as `Backend.run`.
    """
    # Data with a digest never change: counted once, it holds.
    keep = _kept if backend.digest else _counted
    return keep(backend, base_url)  # type: ignore[arg-type]


def _counted(backend: Backend, base_url: str) -> tuple[ox.Triple, ...]:
    about = f"{base_url}/.well-known/void"
    dataset = f"{about}#dataset"
    statements = [
        *_catalog(base_url, about, dataset),
        *_query_service(base_url, dataset),
        *_graph_store(base_url, dataset),
        *_dataset(backend, base_url, dataset),
        *statistics(backend, dataset),
        *_graphs(backend, dataset),
    ]
    if backend.digest:
        statements += _distributions(base_url, dataset)
    return tuple(map(_triple, sorted(statements, key=lambda found: found[0])))


_kept = lru_cache(maxsize=4)(_counted)


def _triple(statement: Statement) -> ox.Triple:
    subject, name, value = statement
    if isinstance(value, str):
        target: ox.NamedNode | ox.Literal = ox.NamedNode(expand(value) or value)
    else:
        target = ox.Literal(value) if isinstance(value, int) else value
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(expand(name) or name), target)


def _catalog(base_url: str, about: str, dataset: str) -> Iterator[Statement]:
    yield about, "rdf:type", "void:DatasetDescription"
    yield about, "foaf:primaryTopic", dataset
    catalog = f"{about}#catalog"
    yield catalog, "rdf:type", "dcat:Catalog"
    yield catalog, "dcterms:title", ox.Literal(TITLE, language="en")
    yield catalog, "dcterms:license", LICENSE
    yield catalog, "foaf:homepage", f"{base_url}/"
    yield catalog, "dcat:dataset", dataset
    for path in ("/sparql", "/store"):
        yield catalog, "dcat:service", base_url + path


def _query_service(base_url: str, dataset: str) -> Iterator[Statement]:
    service = f"{base_url}/sparql"
    yield service, "rdf:type", "sd:Service"
    yield service, "sd:endpoint", service
    yield service, "sd:supportedLanguage", "sd:SPARQL11Query"
    yield service, "sd:feature", "sd:UnionDefaultGraph"
    yield service, "sd:defaultDataset", dataset
    for row in (*TABLES, *GRAPHS, *DATASETS):
        yield service, "sd:resultFormat", _format(row)
        yield _format(row), f"{_FORMATS}media_type", ox.Literal(row.media_type)
    note = "Reads SPARQL 1.1 queries, and of 1.2 triple terms, base directions and VERSION."
    protocol = "https://www.w3.org/TR/sparql11-protocol/"
    yield from _data_service(service, dataset, "SPARQL endpoint", note, protocol)


def _graph_store(base_url: str, dataset: str) -> Iterator[Statement]:
    note = "Sends one graph, or all as one; nothing can be written."
    protocol = "https://www.w3.org/TR/sparql11-http-rdf-update/"
    yield from _data_service(f"{base_url}/store", dataset, "Graph store", note, protocol)


def _data_service(
    service: str, dataset: str, title: str, note: str, protocol: str
) -> Iterator[Statement]:
    yield service, "rdf:type", "dcat:DataService"
    yield service, "dcterms:title", ox.Literal(title, language="en")
    yield service, "dcterms:description", ox.Literal(note, language="en")
    yield service, "dcterms:conformsTo", protocol
    yield service, "dcat:endpointURL", service
    yield service, "dcat:servesDataset", dataset


def _dataset(backend: Backend, base_url: str, dataset: str) -> Iterator[Statement]:
    for kind in ("void:Dataset", "dcat:Dataset", "sd:Dataset"):
        yield dataset, "rdf:type", kind
    yield dataset, "dcterms:title", ox.Literal(TITLE, language="en")
    yield dataset, "dcterms:description", ox.Literal(SUMMARY, language="en")
    yield dataset, "dcterms:license", LICENSE
    yield dataset, "dcat:landingPage", f"{base_url}/"
    yield dataset, "void:sparqlEndpoint", f"{base_url}/sparql"
    # Without a graph named, a query sees the whole dataset as one graph.
    yield dataset, "sd:defaultGraph", dataset
    yield dataset, "rdf:type", "sd:Graph"
    if backend.digest:
        yield dataset, "dcat:version", ox.Literal(backend.digest)


def _distributions(base_url: str, dataset: str) -> Iterator[Statement]:
    for row in DUMPS:
        part, file = f"{dataset}-{row.extension}", f"{base_url}/export/graph.{row.extension}"
        yield dataset, "void:dataDump", file
        yield dataset, "void:feature", _format(row)
        yield dataset, "dcat:distribution", part
        yield part, "rdf:type", "dcat:Distribution"
        yield part, "dcterms:title", ox.Literal(f"The whole graph as {_FORMAT[row.name]}")
        yield part, "dcat:downloadURL", file
        yield part, "dcat:accessURL", file
        yield part, "dcat:mediaType", MEDIA_TYPE + row.media_type
        yield part, "dcterms:license", LICENSE


def _graphs(backend: Backend, dataset: str) -> Iterator[Statement]:
    for number, row in enumerate(ask(backend, _GRAPHS), 1):
        part = f"{dataset}-graph-{number}"
        yield dataset, "sd:namedGraph", part
        yield part, "rdf:type", "sd:NamedGraph"
        yield part, "sd:name", row["g"]
        yield part, "sd:graph", f"{part}-triples"
        yield f"{part}-triples", "rdf:type", "sd:Graph"
        yield f"{part}-triples", "void:triples", int(row["n"])


def _format(row: Format) -> str:
    return _FORMATS + _FORMAT[row.name]
