"""New data take the place of the old while requests go on: each is answered by one of the two.

https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#ExecReload=
"""

import asyncio
import gc
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from migkg.backend import Backend
from migkg.cache import AnswerCache
from migkg.errors import MigkgError
from migkg.fast_path import FastPath
from migkg.memory import give_back
from migkg.metrics import Metrics
from migkg.settings import Server
from migkg.spool import Spool
from migkg.wsgi import Wsgi


@dataclass(frozen=True, eq=False)
class Parts:
    """The application over one state of the data, and all that a gateway needs beside it.

    `threads` run the application, and a request beyond them is refused. `body_limit` is in bytes;
    `routes` are the first parts of the paths that are served. `prepare` does at the start what the
    first request for it would have to wait for.
    """

    app: Wsgi
    backend: Backend
    cache: AnswerCache
    metrics: Metrics
    server: Server
    threads: int
    body_limit: int
    routes: frozenset[str]
    spool: Spool
    fast_path: FastPath | None = None
    prepare: Callable[[], None] = lambda: None

    def route(self, path: str) -> str:
        """Return the first part of a path, 'other' for one that is not served."""
        first = "/" + path[1:].partition("/")[0].partition(".")[0]
        return first if first in self.routes else "other"


class Served:
    """The parts that answer new requests; `make` makes new ones of the data as they are then."""

    def __init__(self, parts: Parts, make: Callable[[], Parts]) -> None:
        self.parts = parts
        self._make = make
        self._requests: Counter[Parts] = Counter()
        self._wanted = False
        self._renewing: asyncio.Task[None] | None = None

    def start_over(self) -> None:
        """Close the parts and make new ones, before the first request; raises as `make`."""
        self.parts.backend.close()
        self.parts = self._make()

    def enter(self) -> Parts:
        """Return the parts that answer one request; they stay open until it leaves."""
        self._requests[self.parts] += 1
        return self.parts

    def leave(self, parts: Parts) -> None:
        """Take note that a request is answered."""
        self._requests[parts] -= 1
        if not self._requests[parts]:
            self._let_go(parts)

    def renew(self) -> None:
        """Serve new parts as soon as they are made; the old ones stay where that fails."""
        self._wanted = True
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.get_running_loop().create_task(self._renew())

    def prepare(self) -> None:
        """Prepare the parts while they serve; the end of the server does not wait for it."""
        threading.Thread(target=_prepare, args=[self.parts], daemon=True).start()

    def stop(self) -> None:
        """Give every query that runs or waits a last answer: the server ends."""
        for parts in {self.parts, *self._requests}:
            parts.backend.stop()

    async def _renew(self) -> None:
        while self._wanted:
            self._wanted = False
            try:
                parts = await asyncio.to_thread(self._make)
            except (MigkgError, OSError) as fault:
                _tell(f"The data served stay as they were. {fault}")
                continue
            parts.backend.attach(asyncio.get_running_loop(), self.renew)
            old, self.parts = self.parts, parts
            self._let_go(old)
            self.prepare()
            _tell(f"New data are served: {parts.backend.digest or parts.server.backend}.")

    def _let_go(self, parts: Parts) -> None:
        """Close parts that are served no more once their last request is answered."""
        if self._requests[parts]:
            return
        del self._requests[parts]
        if parts is not self.parts:
            # It waits for processes and for this event loop; the end of the server not for it.
            threading.Thread(target=_close, args=[parts.backend], daemon=True).start()


def _prepare(parts: Parts) -> None:
    # The request that needs it will try again, and be told.
    with suppress(MigkgError, OSError):
        parts.prepare()


def _close(backend: Backend) -> None:
    """Close a backend, and give back what the application over it took."""
    backend.close()
    gc.collect()
    give_back()


def _tell(sentence: str) -> None:
    sys.stderr.write(f"migkg: {sentence}\n")
