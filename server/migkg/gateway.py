"""Between the HTTP server and the WSGI application: https://peps.python.org/pep-3333/.

Bodies are read in the event loop, so a slow client holds no thread (over granian's own WSGI side,
fifty half-sent bodies stop the server); kept answers are sent from it; everything else runs on a
thread. The server side speaks RSGI, granian's own interface.
"""

import asyncio
import io
import signal
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import Any, Protocol

from werkzeug.exceptions import RequestTimeout

from migkg import codings
from migkg.backend import Backend
from migkg.cache import AnswerCache, Response, conditional
from migkg.callers import CALLER, Caller
from migkg.clients import client_of
from migkg.codings import Choice
from migkg.errors import Busy, NotAcceptable, TooLarge
from migkg.settings import Server

BODY_SECONDS = 10.0
# The serving process gets it when the server begins to stop.
STOPPING = signal.SIGUSR1
_LAST_SECONDS = 0.5
_UNWATCHED = 0.05
# What takes longer to compress than half a millisecond leaves the event loop.
_LONG = 2**15
_PLAIN = Choice("", required=False)
_READING = ("GET", "HEAD")
Environ = dict[str, Any]
Ready = Callable[[], Coroutine[Any, Any, None]]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Scope(Protocol):
    """What the server tells of a request."""

    method: str
    path: str
    query_string: str
    client: str
    scheme: str
    headers: Any


class Gateway:
    """Serves a WSGI application; `body_limit` in bytes; `ready` runs when serving starts.

    `threads` run the application; while all are taken, a further request is refused.
    """

    def __init__(
        self,
        app: Wsgi,
        backend: Backend,
        cache: AnswerCache,
        server: Server,
        threads: int,
        body_limit: int,
        ready: Ready,
    ) -> None:
        self._app = app
        self._backend = backend
        self._cache = cache
        self._server = server
        self._proxies = server.proxies
        self._threads = threads
        self._body_limit = body_limit
        self._ready = ready
        self._busy = 0

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads; called in the process that serves."""
        # A thread whose query is answered waits so long for its turn: with the usual 5 ms, sixteen
        # clients together got a third of the answers.
        sys.setswitchinterval(0.0005)
        self._backend.attach(loop)
        loop.add_signal_handler(STOPPING, self._stop, loop)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="web")
        self._starting = loop.create_task(self._ready())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _stop(self, loop: asyncio.AbstractEventLoop) -> None:
        """See to it that what still runs has an answer before the server is gone."""
        loop.call_later(max(self._server.stop - _LAST_SECONDS, 0), self._backend.stop)

    async def __rsgi__(self, scope: Scope, protocol: Any) -> None:
        """Answer one request."""
        response = await self._response(scope, protocol)
        if scope.method in _READING:
            response = conditional(response, scope.headers.get("if-none-match"))
        protocol.response_bytes(response.status, list(response.headers), response.body)

    async def _response(self, scope: Scope, protocol: Any) -> Response:
        environ: Environ = {}
        try:
            choice = codings.choose(scope.headers.get("accept-encoding"))
        except NotAcceptable as fault:
            choice, environ["migkg.fault"] = _PLAIN, fault
        if scope.method not in _READING or environ:
            plain = await self._call(scope, protocol, environ)
            return await self._coded(plain, choice)
        key = (scope.path, scope.query_string, scope.headers.get("accept") or "")
        if kept := self._cache.get((*key, *choice)):
            return kept
        plain = self._cache.get((*key, *_PLAIN)) or await self._call(scope, protocol, environ)
        response = await self._coded(plain, choice)
        self._cache.put((*key, *_PLAIN), plain)
        if response is not plain:
            self._cache.put((*key, *choice), response)
        return response

    async def _call(self, scope: Scope, protocol: Any, environ: Environ) -> Response:
        """Let the application answer on a thread; `environ` may hold a fault for it to tell."""
        environ = environ_of(scope) | environ
        if scope.method in _READING:
            # A HEAD is answered as the GET; the server leaves the body out.
            environ["REQUEST_METHOD"] = "GET"
        else:
            await self._read_body(protocol, environ)
        peer, fields = scope.client, scope.headers.items() if self._proxies else ()
        caller = Caller(client_of(peer, fields, self._proxies))
        context = copy_context()
        context.run(CALLER.set, caller)
        loop = asyncio.get_running_loop()
        if self._busy >= self._threads:
            environ["migkg.fault"] = Busy("All threads are taken.", "Try again in a moment.")
            return codings.with_vary(call(self._app, environ))
        self._busy += 1
        try:
            with _watched(loop, protocol, caller):
                work = partial(context.run, call, self._app, environ)
                return codings.with_vary(await loop.run_in_executor(self._pool, work))
        finally:
            self._busy -= 1

    async def _coded(self, plain: Response, choice: Choice) -> Response:
        if not codings.is_coded(plain, choice):
            return plain
        if len(plain.body) < _LONG:
            return codings.encode(plain, choice.coding)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, codings.encode, plain, choice.coding)

    async def _read_body(self, protocol: Any, environ: Environ) -> None:
        """Put the body into the environment, or the fault that the application shall tell."""
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in protocol:
                    body += chunk
                    if len(body) > self._body_limit:
                        environ["migkg.fault"] = TooLarge(
                            f"The body is longer than {self._body_limit} bytes.",
                            "Shorten the query.",
                        )
                        return
        except TimeoutError:
            environ["migkg.fault"] = RequestTimeout("The request's body did not arrive in time.")
        environ["wsgi.input"] = io.BytesIO(bytes(body))
        environ["CONTENT_LENGTH"] = str(len(body))


@contextmanager
def _watched(loop: asyncio.AbstractEventLoop, protocol: Any, caller: Caller) -> Iterator[None]:
    """Let a caller leave when its client does; short requests are not worth the watching."""
    tasks: list[asyncio.Task[None]] = []

    async def watch() -> None:
        await protocol.client_disconnect()
        caller.leave()

    timer = loop.call_later(_UNWATCHED, lambda: tasks.append(loop.create_task(watch())))
    try:
        yield
    finally:
        timer.cancel()
        for task in tasks:
            task.cancel()


def environ_of(scope: Scope) -> Environ:
    """Return the WSGI environment of a request, its body left out."""
    host, _, port = scope.client.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": host,
        "REMOTE_PORT": port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        variable = name.upper().replace("-", "_")
        if variable not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            variable = f"HTTP_{variable}"
        environ[variable] = f"{environ[variable]},{value}" if variable in environ else value
    return environ


def call(app: Wsgi, environ: Environ) -> Response:
    """Run a WSGI application to its end and return its response."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        started.append((status, headers))

    chunks = app(environ, start)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, headers = started[-1]
    return Response(int(status[:3]), tuple((n.lower(), v) for n, v in headers), body)
