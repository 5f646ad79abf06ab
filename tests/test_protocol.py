"""The rules of https://www.w3.org/TR/sparql11-protocol/, asked of a running server."""

import csv
import gzip
import http.client
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from SPARQLWrapper import SPARQLWrapper

from migkg.exchange import etag
from migkg.formats import DATASETS, GRAPHS, TABLES
from serving import (
    DIRECT,
    FILES,
    FORM,
    JSON,
    MGO,
    PLAN,
    REFERENCE,
    RUNAWAY,
    UNKNOWN,
    Site,
    serving,
    write_data,
)

OFFICES = f"SELECT ?x WHERE {{ ?x a <{MGO}Office> }}"
NOTES = f"SELECT ?s WHERE {{ ?s <{MGO}note> ?o }}"
DESCRIBE = "DESCRIBE <https://w3id.org/migkg/id/office-oslo>"
CONSTRUCT = f"CONSTRUCT {{ ?x a <{MGO}Office> }} WHERE {{ ?x a <{MGO}Office> }}"
OSLO = "https://w3id.org/migkg/id/office-oslo"
SD = "http://www.w3.org/ns/sparql-service-description#"
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


@pytest.mark.parametrize("value", ["0", "false", "No", ""])
def test_prefixes_may_be_said_not_to_be_wanted(site: Site, value: str) -> None:
    assert site.ask("ASK {}", prefixes=value).status == 200
    assert site.ask("ASK { ?x a mgo:Office }", prefixes=value).status == 400


def test_parameters_of_others_are_left_alone(site: Site) -> None:
    parameters = {"debug": "on", "results": "xml", "should-sponge": "", "infer": "true"}
    assert site.ask(OFFICES, **parameters).rows() == [{"x": OSLO}]


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
        ("GET", "/sparql?query=", None, "The query is empty"),
        ("GET", "/sparql?query=%20%09", None, "The query is empty"),
        ("POST", "/sparql", b"query=", "The query is empty"),
        ("GET", "/sparql?query=%23+nothing", None, "The query is empty"),
        ("GET", "/sparql?query=ASK+{}&prefixes=x", None, "prefixes is 'x'"),
        ("POST", "/sparql", b"query=ASK+{}&prefixes=2", "prefixes is '2'"),
        ("GET", "/sparql?query=ASK+{}&prefixes=1&prefixes=x", None, "prefixes is 'x'"),
        ("GET", "/sparql?QUERY=ASK+{}", None, "no query"),
        ("GET", "/sparql?query=ASK+{}&query=SELECT+*+{}", None, "more than one query"),
        ("GET", "/sparql?query=ASK+{}&named-graph-uri=relative", None, "not the IRI of a graph"),
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
        f"{DIRECT}; charset=UTF-16",
        f"{FORM}; charset=iso-8859-1",
        "application/sparql-query-x",
        "*/*",
        "/",
    ],
)
def test_other_bodies_are_unsupported(site: Site, content_type: str) -> None:
    reply = site.send("POST", "/sparql", b"ASK {}", Content_Type=content_type)
    assert reply.status == 415


def test_compressed_body_is_unsupported(site: Site) -> None:
    body = gzip.compress(b"ASK {}")
    reply = site.send("POST", "/sparql", body, Content_Type=DIRECT, Content_Encoding="gzip")
    assert (reply.status, "compressed" in reply.text) == (415, True)


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP, identity", "x"])
def test_body_that_is_said_to_be_compressed_is_unsupported(site: Site, coding: str) -> None:
    sent = {"Content_Encoding": coding}
    assert site.send("POST", "/sparql", b"ASK {}", Content_Type=DIRECT, **sent).status == 415
    form = b"query=ASK+{}"
    assert site.send("POST", "/sparql", form, Content_Type=FORM, **sent).status == 415
    plain = site.send("POST", "/sparql", form, Content_Type=FORM, Content_Encoding="identity")
    assert plain.status == 200


@pytest.mark.parametrize("protocol", ["websocket", "h2c", "TLS/1.0"])
def test_wish_for_another_protocol_is_passed_over(site: Site, protocol: str) -> None:
    for path in ("/healthz", f"/sparql?query={quote(OFFICES)}"):
        reply = site.get(path, Connection="Upgrade", Upgrade=protocol)
        assert reply.status == 200


