import pyoxigraph as ox
import pytest

from migkg import merging

A, B, C = "http://e/a", "http://e/b", "http://e/c"
ROWS = "SELECT ?s %s WHERE { ?s <http://e/p> ?o }"
NAMED = "SELECT DISTINCT ?g %s WHERE { GRAPH ?g { ?s ?p ?o } }"


def store(*, merged: bool) -> ox.Store:
    """Two graphs with one triple in both and one of their own each."""
    made = ox.Store()
    for graph, names in ((A, "xy"), (B, "xz"), (C, "x")):
        for name in names:
            triple = ox.NamedNode(f"http://e/{name}"), ox.NamedNode("http://e/p"), ox.Literal(1)
            made.add(ox.Quad(*triple, ox.NamedNode(graph)))
    if merged:
        merging.merge(made)
    return made


def count(
    text: str,
    default: list[str] | None = None,
    named: list[str] | None = None,
    *,
    merged: bool = True,
) -> int:
    return len(list(merging.query(store(merged=merged), text, default, named, "FROM" in text)))  # type: ignore[arg-type]


def test_all_graphs_as_one_hold_a_triple_once() -> None:
    assert count(ROWS % "") == 3
    assert count(NAMED % "") == 3


@pytest.mark.parametrize(
    ("graphs", "rows"), [([A], 2), ([A, A], 2), ([A, B], 3), ([A, B, C], 3), (["http://e/no"], 0)]
)
def test_some_graphs_as_one_hold_a_triple_once(graphs: list[str], rows: int) -> None:
    clause = " ".join(f"FROM <{iri}>" for iri in graphs)
    assert count(ROWS % clause) == rows
    assert count(ROWS % "", graphs) == rows
    assert count(ROWS % "", graphs, [C]) == rows
    assert count(NAMED % "", graphs) == 0
    assert count(NAMED % "", graphs, [C, C]) == 1


@pytest.mark.parametrize("merged", [True, False])
def test_relative_iris_are_names_of_things_unless_a_base_is_given(merged: bool) -> None:
    made = store(merged=False)
    thing, graph = (ox.NamedNode(f"https://w3id.org/migkg/{name}") for name in ("id/x", "graph/y"))
    made.add(ox.Quad(thing, ox.NamedNode("http://e/p"), ox.Literal(1), graph))
    if merged:
        merging.merge(made)
    for text, found in (
        ("ASK { <x> ?p ?o }", True),
        ("ASK { GRAPH <../graph/y> { <x> ?p ?o } }", True),
        ("ASK FROM <../graph/y> { <x> ?p ?o }", True),
        ("BASE <http://e/> ASK FROM <a> { <x> ?p ?o }", True),
        ("BASE <http://e/> ASK FROM <../graph/y> { <x> ?p ?o }", False),
        ("ASK FROM <http://e/a> { <x> ?p ?o }", False),
    ):
        answer = merging.query(made, text, None, None, "FROM" in text)
        assert bool(answer) == found, text


def test_protocol_goes_before_the_query() -> None:
    clause = f"FROM <{A}> FROM <{B}> FROM NAMED <{A}>"
    assert count(ROWS % clause, [C]) == 1
    assert count(ROWS % clause, [C, B]) == 2
    assert count(NAMED % clause, [C, B]) == 0
    assert count(ROWS % clause, None, [C]) == 0


def test_one_graph_named_twice_is_one_without_a_merge_too() -> None:
    assert count(ROWS % f"FROM <{A}> FROM <{A}>", merged=False) == 2
    assert count(ROWS % "", [A, A], merged=False) == 2


@pytest.mark.parametrize(
    ("text", "default", "named"),
    [
        (f"SELECT * FROM <{A}> from <{B}> From Named <{C}> {{}}", [A, B], [C]),
        (f"PREFIX e: <http://e/> ASK FROM e:a FROM NAMED e:b FROM <{C}> {{}}", [A, C], [B]),
        ("BASE <http://e/x> ASK FROM <a> FROM <b> { <FROM> ?p 'FROM <c>' } # FROM <c>", [A, B], []),
        ("BASE <http://e/> PREFIX : <> ASK FROM :a FROM NAMED :b {}", [A], [B]),
        (r"PREFIX e: <http://e/> ASK FROM e:a\,b FROM <http://e/\u0061> {}", [f"{A},b", A], []),
        ("ASK FROM <a> FROM no:prefix { ?from ?p ?o }", ["https://w3id.org/migkg/id/a"], []),
        ("ASK FROM", [], []),
    ],
)
def test_clauses_are_read_as_the_engine_reads_them(
    text: str, default: list[str], named: list[str]
) -> None:
    assert merging.clauses(text) == (default, named)


def test_broken_query_is_a_syntax_error() -> None:
    for text in ("SELECT", "SELECT * FROM", f"ASK FROM <{A}> FROM <{B}> {{ ?s"):
        with pytest.raises(SyntaxError):
            count(text)


@pytest.mark.parametrize(
    ("default", "named", "made"),
    [
        ([A, A], None, 0),
        ([A, "http://e/no", "http://e/none"], None, 0),
        (["http://e/no", "http://e/none"], [A, B], 0),
        ([A, B], [C, C, C], 1),
    ],
)
def test_store_is_made_only_for_several_graphs_that_are_there(
    default: list[str], named: list[str] | None, made: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[list[str]] = []

    def merged(held: ox.Store, *graphs: list[ox.NamedNode]) -> ox.Store:
        copied.append([graph.value for part in graphs for graph in part])
        return held

    monkeypatch.setattr(merging, "_merged", merged)
    count(ROWS % "", default, named)
    assert copied == [[A, B, C]] * made
