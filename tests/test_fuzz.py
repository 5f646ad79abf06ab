"""Whatever is sent, the answer is a clean one: no 500, no stack trace, no hang.

`MIGKG_FUZZ` sets how many requests of each kind are made up: 2500 before a release.
"""

import http.client
import os
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving import FORM, MGO, Site, serving, write_data

EXAMPLES = settings(
    max_examples=int(os.environ.get("MIGKG_FUZZ", "80")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PIECES = [
    *"SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER".split(),
    *"VALUES UNDEF LIMIT OFFSET ORDER BY GROUP HAVING DISTINCT COUNT(*) AS EXISTS NOT BIND".split(),
    *"SERVICE SILENT PREFIX BASE INSERT DELETE LOAD WITH LATERAL REGEX STRLEN CONCAT IRI".split(),
    *"{ } ( ) [ ] . ; , * / | ^ ! + - = != < > <= && || ^^ @en ?s ?p ?o $x _:b 1 1.5 1e9".split(),
    *[f"<{MGO}Office>", "mgo:Office", "a", '"x"', "'''y", '"\\', "#", "<", "\\u0041", "true"],
    *["?s ?p ?o .", "?s a ?c ;", "{ ?s ?p ?o }", "(1/0 AS ?n)", "<<( ?s ?p ?o )>>", "\x00", "é"],
]
QUERIES = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map(
        lambda pieces: f"SELECT * {{ ?s ?p ?o . {' '.join(pieces)} }} LIMIT 3"
    ),
    st.text(max_size=60),
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", "0", "-1", "1e999", "csv", "html", "ttl", "../x", "%", "http://a/", "1"]),
)
NAMES = ["default-graph-uri", "named-graph-uri", "format", "output", "timeout", "prefixes", "x"]
PARAMETERS = st.lists(st.tuples(st.sampled_from([*NAMES, "query", "update"]), VALUES), max_size=4)
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
TOLD = st.sampled_from(
    ["*/*", "text/html", "text/csv;q=0.5, */*;q=0", "gzip, identity;q=0", '"', "W/*", "bytes=0-1"]
)
HEADERS = st.dictionaries(
    st.sampled_from(
        "Accept Accept-Encoding Accept-Charset If-None-Match Range Expect Origin Forwarded "
        "X-Forwarded-For Content-Encoding Cookie Upgrade".split()
    ),
    st.one_of(HEADER, TOLD),
    max_size=4,
)
PATHS = st.one_of(
    st.sampled_from(
        "/ /sparql /sparql.csv /sparql.x /id/office-oslo /id/office-oslo.ttl /ontology /rdf-graph "
        "/export/graph.nq /queries /search /healthz /metrics /static/migkg.css /concept/x".split()
    ),
    st.text(max_size=30).map(lambda text: "/" + quote(text)),
    st.text(max_size=30).map(lambda text: "/id/" + quote(text, safe="")),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = write_data(tmp_path_factory.mktemp("data"))
    flags = ["--timeout", "3", "--memory", "200", "--trusted-proxies", "127.0.0.1"]
    with serving(root, *flags) as running:
        yield running
        assert running.ask("ASK {}").status == 200


def require_clean(status: int, headers: dict[str, str], body: bytes) -> None:
    assert status < 500 or status == 503, (status, body[:500])
    assert status != 503 or headers.get("retry-after"), body[:500]
    assert b"Traceback" not in body
    assert b'File "' not in body


@given(QUERIES, PARAMETERS, st.booleans())
@EXAMPLES
def test_made_up_queries_and_parameters(
    site: Site, query: str, parameters: list[tuple[str, str]], posted: bool
) -> None:
    fields = urlencode([("query", query), *parameters], errors="surrogatepass")
    if posted:
        reply = site.send("POST", "/sparql", fields.encode(), Content_Type=FORM)
    else:
        reply = site.get(f"/sparql?{fields}")
    require_clean(reply.status, dict(reply.headers), reply.body)


@given(PATHS, HEADERS, PARAMETERS, st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "X"]))
@EXAMPLES
def test_made_up_paths_headers_and_methods(
    site: Site,
    path: str,
    headers: dict[str, str],
    parameters: list[tuple[str, str]],
    method: str,
) -> None:
    target = f"{path}?{urlencode(parameters, errors='surrogatepass')}"
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)) as connection:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders()
        found = connection.getresponse()
        fields = {name.lower(): value for name, value in found.getheaders()}
        require_clean(found.status, fields, found.read())


@given(st.binary(max_size=200), st.sampled_from(["application/sparql-query", "text/x", "a/b;c"]))
@EXAMPLES
def test_made_up_bodies(site: Site, body: bytes, content_type: str) -> None:
    reply = site.send("POST", "/sparql", body, Content_Type=content_type)
    require_clean(reply.status, dict(reply.headers), reply.body)


@given(st.binary(max_size=300))
@EXAMPLES
def test_made_up_bytes_in_place_of_a_request(site: Site, data: bytes) -> None:
    try:
        answer = site.raw(data + b"\r\n\r\n", ends=True)
    except (ConnectionError, TimeoutError):
        answer = b""
    assert not answer.startswith(b"HTTP/1.1 5")
    assert b"Traceback" not in answer
