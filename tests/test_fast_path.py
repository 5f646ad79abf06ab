"""The short way gives what the application gives, and leaves to it what is its own."""

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from migkg.app import create_app
from migkg.errors import BadRequest, MigkgError, QuerySyntax, Unprocessable
from migkg.execute import Pool
from migkg.fast_path import FastPath
from migkg.response import Response
from migkg.settings import Data, Limits, Server
from serving import JSON, MGO, serving, write_data
from test_gateway import Scope

OFFICES = f"SELECT ?x {{ ?x a <{MGO}Office> }}"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
LIMITS = Limits(rows=20)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return Data(root=str(write_data(tmp_path_factory.mktemp("data"))))


@pytest.fixture(scope="module")
def pool(data: Data) -> Iterator[Pool]:
    with closing(Pool(data, LIMITS)) as made:
        yield made


@pytest.fixture(scope="module")
def client(data: Data, pool: Pool) -> FlaskClient:
    return create_app(Server(), LIMITS, data, pool).test_client()


def scope(
    query: str, *fields: tuple[str, str], method: str = "GET", path: str = "/sparql"
) -> Scope:
    return Scope(method, path, query, fields=list(fields))


def answered(pool: Pool, asked: Scope, body: bytes = b"") -> Response | None:
    """What the fast path answers, None where it does not."""
    path = FastPath(pool, LIMITS, Server().base_url)
    request = path.takes(asked, body)
    return pool._wait(path.answer(asked, request)) if request else None


@pytest.mark.parametrize("accept", [JSON, "text/csv", "*/*", "application/*, text/csv;q=0.1", ""])
@pytest.mark.parametrize("text", [OFFICES, "ASK {}", "SELECT (NOW() AS ?x) {}"])
def test_same_response_as_from_the_application(
    pool: Pool, client: FlaskClient, text: str, accept: str
) -> None:
    asked = scope(f"query={quote(text)}", ("accept", accept))
    short = answered(pool, asked)
    assert short
    usual = client.get(f"/sparql?query={quote(text)}", headers={"Accept": accept})
    fields = {name.lower(): value for name, value in usual.headers.items()}
    # The application says nothing of codings, which are made behind it.
    fields["vary"] += ", Accept-Encoding"
    # The digits of a second are more or fewer.
    timed = {"server-timing": ""} | ({"content-length": ""} if "NOW" in text else {})
    assert dict(short.headers) | timed == fields | timed
    assert len(short.headers) == len(usual.headers)
    assert short.status == usual.status_code
    if "NOW" not in text:
        assert short.body == usual.data


@pytest.mark.parametrize(("kind", "body"), [(FORM, f"query={quote(OFFICES)}"), (DIRECT, OFFICES)])
def test_query_in_a_body_is_answered(pool: Pool, kind: str, body: str) -> None:
    found = answered(pool, scope("", ("content-type", kind), method="POST"), body.encode())
    same = answered(pool, scope(f"query={quote(OFFICES)}"))
    assert found
    assert same
    assert found.body == same.body


@pytest.mark.parametrize(
    "asked",
    [
        scope(""),
        scope("query=ASK{}", path="/"),
        scope("query=ASK{}", path="/sparql.csv"),
        scope("query=ASK{}", method="DELETE"),
        scope("query=ASK{}", ("accept", "text/html")),
        scope("query=ASK{}&format=html"),
        scope("query=ASK{}&format=pdf"),
        scope("query=ASK{}", ("accept", "application/pdf")),
        scope("query=ASK{}&timeout=2"),
        scope("query=ASK{", ("accept", "image/png")),
        scope("query=" + "x" * 70_000),
        scope("", ("content-type", "text/plain"), method="POST"),
        scope("", ("content-type", DIRECT), ("content-encoding", "gzip"), method="POST"),
        scope("", ("content-type", "application/sparql-query; charset=latin-1"), method="POST"),
    ],
)
def test_the_rest_is_left_to_the_application(pool: Pool, asked: Scope) -> None:
    assert answered(pool, asked, b"ASK{}" if asked.method == "POST" else b"") is None


def test_body_that_is_no_text_is_left_to_the_application(pool: Pool) -> None:
    assert answered(pool, scope("", ("content-type", DIRECT), method="POST"), b"\xff") is None


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("query=ASK{}&query=ASK{}", BadRequest),
        ("query=%ff", BadRequest),
        ("query=SELECT * { SERVICE <a:a> {} }", Unprocessable),
        ("query=ASK{mgo:a ?p}&prefixes=1", QuerySyntax),
    ],
)
def test_worker_refuses_what_the_endpoint_refuses(
    pool: Pool, query: str, fault: type[MigkgError]
) -> None:
    with pytest.raises(fault):
        answered(pool, scope(query))


def test_place_of_a_fault_counts_from_the_text_that_was_sent(pool: Pool) -> None:
    with pytest.raises(QuerySyntax) as found:
        answered(pool, scope("query=ASK{mgo:a ?p}&prefixes=1"))
    assert found.value.line == 1
    assert found.value.column == len("ASK{mgo:a ?p}")


def test_fault_of_the_short_way_is_told_as_by_the_application(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    root = write_data(tmp_path_factory.mktemp("faults"))
    with serving(root, "--rows", "1") as site:
        for text, status in (("SELECT * { ?s ?p ?o }", 413), ("ASK {{", 400)):
            reply = site.ask(text, "application/json")
            assert (reply.status, reply.type) == (status, "application/json")
            assert reply.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(("method", "cited"), [("GET", True), ("POST", False)])
def test_answer_with_an_address_offers_it_for_citing(pool: Pool, method: str, cited: bool) -> None:
    fields = [("accept", JSON)] + [("content-type", FORM)] * (method == "POST")
    asked = f"query={quote(OFFICES)}"
    posted = method == "POST"
    short = answered(
        pool,
        scope("" if posted else asked, *fields, method=method),
        asked.encode() if posted else b"",
    )
    assert short
    address = f'<{Server().base_url}/sparql?{asked}>; rel="cite-as"'
    assert (address in short.header("link")) is cited
    assert 'rel="license"' in short.header("link")
