"""The gateway as the HTTP server calls it, with a made-up application behind it."""

import asyncio
import gzip
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from werkzeug.exceptions import NotImplemented as NotImplementedHere
from werkzeug.exceptions import RequestTimeout

from migkg import incoming
from migkg.cache import AnswerCache
from migkg.callers import CALLER
from migkg.errors import BadRequest, NotAcceptable, TooLarge
from migkg.gateway import Gateway
from migkg.metrics import Metrics
from migkg.reload import Parts
from migkg.remote import Remote
from migkg.settings import Limits, Server
from migkg.spool import Spool

Start = Callable[[str, list[tuple[str, str]]], None]


@dataclass
class Headers:
    fields: list[tuple[str, str]]

    def items(self) -> list[tuple[str, str]]:
        return self.fields

    def get_all(self, name: str) -> list[str]:
        return [value for found, value in self.fields if found == name]


@dataclass
class Scope:
    method: str = "GET"
    path: str = "/x"
    query_string: str = "a=b"
    client: str = "127.0.0.1:5000"
    scheme: str = "http"
    fields: list[tuple[str, str]] = field(default_factory=list)
    http_version: str = "1.1"
    hosts: tuple[str, ...] = ("h",)

    @property
    def headers(self) -> Headers:
        return Headers([*(("host", host) for host in self.hosts), *self.fields])


@dataclass
class Wire:
    """The server's side of one request."""

    chunks: list[bytes] = field(default_factory=list)
    ends: bool = True
    leaves: bool = False
    sent: list[Any] = field(default_factory=list)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            yield chunk
        if not self.ends:
            await asyncio.Event().wait()

    async def client_disconnect(self) -> None:
        if not self.leaves:
            await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.sent += [status, dict(headers), body]


@dataclass
class App:
    """Remembers what it was asked, and answers with an ETag."""

    text: bytes = b"answer"
    asked: list[dict[str, Any]] = field(default_factory=list)
    closed: int = 0

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        self.asked.append(environ)
        start("200 OK", [("ETag", '"t"'), ("Content-Type", "text/plain")])
        return Chunks(self)


@dataclass
class Chunks:
    app: App

    def __iter__(self) -> Any:
        return iter([self.app.text[:2], self.app.text[2:]])

    def close(self) -> None:
        self.app.closed += 1


def ask(app: App, *requests: tuple[Scope, Wire], body_limit: int = 100, proxies: str = "") -> None:
    """Send requests one after another through one gateway."""

    async def run() -> None:
        async with opened(app, body_limit, Server(trusted_proxies=proxies)) as made:
            for scope, wire in requests:
                await made.__rsgi__(scope, wire)

    asyncio.run(run())


def ask_together(app: App, *requests: tuple[Scope, Wire]) -> None:
    """Send requests at one time through one gateway with two threads."""

    async def run() -> None:
        async with opened(app, 100, Server()) as made:
            await asyncio.gather(*[made.__rsgi__(scope, wire) for scope, wire in requests])

    asyncio.run(run())


@asynccontextmanager
async def opened(app: App, body_limit: int, server: Server) -> AsyncIterator[Gateway]:
    async def ready() -> None:
        """Nothing to tell."""

    backend, cache = Remote("", Limits()), AnswerCache(1_000_000)
    metrics = Metrics(backend.state)
    routes = frozenset({"/x"})
    parts = Parts(app, backend, cache, metrics, server, 2, body_limit, routes, Spool(4))
    made = Gateway(parts, lambda: parts, ready)
    made.__rsgi_init__(asyncio.get_running_loop())
    yield made
    made.__rsgi_del__(asyncio.get_running_loop())


def test_request_becomes_a_wsgi_environment() -> None:
    app, wire = App(), Wire()
    fields = [("x-a", "1"), ("x-a", "2"), ("content-type", "t")]
    ask(app, (Scope(path="/é", fields=fields), wire))
    (environ,) = app.asked
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/Ã©", "a=b")
    assert (environ["HTTP_HOST"], environ["HTTP_X_A"]) == ("h", "1,2")
    assert (environ["CONTENT_TYPE"], environ["REMOTE_ADDR"]) == ("t", "127.0.0.1")
    fields = {"etag": '"t"', "content-type": "text/plain", "vary": "Accept-Encoding"}
    assert wire.sent == [200, fields, b"answer"]
    assert app.closed == 1


