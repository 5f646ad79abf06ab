import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

import serving
from migkg import dataset, publish
from migkg.commands.publish import command
from migkg.errors import NotPublished
from migkg.publish import GraphStore
from migkg.settings import Data

NT = ox.RdfFormat.N_TRIPLES


class Handler(BaseHTTPRequestHandler):
    """A store in memory; `server.lose` drops the last line of what is sent."""

    server: "Store"

    def do_GET(self) -> None:
        lines = self.server.graphs.get(self.graph)
        self.answer(404 if lines is None else 200, "".join(sorted(lines or ())).encode())

    def do_PUT(self) -> None:
        self.server.graphs[self.graph] = set()
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        lines = body.splitlines(keepends=True)
        self.server.log.append((self.command, self.headers.get("Authorization", "")))
        self.server.graphs[self.graph].update(lines[:-1] if self.server.lose else lines)
        self.answer(self.server.status, b"")

    @property
    def graph(self) -> str:
        return parse_qs(urlsplit(self.path).query)["graph"][0]

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Store(ThreadingHTTPServer):
    graphs: dict[str, set[str]]
    log: list[tuple[str, str]]
    lose = False
    status = 204

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/store"


@contextmanager
def running() -> Iterator[Store]:
    with Store(("127.0.0.1", 0), Handler) as store:
        store.graphs, store.log = {}, []
        thread = threading.Thread(target=store.serve_forever)
        thread.start()
        try:
            yield store
        finally:
            store.shutdown()
            thread.join()


@pytest.fixture
def store() -> Iterator[Store]:
    with running() as store:
        yield store


@pytest.fixture
def data(tmp_path: Path) -> Data:
    return Data(root=str(serving.write_data(tmp_path)))


def test_every_graph_is_sent_and_held(store: Store, data: Data) -> None:
    loaded = dataset.load(data)
    done = list(publish.publish(loaded, GraphStore(store.url)))
    assert all(one.sent for one in done)
    assert sum(one.triples for one in done) == len(loaded.quads) + len(loaded.derived)
    assert {one.graph for one in done} == set(store.graphs)


def test_a_second_run_sends_only_what_is_missing(store: Store, data: Data) -> None:
    loaded = dataset.load(data)
    list(publish.publish(loaded, GraphStore(store.url)))
    store.graphs[serving.PLAN].pop()
    again = {one.graph: one.sent for one in publish.publish(loaded, GraphStore(store.url))}
    assert [graph for graph, sent in again.items() if sent] == [serving.PLAN]


def test_a_long_graph_goes_in_parts(
    store: Store, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "PART", 4)
    list(publish.publish(dataset.load(data), GraphStore(store.url)))
    assert [method for method, _ in store.log].count("POST") > 3


def test_a_store_that_loses_a_triple_is_found_out(store: Store, data: Data) -> None:
    store.lose = True
    with pytest.raises(NotPublished, match=r"holds \d+ triples of .* after \d+ were sent"):
        list(publish.publish(dataset.load(data), GraphStore(store.url)))


def test_a_refusal_names_the_graph_and_what_to_check(store: Store, data: Data) -> None:
    store.status = 401
    with pytest.raises(NotPublished, match="answered 401 to PUT of .*Check the address"):
        list(publish.publish(dataset.load(data), GraphStore(store.url)))


def test_a_store_that_is_not_there_is_said(data: Data) -> None:
    url = f"http://127.0.0.1:{serving.free_port()}/store"
    with pytest.raises(NotPublished, match="does not answer"):
        list(publish.publish(dataset.load(data), GraphStore(url)))


def test_user_and_password_go_with_each_request(store: Store, data: Data) -> None:
    list(publish.publish(dataset.load(data), GraphStore(store.url, "ann", "secret")))
    assert {key for _, key in store.log} == {"Basic YW5uOnNlY3JldA=="}


def test_the_command_says_what_became_of_each_graph(store: Store, data: Data) -> None:
    arguments = ["--to", store.url, "--data", data.root]
    first = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert f"{serving.PLAN}: " in first.output
    assert "sent and read back." in first.output
    second = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert "sent" not in second.output


def test_the_same_value_spelt_in_two_ways_is_the_same() -> None:
    spelt = '<http://e.org/a> <http://e.org/p> "{}"^^<http://www.w3.org/2001/XMLSchema#decimal> .'
    one, other, third = (
        publish.fingerprint(q.triple for q in ox.parse(spelt.format(text), format=NT))
        for text in ("8000.0", "8000", "8000.5")
    )
    assert one == other != third


@pytest.mark.parametrize("address", ["elsewhere", "file:///store", "http://[::1/store"])
def test_the_command_refuses_what_is_no_address(data: Data, address: str) -> None:
    found = CliRunner().invoke(command, ["--to", address, "--data", data.root])
    assert found.exit_code == 2
    assert f"'{address}' is no address" in found.output