def test_body_without_a_type_is_unsupported(site: Site) -> None:
    assert site.send("POST", "/sparql", b"ASK {}").status == 415


@pytest.mark.parametrize(
    "content_type",
    [
        "APPLICATION/SPARQL-QUERY",
        f'{DIRECT}; charset="utf-8"',
        f"{DIRECT};charset=utf8",
        f"{DIRECT} ; Charset=UTF-8; x=y",
    ],
)
def test_media_type_of_a_body_may_be_written_in_other_ways(site: Site, content_type: str) -> None:
    query = f"SELECT ?x {{ ?x a <{MGO}Office> }} # é"
    reply = site.send("POST", "/sparql", query.encode(), Content_Type=content_type)
    assert reply.rows() == [{"x": OSLO}]


def test_utf8_arrives_by_every_way(site: Site) -> None:
    query = 'SELECT ("é→🌍" AS ?x) (STRLEN(?x) AS ?n) {}'
    form = f"{FORM}; charset=UTF-8"
    replies = [
        site.ask(query),
        site.post(query),
        site.send("POST", "/sparql", f"query={quote(query)}".encode(), Content_Type=form),
        # As `curl --data` sends it, the bytes not percent-encoded.
        site.send("POST", "/sparql", f"query={query}".encode(), Content_Type=form),
    ]
    assert [reply.rows() for reply in replies] == [[{"x": "é→🌍", "n": "3"}]] * 4


def test_percent_signs_of_an_iri_stay_as_they_are(site: Site) -> None:
    query = "SELECT (<http://e/%C3%A9?a=b&c=d+e%2B#f> AS ?x) {}"
    assert site.ask(query).rows() == [{"x": "http://e/%C3%A9?a=b&c=d+e%2B#f"}]
    assert site.ask("SELECT (<http://e/é> AS ?x) {}").rows() == [{"x": "http://e/é"}]


def test_byte_order_mark_before_a_query_is_passed_over(site: Site) -> None:
    query = f"\ufeff{OFFICES}"
    form = f"query={quote(query)}".encode()
    replies = [
        site.ask(query),
        site.post(query),
        site.send("POST", "/sparql", form, Content_Type=FORM),
    ]
    assert [reply.rows() for reply in replies] == [[{"x": OSLO}]] * 3


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u3000", "\x0b"])
def test_space_that_is_none_in_sparql_is_named(site: Site, space: str) -> None:
    reply = site.ask(f"ASK {{\n ?s{space}?p ?o }}", "application/json")
    fault = json.loads(reply.body)["error"]
    assert (fault["status"], fault["line"], fault["column"]) == (400, 2, 4)
    assert f"U+{ord(space):04X} is no space" in fault["detail"]
    assert "plain space" in fault["hint"]


@pytest.mark.parametrize(
    "call", ["<urn:f>(1)", "<http://www.w3.org/2005/xpath-functions#nothing>(1)"]
)
def test_foreign_function_is_not_run(site: Site, call: str) -> None:
    for query in (f"SELECT ({call} AS ?x) {{}}", f"ASK {{ ?s ?p ?o FILTER({call}) }}"):
        reply = site.ask(query)
        assert (reply.status, "custom function" in reply.text) == (422, True)


def test_plus_in_a_url_is_a_space(site: Site) -> None:
    reply = site.get("/sparql?query=SELECT+(%22a+b%2Bc%22+AS+?x)+{}", Accept=JSON)
    assert reply.rows() == [{"x": "a b+c"}]


def test_long_query_goes_up_to_the_limit(site: Site) -> None:
    query = "ASK {} #" + "x" * (65_536 - 8)
    assert site.post(query).status == 200
    assert site.post(query + "x").status == 413
    assert site.get("/sparql?query=" + "ASK{}" + "+" * 65_000).status == 200


def test_query_over_the_limit_in_a_url_is_a_uri_too_long(tmp_path: Path) -> None:
    with serving(write_data(tmp_path), "--query-bytes", "300") as small:
        query = "ASK {} #" + "é" * 150
        assert small.ask(query).status == 414
        assert small.post(query).status == 413
        form = f"query={quote(query)}".encode()
        assert small.send("POST", "/sparql", form, Content_Type=FORM).status == 413
        assert small.post("ASK {}").status == 200


