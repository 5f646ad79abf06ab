"""Places for exports that take long, and processes for those whose library cannot be stopped.

So many at a time, a share for each client: https://www.rfc-editor.org/rfc/rfc6585#section-4.
"""

import os
import resource
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from migkg.callers import CALLER, Caller, gone
from migkg.errors import Busy, QueryTimeout, TooManyRequests, WorkerDied
from migkg.processes import command
from migkg.settings import Limits
from migkg.xml_text import lossless

COMMAND = command("migkg.writers")
# Seconds after which a client that has left is noticed.
_LOOK = 0.25
# MiB that the library takes before there is anything to write.
_EMPTY = 256


@dataclass(eq=False)
class _Place:
    client: str


class Writers:
    """Writes networks that came as JSON, each in a process of its own, within the limits.

    One place a core; `concurrent_queries` requests have one or wait, half of them of one client.
    """

    def __init__(self, limits: Limits) -> None:
        """Begin with nobody."""
        self._limits = limits
        self._most = min(len(os.sched_getaffinity(0)), limits.concurrent_queries)
        self._share = max(1, min(limits.client_queries, limits.concurrent_queries // 2))
        self._running: Counter[str] = Counter()
        self._waiting: list[_Place] = []
        self._changed = threading.Condition()

    def write(self, body: bytes, name: str) -> bytes:
        """Return the network that `registry.plain` wrote in a format of `registry.APART`.

        To be called at a `place`. Raises QueryTimeout, WorkerDied, ClientGone, and NotAcceptable
        for a text that the format cannot hold.
        """
        deadline = time.monotonic() + self._limits.timeout
        return self._written(body, name, CALLER.get() or Caller(), deadline)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one of the places at which such an export is made, as soon as one is free.

        Raises Busy, TooManyRequests, ClientGone.
        """
        caller = CALLER.get() or Caller()
        deadline = time.monotonic() + self._limits.timeout
        place = _Place(caller.client)
        with self._changed:
            self._require_room(caller.client)
            self._waiting.append(place)
            try:
                while self._next() is not place:
                    if time.monotonic() >= deadline:
                        raise Busy("No place for it became free in time.", "Try again later.")
                    if caller.gone:
                        raise gone()
                    self._changed.wait(_LOOK)
                self._running[caller.client] += 1
            finally:
                self._waiting.remove(place)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._running[caller.client] -= 1
                self._running = +self._running
                self._changed.notify_all()

    def _require_room(self, client: str) -> None:
        held = self._running[client] + sum(place.client == client for place in self._waiting)
        if client and held >= self._share:
            raise TooManyRequests(
                f"You have {held} exports here, as many as one client may.",
                "Wait for one before you ask for another, or take csv or cx2.",
            )
        if self._running.total() + len(self._waiting) >= self._limits.concurrent_queries:
            raise Busy("All places for exports that take long are taken.", "Try again later.")

    def _next(self) -> _Place | None:
        """Return who may run: of the clients with the fewest processes the one here longest."""
        if self._running.total() >= self._most:
            return None
        return min(self._waiting, key=lambda place: self._running[place.client])

    def _written(self, body: bytes, name: str, caller: Caller, deadline: float) -> bytes:
        pipe = subprocess.PIPE
        # A file and no pipe: who waits in steps cannot go on writing into one.
        with os.fdopen(os.memfd_create("network"), "w+b") as network:
            network.write(body)
            network.seek(0)
            process = subprocess.Popen([*COMMAND, name], stdin=network, stdout=pipe, stderr=pipe)
        with process:
            space = (self._limits.memory + _EMPTY) * 2**20
            resource.prlimit(process.pid, resource.RLIMIT_AS, (space, space))
            try:
                written = self._waited(process, caller, deadline)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise WorkerDied(
                f"The {name} file took more than {self._limits.memory} MiB of memory.",
                "Ask for a smaller part, such as a neighbourhood, or for csv.",
            )
        return lossless(written)

    def _waited(self, process: "subprocess.Popen[bytes]", caller: Caller, deadline: float) -> bytes:
        while True:
            try:
                return process.communicate(timeout=_LOOK)[0]
            except subprocess.TimeoutExpired:
                if time.monotonic() >= deadline:
                    raise QueryTimeout(
                        f"The file was not written within {self._limits.timeout:g} s.",
                        "Ask for a smaller part, such as a neighbourhood, or for csv.",
                    ) from None
                if caller.gone:
                    raise gone() from None
