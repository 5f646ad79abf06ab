import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkg.errors import BadRequest, BrokenQuery, NotFound
from migkg.queries import (
    TYPES,
    Param,
    StoredQuery,
    bind,
    find_query,
    read_queries,
    read_query,
    term,
)
from migkg.terms import MGI

ECHO = "SELECT ?label WHERE { VALUES ?label { } }"


@pytest.fixture
def stored(tiny: Path) -> StoredQuery:
    return find_query("under-office", tiny / "queries")


def test_topic_is_read_and_may_lack(tmp_path: Path) -> None:
    for name, topic in (("a", "#+ topic: Money\n"), ("b", "")):
        (tmp_path / f"{name}.rq").write_text(f"#+ summary: {name}\n{topic}ASK {{}}")
    assert [query.topic for query in read_queries(tmp_path)] == ["Money", ""]


def test_second_topic_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.rq").write_text("#+ summary: a\n#+ topic: b\n#+ topic: c\nASK {}")
    with pytest.raises(BrokenQuery, match="one line '#\\+ topic: …' at most"):
        read_queries(tmp_path)


def test_header_is_read(stored: StoredQuery, tiny: Path) -> None:
    assert stored.summary == "What stands under an office."
    assert stored.description == "Counts nothing, lists everything."
    assert stored.params == (
        Param("office", "iri", "The office to ask about.", "mgi:office-a"),
        Param("label", "string", "A label.", '"x"'),
    )
    assert stored.text == (tiny / "queries/under-office.rq").read_text()


def test_query_can_be_had_without_its_header(stored: StoredQuery) -> None:
    assert "#+" in stored.text
    assert "#+" not in stored.bare
    assert stored.text.endswith(stored.bare + "\n")


def test_folder_lists_its_own_queries_alone(tiny: Path) -> None:
    assert [query.name for query in read_queries(tiny / "queries")] == ["under-office"]


def test_unknown_name_lists_the_known(tiny: Path) -> None:
    with pytest.raises(NotFound, match="There are: under-office"):
        find_query("../secret", tiny / "queries")


def test_stored_text_runs_as_it_is(stored: StoredQuery) -> None:
    assert list(ox.Store().query(stored.text)) == []  # type: ignore[arg-type]


def test_values_take_the_places_of_the_defaults(stored: StoredQuery) -> None:
    text = bind(stored, {"office": "mgi:office-b", "label": "y"})
    assert f"VALUES ?office {{ <{MGI}office-b> }}" in text
    assert 'VALUES ?label { "y" }' in text
    assert bind(stored, {}) == stored.text


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("iri", "mgi:office-a", f"<{MGI}office-a>"),
        ("iri", f"<{MGI}office-a>", f"<{MGI}office-a>"),
        ("iri", "urn:isbn:1", "<urn:isbn:1>"),
        ("string", 'a"b\\c\nd', r'"a\"b\\c\nd"'),
        ("integer", "-07", '"-07"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("decimal", "1.50", '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("boolean", "true", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ("year", "2020", '"2020"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("date", "2020-02-29", '"2020-02-29"^^<http://www.w3.org/2001/XMLSchema#date>'),
    ],
)
def test_value_becomes_a_term_of_its_type(kind: str, value: str, written: str) -> None:
    assert str(term(Param("p", kind, "h", ""), value)) == written


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("iri", "office-a"),
        ("iri", "http://a/> } #"),
        ("iri", "http://a/\\u003E"),
        ("integer", "1.0"),
        ("integer", "٣"),
        ("integer", "1\n"),
        ("decimal", "."),
        ("decimal", "1e3"),
        ("boolean", "yes"),
        ("year", "20"),
        ("date", "2021-02-29"),
        ("date", "20200101"),
    ],
)
def test_value_of_another_type_is_refused(kind: str, value: str) -> None:
    with pytest.raises(BadRequest, match=f"which is no {kind}.*such as 5"):
        term(Param("p", kind, "h", "5"), value)


def test_unknown_parameter_is_refused(stored: StoredQuery) -> None:
    with pytest.raises(BadRequest, match="no parameter 'place'.*takes office, label"):
        bind(stored, {"place": "x"})


@given(value=st.text())
def test_any_string_comes_back_and_nothing_else(value: str) -> None:
    query = StoredQuery("q", Path("q"), "", "", "", (Param("label", "string", "", ""),), ECHO)
    solutions = ox.Store().query(bind(query, {"label": value}))
    assert isinstance(solutions, ox.QuerySolutions)
    assert [solution["label"] for solution in solutions] == [ox.Literal(value)]


@pytest.mark.parametrize("value", [r"\u0022 } #", r"\\u0022", "\\", "'", "}}", r"\U00000022"])
def test_escapes_in_a_value_stay_text(value: str) -> None:
    query = StoredQuery("q", Path("q"), "", "", "", (Param("label", "string", "", ""),), ECHO)
    solutions = ox.Store().query(bind(query, {"label": value}))
    assert isinstance(solutions, ox.QuerySolutions)
    assert [solution["label"] for solution in solutions] == [ox.Literal(value)]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("ASK {}", 1, "one line '#+ summary: …'"),
        ("#+ summary: a\n#+ summary: b\nASK {}", 1, "one line '#+ summary: …'"),
        (
            "#+ summary: a\n#+ summry: b\nASK {}",
            2,
            "summary, topic, description, chart, param",
        ),
        ("#+ summary:\nASK {}", 1, "says one of"),
        ("#+ summary: a\n#+ param: x\nASK {}", 2, "a name, a type"),
        ("#+ summary: a\n#+ param: x colour help\nASK {}", 2, ", ".join(TYPES)),
        (
            "#+ summary: a\n#+ param: x iri help\nASK {}",
            2,
            "needs one row 'VALUES ?x { default }'",
        ),
        ("#+ summary: a\n#+ param: x iri h\nASK {VALUES ?x {1} VALUES ?x {2}}", 2, "needs one row"),
        (b"#+ summary: a\nASK { \xff }", 2, "not UTF-8"),
    ],
)
def test_header_that_cannot_be_meant_is_named(
    tmp_path: Path, text: str | bytes, line: int, reason: str
) -> None:
    path = tmp_path / "x.rq"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BrokenQuery, match=re.escape(reason)) as caught:
        read_query(path, tmp_path)
    assert caught.value.line == line


def test_chart_names_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.rq"
    path.write_text("#+ summary: a\n#+ chart: name  n m\nASK {}")
    assert read_query(path, tmp_path).chart == ("name", "n", "m")


def test_parameter_without_a_default_must_be_given(tmp_path: Path) -> None:
    path = tmp_path / "x.rq"
    path.write_text("#+ summary: a\n#+ param: x string The text.\nSELECT * { VALUES ?x { } }")
    query = read_query(path, tmp_path)
    assert query.params[0].required
    with pytest.raises(BadRequest, match="needs x. x \\(string\\): The text."):
        bind(query, {})
    assert 'VALUES ?x { "y" }' in bind(query, {"x": "y"})
