import json

import pyoxigraph as ox
import pytest

from migkg.exchange import Answer, Query
from migkg.tables import Table, Term, ask, iri_rows, read
from migkg.terms import XSD

INTEGER, YEAR = XSD + "integer", XSD + "gYear"


def test_json_results_become_a_table() -> None:
    bindings = [
        {"x": {"type": "uri", "value": "http://e/"}},
        {"y": {"type": "literal", "value": "é", "xml:lang": "fr"}},
        {"x": {"type": "bnode", "value": "b"}, "y": {"type": "typed-literal", "value": "1"}},
    ]
    body = json.dumps({"head": {"vars": ["x", "y"]}, "results": {"bindings": bindings}})
    assert read(body.encode()) == Table(
        ("x", "y"),
        (
            {"x": Term("uri", "http://e/")},
            {"y": Term("literal", "é", "fr")},
            {"x": Term("bnode", "b"), "y": Term("literal", "1")},
        ),
    )


def test_ask_is_a_truth() -> None:
    assert read(b'{"head":{},"boolean":false}').truth is False


@pytest.mark.parametrize(
    ("value", "datatype", "text"),
    [
        ("1234567", INTEGER, "1,234,567"),
        ("-12345.60", XSD + "decimal", "-12,345.60"),
        ("2020", INTEGER, "2020"),
        ("12345", "", "12345"),
        ("12345", YEAR, "12345"),
        ("1.0E6", XSD + "double", "1.0E6"),
    ],
)
def test_large_numbers_are_grouped_for_people(value: str, datatype: str, text: str) -> None:
    assert Term("literal", value, "", datatype).text == text


def test_column_is_numeric_if_all_its_values_are() -> None:
    number, text = Term("literal", "1", "", INTEGER), Term("literal", "1")
    table = Table(("a", "b", "c", "d"), ({"a": number, "b": number}, {"b": text, "c": text}))
    assert table.numeric() == {"a"}


class Engine:
    """A backend over no data."""

    def run(self, query: Query) -> Answer:
        found = ox.Store().query(query.text)
        assert isinstance(found, ox.QuerySolutions)
        table = ox.QueryResultsFormat.from_media_type(query.media_type)
        assert table
        return Answer(found.serialize(format=table) or b"", query.media_type, False, False)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("<http://e/x>", "http://e/x"),
        ('"a\\tb\\nc\\rd \\"e\\" \\\\n é"@en', 'a\tb\nc\rd "e" \\n é'),
        ('""', ""),
        ("-1.5", "-1.5"),
        ("true", "true"),
        ('"01"^^<http://www.w3.org/2001/XMLSchema#gMonth>', "01"),
        ('"_:b"', "_:b"),
    ],
)
def test_values_of_rows_are_plain_texts(term: str, text: str) -> None:
    query = f"SELECT ?a ?b ?c {{ VALUES (?a ?b ?c) {{ (UNDEF {term} UNDEF) (1 UNDEF 2) }} }}"
    assert ask(Engine(), query) == [{"b": text}, {"a": "1", "c": "2"}]  # type: ignore[arg-type]


def test_no_rows_are_none() -> None:
    assert ask(Engine(), "SELECT ?a { FILTER (false) }") == []  # type: ignore[arg-type]


class Rows:
    """A backend that knows one answer."""

    def run(self, query: Query) -> Answer:
        assert (query.text, query.media_type) == ("SELECT", "text/tab-separated-values")
        return Answer(b"?a\t?b\n<http://e/x>\t<http://e/y>\n<http://e/z>\t\n", "", False, False)


def test_rows_of_iris_are_plain_names() -> None:
    found = iri_rows(Rows(), "SELECT")  # type: ignore[arg-type]
    assert found == [["http://e/x", "http://e/y"], ["http://e/z", ""]]


def test_numbers_of_a_column_are_grouped_alike() -> None:
    number = [Term("literal", value, "", XSD + "integer") for value in ("8000", "10000000", "2006")]
    table = Table(("n", "year"), tuple({"n": one, "year": number[2]} for one in number[:2]))
    assert table.large() == {"n"}
    assert [one.grouped for one in number[:2]] == ["8,000", "10,000,000"]
    assert [one.text for one in number] == ["8000", "10,000,000", "2006"]
    assert Term("literal", "1E6", "", XSD + "double").grouped == "1E6"


def test_column_that_repeats_what_links_are_called_is_folded_into_theirs() -> None:
    link, name, other = Term("uri", "a:1"), Term("literal", "One"), Term("literal", "Uno")
    table = Table(("x", "name", "n"), ({"x": link, "name": name, "n": other}, {"n": other}))
    assert table.folded(table.rows, {"a:1": "One"}) == {"x": ["name"], "n": []}


@pytest.mark.parametrize(
    "row",
    [
        {"x": Term("uri", "a:1"), "name": Term("literal", "Uno")},
        {"x": Term("uri", "a:1"), "name": Term("literal", "One", "de")},
        {"x": Term("uri", "a:1")},
        {"name": Term("literal", "One")},
        {},
    ],
)
def test_column_that_tells_more_stays(row: dict[str, Term]) -> None:
    same = {"x": Term("uri", "a:1"), "name": Term("literal", "One")}
    table = Table(("x", "name"), (same, row) if row else ())
    assert table.folded(table.rows, {"a:1": "One"}) == {"x": [], "name": []}
