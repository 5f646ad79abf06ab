from collections.abc import Iterator
from contextlib import closing

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from migkg import catalog
from migkg.catalog import Catalog, Order
from migkg.description import SD, describe
from migkg.execute import Pool
from migkg.formats import DATASETS, GRAPHS, RDF, TABLES
from migkg.settings import Data, Limits
from migkg.tables import ask
from migkg.terms import PREFIXES
from serving import FILES, MGO, PLAN, write_data

BASE = "https://graph.example.org"
DATASET = f"{BASE}/.well-known/void#dataset"
FORMATS = "http://www.w3.org/ns/formats/"
# The mandatory properties, and the ranges, of https://semiceu.github.io/DCAT-AP/releases/3.0.0/.
DCAT_AP = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass dcat:Catalog ;
    sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:datatype rdf:langString ],
        [ sh:path dct:description ; sh:minCount 1 ; sh:datatype rdf:langString ],
        [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ],
        [ sh:path dct:license ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
        [ sh:path dcat:service ; sh:class dcat:DataService ],
        [ sh:path dcat:dataset ; sh:minCount 1 ; sh:class dcat:Dataset ] .
[] a sh:NodeShape ; sh:targetClass foaf:Agent ;
    sh:property [ sh:path foaf:name ; sh:minCount 1 ; sh:nodeKind sh:Literal ] .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ;
    sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:datatype rdf:langString ],
        [ sh:path dct:description ; sh:minCount 1 ; sh:datatype rdf:langString ],
        [ sh:path dct:publisher ; sh:maxCount 1 ; sh:class foaf:Agent ],
        [ sh:path dcat:distribution ; sh:minCount 1 ; sh:class dcat:Distribution ],
        [ sh:path dcat:landingPage ; sh:nodeKind sh:IRI ] .
