"""The reading half of https://www.w3.org/TR/sparql11-http-rdf-update/, over HTTP."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from migkg.formats import DATASETS, GRAPHS
from serving import FILES, PLAN, REFERENCE, UNKNOWN, Site, serving, write_data

ROWS = 20


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def site(root: Path) -> Iterator[Site]:
    with serving(root, "--rows", str(ROWS)) as running:
        yield running


def path_of(iri: str) -> str:
    return f"/store?graph={quote(iri, safe='')}"


def triples(site: Site, path: str, media_type: str = "text/turtle") -> set[str]:
    reply = site.get(path, Accept=media_type)
    assert (reply.status, reply.type.split(";")[0]) == (200, media_type)
    quads = list(ox.parse(reply.body, format=ox.RdfFormat.from_media_type(media_type)))
    assert {str(quad.graph_name) for quad in quads} == {"DEFAULT"}
    return {str(quad.triple) for quad in quads}


def of_file(root: Path, name: str) -> set[str]:
    assert name in FILES
    return {str(quad.triple) for quad in ox.parse(path=root / name, format=ox.RdfFormat.TURTLE)}


def test_named_graph_has_the_triples_of_its_file(site: Site, root: Path) -> None:
    assert triples(site, path_of(PLAN)) == of_file(root, "instances/001-plan/facts.ttl")


def test_default_graph_is_all_graphs_as_one_beyond_the_row_limit(site: Site, root: Path) -> None:
    found = triples(site, "/store?default")
    assert len(found) > ROWS
    assert {"instances/001-plan/facts.ttl", "instances/reference/offices.ttl"} < FILES.keys()
    assert of_file(root, "instances/001-plan/facts.ttl") < found
    assert of_file(root, "instances/reference/offices.ttl") < found
    assert triples(site, "/store?default=") == found


@pytest.mark.parametrize("row", [*GRAPHS, *DATASETS], ids=lambda row: row.name)
def test_graph_in_every_format(site: Site, row) -> None:  # type: ignore[no-untyped-def]
    wanted = triples(site, path_of(PLAN))
    assert triples(site, path_of(PLAN), row.media_type) == wanted
    by_name = site.get(f"{path_of(PLAN)}&format={row.name}", Accept="text/turtle")
    extension = f"/store.{row.extension}?graph={quote(PLAN, safe='')}"
    by_extension = site.get(extension, Accept="text/turtle")
    for reply in (by_name, by_extension):
        assert (reply.status, reply.type.split(";")[0]) == (200, row.media_type)


def test_format_nobody_has_is_not_acceptable(site: Site) -> None:
    assert site.get(path_of(PLAN), Accept="text/csv").status == 406
    assert site.get(f"{path_of(PLAN)}&format=csv").status == 406
    assert site.get("/store.csv?default").status == 404


def test_graph_that_is_not_there_is_not_found(site: Site) -> None:
    for method in ("GET", "HEAD"):
        assert site.send(method, path_of(UNKNOWN)).status == 404
    assert UNKNOWN in site.get(path_of(UNKNOWN)).text


def test_graph_that_is_not_there_is_told_before_a_format_that_is_not_offered(site: Site) -> None:
    assert site.get(path_of(UNKNOWN), Accept="text/csv").status == 404
    assert site.get(f"{path_of(UNKNOWN)}&format=csv").status == 404
    assert site.get("/store?default", Accept="text/csv").status == 406


def test_graph_of_another_address_is_never_fetched(site: Site) -> None:
    for iri in (f"http://127.0.0.1:{site.port}/ontology.ttl", "file:///etc/hostname"):
        assert site.get(path_of(iri)).status == 404


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "?format=ttl",
        "?default&graph=" + quote(PLAN, safe=""),
        "?default&default",
        f"?graph={PLAN}&graph={REFERENCE}",
        "?graph=",
        "?graph=relative",
        "?graph=a%20b%3E",
        "?graph=%ff",
    ],
)
def test_request_that_names_no_graph_or_several_is_bad(site: Site, query: str) -> None:
    assert site.get(f"/store{query}").status == 400


def test_head_is_get_without_the_body(site: Site) -> None:
    get, head = site.get(path_of(PLAN)), site.send("HEAD", path_of(PLAN))
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length", "etag"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/store", "/store?default", path_of(PLAN)])
def test_graphs_cannot_be_written(site: Site, method: str, path: str) -> None:
    reply = site.send(method, path, b"<a:a> <a:b> <a:c> .", Content_Type="text/turtle")
    assert reply.status == 405
    assert set(reply.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert f"{method} is not possible at /store. Use GET, HEAD, OPTIONS." in reply.text


def test_preflight_allows_reading(site: Site) -> None:
    reply = site.send("OPTIONS", "/store?default", Origin="https://example.org")
    allowed = set(reply.headers["access-control-allow-methods"].split(", "))
    assert allowed == {"GET", "HEAD", "OPTIONS"}
    assert reply.headers["access-control-allow-origin"] == "*"


def test_graph_tells_its_version_and_is_not_sent_twice(site: Site) -> None:
    reply = site.get(path_of(PLAN))
    assert re.fullmatch("[0-9a-f]{64}", reply.headers["dataset-version"])
    assert reply.headers["answer-completeness"] == "complete"
    assert reply.headers["server-timing"].startswith("query;dur=")
    assert "Accept" in reply.headers["vary"].split(", ")
    assert site.get(path_of(PLAN), If_None_Match=reply.headers["etag"]).status == 304


def test_graphs_of_a_store_elsewhere(site: Site, root: Path) -> None:
    with ExitStack() as stack:
        far = stack.enter_context(serving(root))
        address = f"http://127.0.0.1:{far.port}/sparql"
        flags = ("--backend", address, "--rows", str(ROWS))
        front = stack.enter_context(serving(root, *flags))
        assert triples(front, path_of(PLAN)) == triples(site, path_of(PLAN))
        assert front.get(path_of(UNKNOWN)).status == 404
        whole = front.get("/store?default")
        assert (whole.status, "more than 20 rows" in whole.text) == (413, True)
