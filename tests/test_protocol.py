"""The rules of https://www.w3.org/TR/sparql11-protocol/, asked of a running server."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from SPARQLWrapper import SPARQLWrapper

from migkg.formats import DATASETS, GRAPHS, TABLES
from serving import FILES, JSON, MGO, PLAN, REFERENCE, UNKNOWN, Site, serving, write_data

OFFICES = f"SELECT ?x WHERE {{ ?x a <{MGO}Office> }}"
NOTES = f"SELECT ?s WHERE {{ ?s <{MGO}note> ?o }}"
DESCRIBE = "DESCRIBE <https://w3id.org/migkg/id/office-oslo>"
CONSTRUCT = f"CONSTRUCT {{ ?x a <{MGO}Office> }} WHERE {{ ?x a <{MGO}Office> }}"
OSLO = "https://w3id.org/migkg/id/office-oslo"
SD = "http://www.w3.org/ns/sparql-service-description#"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(write_data(tmp_path_factory.mktemp("data")), "--rows", "30") as running:
        yield running


def test_query_by_get(site: Site) -> None:
    assert site.ask(OFFICES).rows() == [{"x": OSLO}]


def test_query_by_post_of_a_form(site: Site) -> None:
    body = f"query={quote(OFFICES)}".encode()
    reply = site.send("POST", "/sparql", body, Content_Type=FORM, Accept=JSON)
    assert reply.rows() == [{"x": OSLO}]


def test_query_by_post_of_the_query_alone(site: Site) -> None:
    for content_type in (DIRECT, f"{DIRECT}; charset=UTF-8"):
        reply = site.send("POST", "/sparql", OFFICES.encode(), Content_Type=content_type)
        assert reply.rows() == [{"x": OSLO}]


@pytest.mark.parametrize(
    ("query", "name"),
    [(OFFICES, "json"), ("ASK {}", "json"), (CONSTRUCT, "ttl"), (DESCRIBE, "ttl")],
)
@pytest.mark.parametrize("accept", ["*/*", "", "image/png;q=0.1, */*"])
def test_format_without_a_wish(site: Site, query: str, name: str, accept: str) -> None:
    wanted = {"json": JSON, "ttl": "text/turtle; charset=utf-8"}[name]
    assert site.ask(query, accept).type == wanted


@pytest.mark.parametrize("row", TABLES, ids=lambda row: row.name)
def test_tables_in_every_format(site: Site, row) -> None:  # type: ignore[no-untyped-def]
    reply = site.ask(OFFICES, row.media_type)
    assert (reply.status, reply.type.split(";")[0]) == (200, row.media_type)
    assert OSLO in reply.text
    assert reply.headers["vary"] == "Accept, Accept-Encoding"
    reply = site.ask("ASK {}", row.media_type)
    assert "true" in reply.text


@pytest.mark.parametrize("row", [*GRAPHS, *DATASETS], ids=lambda row: row.name)
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
def test_graphs_in_every_format(site: Site, row, query: str) -> None:  # type: ignore[no-untyped-def]
    reply = site.ask(query, row.media_type)
    assert (reply.status, reply.type.split(";")[0]) == (200, row.media_type)
    found = list(ox.parse(reply.body, format=ox.RdfFormat.from_media_type(row.media_type)))
    assert OSLO in {quad.subject.value for quad in found}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/csv", "text/csv"),
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv;q=0, */*;q=0.1", JSON),
        ("application/json", JSON),
        ("application/xml", "application/sparql-results+xml"),
        ("text/*", "text/csv"),
        ("TEXT/CSV; Q=1", "text/csv"),
        (BROWSER, "text/html"),
    ],
)
def test_accept_header_is_weighed(site: Site, accept: str, media_type: str) -> None:
    assert site.ask(OFFICES, accept).type.split(";")[0] == media_type


@pytest.mark.parametrize("accept", ["application/pdf", "text/turtle", "text/csv;q=0"])
def test_unknown_accept_is_not_acceptable(site: Site, accept: str) -> None:
    reply = site.ask(OFFICES, accept)
    assert reply.status == 406
    assert "application/sparql-results+json" in reply.text


@pytest.mark.parametrize("name", ["csv", "text/csv"])
def test_format_parameter_goes_before_accept(site: Site, name: str) -> None:
    assert site.ask(OFFICES, JSON, format=name).type == "text/csv; charset=utf-8"


def test_format_that_cannot_hold_the_answer_is_not_acceptable(site: Site) -> None:
    reply = site.ask(OFFICES, format="ttl")
    assert reply.status == 406
    assert "json, xml, csv, tsv, html" in reply.text


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_sparqlwrapper_reads_tables(site: Site, name: str) -> None:
    with closing(wrapper(site, OFFICES, name).query().response) as response:
        assert OSLO.encode() in response.read()


@pytest.mark.parametrize("name", ["xml", "turtle", "n3", "rdf+xml", "json-ld"])
def test_sparqlwrapper_reads_graphs(site: Site, name: str) -> None:
    with closing(wrapper(site, CONSTRUCT, name).query().response) as response:
        assert b"office-oslo" in response.read()


def wrapper(site: Site, text: str, name: str) -> SPARQLWrapper:
    made = SPARQLWrapper(f"http://127.0.0.1:{site.port}/sparql", returnFormat=name)
    made.setQuery(text)
    return made


def test_bad_query_is_told_with_line_column_and_text(site: Site) -> None:
    reply = site.ask("SELECT * {\n  ?s ?p }")
    assert (reply.status, reply.type) == (400, "text/plain; charset=utf-8")
    assert "Line 2, column 9: “}” cannot stand here." in reply.text


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("GET", "/sparql?format=csv", None, "no query"),
        ("GET", "/sparql?query=ASK+{}&query=ASK+{}", None, "more than one query"),
        ("POST", "/sparql", b"", "no query"),
        ("POST", "/sparql?query=ASK+{}", b"query=ASK+{}", "more than one query"),
        ("GET", "/sparql?query=%ff", None, "UTF-8"),
        ("POST", "/sparql", b"query=%ff", "UTF-8"),
        ("GET", "/sparql?query=ASK+{}&default-graph-uri=a+b", None, "not the IRI of a graph"),
        ("GET", "/sparql?query=ASK+{}" + "&a=b" * 1001, None, "too many parameters"),
    ],
)
def test_requests_that_cannot_be_meant(
    site: Site, method: str, path: str, body: bytes | None, said: str
) -> None:
    reply = site.send(method, path, body, Content_Type=FORM)
    assert reply.status == 400
    assert said in reply.text


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        f"{DIRECT}; charset=latin1",
    ],
)
def test_other_bodies_are_unsupported(site: Site, content_type: str) -> None:
    reply = site.send("POST", "/sparql", b"ASK {}", Content_Type=content_type)
    assert reply.status == 415


def test_body_without_a_type_is_unsupported(site: Site) -> None:
    assert site.send("POST", "/sparql", b"ASK {}").status == 415


def test_query_of_the_body_alone_in_bad_utf8_is_a_bad_request(site: Site) -> None:
    assert site.send("POST", "/sparql", b"ASK {} #\xff", Content_Type=DIRECT).status == 400


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, 2),
        ({"default-graph-uri": PLAN}, 1),
        ({"default-graph-uri": UNKNOWN}, 0),
        ({"default-graph-uri": [PLAN, UNKNOWN]}, 1),
        ({"default-graph-uri": [PLAN, REFERENCE]}, 2),
        ({"named-graph-uri": PLAN}, 0),
    ],
)
def test_dataset_of_the_protocol(site: Site, parameters: dict[str, str], found: int) -> None:
    # The engine finds a triple once in each graph that holds it; no triple of ours is in two.
    assert len(site.ask(NOTES, **parameters).rows()) == found


def test_dataset_of_the_protocol_by_post(site: Site) -> None:
    path = f"/sparql?default-graph-uri={quote(PLAN, safe='')}"
    assert len(site.send("POST", path, NOTES.encode(), Content_Type=DIRECT).rows()) == 1
    body = f"query={quote(NOTES)}&default-graph-uri={quote(PLAN, safe='')}".encode()
    assert len(site.send("POST", "/sparql", body, Content_Type=FORM).rows()) == 1


def test_named_graphs_are_seen(site: Site) -> None:
    text = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
    assert {"g": PLAN} in site.ask(text).rows()
    only = site.ask(text, **{"named-graph-uri": [PLAN, UNKNOWN]}).rows()
    assert only == [{"g": PLAN}]


def test_head_is_get_without_the_body(site: Site) -> None:
    path = f"/sparql?query={quote(OFFICES)}"
    get, head = site.get(path), site.send("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length", "etag"):
        assert head.headers[name] == get.headers[name]


def test_options_answers_a_preflight(site: Site) -> None:
    reply = site.send("OPTIONS", "/sparql", Origin="https://example.org")
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert "Content-Type" in reply.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in reply.headers


def test_other_methods_are_not_allowed(site: Site) -> None:
    reply = site.send("DELETE", "/sparql")
    assert reply.status == 405
    assert set(reply.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_answer_over_the_row_limit_fails(site: Site) -> None:
    reply = site.ask("SELECT * { ?s ?p ?o }")
    assert reply.status == 413
    assert "more than 30 rows" in reply.text
    assert site.ask("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle").status == 413
    assert len(site.ask("SELECT * { ?s ?p ?o } LIMIT 30").rows()) == 30


def test_etag_brings_not_modified(site: Site) -> None:
    path = f"/sparql?query={quote(OFFICES)}"
    first = site.get(path, Accept="text/csv")
    tag = first.headers["etag"]
    assert site.get(path, Accept="text/csv", If_None_Match=tag).status == 304
    assert site.get(path, Accept="text/csv", If_None_Match=f'"x", W/{tag}').status == 304
    other = site.get(path, Accept="text/csv", If_None_Match='"x"')
    assert (other.status, other.body) == (200, first.body)
    assert site.get(path, Accept=JSON).headers["etag"] != tag


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_is_never_kept(site: Site, call: str) -> None:
    text = f"SELECT ({call} AS ?x) {{}}"
    one, other = site.ask(text), site.ask(text)
    assert "etag" not in one.headers
    assert one.headers["cache-control"] == "no-store"
    if call != "BNODE()":
        assert one.body != other.body


def test_xml_answer_is_well_formed_whatever_it_holds(site: Site) -> None:
    reply = site.ask('SELECT ("a\\u0001\\rb<&" AS ?x) {}', "application/sparql-results+xml")
    texts = list(ET.fromstring(reply.body).itertext())
    assert "a\ufffd\rb<&" in texts


def test_csv_answer_follows_rfc_4180(site: Site) -> None:
    reply = site.ask('SELECT ("a,\\"b\\"\\n" AS ?x) (1 AS ?y) {}', "text/csv")
    assert list(csv.reader(io.StringIO(reply.text, newline=""))) == [["x", "y"], ['a,"b"\n', "1"]]


def test_page_for_browsers_shows_the_answer(site: Site) -> None:
    reply = site.ask(f"SELECT * {{ ?x <{MGO}servesPlace> ?y }}", BROWSER)
    assert reply.type == "text/html; charset=utf-8"
    assert "1 row, complete." in reply.text
    assert '<a href="/id/office-oslo" title="mgi:office-oslo">IOM Oslo</a>' in reply.text
    assert "Norway &lt;&amp;&gt;" in reply.text
    assert "format=csv" in reply.text


def test_page_of_a_stored_query_bears_its_question(site: Site) -> None:
    text = FILES["queries/of-an-office.rq"]
    for sent in (text, text.replace("\n", "\r\n")):
        page = site.ask(sent, BROWSER).text
        assert "<h1>What is said of an office?</h1>" in page
        assert "office: <strong>IOM Oslo</strong>" in page
    assert "<h1>Answer</h1>" in site.ask(text.replace("?p ?o }", "?p ?o . }"), BROWSER).text


def test_page_of_a_graph_shows_turtle(site: Site) -> None:
    reply = site.ask(CONSTRUCT, BROWSER)
    assert "mgi:office-oslo" in reply.text
    assert "All triples." in reply.text


def test_page_of_ask_says_yes_or_no(site: Site) -> None:
    assert "Yes." in site.ask("ASK {}", BROWSER).text
    assert "No." in site.ask("ASK { <a:a> ?p ?o }", BROWSER).text


def test_page_of_a_fault_marks_the_place(site: Site) -> None:
    reply = site.ask("SELECT * {\n  ?s a mgo:Office }", BROWSER)
    assert reply.status == 400
    assert '<li class="here">  ?s a <mark>mgo:Office</mark> }</li>' in reply.text


def test_fault_as_json(site: Site) -> None:
    reply = site.ask("ASK {", "application/json")
    fault = json.loads(reply.body)["error"]
    assert (fault["status"], fault["title"]) == (400, "Query syntax error")
    assert fault["detail"].startswith("Line 1, column 6")
    assert fault["hint"]


def test_bare_get_describes_the_service(site: Site) -> None:
    for accept, media_type in [("*/*", "text/turtle"), ("application/ld+json",) * 2]:
        reply = site.get("/sparql", Accept=accept)
        assert reply.type.split(";")[0] == media_type
        found = ox.parse(reply.body, format=ox.RdfFormat.from_media_type(media_type))
        assert f"{SD}Service" in {getattr(quad.object, "value", "") for quad in found}
    page = site.get("/sparql", Accept=BROWSER)
    assert '<textarea id="query" name="query"' in page.text
