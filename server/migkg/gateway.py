"""Between the HTTP server and the application.

https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md

Bodies are read in the event loop, so a slow client holds no thread (over granian's own WSGI side,
fifty half-sent bodies stop the server). Kept answers and the fast path are served in it too; all
other requests run on a thread. The server side speaks RSGI, granian's own interface.
"""

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any

from migkg import access, codings, spool
from migkg.callers import CALLER, Caller
from migkg.clients import client_of
from migkg.codings import Choice
from migkg.disconnects import Door, Visit
from migkg.errors import LATER, Busy, NotAcceptable, TooManyRequests
from migkg.incoming import Incoming
from migkg.reload import Parts, Served
from migkg.response import Response, conditional
from migkg.wsgi import Scope, call, conditions, header, unhosted, unknown

# The serving process gets them: the server begins to stop; there are new data.
STOPPING, RENEWING = signal.SIGUSR1, signal.SIGHUP
_LAST_SECONDS = 0.5
# Seconds in which the HTTP server has opened a file that it was told of.
_OPENED = 10.0
# What takes longer to compress than half a millisecond leaves the event loop.
_LONG = 2**15
_PLAIN = Choice("", required=False)
_READING = ("GET", "HEAD")
Ready = Callable[[], Coroutine[Any, Any, None]]


class Gateway:
    """Serves an application; `make` makes it over new data, `ready` runs when serving starts."""

    def __init__(self, parts: Parts, make: Callable[[], Parts], ready: Ready) -> None:
        self._served = Served(parts, make)
        self._server = parts.server
        self._proxies = parts.server.proxies
        self._threads = parts.threads
        self._ready = ready
        # Here and not where it is served, so that a file that cannot be written is a fault.
        self._logs = access.open_log(parts.server.access_log)
        self._busy = 0

    def start_over(self) -> None:
        """Let the query processes go and make all anew over the data as they are now.

        Called before serving starts; raises as `make`.
        """
        self._served.start_over()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads; called in the process that serves."""
        # Seconds that a thread waits for the interpreter: with Python's own 5 ms, sixteen clients
        # together got a third of the answers.
        sys.setswitchinterval(0.0005)
        self._served.parts.backend.attach(loop, self._served.renew)
        loop.add_signal_handler(STOPPING, self._stop, loop)
        loop.add_signal_handler(RENEWING, self._served.renew)
        # A terminal sends it to all; what it means is for the first process to say. The HTTP server
        # may not end when it is told so twice at once.
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._door = Door(loop)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="web")
        self._starting = loop.create_task(self._start())

    async def _start(self) -> None:
        await self._ready()
        self._served.prepare()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _stop(self, loop: asyncio.AbstractEventLoop) -> None:
        """See to it that what still runs has an answer before the server is gone."""
        loop.call_later(max(self._server.stop - _LAST_SECONDS, 0), self._served.stop)

    async def __rsgi__(self, scope: Scope, protocol: Any) -> None:
        """Answer one request."""
        parts = self._served.enter()
        try:
            await self._answer(scope, protocol, parts)
        finally:
            self._served.leave(parts)

    async def _answer(self, scope: Scope, protocol: Any, parts: Parts) -> None:
        start = time.perf_counter()
        fields = scope.headers.items() if self._proxies else ()
        caller = Caller(client_of(scope.client, fields, self._proxies))
        asked = Incoming(scope, protocol, parts, caller, fault=unhosted(scope) or unknown(scope))
        CALLER.set(caller)
        response = await self._response(asked)
        if scope.method in _READING:
            response = conditional(response, *conditions(scope))
        response = await self._send(asked, response)
        seconds = time.perf_counter() - start
        parts.metrics.request(parts.route(scope.path), response.status, seconds)
        if self._logs:
            asked.log(response, seconds)

    async def _send(self, asked: Incoming, response: Response) -> Response:
        """Send a response and return it, or the fault that was sent instead."""
        protocol, held = asked.protocol, asked.parts.spool
        if len(response.body) >= spool.LONG and asked.scope.method != "HEAD":
            loop, client = asyncio.get_running_loop(), asked.caller.client
            try:
                file = await loop.run_in_executor(self._pool, held.put, client, response.body)
            except (Busy, TooManyRequests) as fault:
                asked.fault = fault
                response = await self._on_thread(asked)
            else:
                protocol.response_file(response.status, list(response.headers), spool.path(file))
                loop.call_later(_OPENED, held.close, file)
                return response
        protocol.response_bytes(response.status, list(response.headers), response.body)
        return response

    async def _response(self, asked: Incoming) -> Response:
        scope, cache = asked.scope, asked.parts.cache
        try:
            choice = codings.choose(header(scope, "accept-encoding"))
        except NotAcceptable as fault:
            choice, asked.fault = _PLAIN, fault
        if scope.method not in _READING or asked.fault:
            return await self._coded(await self._call(asked), choice)
        key = (scope.path, scope.query_string, header(scope, "accept") or "")
        kept = cache.get((*key, *choice))
        plain = kept or (cache.get((*key, *_PLAIN)) if choice != _PLAIN else None)
        asked.parts.metrics.cache(found=plain is not None)
        if plain:
            asked.caller.outcome, asked.caller.rows = "kept", plain.rows
        if kept:
            return kept
        plain = plain or await self._call(asked)
        response = await self._coded(plain, choice)
        cache.put((*key, *_PLAIN), plain, asked.caller.rows)
        if response is not plain:
            cache.put((*key, *choice), response, asked.caller.rows)
        return response

    async def _call(self, asked: Incoming) -> Response:
        """Answer by the fast path, or let the application do it."""
        if asked.scope.method not in _READING:
            await asked.read_body()
        visit = Visit(asked.protocol.client_disconnect, asked.caller.leave)
        self._door.enter(visit)
        try:
            return await self._on_fast_path(asked) or codings.with_vary(
                await self._on_thread(asked)
            )
        finally:
            self._door.exit(visit)

    async def _on_fast_path(self, asked: Incoming) -> Response | None:
        path = asked.parts.fast_path
        request = path.takes(asked.scope, bytes(asked.body)) if path and not asked.fault else None
        if path is None or request is None:
            return None
        try:
            return await path.answer(asked.scope, request)
        except Exception as fault:
            # The application has the words for it.
            asked.fault = fault
            return None

    async def _on_thread(self, asked: Incoming) -> Response:
        if self._busy >= self._threads:
            asked.fault = asked.fault or Busy("All threads are taken.", LATER)
            return call(asked.parts.app, asked.environ())
        self._busy += 1
        try:
            work = partial(copy_context().run, call, asked.parts.app, asked.environ())
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._busy -= 1

    async def _coded(self, plain: Response, choice: Choice) -> Response:
        if not codings.is_coded(plain, choice):
            return plain
        if len(plain.body) < _LONG:
            return codings.encode(plain, choice.coding)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, codings.encode, plain, choice.coding)
