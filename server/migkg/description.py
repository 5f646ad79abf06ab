"""What is served, in RDF, computed from the data.

https://www.w3.org/TR/sparql11-service-description/ · https://www.w3.org/TR/void/ ·
https://www.w3.org/TR/vocab-dcat-3/
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import pyoxigraph as ox

from migkg import graphs
from migkg.about import LICENSE, PUBLISHER, SUMMARY, TITLE
from migkg.backend import Backend
from migkg.catalog import Entry
from migkg.distributions import distributions
from migkg.formats import RDF, TABLES, Format
from migkg.terms import PREFIXES, expand
from migkg.void import Statement, statistics

SD = PREFIXES["sd"]
_ENGLISH = "http://publications.europa.eu/resource/authority/language/ENG"
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


def describe(
    backend: Backend,
    base_url: str,
    exports: Iterable[Entry],
    sizes: Mapping[str, int] = MappingProxyType({}),
) -> tuple[ox.Triple, ...]:
    """Return the description of the endpoint, its dataset and its exports, in one graph.

    `sizes` are the bytes of exports that are made already, by name. Raises as `Backend.run`.
    """
    about = f"{base_url}/.well-known/void"
    dataset = f"{about}#dataset"
    rdf = bool(backend.digest)
    statements = [
        *_catalog(base_url, about, dataset),
        *_query_service(base_url, dataset),
        *_graph_store(base_url, dataset),
        *_api(base_url, about, dataset),
        *_dataset(backend, base_url, dataset),
        *statistics(backend, dataset),
        *_graphs(dataset, graphs.sizes(backend)),
        *distributions(base_url, dataset, tuple(exports), sizes, rdf=rdf),
        *(_dumps(base_url, dataset) if rdf else ()),
    ]
    return tuple(map(_triple, sorted(statements, key=lambda found: found[0])))


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
    yield catalog, "dcterms:description", ox.Literal(SUMMARY, language="en")
    yield catalog, "dcterms:license", LICENSE
    yield catalog, "dcterms:publisher", f"{about}#publisher"
    yield f"{about}#publisher", "rdf:type", "foaf:Agent"
    yield f"{about}#publisher", "foaf:name", ox.Literal(PUBLISHER)
    yield catalog, "foaf:homepage", f"{base_url}/"
    yield catalog, "dcat:dataset", dataset
    for service in (f"{base_url}/sparql", f"{base_url}/store", f"{about}#api"):
        yield catalog, "dcat:service", service


def _query_service(base_url: str, dataset: str) -> Iterator[Statement]:
    service = f"{base_url}/sparql"
    yield service, "rdf:type", "sd:Service"
    yield service, "sd:endpoint", service
    yield service, "sd:supportedLanguage", "sd:SPARQL11Query"
    yield service, "sd:feature", "sd:UnionDefaultGraph"
    yield service, "sd:defaultDataset", dataset
    for row in (*TABLES, *RDF):
        yield service, "sd:resultFormat", _format(row)
        yield _format(row), f"{_FORMATS}media_type", ox.Literal(row.media_type)
    note = "Reads SPARQL 1.1 queries, and of 1.2 triple terms, base directions and VERSION."
    protocol = "https://www.w3.org/TR/sparql11-protocol/"
    yield service, "dcat:endpointURL", service
    # Without a query it sends this description.
    yield service, "dcat:endpointDescription", service
    yield from _data_service(service, dataset, "SPARQL endpoint", note, protocol)
    yield from _by_service(service, service, dataset, "By SPARQL query")


def _graph_store(base_url: str, dataset: str) -> Iterator[Statement]:
    note = "Sends one graph, or all as one; nothing can be written."
    protocol = "https://www.w3.org/TR/sparql11-http-rdf-update/"
    service = f"{base_url}/store"
    yield service, "dcat:endpointURL", service
    yield service, "dcat:endpointDescription", f"{base_url}/openapi.json"
    yield from _data_service(service, dataset, "Graph store", note, protocol)
    yield from _by_service(service, f"{service}?default", dataset, "By graph")


def _api(base_url: str, about: str, dataset: str) -> Iterator[Statement]:
    note = "Stored queries, search, pages of things and exports, for programs."
    service, specification = f"{about}#api", "https://spec.openapis.org/oas/v3.1.0"
    yield service, "dcat:endpointURL", f"{base_url}/"
    yield service, "dcat:endpointDescription", f"{base_url}/openapi.json"
    yield from _data_service(service, dataset, "Web API", note, specification)


def _data_service(
    service: str, dataset: str, title: str, note: str, protocol: str
) -> Iterator[Statement]:
    yield service, "rdf:type", "dcat:DataService"
    yield service, "dcterms:title", ox.Literal(title, language="en")
    yield service, "dcterms:description", ox.Literal(note, language="en")
    yield service, "dcterms:conformsTo", protocol
    yield service, "dcterms:license", LICENSE
    yield service, "dcterms:publisher", f"{dataset.partition('#')[0]}#publisher"
    yield service, "dcat:servesDataset", dataset


def _dataset(backend: Backend, base_url: str, dataset: str) -> Iterator[Statement]:
    for kind in ("void:Dataset", "dcat:Dataset", "sd:Dataset"):
        yield dataset, "rdf:type", kind
    yield dataset, "dcterms:title", ox.Literal(TITLE, language="en")
    yield dataset, "dcterms:description", ox.Literal(SUMMARY, language="en")
    yield dataset, "dcterms:license", LICENSE
    yield dataset, "dcterms:publisher", f"{base_url}/.well-known/void#publisher"
    yield dataset, "dcterms:language", _ENGLISH
    yield dataset, "dcat:keyword", ox.Literal("migration", language="en")
    yield dataset, "dcat:landingPage", f"{base_url}/"
    yield dataset, "void:sparqlEndpoint", f"{base_url}/sparql"
    # Without a graph named, a query sees the whole dataset as one graph.
    yield dataset, "sd:defaultGraph", dataset
    yield dataset, "rdf:type", "sd:Graph"
    if backend.digest:
        yield dataset, "dcat:version", ox.Literal(backend.digest)


def _dumps(base_url: str, dataset: str) -> Iterator[Statement]:
    for row in RDF:
        yield dataset, "void:dataDump", f"{base_url}/export/graph.{row.extension}"
        yield dataset, "void:feature", _format(row)


def _by_service(service: str, access: str, dataset: str, title: str) -> Iterator[Statement]:
    """Yield that the dataset can be had from a service at an address, without a file."""
    node = f"{dataset}-by-{service.rpartition('/')[2]}"
    yield dataset, "dcat:distribution", node
    yield node, "rdf:type", "dcat:Distribution"
    yield node, "dcterms:title", ox.Literal(title, language="en")
    yield node, "dcterms:license", LICENSE
    yield node, "dcat:accessURL", access
    yield node, "dcat:accessService", service


def _graphs(dataset: str, sizes: Mapping[str, int]) -> Iterator[Statement]:
    for number, (graph, size) in enumerate(sizes.items(), 1):
        part = f"{dataset}-graph-{number}"
        yield dataset, "sd:namedGraph", part
        yield part, "rdf:type", "sd:NamedGraph"
        yield part, "sd:name", graph
        yield part, "sd:graph", f"{part}-triples"
        yield f"{part}-triples", "rdf:type", "sd:Graph"
        yield f"{part}-triples", "void:triples", size


def _format(row: Format) -> str:
    return _FORMATS + _FORMAT[row.name]
