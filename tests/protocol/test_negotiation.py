"""The format of an answer: https://www.rfc-editor.org/rfc/rfc9110#section-12."""

import csv
import http.client
import io
import json
import xml.etree.ElementTree as ET
from contextlib import closing
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from SPARQLWrapper import SPARQLWrapper

from migkg.formats import DATASETS, GRAPHS, TABLES
from serving import (
    BROWSER,
    CONSTRUCT,
    DESCRIBE,
    JSON,
    MGO,
    OFFICES,
    OSLO,
    RUNAWAY,
    Site,
)


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


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/xml", "application/rdf+xml"),
        ("text/xml", "application/rdf+xml"),
        ("application/json", "application/ld+json"),
        ("text/plain", "application/n-triples"),
        ("application/x-turtle", "text/turtle"),
        ("application/trig", "application/trig"),
        ("application/n-quads;q=0.9, text/turtle;q=0.8", "application/n-quads"),
        ("text/*", "text/turtle"),
    ],
)
def test_common_media_types_mean_their_graph_formats(
    site: Site, accept: str, media_type: str
) -> None:
    assert site.ask(CONSTRUCT, accept).type.split(";")[0] == media_type


@pytest.mark.parametrize(
    ("lines", "media_type"),
    [
        ([], JSON),
        (["text/csv;q=0.1", "text/tab-separated-values"], "text/tab-separated-values"),
    ],
)
def test_accept_may_be_missing_or_come_in_several_lines(
    site: Site, lines: list[str], media_type: str
) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)) as connection:
        connection.putrequest("GET", f"/sparql?query={quote(OFFICES)}", skip_accept_encoding=True)
        for line in lines:
            connection.putheader("Accept", line)
        connection.endheaders()
        reply = connection.getresponse()
        assert str(reply.headers["Content-Type"]).split(";")[0] == media_type
        reply.read()


@pytest.mark.parametrize("accept", ["application/pdf", "text/turtle", "text/csv;q=0"])
def test_unknown_accept_is_not_acceptable(site: Site, accept: str) -> None:
    reply = site.ask(OFFICES, accept)
    assert reply.status == 406
    assert "application/sparql-results+json" in reply.text


@pytest.mark.parametrize(
    ("accept", "fields"),
    [
        ("text/plain", {}),
        ("image/png", {}),
        ("text/turtle", {}),
        ("*/*", {"format": "nobody"}),
        ("*/*", {"format": "ttl", "prefixes": "1"}),
    ],
)
def test_query_that_is_wrong_is_told_before_a_format_that_is_not_offered(
    site: Site, accept: str, fields: dict[str, str]
) -> None:
    reply = site.ask("SELECT * {\n  ?s ?p }", accept, **fields)
    assert (reply.status, reply.type) == (400, "text/plain; charset=utf-8")
    assert "Line 2, column 9: “}” cannot stand here." in reply.text
    assert site.ask("SELECT * { ?s ?p ?o }", accept, **fields).status == 406


def test_query_of_no_offered_format_is_not_run(site: Site) -> None:
    assert site.ask(RUNAWAY, "text/plain", timeout=1).status == 406


@pytest.mark.parametrize("name", ["csv", "text/csv"])
def test_format_parameter_goes_before_accept(site: Site, name: str) -> None:
    assert site.ask(OFFICES, JSON, format=name).type == "text/csv; charset=utf-8"


def test_media_type_may_be_a_format_with_its_plus_sign_as_it_is(site: Site) -> None:
    for sign in ("+", "%2B"):
        path = f"/sparql?query={quote(OFFICES)}&format=application/sparql-results{sign}xml"
        assert site.get(path).type == "application/sparql-results+xml"


@pytest.mark.parametrize(
    ("parameters", "media_type"),
    [
        ({"output": "csv"}, "text/csv"),
        ({"format": "tsv", "output": "csv"}, "text/tab-separated-values"),
        ({"format": "", "output": "xml"}, "application/sparql-results+xml"),
        ({"format": ["nobody", "TSV"]}, "text/tab-separated-values"),
    ],
)
def test_output_is_another_name_of_format(
    site: Site, parameters: dict[str, str], media_type: str
) -> None:
    assert site.ask(OFFICES, JSON, **parameters).type.split(";")[0] == media_type


@pytest.mark.parametrize("row", [*TABLES, *GRAPHS, *DATASETS], ids=lambda row: row.name)
def test_extension_is_the_format_whatever_else_asks(site: Site, row) -> None:  # type: ignore[no-untyped-def]
    query = OFFICES if row in TABLES else CONSTRUCT
    path = f"/sparql.{row.extension}?query={quote(query)}&format=html"
    assert site.get(path, Accept="text/html").type.split(";")[0] == row.media_type
    posted = site.send(
        "POST", f"/sparql.{row.extension}", query.encode(), Content_Type="application/sparql-query"
    )
    assert posted.type.split(";")[0] == row.media_type


def test_extension_that_cannot_hold_the_answer_is_not_acceptable(site: Site) -> None:
    assert site.get(f"/sparql.ttl?query={quote(OFFICES)}").status == 406
    assert site.get(f"/sparql.csv?query={quote(CONSTRUCT)}").status == 406


def test_extension_that_no_format_has_is_not_found(site: Site) -> None:
    for path in ("/sparql.exe", f"/sparql.exe?query={quote(OFFICES)}"):
        reply = site.get(path)
        assert (reply.status, "csv" in reply.text) == (404, True)


def test_ask_in_csv_and_tsv_is_the_bare_word(site: Site) -> None:
    for media_type in ("text/csv", "text/tab-separated-values"):
        assert site.ask("ASK {}", media_type).body == b"true"
        assert site.ask("ASK { <a:a> ?p ?o }", media_type).body == b"false"


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


def test_xml_answer_is_well_formed_and_tells_what_it_cannot_hold(site: Site) -> None:
    reply = site.ask('SELECT ("a\\rb<&" AS ?x) {}', "application/sparql-results+xml")
    assert "a\rb<&" in ET.fromstring(reply.body).itertext()
    assert "<!--" not in reply.text
    reply = site.ask('SELECT ("a\\u0001" AS ?x) {}', "application/sparql-results+xml")
    assert "a\ufffd" in ET.fromstring(reply.body).itertext()
    assert "<!-- U+FFFD stands 1 times" in reply.text


def test_csv_answer_follows_rfc_4180(site: Site) -> None:
    reply = site.ask('SELECT ("a,\\"b\\"\\n" AS ?x) (1 AS ?y) {}', "text/csv")
    assert list(csv.reader(io.StringIO(reply.text, newline=""))) == [["x", "y"], ['a,"b"\n', "1"]]


def test_triple_term_that_a_format_cannot_hold_is_not_acceptable(site: Site) -> None:
    text = "CONSTRUCT { <a:a> <a:b> <<( <a:c> <a:d> 1 )>> } {}"
    assert "<<(" in site.ask(text, "text/turtle").text
    reply = site.ask(text, "application/ld+json")
    assert (reply.status, "JSON-LD" in reply.text) == (406, True)


def test_json_ld_has_a_context_of_the_prefixes_it_uses(site: Site) -> None:
    found = json.loads(site.ask(CONSTRUCT, "application/ld+json").body)
    assert found["@context"]["mgo"] == MGO
    assert found["@graph"] == [{"@id": "mgi:office-oslo", "@type": "mgo:Office"}]