@pytest.mark.parametrize("hosts", [(), ("a", "b")])
def test_request_has_one_host(hosts: tuple[str, ...]) -> None:
    app = App()
    ask(app, (Scope(hosts=hosts), Wire()))
    assert isinstance(app.asked[0]["migkg.fault"], BadRequest)
    ask(app, (Scope(hosts=hosts, http_version="1.0"), Wire()))
    assert "migkg.fault" not in app.asked[1]


@pytest.mark.parametrize(
    ("host", "right"),
    [
        ("", True),
        ("a", True),
        ("a.example:80", True),
        ("a.example:", True),
        ("[::1]:80", True),
        ("[v1.a]", True),
        ("x_y~%C3%A9", True),
        ("a b", False),
        ("a/b", False),
        ("a@b", False),
        ("a:b", False),
        ("http://a", False),
        ("[::1", False),
        ("%zz", False),
        ("<a>", False),
        ("a\u0301", False),
    ],
)
def test_host_is_a_host_and_perhaps_a_port(host: str, right: bool) -> None:
    app = App()
    ask(app, (Scope(hosts=(host,)), Wire()))
    assert ("migkg.fault" not in app.asked[0]) == right


@pytest.mark.parametrize(
    ("coding", "right"), [("chunked", True), ("Chunked", True), ("gzip, chunked", False)]
)
def test_body_in_a_transfer_coding_that_is_not_known_is_not_read(coding: str, right: bool) -> None:
    app = App()
    fields = [("transfer-encoding", coding)]
    ask(app, (Scope(method="POST", fields=fields), Wire([b"ASK {}"])))
    assert app.asked[0]["wsgi.input"].read() == (b"ASK {}" if right else b"")
    fault = app.asked[0].get("migkg.fault")
    assert isinstance(fault, NotImplementedHere) != right


def test_part_of_an_answer_is_not_asked_for() -> None:
    app = App()
    ask(app, (Scope(fields=[("range", "bytes=0-1"), ("if-none-match", '"a"')]), Wire()))
    assert not {"HTTP_RANGE", "HTTP_IF_NONE_MATCH"} & set(app.asked[0])


def test_second_reader_gets_the_kept_answer() -> None:
    app, wires = App(), [Wire() for _ in range(4)]
    other = Scope(fields=[("accept", "text/csv")])
    scopes = [Scope(), Scope(), Scope(method="HEAD"), other]
    ask(app, *zip(scopes, wires, strict=True))
    assert len(app.asked) == 2
    assert wires[0].sent == wires[1].sent == wires[2].sent


def test_lines_of_a_header_are_one() -> None:
    app, wires = App(), [Wire(), Wire()]
    for wire, second in zip(wires, ("text/csv", "text/html"), strict=True):
        ask(app, (Scope(fields=[("accept", "text/plain;q=0.1"), ("accept", second)]), wire))
    assert [environ["HTTP_ACCEPT"] for environ in app.asked] == [
        "text/plain;q=0.1,text/csv",
        "text/plain;q=0.1,text/html",
    ]


def test_each_coding_is_kept_with_an_etag_of_its_own() -> None:
    app = App(text=b"answer " * 500)
    names = ["gzip", "br", "zstd", "identity", "gzip", "br;q=0.5, gzip;q=0.1", "gzip"]
    wires = [Wire() for _ in names]
    scopes = [Scope(fields=[("accept-encoding", name)]) for name in names]
    ask(app, *zip(scopes, wires, strict=True))
    assert len(app.asked) == 1
    tags = [wire.sent[1]["etag"] for wire in wires]
    assert len(set(tags)) == 4
    assert tags[0] == tags[4] == tags[6]
    assert tags[1] == tags[5]
    held = Wire()
    fields = [("accept-encoding", "br"), ("if-none-match", tags[1])]
    ask(app, (Scope(fields=fields), held))
    assert (held.sent[0], held.sent[1]["etag"], held.sent[2]) == (304, tags[1], b"")


def test_long_answer_is_coded_beside_the_event_loop() -> None:
    app, wire = App(text=b"answer " * 50_000), Wire()
    ask(app, (Scope(fields=[("accept-encoding", "gzip")]), wire))
    assert gzip.decompress(wire.sent[2]) == app.text


