"""What an answer tells of itself, and who has it already: https://www.rfc-editor.org/rfc/rfc9110#section-13."""

import re
from urllib.parse import quote

import pytest

from migkg.exchange import etag
from serving import BROWSER, JSON, OFFICES, PLAN, Site

READ = [
    "/",
    "/sparql",
    "/sparql.ttl",
    f"/sparql?query={quote(OFFICES)}",
    f"/sparql.xml?query={quote(OFFICES)}",
    "/store?default",
    f"/store.nt?graph={quote(PLAN, safe='')}",
    "/.well-known/void",
    "/ontology",
    "/ontology.ttl",
    "/id/office-oslo.html",
    "/id/office-oslo.ttl",
    "/concept/theme-return.jsonld",
    "/export/graph.trig",
    "/queries",
    "/queries/offices.csv",
    "/search.json?q=oslo",
    "/openapi.json",
    "/static/migkg.css",
]


@pytest.mark.parametrize("path", READ)
def test_every_read_url_has_an_etag_and_answers_not_modified(site: Site, path: str) -> None:
    first = site.get(path)
    assert first.status == 200, first.text
    tag = first.headers["etag"]
    assert tag.startswith(etag(first.body)[:-1])
    again = site.get(path, If_None_Match=tag)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert site.send("HEAD", path, If_None_Match=tag).status == 304


@pytest.mark.parametrize("path", READ)
def test_only_whole_answers_are_sent(site: Site, path: str) -> None:
    for part in ("bytes=0-9", "bytes=99999999-", "lines=1", "nonsense"):
        reply = site.get(path, Range=part, If_Modified_Since="Sat, 01 Jan 2039 00:00:00 GMT")
        assert reply.status == 200
        assert reply.headers["etag"].startswith(etag(reply.body)[:-1])
        assert not {"accept-ranges", "last-modified"} & set(reply.headers)


@pytest.mark.parametrize("path", READ)
def test_answer_that_must_be_another_fails(site: Site, path: str) -> None:
    tag = site.get(path).headers["etag"]
    for held in (tag, "*", f'"x", {tag}'):
        assert site.get(path, If_Match=held).status == 200
    for held in ('"x"', f"W/{tag}"):
        reply = site.get(path, If_Match=held, If_None_Match=tag)
        assert (reply.status, "etag" in reply.headers) == (412, False)
        assert reply.text.startswith("Precondition failed: ")


def test_not_modified_still_tells_the_version(site: Site) -> None:
    path = f"/sparql?query={quote(OFFICES)}"
    first = site.get(path)
    again = site.get(path, If_None_Match=first.headers["etag"])
    for name in ("dataset-version", "answer-completeness", "vary", "cache-control"):
        assert again.headers[name] == first.headers[name]


def test_answer_from_the_cache_says_so_with_its_time(site: Site) -> None:
    path = f"/sparql.csv?query={quote('SELECT (42 AS ?x) {}')}"
    first, second = site.get(path), site.get(path)
    assert second.headers["server-timing"] == f"{first.headers['server-timing']}, cache"
    assert second.body == first.body


def test_etag_brings_not_modified(site: Site) -> None:
    path = f"/sparql?query={quote(OFFICES)}"
    first = site.get(path, Accept="text/csv")
    tag = first.headers["etag"]
    assert site.get(path, Accept="text/csv", If_None_Match=tag).status == 304
    assert site.get(path, Accept="text/csv", If_None_Match=f'"x", W/{tag}').status == 304
    other = site.get(path, Accept="text/csv", If_None_Match='"x"')
    assert (other.status, other.body) == (200, first.body)
    assert site.get(path, Accept=JSON).headers["etag"] != tag


@pytest.mark.parametrize("coding", ["identity", "gzip;q=1, identity;q=0"])
def test_formats_have_etags_of_their_own_where_their_bytes_are_the_same(
    site: Site, coding: str
) -> None:
    for path, kinds in (
        (f"/sparql?query={quote('ASK {}')}", ("text/csv", "text/tab-separated-values")),
        ("/store?default", ("text/turtle", "application/trig")),
    ):
        one, other = (site.get(path, Accept=kind, Accept_Encoding=coding) for kind in kinds)
        assert one.body == other.body
        assert one.headers["etag"] != other.headers["etag"]


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_is_never_kept(site: Site, call: str) -> None:
    text = f"SELECT ({call} AS ?x) {{}}"
    one, other = site.ask(text), site.ask(text)
    assert "etag" not in one.headers
    assert one.headers["cache-control"] == "no-store"
    if call != "BNODE()":
        assert one.body != other.body


@pytest.mark.parametrize("accept", [JSON, "text/csv", BROWSER])
def test_answer_tells_its_version_its_time_and_that_it_is_whole(site: Site, accept: str) -> None:
    reply = site.ask(OFFICES, accept)
    assert re.fullmatch("[0-9a-f]{64}", reply.headers["dataset-version"])
    assert reply.headers["answer-completeness"] == "complete"
    assert re.fullmatch(r"query;dur=\d+\.\d(, cache)?", reply.headers["server-timing"])


def test_scripts_of_other_pages_may_read_what_an_answer_tells(site: Site) -> None:
    exposed = site.ask(OFFICES).headers["access-control-expose-headers"].lower().split(", ")
    told = {"answer-completeness", "dataset-version", "etag", "retry-after", "server-timing"}
    assert told | {"link", "content-disposition"} <= set(exposed)
