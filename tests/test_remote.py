"""Both backends give the same answers; the remote one asks a server of ours on loopback."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import HTTPError

import pytest

from migkg.backend import open_backend
from migkg.catalog import Order
from migkg.errors import (
    BadRequest,
    MigkgError,
    NotFound,
    QueryTimeout,
    TooLarge,
    Unavailable,
    Unprocessable,
)
from migkg.exchange import Query
from migkg.execute import Pool
from migkg.formats import GRAPHS, TABLES
from migkg.remote import Remote
from migkg.settings import Data, Limits, Server
from migkg.terms import XSD
from serving import JSON, MGO, PLAN, UNKNOWN, Site, serving, write_data

TABLE = f"SELECT ?s ?o {{ ?s <{MGO}servesPlace> ?o }}"
GRAPH = f"CONSTRUCT WHERE {{ ?s <{MGO}servesPlace> ?o }}"
NOTES = f"SELECT ?s {{ ?s <{MGO}note> ?o }}"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def far(root: Path) -> Iterator[Site]:
    with serving(root, "--timeout", "5") as running:
        yield running


@pytest.fixture(scope="module")
def remote(far: Site) -> Remote:
    return Remote(f"http://127.0.0.1:{far.port}/sparql", Limits(rows=20))


@pytest.fixture(scope="module")
def near(root: Path) -> Iterator[Pool]:
    with closing(Pool(Data(root=str(root)), Limits(rows=20))) as pool:
        yield pool


def test_setting_chooses_the_backend(root: Path) -> None:
    url = "http://127.0.0.1:9/sparql"
    assert isinstance(open_backend(Server(backend=url), Data(), Limits()), Remote)
    with closing(open_backend(Server(), Data(root=str(root)), Limits())) as embedded:
        assert isinstance(embedded, Pool)


def test_own_data_need_no_library_to_ask_another_store() -> None:
    code = "import sys, migkg.server; print('SPARQLWrapper' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code]) == b"False\n"


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "ASK {}",
        "ASK { <a:a> ?p ?o }",
        "ASK { <shared> ?p ?o }",
        # Alone, the library would take the comments for an ADD.
        f"# Addresses\n{TABLE}",
        f"PREFIX e: <e:e> # Addresses\n{TABLE}",
    ],
)
@pytest.mark.parametrize("row", TABLES, ids=lambda row: row.name)
def test_tables_are_the_same(remote: Remote, near: Pool, text: str, row) -> None:  # type: ignore[no-untyped-def]
    query = Query(text, row.media_type)
    assert remote.run(query).body == near.run(query).body


@pytest.mark.parametrize("row", GRAPHS, ids=lambda row: row.name)
def test_graphs_are_the_same(remote: Remote, near: Pool, row) -> None:  # type: ignore[no-untyped-def]
    query = Query(GRAPH, row.media_type)
    assert remote.run(query).body == near.run(query).body


def test_dataset_is_passed_on(remote: Remote) -> None:
    assert remote.run(Query(NOTES, "text/csv")).body.count(b"\r\n") == 2
    assert remote.run(Query(NOTES, "text/csv", default=(PLAN,))).body.count(b"\r\n") == 2
    assert remote.run(Query(NOTES, "text/csv", default=(UNKNOWN,))).body.count(b"\r\n") == 1
    assert remote.run(Query(NOTES, "text/csv", named=(PLAN,))).body.count(b"\r\n") == 1


def test_row_limit_holds_there_too(remote: Remote) -> None:
    answer = remote.run(Query("SELECT * { ?s ?p ?o }", "text/csv"))
    assert (answer.more, answer.body.count(b"\r\n")) == (True, 22)


def test_answer_may_change_and_is_never_kept(remote: Remote) -> None:
    assert remote.run(Query("ASK {}", JSON)).volatile
    assert remote.digest == ""


def test_faults_of_the_store_are_told(remote: Remote) -> None:
    with pytest.raises(BadRequest, match="cannot read the query"):
        remote.run(Query("SELECT * {", JSON))
    with pytest.raises(Unprocessable, match="SERVICE"):
        remote.run(Query("SELECT * { SERVICE <http://127.0.0.1/> { } }", JSON))
    with pytest.raises(TooLarge):
        Remote(remote.url, Limits(bytes=10)).run(Query(TABLE, JSON))
    with pytest.raises(NotFound, match="export of a store elsewhere"):
        remote.export(Order("rdf", "ttl"))


def test_store_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/sparql"
        with pytest.raises(Unavailable, match="does not answer"):
            Remote(url, Limits()).run(Query("ASK {}", JSON))


@contextmanager
def answering(status: int, body: bytes, media_type: str = JSON) -> Iterator[Remote]:
    """A store that gives one answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Remote(f"http://127.0.0.1:{server.server_port}/", Limits())
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_store_that_fails_is_unavailable(status: int) -> None:
    with answering(status, b"secret details") as failing:
        with pytest.raises(Unavailable) as found:
            failing.run(Query("ASK {}", JSON))
        assert "secret" not in str(found.value)


@pytest.mark.parametrize("status", [400, 401, 404, 413, 414, 500, 503])
def test_answer_of_a_store_that_refuses_is_closed(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[int] = []
    close = HTTPError.close

    def closes(error: HTTPError) -> None:
        closed.append(error.code)
        close(error)

    monkeypatch.setattr(HTTPError, "close", closes)
    with answering(status, b"") as refusing, pytest.raises(MigkgError):
        refusing.run(Query("ASK {}", JSON))
    assert closed == [status]


def test_store_that_finds_the_answer_too_large_is_told() -> None:
    with answering(413, b"secret details") as strict, pytest.raises(TooLarge, match="so large"):
        strict.run(Query("ASK {}", JSON))


def test_store_that_talks_nonsense_is_unavailable() -> None:
    for text, body in [("ASK {}", b"<html>"), (GRAPH, b"not turtle")]:
        with answering(200, body) as odd, pytest.raises(Unavailable):
            odd.run(Query(text, JSON if text == "ASK {}" else "text/turtle"))


def test_the_old_name_of_a_literal_with_a_datatype_is_understood() -> None:
    term = {"type": "typed-literal", "datatype": XSD + "string", "value": '"type": "typed-literal"'}
    body = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": term}]}})
    with answering(200, body.encode()) as virtuoso:
        written = virtuoso.run(Query("SELECT ?x { }", "text/csv")).body
    assert written == b'x\r\n"""type"": ""typed-literal"""\r\n'


def test_store_that_is_slow_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/sparql"
        with pytest.raises(QueryTimeout, match=r"given up after 1 s\."):
            Remote(url, Limits(timeout=1)).run(Query("ASK {}", JSON))


def test_server_in_front_of_a_store(root: Path, far: Site) -> None:
    with serving(root, "--backend", f"http://127.0.0.1:{far.port}/sparql") as front:
        assert front.ask(TABLE).rows() == far.ask(TABLE).rows()
        for path in ("/", "/id/office-oslo.html", "/id/office-oslo.ttl", "/sparql", "/healthz"):
            reply = front.get(path)
            assert (reply.status, "etag" in reply.headers) == (200, False)
        assert "Plan 2030" in front.get("/").text
        assert front.get("/export/graph.ttl").status == 404
        assert front.ask("SELECT * {").status == 400
