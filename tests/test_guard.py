import pytest

from migkg import guard
from migkg.errors import BadRequest, QuerySyntax, Refused, TooLarge, Unprocessable
from migkg.settings import Limits

LIMITS = Limits()
PREFIX = "PREFIX : <http://example.org/> PREFIX service: <http://example.org/s#> "
HIDDEN = [
    "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE ?where { ?s ?p ?o } }",
    "SELECT * { SERVICE:x { ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE<http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE<http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { #\nSERVICE#\n<http://127.0.0.1/>#\n{ ?s ?p ?o } }",
    r"SELECT * { SERV\u0049CE <http://127.0.0.1/> { ?s ?p ?o } }",
    r'SELECT * { ?s ?p "a\u0022b" . <http://x/\u0041#> ?q ?r SERVICE <http://h/> { } "" }',
    "SELECT * { ?s ?p 'it''s' SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { FILTER(1 < 2) SERVICE <http://127.0.0.1/> { FILTER(3 > 2) } }",
    "SELECT * { { SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } } } }",
]
HARMLESS = [
    'SELECT * { ?s ?p "SERVICE <http://127.0.0.1/> {}" }',
    "SELECT * { ?s ?p '''a ' SERVICE <http://127.0.0.1/> {} ''' }",
    "SELECT * { ?s ?p ?o } # SERVICE <http://127.0.0.1/> {}",
    "SELECT * { <http://example.org/SERVICE#x> ?p ?o }",
    "SELECT ?service $SERVICE { ?service ?p $SERVICE }",
    PREFIX + "SELECT * { service:SERVICE :service ?o . GRAPH service:x { ?s ?p ?o } }",
    'SELECT * { ?s ?p "x"@service, _:service }',
    "SELECT * { FILTER(?a<3 && ?b>2) }",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_service_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(Unprocessable, match="SERVICE"):
        guard.inspect(PREFIX + text, LIMITS)


@pytest.mark.parametrize("text", HARMLESS)
def test_the_word_service_may_stand_where_it_is_no_keyword(text: str) -> None:
    assert guard.inspect(text, LIMITS).form == "SELECT"


@pytest.mark.parametrize("form", ["INSERT", "delete", "LOAD", "Clear", "DROP", "WITH"])
def test_updates_are_refused(form: str) -> None:
    with pytest.raises(Refused, match="only reads"):
        guard.inspect(f"PREFIX a: <b:> {form} DATA {{ <a:a> <b:b> <c:c> }}", LIMITS)


def test_long_query_is_refused() -> None:
    limits = Limits(query_bytes=20)
    assert guard.inspect("ASK { ?s ?p ?o }", limits).form == "ASK"
    with pytest.raises(TooLarge, match="20 bytes"):
        guard.inspect("ASK { ?s ?p 'ééé' }", limits)


def test_deep_nesting_is_refused() -> None:
    limits = Limits(depth=5)
    assert guard.inspect("ASK " + "{" * 5 + "}" * 5, limits).form == "ASK"
    with pytest.raises(BadRequest, match="6 deep"):
        guard.inspect("ASK " + "{" * 6 + "}" * 6, limits)


@pytest.mark.parametrize(
    "text",
    [
        "ASK {" + "OPTIONAL{}" * 501 + "}",
        "ASK {" + "{}UNION" * 501 + "{}}",
        "ASK { FILTER(" + "1||" * 501 + "1) }",
        "ASK { ?s " + "<a:a>/" * 501 + "<a:a> ?o }",
    ],
)
def test_what_stalls_the_planner_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="the limit is 500"):
        guard.inspect(text, LIMITS)


def test_many_values_are_allowed() -> None:
    values = " ".join(f"<http://example.org/{number}>" for number in range(2000))
    assert guard.inspect(f"SELECT * {{ VALUES ?x {{ {values} }} }}", LIMITS).form == "SELECT"


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("SELECT * {\n  service <http://127.0.0.1/> { } }", 2, 3, "service"),
        ("# INSERT\nPREFIX a: <b:>\n INSERT DATA { <a:a> <b:b> <c:c> }", 3, 2, "INSERT"),
        ("ASK\n" + "{" * 101, 2, 101, "{"),
        ("ASK { FILTER(\n" + "1||" * 501 + "1) }", 2, 1502, "||"),
        ("ASK { 'é\n }", 1, 7, "'é\n }"),
    ],
)
def test_what_is_refused_is_told_with_its_place(
    text: str, line: int, column: int, word: str
) -> None:
    with pytest.raises(
        (BadRequest, Refused, Unprocessable), match=f"Line {line}, column {column}: "
    ) as found:
        guard.inspect(text, LIMITS)
    assert (found.value.line, found.value.column, found.value.word) == (line, column, word)