def test_query_of_the_body_alone_in_bad_utf8_is_a_bad_request(site: Site) -> None:
    assert site.send("POST", "/sparql", b"ASK {} #\xff", Content_Type=DIRECT).status == 400


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, 1),
        ({"default-graph-uri": PLAN}, 1),
        ({"default-graph-uri": UNKNOWN}, 0),
        ({"default-graph-uri": [PLAN, UNKNOWN]}, 1),
        ({"default-graph-uri": [PLAN, PLAN]}, 1),
        ({"default-graph-uri": [PLAN, REFERENCE]}, 1),
        ({"default-graph-uri": [PLAN, REFERENCE], "named-graph-uri": PLAN}, 1),
        ({"named-graph-uri": PLAN}, 0),
    ],
)
def test_dataset_of_the_protocol(site: Site, parameters: dict[str, str], found: int) -> None:
    # The triple stands in both graphs; merged they hold it once.
    assert len(site.ask(NOTES, **parameters).rows()) == found


def test_empty_dataset_field_of_a_form_names_no_graph(site: Site) -> None:
    fields = {"default-graph-uri": "", "named-graph-uri": ""}
    assert len(site.ask(NOTES, **fields).rows()) == len(site.ask(NOTES).rows())


def from_clause(*graphs: str, named: tuple[str, ...] = ()) -> str:
    clauses = [f"FROM <{iri}>" for iri in graphs] + [f"FROM NAMED <{iri}>" for iri in named]
    return " ".join(clauses)


@pytest.mark.parametrize(
    ("graphs", "found"),
    [
        ((PLAN,), 1),
        ((REFERENCE,), 1),
        ((UNKNOWN,), 0),
        ((PLAN, UNKNOWN), 1),
        ((PLAN, PLAN), 1),
        ((PLAN, REFERENCE), 1),
    ],
)
def test_from_chooses_the_default_graph(site: Site, graphs: tuple[str, ...], found: int) -> None:
    query = NOTES.replace("WHERE", f"{from_clause(*graphs)} WHERE")
    assert len(site.ask(query).rows()) == found


def test_from_named_chooses_the_named_graphs_and_empties_the_default(site: Site) -> None:
    text = f"SELECT DISTINCT ?g {from_clause(named=(PLAN, UNKNOWN))} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert site.ask(text).rows() == [{"g": PLAN}]
    text = f"SELECT * {from_clause(named=(PLAN,))} {{ ?s ?p ?o }}"
    assert site.ask(text).rows() == []


def test_from_leaves_no_named_graphs(site: Site) -> None:
    text = f"SELECT DISTINCT ?g {from_clause(PLAN)} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert site.ask(text).rows() == []


def test_dataset_of_the_protocol_goes_before_that_of_the_query(site: Site) -> None:
    classes = "SELECT DISTINCT ?x FROM <{}> {{ ?s a ?x }}"
    of_reference = site.ask(classes.format(REFERENCE)).rows()
    of_plan = site.ask(classes.format(PLAN)).rows()
    assert of_reference != of_plan
    found = site.ask(classes.format(REFERENCE), **{"default-graph-uri": PLAN}).rows()
    assert sorted(map(str, found)) == sorted(map(str, of_plan))
    # It is the whole dataset: what FROM names is not there beside it.
    text = f"SELECT DISTINCT ?g {from_clause(named=(PLAN,))} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert site.ask(text, **{"default-graph-uri": PLAN}).rows() == []
    assert site.ask(text, **{"named-graph-uri": REFERENCE}).rows() == [{"g": REFERENCE}]


def test_dataset_of_url_and_body_are_one(site: Site) -> None:
    text = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
    path = f"/sparql?named-graph-uri={quote(PLAN, safe='')}"
    body = f"query={quote(text)}&named-graph-uri={quote(REFERENCE, safe='')}".encode()
    rows = site.send("POST", path, body, Content_Type=FORM).rows()
    assert rows == [{"g": PLAN}, {"g": REFERENCE}]


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


