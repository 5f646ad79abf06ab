from pathlib import Path

import pytest

from migkg import catalog
from migkg.catalog import Catalog
from migkg.errors import BadRequest, NotFound
from migkg.terms import GRAPH, MGI

VIEW = "#+ summary: What is where.\nSELECT ?source ?target ?role WHERE { ?source ?role ?target }"
WHOLE = "#+ summary: All.\nCONSTRUCT WHERE { ?s ?p ?o }"


@pytest.fixture
def entries(tiny: Path) -> Catalog:
    views = tiny / "queries" / "views"
    views.mkdir()
    (views / "where.rq").write_text(VIEW)
    (views / "graph.rq").write_text(WHOLE)
    return catalog.read(tiny)


def test_catalog_names_everything(entries: Catalog) -> None:
    documents = ["document-001", "document-003"]
    graphs = ["graph-concepts", "graph-editor", "graph-reference"]
    rest = ["ontology", "shapes", "tables"]
    own = ["where", "neighbourhood", "construct"]
    assert [*entries] == ["graph", *documents, *rest, *graphs, *own]


def test_data_without_shapes_offer_none(tiny: Path) -> None:
    (tiny / "shapes" / "office.ttl").unlink()
    (tiny / "shapes").rmdir()
    assert "shapes" not in catalog.read(tiny)


def test_name_says_what_format_and_coding(entries: Catalog) -> None:
    _, order = catalog.find(entries, "document-003.nq.gz")
    assert (order.what, order.format, order.coding) == ("rdf", "nq", "gz")
    assert order.graphs == (GRAPH + "003", GRAPH + "derived-003")
    assert order.media_type == "application/gzip"
    _, order = catalog.find(entries, "where.neo4j.zip")
    assert (order.what, order.format, order.rows) == ("network", "neo4j", True)
    _, order = catalog.find(entries, "document-003.gexf.zst")
    assert (order.document, order.rows, order.title) == ("003", False, "Document 003")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nothing.ttl", "There are: graph, document-001"),
        ("", "There are: graph"),
        (".gz", "There are: graph"),
        ("graph.pdf", "comes as ttl, nt, .*gexf"),
        ("graph", "comes as ttl"),
        ("shapes.gexf", "comes as ttl"),
        ("tables.csv", "comes as zip"),
        ("graph.ttl.gz.gz", "comes as ttl"),
        ("document-002.ttl", "Did you mean document-001, document-003"),
    ],
)
def test_unknown_name_is_told_what_there_is(entries: Catalog, name: str, told: str) -> None:
    with pytest.raises(NotFound, match=told):
        catalog.find(entries, name)


def test_without_views_there_are_no_networks(tiny: Path) -> None:
    with pytest.raises(NotFound, match="comes as ttl, nt, jsonld, rdf, nq, trig,"):
        catalog.find(catalog.read(tiny), "graph.gexf")


def ordered(entries: Catalog, name: str, **params: str) -> catalog.Order:
    entry, order = catalog.find(entries, name)
    return catalog.ordered(entry, order, params)


def test_parameters_become_an_order(entries: Catalog) -> None:
    found = ordered(entries, "neighbourhood.gexf", iri="mgi:office-a", depth="2", passages="1")
    assert (found.iri, found.depth, found.passages) == (MGI + "office-a", 2, True)
    assert ordered(entries, "neighbourhood.gexf", iri=f"<{MGI}a>").iri == MGI + "a"
    assert ordered(entries, "neighbourhood.gexf", iri="office-a").iri == MGI + "office-a"
    assert not ordered(entries, "graph.ttl", derived="0").derived
    assert ordered(entries, "construct.csv", query="CONSTRUCT {}").query == "CONSTRUCT {}"


@pytest.mark.parametrize(
    ("name", "params", "told"),
    [
        ("graph.ttl", {"depth": "2"}, "It takes derived, passages"),
        ("tables.zip", {"x": "2"}, "It takes none"),
        ("shapes.ttl", {"x": "2"}, "It takes none"),
        ("where.gexf", {"passages": "perhaps"}, "Give 1 for yes or 0 for no"),
        ("neighbourhood.gexf", {}, "is not named"),
        ("neighbourhood.gexf", {"iri": "mgi:a", "depth": "4"}, "from 1 to 3"),
        ("neighbourhood.gexf", {"iri": "mgi:a", "depth": "²"}, "from 1 to 3"),
        ("neighbourhood.gexf", {"iri": "office a"}, "is not the address"),
        ("neighbourhood.gexf", {"iri": "urn:a> ?p"}, "is not the address"),
        ("construct.gexf", {"query": " "}, "There is no query"),
    ],
)
def test_wrong_parameter_is_told_what_to_give(
    entries: Catalog, name: str, params: dict[str, str], told: str
) -> None:
    with pytest.raises(BadRequest, match=told):
        ordered(entries, name, **params)
