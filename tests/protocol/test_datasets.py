"""The dataset of a query: https://www.w3.org/TR/sparql11-protocol/#dataset."""

from urllib.parse import quote

import pytest

from serving import DIRECT, FORM, NOTES, PLAN, REFERENCE, UNKNOWN, Site


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