@pytest.mark.parametrize("path", ["/sparql", "/sparql.csv", "/sparql?query=ASK+{}"])
@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_other_methods_are_not_allowed(site: Site, method: str, path: str) -> None:
    reply = site.send(method, path)
    assert reply.status == 405
    assert set(reply.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("method", ["get", "Post", "query"])
def test_names_of_methods_are_case_sensitive(site: Site, method: str) -> None:
    reply = site.send(method, "/sparql?query=ASK+{}")
    assert reply.status == 501
    assert "in capitals" in reply.text


def test_answer_over_the_row_limit_fails(site: Site) -> None:
    reply = site.ask("SELECT * { ?s ?p ?o }")
    assert reply.status == 413
    assert "more than 30 rows" in reply.text
    assert site.ask("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle").status == 413
    assert len(site.ask("SELECT * { ?s ?p ?o } LIMIT 30").rows()) == 30


READ = [
    "/",
    "/sparql",
    "/sparql.ttl",
    f"/sparql?query={quote(OFFICES)}",
    f"/sparql.xml?query={quote(OFFICES)}",
    "/store?default",
    f"/store.nt?graph={quote(PLAN, safe='')}",
    "/.well-known/void",
    "/ontology",
    "/ontology.ttl",
    "/id/office-oslo.html",
    "/id/office-oslo.ttl",
    "/concept/theme-return.jsonld",
    "/export/graph.trig",
    "/queries",
    "/queries/offices.csv",
    "/search.json?q=oslo",
    "/openapi.json",
    "/static/migkg.css",
]


@pytest.mark.parametrize("path", READ)
def test_every_read_url_has_an_etag_and_answers_not_modified(site: Site, path: str) -> None:
    first = site.get(path)
    assert first.status == 200, first.text
    tag = first.headers["etag"]
    assert tag.startswith(etag(first.body)[:-1])
    again = site.get(path, If_None_Match=tag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert site.send("HEAD", path, If_None_Match=tag).status == 304


@pytest.mark.parametrize("path", READ)
def test_only_whole_answers_are_sent(site: Site, path: str) -> None:
    for part in ("bytes=0-9", "bytes=99999999-", "lines=1", "nonsense"):
        reply = site.get(path, Range=part, If_Modified_Since="Sat, 01 Jan 2039 00:00:00 GMT")
        assert reply.status == 200
        assert reply.headers["etag"].startswith(etag(reply.body)[:-1])
        assert not {"accept-ranges", "last-modified"} & set(reply.headers)


@pytest.mark.parametrize("path", READ)
def test_answer_that_must_be_another_fails(site: Site, path: str) -> None:
    tag = site.get(path).headers["etag"]
    for held in (tag, "*", f'"x", {tag}'):
        assert site.get(path, If_Match=held).status == 200
    for held in ('"x"', f"W/{tag}"):
        reply = site.get(path, If_Match=held, If_None_Match=tag)
        assert (reply.status, "etag" in reply.headers) == (412, False)
        assert reply.text.startswith("Precondition failed: ")


def test_not_modified_still_tells_the_version(site: Site) -> None:
    path = f"/sparql?query={quote(OFFICES)}"
    first = site.get(path)
    again = site.get(path, If_None_Match=first.headers["etag"])
    for name in ("dataset-version", "answer-completeness", "vary", "cache-control"):
        assert again.headers[name] == first.headers[name]


def test_answer_from_the_cache_says_so_with_its_time(site: Site) -> None:
    path = f"/sparql.csv?query={quote('SELECT (42 AS ?x) {}')}"
    first, second = site.get(path), site.get(path)
    assert second.headers["server-timing"] == f"{first.headers['server-timing']}, cache"
    assert second.body == first.body


def test_etag_brings_not_modified(site: Site) -> None:
    path = f"/sparql?query={quote(OFFICES)}"
    first = site.get(path, Accept="text/csv")
    tag = first.headers["etag"]
    assert site.get(path, Accept="text/csv", If_None_Match=tag).status == 304
    assert site.get(path, Accept="text/csv", If_None_Match=f'"x", W/{tag}').status == 304
    other = site.get(path, Accept="text/csv", If_None_Match='"x"')
    assert (other.status, other.body) == (200, first.body)
    assert site.get(path, Accept=JSON).headers["etag"] != tag


def test_query_sent_to_the_address_with_a_slash_is_led_on(site: Site) -> None:
    reply = site.send("POST", "/sparql/", b"ASK {}", Content_Type="application/sparql-query")
    assert (reply.status, reply.headers["location"]) == (308, "/sparql")


@pytest.mark.parametrize("coding", ["identity", "gzip;q=1, identity;q=0"])
def test_formats_have_etags_of_their_own_where_their_bytes_are_the_same(
    site: Site, coding: str
) -> None:
    for path, kinds in (
        (f"/sparql?query={quote('ASK {}')}", ("text/csv", "text/tab-separated-values")),
        ("/store?default", ("text/turtle", "application/trig")),
    ):
        one, other = (site.get(path, Accept=kind, Accept_Encoding=coding) for kind in kinds)
        assert one.body == other.body
        assert one.headers["etag"] != other.headers["etag"]


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_is_never_kept(site: Site, call: str) -> None:
    text = f"SELECT ({call} AS ?x) {{}}"
    one, other = site.ask(text), site.ask(text)
    assert "etag" not in one.headers
    assert one.headers["cache-control"] == "no-store"
    if call != "BNODE()":
        assert one.body != other.body


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


@pytest.mark.parametrize("accept", [JSON, "text/csv", BROWSER])
def test_answer_tells_its_version_its_time_and_that_it_is_whole(site: Site, accept: str) -> None:
    reply = site.ask(OFFICES, accept)
    assert re.fullmatch("[0-9a-f]{64}", reply.headers["dataset-version"])
    assert reply.headers["answer-completeness"] == "complete"
    assert re.fullmatch(r"query;dur=\d+\.\d(, cache)?", reply.headers["server-timing"])


def test_scripts_of_other_pages_may_read_what_an_answer_tells(site: Site) -> None:
    exposed = site.ask(OFFICES).headers["access-control-expose-headers"].lower().split(", ")
    told = {"answer-completeness", "dataset-version", "etag", "retry-after", "server-timing"}
    assert told | {"link", "content-disposition"} <= set(exposed)


def test_page_of_a_part_says_so_in_its_header(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    triples = "".join(f"<a:s{number}> <a:p> {number} .\n" for number in range(1001))
    (root / "instances" / "reference" / "large.ttl").write_text(triples)
    with serving(root) as large:
        reply = large.ask("SELECT * { ?s <a:p> ?o }", BROWSER)
        assert reply.headers["answer-completeness"] == "truncated: rows 1000"
        reply = large.ask("SELECT * { ?s <a:p> ?o }", "text/csv")
        assert reply.headers["answer-completeness"] == "complete"


@pytest.mark.parametrize(
    "text",
    [
        'VERSION "1.2" SELECT (TRIPLE(<a:a>, <a:b>, 1) AS ?x) {}',
        "SELECT * { << <a:a> <a:b> 1 >> <a:c> ?x }",
        "SELECT * { ?s <a:b> ?o {| <a:c> ?d |} }",
        'SELECT (LANGDIR("x"@en--ltr) AS ?x) {}',
    ],
)
def test_sparql_1_2_that_the_engine_has_is_read(site: Site, text: str) -> None:
    for row in TABLES:
        assert site.ask(text, row.media_type).status == 200


def test_triple_term_that_a_format_cannot_hold_is_not_acceptable(site: Site) -> None:
    text = "CONSTRUCT { <a:a> <a:b> <<( <a:c> <a:d> 1 )>> } {}"
    assert "<<(" in site.ask(text, "text/turtle").text
    reply = site.ask(text, "application/ld+json")
    assert (reply.status, "JSON-LD" in reply.text) == (406, True)


def test_json_ld_has_a_context_of_the_prefixes_it_uses(site: Site) -> None:
    found = json.loads(site.ask(CONSTRUCT, "application/ld+json").body)
    assert found["@context"]["mgo"] == MGO
    assert found["@graph"] == [{"@id": "mgi:office-oslo", "@type": "mgo:Office"}]


def test_page_for_browsers_shows_the_answer(site: Site) -> None:
    reply = site.ask(f"SELECT * {{ ?x <{MGO}servesPlace> ?y }}", BROWSER)
    assert reply.type == "text/html; charset=utf-8"
    assert "1 row, complete." in reply.text
    assert '<a href="/id/office-oslo" title="mgi:office-oslo">IOM Oslo</a>' in reply.text
    assert "Norway &lt;&amp;&gt;" in reply.text
    assert "format=csv" in reply.text


def test_page_has_a_column_for_every_variable(site: Site) -> None:
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    page = site.ask(f"SELECT ?x ?n {{ ?x a <{MGO}Office> ; <{label}> ?n }}", BROWSER).text
    assert re.findall(r"<th scope=\"col\">(.*?)</th>", page) == ["x", "n"]


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


def test_page_of_a_refusal_marks_the_place(site: Site) -> None:
    reply = site.ask("ASK {\n SERVICE <http://127.0.0.1/> {} }", BROWSER)
    assert reply.status == 422
    assert "<mark>SERVICE</mark>" in reply.text


def test_page_of_a_fault_marks_the_place(site: Site) -> None:
    reply = site.ask("SELECT * {\n  ?s a mgo:Office }", BROWSER)
    assert reply.status == 400
    assert '<li class="here">  ?s a <mark>mgo:Office</mark> }</li>' in reply.text


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/plain"),
        (JSON, "text/plain"),
        ("text/csv", "text/plain"),
        ("application/json", "application/json"),
        (f"{JSON}, application/problem+json", "application/problem+json"),
        ("application/problem+json, application/json;q=0.9", "application/problem+json"),
        (BROWSER, "text/html"),
    ],
)
def test_fault_comes_in_the_shape_the_client_likes_best(
    site: Site, accept: str, media_type: str
) -> None:
    reply = site.ask("ASK {", accept)
    assert (reply.status, reply.type.split(";")[0]) == (400, media_type)
    assert "the query ends here" in reply.text
    assert reply.headers["cache-control"] == "no-store"


def test_fault_at_an_address_of_json_is_json_for_who_takes_anything(site: Site) -> None:
    for accept, media_type in (("*/*", "application/json"), ("text/plain", "text/plain")):
        reply = site.get("/sparql.json?query=ASK", Accept=accept)
        assert (reply.status, reply.type.split(";")[0]) == (400, media_type)


def test_fault_as_problem_details(site: Site) -> None:
    fault = json.loads(site.ask("ASK {\n ?s }", f"{JSON}, application/problem+json").body)
    assert fault["type"] == "about:blank"
    assert (fault["status"], fault["title"]) == (400, "Query syntax error")
    assert (fault["line"], fault["column"], fault["near"]) == (2, 5, "}")


def test_fault_of_a_missing_prefix_names_the_line_to_add(site: Site) -> None:
    reply = site.ask("SELECT *\n{ ?x a mgo:Office }", "application/json")
    fault = json.loads(reply.body)["error"]
    assert (fault["line"], fault["column"], fault["near"]) == (2, 8, "mgo:Office")
    assert f"PREFIX mgo: <{MGO}>" in fault["hint"]
    assert "prefixes=1" in fault["hint"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { ?x a mgo:Office }",
        f"PREFIX mgo: <{MGO}> SELECT ?x {{ ?x a mgo:Office ; rdfs:label ?y }}",
        "# a\nBASE <http://e/> PREFIX\nmgi: <https://w3id.org/migkg/id/> "
        "SELECT ?x { VALUES ?x { mgi:office-oslo } ?x a mgo:Office }",
    ],
)
def test_prefixes_supplies_those_that_the_dataset_declares(site: Site, query: str) -> None:
    assert site.ask(query).status == 400
    assert site.ask(query, prefixes="1").rows() == [{"x": OSLO}]
    body = f"query={quote(query)}&prefixes=1".encode()
    assert site.send("POST", "/sparql", body, Content_Type=FORM).rows() == [{"x": OSLO}]
    direct = site.send("POST", "/sparql?prefixes=1", query.encode(), Content_Type=DIRECT)
    assert direct.rows() == [{"x": OSLO}]
    page = site.ask(query, BROWSER, prefixes="1")
    assert "1 row, complete." in page.text
    assert "prefixes=1&amp;format=csv" in page.text


