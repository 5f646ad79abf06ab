import json
from xml.etree import ElementTree

from migkg.formats import DATASETS, GRAPHS
from serving import BROWSER, Site


def test_ontology_is_a_page_or_a_file(site: Site) -> None:
    page = site.get("/ontology", Accept=BROWSER).text
    assert '<dt id="Office">' in page
    assert "A place of work." in page
    assert "Overview." in page
    reply = site.get("/ontology", Accept="text/turtle")
    assert (reply.status, reply.headers["vary"]) == (200, "Accept, Accept-Encoding")
    assert "mgo:Office a owl:Class" in reply.text
    for row in (*GRAPHS, *DATASETS):
        found = site.get(f"/ontology.{row.extension}")
        assert found.type.split(";")[0] == row.media_type
        assert b"Office" in found.body
    assert site.get("/ontology.pdf").status == 404


def test_term_has_examples_and_questions(site: Site) -> None:
    text = site.get("/ontology.html").text
    assert '<a href="/id/office-oslo">IOM Oslo</a>' in text
    assert '<a href="/queries/offices">Which offices are there?</a>' in text


def test_ontology_as_data_and_as_picture(site: Site) -> None:
    found = json.loads(site.get("/ontology.json").body)
    labels = [term["label"] for term in found["classes"]]
    assert labels == ["agent", "country", "initiative", "office", "place"]
    reply = site.get("/ontology.svg")
    assert reply.type.startswith("image/svg+xml")
    assert ElementTree.fromstring(reply.body).tag == "{http://www.w3.org/2000/svg}svg"


def test_ontology_names_its_other_formats(site: Site) -> None:
    link = site.get("/ontology", Accept=BROWSER).headers["link"]
    assert '/ontology.ttl>; rel="alternate"; type="text/turtle"' in link
    assert '<https://w3id.org/migkg/ontology>; rel="describes"' in link
