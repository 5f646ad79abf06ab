import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree as Tree

import pyoxigraph as ox
import pytest

from migkg.formats import BY_NAME, DATASETS, GRAPHS
from migkg.terms import MGI
from serving import BROWSER, PLAN, Site, quads, serving, write_networks


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = write_networks(tmp_path_factory.mktemp("data"))
    with serving(root) as running:
        yield running


def test_named_graph_is_a_page_or_its_triples(site: Site) -> None:
    page = site.get("/graph/001", Accept=BROWSER)
    assert (page.status, page.headers["vary"]) == (200, "Accept, Accept-Encoding")
    assert "What the document 001 says." in page.text
    for row in (*GRAPHS, *DATASETS):
        reply = site.get(f"/graph/001.{row.extension}")
        assert reply.type.split(";")[0] == row.media_type
        assert "init-001-a" in reply.text
        assert "office-oslo> rdf:type" not in reply.text
    assert site.get("/graph/001", Accept="text/turtle").type.startswith("text/turtle")
    assert site.get("/graph/nothing").status == 404
    assert site.get("/graph/001.csv").status == 404


def test_named_graph_as_data_and_under_its_name(site: Site) -> None:
    found = json.loads(site.get("/graph/001.json").body)
    assert (found["iri"], found["name"], found["document"]) == (PLAN, "001", MGI + "doc-001")
    triples = {quad.triple for quad in quads(site.get("/graph/001.nt").body, BY_NAME["nt"])}
    assert len(triples) == found["triples"]
    for row in DATASETS:
        held = quads(site.get(f"/graph/001.{row.extension}").body, row)
        assert {quad.triple for quad in held} == triples
        assert {quad.graph_name for quad in held} == {ox.NamedNode(PLAN)}


def test_picture_of_a_named_graph_counts_its_things(site: Site) -> None:
    reply = site.get("/graph/001.svg")
    assert (reply.status, reply.type) == (200, "image/svg+xml")
    assert "What the graph 001 holds" in "".join(Tree.fromstring(reply.text).itertext())
    assert 'src="/graph/001.svg"' in site.get("/graph/001.html").text
    assert site.get("/graph/nothing.svg").status == 404


def test_page_of_a_graph_offers_citation_and_exports(site: Site) -> None:
    text = site.get("/graph/001.html").text
    assert re.search("<dt>To cite it</dt><dd>“Graph 001”, .* version [0-9a-f]{12}, http", text)
    assert 'href="/export/document-001.gexf"' in text
    assert 'href="/export/graph-reference.ttl"' in site.get("/graph/reference.html").text


def test_named_graphs_are_listed_with_their_sizes(site: Site) -> None:
    reply = site.get("/graph/")
    assert (reply.status, '<a href="/graph/001">001</a>' in reply.text) == (200, True)
    assert site.get("/graph").headers["location"].endswith("/graph/")