def test_prefixes_leaves_one_of_the_query_alone(site: Site) -> None:
    query = "PREFIX mgo: <http://other/> SELECT (mgo:x AS ?x) {}"
    assert site.ask(query, prefixes="1").rows() == [{"x": "http://other/x"}]


@pytest.mark.parametrize(
    ("query", "line", "column", "near"),
    [
        ("SELECT * { ?x a mgo:Office ; }}", 1, 31, "}"),
        ("SELECT * { ?x a mgo:Office .\n ?x rdfs:label }", 2, 16, "}"),
        ("SELECT * { ?x a nobody:Office ; rdfs:label ?y }", 1, 17, "nobody:Office"),
        ("SELEC * { ?x a mgo:Office }", 1, 1, "SELEC"),
        ('SELECT * { ?x a mgo:Office ; rdfs:label "open }', 1, 41, '"open }'),
    ],
)
def test_place_of_a_fault_is_right_with_prefixes_supplied(
    site: Site, query: str, line: int, column: int, near: str
) -> None:
    fault = json.loads(site.ask(query, "application/json", prefixes="1").body)["error"]
    assert (fault["line"], fault["column"], fault["near"]) == (line, column, near)
    assert fault["detail"].startswith(f"Line {line}, column {column}: ")


def test_fault_as_json(site: Site) -> None:
    reply = site.ask("ASK {", "application/json")
    fault = json.loads(reply.body)["error"]
    assert (fault["status"], fault["title"]) == (400, "Query syntax error")
    assert fault["detail"].startswith("Line 1, column 6")
    assert fault["hint"]