def test_client_that_takes_no_offered_coding_is_told_so() -> None:
    app = App()
    ask(app, (Scope(fields=[("accept-encoding", "compress, identity;q=0")]), Wire()))
    assert isinstance(app.asked[0]["migkg.fault"], NotAcceptable)


def test_reader_who_holds_the_answer_gets_304() -> None:
    wires = [Wire(), Wire()]
    scope = Scope(fields=[("if-none-match", '"t"')])
    ask(App(), (scope, wires[0]), (scope, wires[1]))
    assert [wire.sent[0] for wire in wires] == [304, 304]


def test_posts_are_not_kept_and_bring_their_body() -> None:
    app, wires = App(), [Wire([b"ab", b"c"]), Wire([b"d"])]
    ask(app, *[(Scope(method="POST"), wire) for wire in wires])
    assert [environ["wsgi.input"].read() for environ in app.asked] == [b"abc", b"d"]
    assert [environ["CONTENT_LENGTH"] for environ in app.asked] == ["3", "1"]


def test_long_body_is_a_fault_and_is_not_read_to_its_end() -> None:
    app, wire = App(), Wire([b"x" * 60] * 3, ends=False)
    ask(app, (Scope(method="POST"), wire), body_limit=100)
    assert isinstance(app.asked[0]["migkg.fault"], TooLarge)


@pytest.mark.parametrize("chunks", [[b"ASK {}"], []])
def test_body_that_is_cut_off_is_a_fault(chunks: list[bytes]) -> None:
    app = App()
    length = ("content-length", "100")
    ask(app, (Scope(method="POST", fields=[length]), Wire(chunks)))
    assert "not whole" in str(app.asked[0]["migkg.fault"])


def test_body_that_says_it_is_too_long_is_not_waited_for() -> None:
    app, wire = App(), Wire(ends=False)
    length = ("content-length", "101")
    ask(app, (Scope(method="POST", fields=[length]), wire), body_limit=100)
    assert isinstance(app.asked[0]["migkg.fault"], TooLarge)


def test_chunks_that_break_off_are_a_fault() -> None:
    app, chunks = App(), [b"ASK {}", b""]
    ask(app, *[(Scope(method="POST"), Wire(pieces)) for pieces in (chunks, [*chunks, b""])])
    assert "migkg.fault" not in app.asked[0]
    assert "not whole" in str(app.asked[1]["migkg.fault"])


def test_slow_body_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "BODY_SECONDS", 0.01)
    app, wire = App(), Wire([b"x"], ends=False)
    ask(app, (Scope(method="POST"), wire))
    assert isinstance(app.asked[0]["migkg.fault"], RequestTimeout)


def test_request_beyond_the_threads_is_refused_at_once() -> None:
    wires = [Wire() for _ in range(3)]
    held = threading.Event()

    class Slow(App):
        def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
            if "migkg.fault" not in environ:
                assert held.wait(10)
            else:
                held.set()
            return super().__call__(environ, start)

    app = Slow()
    ask_together(app, *[(Scope(path=f"/{number}"), wire) for number, wire in enumerate(wires)])
    faults = [environ.get("migkg.fault") for environ in app.asked]
    assert sorted(type(fault).__name__ for fault in faults) == ["Busy", "NoneType", "NoneType"]


def test_client_that_goes_stops_what_it_asked_for() -> None:
    gone = threading.Event()

    class Waiting(App):
        def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
            caller = CALLER.get()
            assert caller
            assert caller.client == "127.0.0.1"
            while not caller.gone:
                gone.wait(0.01)
            return super().__call__(environ, start)

    ask(Waiting(), (Scope(), Wire(leaves=True)))


def test_trusted_proxy_names_the_client() -> None:
    seen: list[Any] = []

    class Looking(App):
        def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
            seen.append(CALLER.get())
            return super().__call__(environ, start)

    scope = Scope(fields=[("x-forwarded-for", "6.6.6.6, 10.1.1.1")])
    ask(Looking(), (scope, Wire()), proxies="127.0.0.1")
    ask(Looking(), (scope, Wire()))
    assert [caller.client for caller in seen] == ["10.1.1.1", "127.0.0.1"]
