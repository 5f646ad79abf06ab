"""The one shape of a fault, and prefixes that are supplied: https://www.rfc-editor.org/rfc/rfc9457."""

import json
from urllib.parse import quote

import pytest

from serving import BROWSER, DIRECT, FORM, JSON, MGO, OSLO, Site


@pytest.mark.parametrize("value", ["0", "false", "No", ""])
def test_prefixes_may_be_said_not_to_be_wanted(site: Site, value: str) -> None:
    assert site.ask("ASK {}", prefixes=value).status == 200
    assert site.ask("ASK { ?x a mgo:Office }", prefixes=value).status == 400


def test_bad_query_is_told_with_line_column_and_text(site: Site) -> None:
    reply = site.ask("SELECT * {\n  ?s ?p }")
    assert (reply.status, reply.type) == (400, "text/plain; charset=utf-8")
    assert "Line 2, column 9: “}” cannot stand here." in reply.text


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