@pytest.mark.parametrize("path", ["/", "/sparql", "/.well-known/void"])
@pytest.mark.parametrize("row", GRAPHS, ids=lambda row: row.name)
def test_dataset_is_described_wherever_it_is_asked_for(site: Site, path: str, row) -> None:  # type: ignore[no-untyped-def]
    reply = site.get(path, Accept=row.media_type)
    assert (reply.status, reply.type.split(";")[0]) == (200, row.media_type)
    found = ox.parse(reply.body, format=ox.RdfFormat.from_media_type(row.media_type))
    values = {getattr(quad.object, "value", "") for quad in found}
    assert {f"{SD}Service", "http://www.w3.org/ns/dcat#Catalog"} <= values
    assert "http://rdfs.org/ns/void#Dataset" in values
    assert site.get(path, Accept=row.media_type, If_None_Match=reply.headers["etag"]).status == 304


def test_files_of_the_description_are_there_in_their_media_types(site: Site) -> None:
    found = ox.Store()
    found.load(site.get("/sparql.nt").body, format=ox.RdfFormat.N_TRIPLES)
    rows = found.query(
        "PREFIX dcat: <http://www.w3.org/ns/dcat#>"
        "SELECT ?file ?type { ?part dcat:downloadURL ?file ; dcat:mediaType ?type }"
    )
    files = {row["file"].value: row["type"].value for row in rows}
    assert len(files) > 5 * len((*GRAPHS, *DATASETS))
    for file, media_type in files.items():
        reply = site.get(file.removeprefix(f"http://127.0.0.1:{site.port}"))
        assert (reply.status, media_type.endswith(reply.type.split(";")[0])) == (200, True)