[] a sh:NodeShape ; sh:targetClass dcat:Distribution ;
    sh:property [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
        [ sh:path dcat:downloadURL ; sh:nodeKind sh:IRI ],
        [ sh:path dcat:accessService ; sh:class dcat:DataService ],
        [ sh:path dcat:mediaType ; sh:maxCount 1 ; sh:nodeKind sh:IRI ],
        [ sh:path dct:format ; sh:maxCount 1 ; sh:class dct:MediaTypeOrExtent ],
        [ sh:path dcat:byteSize ; sh:maxCount 1 ; sh:datatype xsd:nonNegativeInteger ],
        [ sh:path dct:title ; sh:minCount 1 ; sh:datatype rdf:langString ],
        [ sh:path dct:license ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .
[] a sh:NodeShape ; sh:targetClass dcat:DataService ;
    sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:datatype rdf:langString ],
        [ sh:path dcat:endpointURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
        [ sh:path dcat:endpointDescription ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
        [ sh:path dcat:servesDataset ; sh:minCount 1 ; sh:class dcat:Dataset ],
        [ sh:path dct:license ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .
"""
ASK = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
LINKS = f"""@prefix mgi: <{PREFIXES["mgi"]}> . @prefix skos: <{PREFIXES["skos"]}> .
mgi:place-norway skos:exactMatch <http://www.wikidata.org/entity/Q20>, mgi:office-oslo .
mgi:office-oslo skos:exactMatch <http://www.wikidata.org/entity/Q585> ;
    skos:closeMatch <https://sws.geonames.org/3143244/> .
"""


VIEWS = {
    "graph": "#+ summary: All.\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "places": """#+ summary: Offices and places.
#+ description: Who works where.
SELECT ?source ?target ?role ?fact { ?source ?role ?target BIND (?source AS ?fact) }""",
}


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    root = write_data(tmp_path_factory.mktemp("data"))
    (root / "instances" / "editor").mkdir()
    (root / "instances" / "editor" / "ids.ttl").write_text(LINKS)
    with closing(Pool(Data(root=str(root)), Limits(rows=5))) as made:
        yield made


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    root = write_data(tmp_path_factory.mktemp("exports"))
    (root / "queries" / "views").mkdir()
    for name, text in VIEWS.items():
        (root / "queries" / "views" / f"{name}.rq").write_text(text)
    return catalog.read(root)


@pytest.fixture(scope="module")
def store(pool: Pool, exports: Catalog) -> ox.Store:
    made = ox.Store()
    told = describe(pool, BASE, exports.values())
    made.extend(ox.Quad(t.subject, t.predicate, t.object) for t in told)
    return made


def found(store: ox.Store, pattern: str) -> list[str]:
    text = f"{ASK} SELECT ?x WHERE {{ {pattern} }} ORDER BY ?x"
    return [row["x"].value for row in store.query(text)]


def test_service_names_endpoint_language_and_formats(store: ox.Store) -> None:
    assert found(store, "?x a sd:Service") == [f"{BASE}/sparql"]
    assert found(store, "?s sd:endpoint ?x") == [f"{BASE}/sparql"]
    assert found(store, "?s sd:supportedLanguage ?x") == [f"{SD}SPARQL11Query"]
    assert found(store, "?s sd:feature ?x") == [f"{SD}UnionDefaultGraph"]


def test_service_names_every_format_by_its_iri_and_media_type(store: ox.Store) -> None:
    types = found(store, f"?s sd:resultFormat ?f . ?f <{FORMATS}media_type> ?x")
    assert types == sorted(row.media_type for row in (*TABLES, *GRAPHS, *DATASETS))
    assert f"{FORMATS}Turtle" in found(store, "?s sd:resultFormat ?x")


def test_graph_store_is_advertised(store: ox.Store) -> None:
    protocol = "<https://www.w3.org/TR/sparql11-http-rdf-update/>"
    service = f"?x a dcat:DataService ; dcterms:conformsTo {protocol}"
    assert found(store, f"{service} ; dcat:endpointDescription ?y") == [f"{BASE}/store"]
    assert found(store, service) == [f"{BASE}/store"]
    assert found(store, f"?c a dcat:Catalog ; dcat:service ?x . {service}") == [f"{BASE}/store"]
    assert found(store, f"<{BASE}/store> dcat:servesDataset ?x") == [DATASET]


def test_catalog_leads_to_the_dataset_and_its_files(store: ox.Store) -> None:
    assert DATASET in found(store, "?c a dcat:Catalog ; dcat:dataset ?x . ?x a dcat:Dataset")
    types = found(store, f"<{DATASET}> dcat:distribution/dcat:mediaType ?x")
    iana = "https://www.iana.org/assignments/media-types/"
    assert {iana + row.media_type for row in RDF} < set(types)
    about = f"{BASE}/.well-known/void"
    assert found(store, "?x a void:DatasetDescription ; foaf:primaryTopic ?d") == [about]


def test_every_export_is_a_distribution_with_its_address_and_type(
    store: ox.Store, exports: Catalog
) -> None:
    closed = [
        entry for entry in exports.values() if entry.name not in ("neighbourhood", "construct")
    ]
    named = {f"{BASE}/export/{one.name}.{row.extension}" for one in closed for row in one.orders}
    told = found(store, "?d a dcat:Dataset ; dcat:distribution [ dcat:downloadURL ?x ]")
    assert (set(told), len(told)) == (named, len(named))
    assert len(named) > 50
    typed = "?n dcat:downloadURL ?x . { ?n dcat:mediaType ?t } UNION { ?n dcterms:format ?t }"
    assert found(store, typed) == sorted(named)


def test_parts_and_views_are_datasets_of_their_own(store: ox.Store) -> None:
    assert f"{DATASET}-document-001" in found(store, f"?x dcterms:isPartOf <{DATASET}>")
    assert found(store, f"?x dcterms:source <{DATASET}>") == [f"{DATASET}-places"]
    assert found(store, f"<{DATASET}-places> dcterms:description ?x") == ["Who works where."]
    assert f"{DATASET}-places" in found(store, "?c a dcat:Catalog ; dcat:dataset ?x")


def test_size_of_a_file_that_is_not_made_is_not_told(store: ox.Store) -> None:
    assert found(store, "?n dcat:byteSize ?x") == []


def test_services_tell_where_they_are_described(store: ox.Store) -> None:
    def described(service: str) -> list[str]:
        return found(store, f"<{service}> a dcat:DataService ; dcat:endpointDescription ?x")

    api = f"{BASE}/.well-known/void#api"
    assert described(f"{BASE}/sparql") == [f"{BASE}/sparql"]
    assert described(api) == [f"{BASE}/openapi.json"]
    assert found(store, f"<{api}> dcat:endpointURL ?x") == [f"{BASE}/"]
    for service, access in (("sparql", "sparql"), ("store", "store?default")):
        by_service = f"[ dcat:accessService <{BASE}/{service}> ; dcat:accessURL ?x ]"
        assert found(store, f"<{DATASET}> dcat:distribution {by_service}") == [f"{BASE}/{access}"]


def test_what_dcat_ap_demands_is_there(pool: Pool, exports: Catalog) -> None:
    told = describe(pool, BASE, exports.values())
    data = rdflib.Graph().parse(data=ox.serialize(told, format=ox.RdfFormat.N_TRIPLES), format="nt")
    shapes = rdflib.Graph().parse(data=DCAT_AP, format="turtle")
    conforms, _, said = pyshacl.validate(data, shacl_graph=shapes)
    assert conforms, said
    data.remove((None, rdflib.DCAT.accessURL, rdflib.URIRef(f"{BASE}/sparql")))
    assert not pyshacl.validate(data, shacl_graph=shapes)[0]


def test_version_is_the_digest_of_the_data(store: ox.Store, pool: Pool) -> None:
    assert found(store, f"<{DATASET}> dcat:version ?x") == [pool.digest]


def test_counts_are_those_of_the_data(store: ox.Store, pool: Pool) -> None:
    (triples,) = found(store, f"<{DATASET}> void:triples ?x")
    # The triple of two graphs counts once: that is what a reader finds.
    assert int(triples) == pool.export(Order("rdf", "nq")).body.count(b"\n") - 1
    assert found(store, f"<{DATASET}> sd:defaultGraph/void:triples ?x") == [triples]
    (classes,) = found(store, f"<{DATASET}> void:classes ?x")
    assert int(classes) == len(found(store, f"<{DATASET}> void:classPartition ?x"))
    office = f"?part void:class <{MGO}Office> ; void:entities ?x"
    assert found(store, office) == ["1"]
    note = f"?part void:property <{MGO}note> ; void:triples ?x"
    assert found(store, note) == ["1"]


@pytest.mark.parametrize("kind", ["class", "property"])
def test_partitions_say_what_a_query_counts(store: ox.Store, pool: Pool, kind: str) -> None:
    pattern, measure = {
        "class": ("SELECT ?t (COUNT(DISTINCT ?s) AS ?n) { ?s a ?t } GROUP BY ?t", "entities"),
        "property": ("SELECT ?t (COUNT(*) AS ?n) { ?s ?t ?o } GROUP BY ?t", "triples"),
    }[kind]
    counted = {(row["t"], row["n"]) for row in ask(pool, pattern)}
    part = f"?d void:{kind}Partition ?p . ?p void:{kind} ?t ; void:{measure} ?n"
    text = f"{ASK} SELECT ?t ?n {{ {part} }}"
    assert {(row["t"].value, row["n"].value) for row in store.query(text)} == counted
    assert len(counted) > 5


def test_counts_follow_the_data(store: ox.Store) -> None:
    (entities,) = found(store, f"<{DATASET}> void:entities ?x")
    subjects = {
        line.split()[0]
        for name in ("instances/reference/offices.ttl", "instances/001-plan/facts.ttl")
        for line in FILES[name].splitlines()
        if line.strip().startswith("mgi:") and len(line) - len(line.lstrip()) == 8
    }
    assert int(entities) == len(subjects)
    vocabularies = found(store, f"<{DATASET}> void:vocabulary ?x")
    assert MGO in vocabularies
    assert PREFIXES["skos"] in vocabularies


def test_linksets_count_the_links_to_other_datasets(store: ox.Store) -> None:
    links = "?l a void:Linkset ; void:linkPredicate skos:exactMatch"
    assert found(store, f"{links} ; void:triples ?x") == ["2"]
    target = f"{links} ; void:objectsTarget/void:uriSpace ?x"
    assert found(store, target) == ["http://www.wikidata.org/entity/"]
    target = "?l void:linkPredicate skos:closeMatch ; void:objectsTarget/void:uriSpace ?x"
    assert found(store, target) == ["https://sws.geonames.org/"]
    assert len(found(store, f"<{DATASET}> void:subset ?x")) == 2


def test_graphs_are_named_and_counted(store: ox.Store, pool: Pool) -> None:
    assert PLAN in found(store, f"<{DATASET}> sd:namedGraph/sd:name ?x")
    (size,) = found(store, f"?g sd:name <{PLAN}> ; sd:graph/void:triples ?x")
    lines = pool.export(Order("rdf", "nq")).body.splitlines()
    assert int(size) == sum(line.endswith(f"<{PLAN}> .".encode()) for line in lines) > 10


def test_downloads_are_told(store: ox.Store) -> None:
    files = found(store, f"<{DATASET}> void:dataDump ?x")
    assert f"{BASE}/export/graph.trig" in files
    assert set(files) < set(found(store, f"<{DATASET}> dcat:distribution/dcat:downloadURL ?x"))
    assert found(store, f"<{DATASET}> dcterms:license ?x") != []


def test_every_name_of_ours_is_absolute(store: ox.Store) -> None:
    for quad in store:
        assert quad.subject.value.startswith((BASE, FORMATS))