def test_what_an_escape_hides_is_refused_without_a_place() -> None:
    with pytest.raises(Unprocessable, match="^SERVICE is not allowed") as found:
        guard.inspect(r"SELECT * { SERV\u0049CE <http://127.0.0.1/> { ?s ?p ?o } }", LIMITS)
    assert found.value.place() == {}


def test_unclosed_string_is_told_with_its_place() -> None:
    with pytest.raises(QuerySyntax, match="Line 2, column 3.*not closed"):
        guard.inspect('ASK {\n  "open }', LIMITS)


@pytest.mark.parametrize(
    ("text", "form", "kind"),
    [
        ("BASE <a:b> PREFIX select: <a:c#> construct { } { }", "CONSTRUCT", "graph"),
        ("# SELECT\nDESCRIBE <a:b>", "DESCRIBE", "graph"),
        ("ASK { }", "ASK", "table"),
        ("SELECT * { { SELECT ?construct { } } }", "SELECT", "table"),
        ("nothing known", "", "table"),
        ("", "", "table"),
    ],
)
def test_form_is_the_first_word_behind_the_prologue(text: str, form: str, kind: str) -> None:
    outline = guard.inspect(text, LIMITS)
    assert (outline.form, outline.kind) == (form, kind)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * FROM <a:b> { }", True),
        ("SELECT*from<a:b>{}", True),
        ("SELECT * FROM NAMED <a:b> { }", True),
        ("SELECT ?from { ?from <a:FROM> 'FROM' } # FROM <a:b>", False),
    ],
)
def test_dataset_clause_is_seen(text: str, expected: bool) -> None:
    assert guard.inspect(text, LIMITS).names_dataset is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT (NOW() AS ?x) { }", True),
        ("SELECT (rand() AS ?x) { }", True),
        ("SELECT (STRUUID() AS ?x) { }", True),
        ("CONSTRUCT { [] <a:b> 1 } { }", True),
        ("CONSTRUCT { _:x <a:b> 1 } { }", True),
        ("SELECT ?now { ?now <a:RAND> 'UUID' }", False),
        ("SELECT * { [] <a:b> 1 }", False),
    ],
)
def test_queries_with_another_answer_each_time_are_seen(text: str, expected: bool) -> None:
    assert guard.inspect(text, LIMITS).volatile is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { }", "SELECT * { }\nLIMIT 7\n"),
        ("SELECT * { } # end", "SELECT * { } # end\nLIMIT 7\n"),
        ("SELECT * { } LIMIT 3", "SELECT * { } LIMIT 3"),
        ("SELECT * { } OFFSET 2 limit 30", "SELECT * { } OFFSET 2 limit 7"),
        (
            "SELECT * { { SELECT * { } LIMIT 90 } }",
            "SELECT * { { SELECT * { } LIMIT 90 } }\nLIMIT 7\n",
        ),
        ("SELECT * { } VALUES ?x { 1 }", "SELECT * { } \nLIMIT 7\nVALUES ?x { 1 }"),
        (f"SELECT * {{ }} LIMIT {'9' * 5000}", "SELECT * { } LIMIT 7"),
        ("SELECT * { } LIMIT", "SELECT * { } LIMIT"),
        ("ASK { }", "ASK { }"),
        ("CONSTRUCT { } { }", "CONSTRUCT { } { }"),
    ],
)
def test_limit_is_put_where_sparql_wants_it(text: str, expected: str) -> None:
    assert guard.limited(text, guard.inspect(text, LIMITS).cut, 7) == expected


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("a." * 30000, ""),
        ('"\\' * 30000, "QuerySyntax"),
        ("'''" * 20001, "QuerySyntax"),
        ("<a" * 30000, ""),
        (":%" * 30000, ""),
        ("(" * 60000, "BadRequest"),
    ],
)
def test_texts_that_slow_a_backtracking_pattern_come_to_an_end(text: str, outcome: str) -> None:
    try:
        found = guard.inspect(text, LIMITS).form
    except BadRequest as fault:
        found = type(fault).__name__
    assert found == outcome