def test_description_has_extensions_too(site: Site) -> None:
    assert site.get("/sparql.ttl").type.split(";")[0] == "text/turtle"
    assert site.get("/sparql.jsonld", Accept="text/html").type == "application/ld+json"
    assert site.get("/sparql.html").type.split(";")[0] == "text/html"
    assert site.get("/sparql.csv").status == 406


def test_bare_get_describes_the_service(site: Site) -> None:
    for accept, media_type in [("*/*", "text/turtle"), ("application/ld+json",) * 2]:
        reply = site.get("/sparql", Accept=accept)
        assert reply.type.split(";")[0] == media_type
        found = ox.parse(reply.body, format=ox.RdfFormat.from_media_type(media_type))
        assert f"{SD}Service" in {getattr(quad.object, "value", "") for quad in found}
    page = site.get("/sparql", Accept=BROWSER)
    assert '<textarea id="query" name="query"' in page.text


@pytest.mark.parametrize("seconds", ["1", "2.5", "100000", "0.5"])
def test_timeout_in_seconds_is_taken(site: Site, seconds: str) -> None:
    assert site.ask("ASK {}", timeout=seconds).status == 200


@pytest.mark.parametrize("seconds", ["", "0", "-1", "1e3", "nan", "inf", "soon", "1s", " 1", "١"])
def test_timeout_that_is_no_number_of_seconds_is_a_bad_request(site: Site, seconds: str) -> None:
    reply = site.ask("ASK {}", timeout=seconds)
    assert (reply.status, "timeout" in reply.text) == (400, True)


def test_two_timeouts_are_a_bad_request(site: Site) -> None:
    assert site.ask("ASK {}", timeout=["1", "2"]).status == 400


def test_shorter_timeout_stops_the_query_sooner(site: Site) -> None:
    reply = site.ask(RUNAWAY, timeout=0.2)
    assert (reply.status, "0.2 s" in reply.text) == (503, True)
