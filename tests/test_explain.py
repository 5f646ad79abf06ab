from functools import partial

import pyoxigraph as ox
import pytest

from migkg.explain import explain
from migkg.terms import MGI

STORE = ox.Store()


def fault(text: str):  # type: ignore[no-untyped-def]
    ask = partial(STORE.query, base_iri=MGI)
    with pytest.raises(SyntaxError):
        ask(text)
    return explain(text, ask)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("SELECT * { ?s ?p }", 1, 18, "“}” cannot stand here"),
        ("SELECT *\nWHERE { é ?p ?o }", 2, 9, "“é” cannot stand here"),
        ("# é\n\nSELECT * { ?é ?é }", 3, 18, "“}” cannot stand here"),
        ("SELECT * { ?s ?p ?o\n", 1, 20, "the query ends here"),
        ("", 1, 1, "the query ends here"),
        ("SELEC * { }", 1, 1, "“SELEC” cannot stand here"),
        ("SELECT * {?s ?p ?o} LIMIT 1 LIMIT 2", 1, 29, "“LIMIT” cannot stand here"),
        ("SELECT * { FILTER(bogus(1)) }", 1, 19, "“bogus” cannot stand here"),
        ("SELECT * {\n ?s a mgo:Office }", 2, 7, "the prefix mgo: is not declared"),
        ("BASE <a:b> ASK { ?s <a> <b> <c> }", 1, 29, "“<c>” cannot stand here"),
        ("PREFIX a: <a:b> ASK { <http://[e> ?p ?o }", 1, 23, "this is no IRI"),
        ("ASK { BIND(1 AS ?x) <http://[e> ?p ?o }", 1, 21, "this is no IRI"),
        ("ASK { } }", 1, 9, "“}” cannot stand here"),
        ("SELECT ?s { ?s ?p ?o } GROUP BY ?p", 1, 35, "a variable that is unbound"),
        ("ASK { ?s ?p ?o FILTER(xsd:date(?o) > 1) }", 1, 23, "the prefix xsd: is not declared"),
        ("SELECT (mgo:f(1) AS ?x) {}", 1, 9, "the prefix mgo: is not declared"),
        ('ASK { ?s ?p "1"^^xsd:byte }', 1, 18, "the prefix xsd: is not declared"),
        ("ASK { ?s a\n <http://e/a b> }", 2, 2, "this is no IRI"),
        ("ASK { ?s ?p ?o BIND(1 AS ?o ) }", 1, 26, "?o has a value already"),
        ("PREFIX x <a:b> ASK {}", 1, 8, "“x” cannot stand here"),
        ('SELECT * { ?s ?p "🌍🌍" . ?s ?p }', 1, 31, "“}” cannot stand here"),
    ],
)
def test_fault_names_the_place_and_the_reason(text: str, line: int, column: int, said: str) -> None:
    found = fault(text)
    assert (found.line, found.column) == (line, column)
    assert said in found.detail


def test_hint_gives_the_missing_prefix() -> None:
    hint = fault("ASK { ?s a mgo:X }").hint
    assert "PREFIX mgo: <https://w3id.org/migkg/ontology#>" in hint
    assert "prefixes=1" in hint


@pytest.mark.parametrize(
    ("text", "column", "prefix"),
    [
        ("ASK { ?s mgo:a/mgo:b ?o }", 10, "mgo"),
        ("ASK { ?s mgo:a* ?o }", 10, "mgo"),
        ("ASK { ?s !(mgo:a|^rdfs:label) ?o }", 12, "mgo"),
        ("ASK { ?s mgo:a/ ?o }", 10, "mgo"),
        ("ASK { ?s a mgo:Office; ?p ?o }", 12, "mgo"),
        ("ASK { ?s a mgo:Office, mgo:Place }", 12, "mgo"),
        ("ASK { ?s a mgo:Office. ?s ?p ?o }", 12, "mgo"),
        ("PREFIX mgo: <a:b> ASK { ?s mgo:a/rdfs:label/mgo:c ?o }", 34, "rdfs"),
    ],
)
def test_missing_prefix_is_named_before_any_sign(text: str, column: int, prefix: str) -> None:
    found = fault(text)
    assert f"the prefix {prefix}: is not declared" in found.detail
    assert found.column == column
    assert f"PREFIX {prefix}: <http" in found.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", "Name the variables after SELECT."),
        ("SELECT (1 AS ?s) { ?s ?p ?o }", "Take a variable not yet used."),
        ("SELECT ?s (1 AS ?s) { }", "Take a variable not yet used."),
        ("SELECT ?s { VALUES (?s ?s) { (1 2) } }", "Take a variable not yet used."),
        ("SELECT ?s { VALUES (?s ?t) { (1) } }", "Give each row one value for each variable"),
        ("SELECT ?s { ?s ?p ?o } ORDER BY", "Write the rest of it, or take out its last words."),
        ("ASK", "Write the rest of it, or take out its last words."),
        ("ASK { ?s ?p ?o FILTER(?o = (1) ", "Look for a bracket to close."),
    ],
)
def test_hint_tells_what_to_do(text: str, hint: str) -> None:
    assert fault(text).hint.startswith(hint)


def test_star_beside_group_by_is_told_as_such() -> None:
    said = "SELECT * is not authorized with GROUP BY."
    assert said in fault("SELECT * { ?s ?p ?o } GROUP BY ?s").detail


def test_prefix_without_its_colon_is_hinted_at() -> None:
    assert fault("prefix\n mgo <a:b> ASK {}").hint == "A prefix ends with a colon: mgo:"


def test_prefix_that_nobody_declares_is_left_open() -> None:
    hint = fault("ASK { ?s a nobody:X }").hint
    assert hint == "Put PREFIX nobody: <…> at the top of the query."


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("SELECT * { ?s ?p }", "}"),
        ("ASK {", ""),
        ("ASK { ?s a mgo:X }", "mgo:X"),
        ("ASK { ?s ?p ?o } " + "x" * 90, "x" * 40),
    ],
)
def test_text_at_the_place_is_told(text: str, near: str) -> None:
    assert fault(text).word == near


def test_text_that_only_breaks_unspread_is_still_a_fault() -> None:
    def parse(text: str) -> None:
        if "{ }" in text:
            raise SyntaxError("unheard of")

    assert explain("ASK { }", parse).line == 1
