"""The W3C's list of protocol tests, by their names there, asked of a running server.

https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/: its data sets are graphs that a
server loads; here they are the graphs of the small data folder.
"""

import json
import xml.etree.ElementTree as ET
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from serving import DIRECT, FORM, JSON, PLAN, REFERENCE, Reply, Site

ASK = "ASK {}"
GRAPHS_SEEN = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
# True where the default graph holds something of each graph named.
OFFICE = "?office a <https://w3id.org/migkg/ontology#Office>"
FACT = "?fact a <https://w3id.org/migkg/ontology#Initiative>"


def truth(reply: Reply) -> bool:
    assert reply.status == 200, reply.text
    found = json.loads(reply.body)["boolean"]
    assert isinstance(found, bool)
    return found


def path_of(query: str, **graphs: list[str]) -> str:
    fields = [("query", query)] if query else []
    fields += [(f"{name}-graph-uri", iri) for name, iris in graphs.items() for iri in iris]
    return "/sparql?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in fields)


def form(query: str, **graphs: list[str]) -> bytes:
    return path_of(query, **graphs).partition("?")[2].encode()


def direct(site: Site, path: str, query: str) -> Reply:
    return site.send("POST", path, query.encode(), Content_Type=DIRECT, Accept=JSON)


def test_query_get(site: Site) -> None:
    assert truth(site.get(path_of(ASK), Accept=JSON))


def test_query_post_form(site: Site) -> None:
    assert truth(site.send("POST", "/sparql", form(ASK), Content_Type=FORM, Accept=JSON))


def test_query_post_direct(site: Site) -> None:
    assert truth(direct(site, "/sparql", ASK))


def test_query_dataset_default_graph(site: Site) -> None:
    path = path_of("", default=[REFERENCE])
    assert truth(direct(site, path, f"ASK {{ {OFFICE} }}"))
    assert not truth(direct(site, path, f"ASK {{ {FACT} }}"))


def test_query_dataset_default_graphs_get(site: Site) -> None:
    query = f"ASK {{ {OFFICE} . {FACT} }}"
    assert truth(site.get(path_of(query, default=[REFERENCE, PLAN]), Accept=JSON))
    assert not truth(site.get(path_of(query, default=[PLAN]), Accept=JSON))


def test_query_dataset_default_graphs_post(site: Site) -> None:
    path = path_of("", default=[REFERENCE, PLAN])
    assert truth(direct(site, path, f"ASK {{ {OFFICE} . {FACT} }}"))


def test_query_dataset_named_graphs_get(site: Site) -> None:
    rows = site.get(path_of(GRAPHS_SEEN, named=[REFERENCE, PLAN]), Accept=JSON).rows()
    assert {row["g"] for row in rows} == {REFERENCE, PLAN}


def test_query_dataset_named_graphs_post(site: Site) -> None:
    rows = direct(site, path_of("", named=[REFERENCE, PLAN]), GRAPHS_SEEN).rows()
    assert {row["g"] for row in rows} == {REFERENCE, PLAN}


def test_query_dataset_full(site: Site) -> None:
    path = path_of("", default=[PLAN], named=[REFERENCE])
    assert truth(direct(site, path, f"ASK {{ {FACT} GRAPH <{REFERENCE}> {{ {OFFICE} }} }}"))
    assert not truth(direct(site, path, f"ASK {{ {OFFICE} }}"))
    assert not truth(direct(site, path, f"ASK {{ GRAPH ?g {{ {FACT} }} }}"))


def test_query_multiple_dataset(site: Site) -> None:
    query = f"ASK FROM <{REFERENCE}> {{ %s }}"
    assert truth(direct(site, path_of("", default=[PLAN]), query % FACT))
    assert not truth(direct(site, path_of("", default=[PLAN]), query % OFFICE))


@pytest.mark.parametrize("query", ["SELECT (1 AS ?value) {}", ASK])
def test_query_content_type_select_and_ask(site: Site, query: str) -> None:
    accept = "application/sparql-results+xml, application/sparql-results+json;q=0.5"
    reply = site.get(path_of(query), Accept=accept)
    assert (reply.status, reply.type) == (200, "application/sparql-results+xml")
    assert ET.fromstring(reply.body).tag == "{http://www.w3.org/2005/sparql-results#}sparql"


@pytest.mark.parametrize(
    "query", ["DESCRIBE <http://example.org/>", "CONSTRUCT { <s> <p> 1 } WHERE {}"]
)
def test_query_content_type_describe_and_construct(site: Site, query: str) -> None:
    query = f"BASE <http://example.org/> {query}"
    accept = "application/rdf+xml, application/n-triples;q=0.9, text/turtle;q=0.8"
    reply = site.get(path_of(query), Accept=accept)
    assert (reply.status, reply.type) == (200, "application/rdf+xml")
    assert len(list(ox.parse(reply.body, format=ox.RdfFormat.RDF_XML))) == query.count("<p>")


def test_bad_query_method(site: Site) -> None:
    assert site.send("PUT", path_of(ASK)).status == 405


def test_bad_multiple_queries(site: Site) -> None:
    assert site.get(f"{path_of(ASK)}&query=SELECT%20%2A%20%7B%7D").status == 400


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", ASK.encode()),  # bad_query_wrong_media_type
        (None, b"query=ASK%20%7B%7D"),  # bad_query_missing_form_type
        (None, ASK.encode()),  # bad_query_missing_direct_type
        ("application/x-www-url-form-urlencoded", b"query=ASK%20%7B%7D"),
    ],
)
def test_bad_query_wrong_or_missing_media_type(
    site: Site, content_type: str | None, body: bytes
) -> None:
    headers = {"Content_Type": content_type} if content_type else {}
    assert site.send("POST", "/sparql", body, **headers).status == 415


@pytest.mark.parametrize(
    "content_type", [DIRECT, f"{DIRECT}; charset=UTF-16", f"{DIRECT}; charset=UTF-8"]
)
def test_bad_query_non_utf8(site: Site, content_type: str) -> None:
    body = "ASK { ?s ?p 'é' }".encode("utf-16")
    assert site.send("POST", "/sparql", body, Content_Type=content_type).status in (400, 415)


def test_bad_query_syntax(site: Site) -> None:
    assert site.get("/sparql?query=ASK%20%7B").status == 400


@pytest.mark.parametrize(
    ("path", "content_type", "body"),
    [
        ("/sparql", FORM, b"update=CLEAR%20ALL"),
        ("/sparql", "application/sparql-update", b"CLEAR ALL"),
        ("/sparql?update=CLEAR%20ALL", FORM, b""),
        ("/sparql", DIRECT, b"CLEAR ALL"),
        ("/sparql", FORM, b"query=CLEAR%20ALL"),
    ],
)
def test_no_update_is_taken(site: Site, path: str, content_type: str, body: bytes) -> None:
    assert site.send("POST", path, body, Content_Type=content_type).status == 403
    assert truth(site.get(path_of(f"ASK {{ {OFFICE} . {FACT} }}"), Accept=JSON))
