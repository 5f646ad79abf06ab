import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from migkg import results
from migkg.errors import NotAcceptable, TooLarge
from migkg.formats import GRAPHS, TABLES

STORE = ox.Store()
NASTY = r"""a\rb\nc\t\"d\"},{\"e\",\"f<&>]]>"""
ROWS = f'SELECT * {{ VALUES (?x ?y) {{ ("{NASTY}" 1) (UNDEF 2) (<http://e/é> UNDEF) }} }}'
CONTROLS = ROWS.replace("<&>", r"\u0001\uFFFE")
LARGE = 10**6


def table(text: str, media_type: str, rows: int = 100, cap: int = LARGE) -> results.Written:
    return results.write(STORE.query(text), media_type, rows, cap)


@pytest.mark.parametrize("row", TABLES, ids=lambda row: row.name)
@pytest.mark.parametrize(("rows", "more"), [(2, True), (3, False), (4, False)])
def test_rows_beyond_the_limit_are_known_not_guessed(row, rows: int, more: bool) -> None:  # type: ignore[no-untyped-def]
    assert table(ROWS, row.media_type, rows).more is more


@pytest.mark.parametrize("row", TABLES, ids=lambda row: row.name)
def test_rows_without_any_value_are_counted(row) -> None:  # type: ignore[no-untyped-def]
    text = "SELECT ?none { VALUES ?x { 1 2 3 } }"
    assert [table(text, row.media_type, rows).more for rows in (2, 3)] == [True, False]


@pytest.mark.parametrize("row", TABLES, ids=lambda row: row.name)
@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (ROWS, 3),
        ("SELECT ?none { VALUES ?x { 1 2 3 } }", 3),
        ("SELECT * {}", 1),
        ("SELECT * { FILTER(false) }", 0),
        ("SELECT ?x { VALUES ?x {} }", 0),
        ('SELECT * { VALUES (?x ?y) { ("a},{" "},{") ("{},{}" UNDEF) ("[]}}" "") } }', 3),
        ('SELECT * { VALUES (?x ?y) { ("a},{" "},{") ("}},{" UNDEF) ("\\"},{\\"" "") } }', 3),
        ('SELECT * { VALUES ?x { <<( <a:a> <a:b> "},{" )>> <<( <a:a> <a:b> "{}" )>> } }', 2),
        ("SELECT * { VALUES (?x ?y) { (UNDEF UNDEF) (1 UNDEF) (UNDEF UNDEF) } }", 3),
    ],
)
def test_rows_written_are_counted(row, text: str, rows: int) -> None:  # type: ignore[no-untyped-def]
    assert table(text, row.media_type).rows == rows


@pytest.mark.parametrize("row", TABLES, ids=lambda row: row.name)
@pytest.mark.parametrize("text", [ROWS, "SELECT ?none { VALUES ?x { 1 2 3 } }"])
def test_rows_beyond_the_limit_are_known_where_nobody_counts(row, text: str) -> None:  # type: ignore[no-untyped-def]
    found = [
        results.write(STORE.query(text), row.media_type, rows, LARGE, counts=False)
        for rows in (2, 3, LARGE)
    ]
    assert [one.more for one in found] == [True, False, False]
    assert found[-1].rows is None


def test_triples_written_are_counted_and_an_ask_has_no_rows() -> None:
    assert graph("<http://e/s> <http://e/p> 1, 2, 3", "text/turtle").rows == 3
    assert graph("<http://e/s> <http://e/p> 1, 2, 3", "text/turtle", rows=2).rows == 2
    assert table("ASK {}", "text/csv").rows is None


def test_xml_survives_brackets_and_carriage_returns() -> None:
    root = ET.fromstring(table(ROWS, "application/sparql-results+xml").body)
    texts = [
        element.text for element in root.iter("{http://www.w3.org/2005/sparql-results#}literal")
    ]
    assert texts[0] == 'a\rb\nc\t"d"},{"e","f<&>]]>'


def test_what_xml_cannot_hold_is_told_in_a_table_and_refused_in_a_graph() -> None:
    body = table(CONTROLS, "application/sparql-results+xml").body
    assert any("\ufffd\ufffd" in text for text in ET.fromstring(body).itertext())
    assert b"U+FFFD stands 2 times" in body
    with pytest.raises(NotAcceptable, match=r"U\+0001"):
        graph('<http://e/s> <http://e/p> "a\\u0001"', "application/rdf+xml")


def test_json_and_csv_keep_every_character() -> None:
    nasty = 'a\rb\nc\t"d"},{"e","f\u0001\ufffe]]>'
    found = json.loads(table(CONTROLS, "application/sparql-results+json").body)
    assert found["results"]["bindings"][0]["x"]["value"] == nasty
    lines = list(csv.reader(io.StringIO(table(CONTROLS, "text/csv").body.decode(), newline="")))
    assert lines[1] == [nasty, "1"]


def test_bytes_over_the_cap_are_refused() -> None:
    with pytest.raises(TooLarge, match="longer than this server sends"):
        table(ROWS, "text/csv", cap=10)


def test_kind_of_answer_and_format_must_agree() -> None:
    with pytest.raises(NotAcceptable, match="text/turtle cannot hold"):
        table("ASK {}", "text/turtle")
    with pytest.raises(NotAcceptable, match="text/csv cannot hold"):
        table("CONSTRUCT {} {}", "text/csv")


def graph(template: str, media_type: str, rows: int = 100) -> results.Written:
    return results.write(STORE.query(f"CONSTRUCT {{ {template} }} {{}}"), media_type, rows, LARGE)


@pytest.mark.parametrize("row", GRAPHS, ids=lambda row: row.name)
def test_graph_is_read_back_as_it_was(row) -> None:  # type: ignore[no-untyped-def]
    template = '<http://e/s> <http://e/p> "a\\r<é>"@en, 1, 1.5 ; a <http://e/T>'
    written = graph(template, row.media_type)
    rdf = ox.RdfFormat.from_media_type(row.media_type)
    found = {str(quad.triple) for quad in ox.parse(written.body, format=rdf)}
    assert found == {str(triple) for triple in STORE.query(f"CONSTRUCT {{ {template} }} {{}}")}


def test_graph_stops_at_the_limit_and_says_so() -> None:
    template = "<http://e/s> <http://e/p> 1, 2, 3"
    written = graph(template, "application/n-triples", rows=2)
    assert (written.body.count(b"\n"), written.more) == (2, True)
    assert not graph(template, "application/n-triples", rows=3).more


def test_only_used_prefixes_are_declared() -> None:
    template = "<https://w3id.org/migkg/id/a> a <https://w3id.org/migkg/ontology#Office>"
    turtle = graph(template, "text/turtle").body.decode()
    assert turtle.count("@prefix") == 2
    assert "mgi:a a mgo:Office" in turtle
    xml = graph(template, "application/rdf+xml").body.decode()
    assert xml.count("xmlns:") == 2


def test_format_without_triple_terms_refuses_them() -> None:
    template = "<http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> 1 )>>"
    assert b"<<(" in graph(template, "text/turtle").body
    with pytest.raises(NotAcceptable, match="JSON-LD"):
        graph(template, "application/ld+json")


def test_rdf_xml_refuses_a_property_it_cannot_name() -> None:
    with pytest.raises(NotAcceptable, match="http://e/1"):
        graph("<http://e/s> <http://e/1> 1", "application/rdf+xml")


def test_rdf_xml_keeps_carriage_returns() -> None:
    body = graph('<http://e/s> <http://e/p> "b\\rc"', "application/rdf+xml").body
    assert "".join(ET.fromstring(body).itertext()).strip() == "b\rc"
