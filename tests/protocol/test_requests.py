"""The rules for requests of https://www.w3.org/TR/sparql11-protocol/, asked of a running server."""

import gzip
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from migkg.formats import TABLES
from serving import DIRECT, FORM, JSON, MGO, OFFICES, OSLO, RUNAWAY, Site, serving, write_data


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


def test_parameters_of_others_are_left_alone(site: Site) -> None:
    parameters = {"debug": "on", "results": "xml", "should-sponge": "", "infer": "true"}
    assert site.ask(OFFICES, **parameters).rows() == [{"x": OSLO}]


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


def test_relative_iri_is_the_name_of_a_thing(site: Site) -> None:
    whole = site.ask(f"SELECT ?p ?o {{ <{OSLO}> ?p ?o }}").rows()
    assert whole
    assert site.ask("SELECT ?p ?o { <office-oslo> ?p ?o }").rows() == whole
    assert site.ask(f"BASE <{OSLO}> SELECT ?p ?o {{ <> ?p ?o }}").rows() == whole


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


def test_query_sent_to_the_address_with_a_slash_is_led_on(site: Site) -> None:
    reply = site.send("POST", "/sparql/", b"ASK {}", Content_Type="application/sparql-query")
    assert (reply.status, reply.headers["location"]) == (308, "/sparql")


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
