"""Results that take long to make, such as counts of all the data, made beside the requests.

https://docs.python.org/3/library/concurrent.futures.html
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Generic, TypeVar, cast

from migkg.backend import Backend
from migkg.errors import Unavailable
from migkg.exchange import Answer, Query

Result = TypeVar("Result")


def patient(backend: Backend) -> Backend:
    """Return a backend for the server's own queries, which gives them PATIENCE times as long."""
    return cast(Backend, _Patient(backend))


class _Patient:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @property
    def digest(self) -> str:
        return self._backend.digest

    def run(self, query: Query) -> Answer:
        return self._backend.run(replace(query, patient=True))


class Background(Generic[Result]):
    """A result that `make` makes, on a thread of its own, when it is first asked for.

    With `keep` it is made once; otherwise anew whenever it is asked for and not being made.
    """

    def __init__(
        self, make: Callable[[], Result], *, keep: bool, patience: float, name: str
    ) -> None:
        """Begin without a result; a request waits `patience` seconds; `name` is for its fault."""
        self._make = make
        self._keep = keep
        self._patience = patience
        self._name = name
        self._lock = threading.Lock()
        self._counted: Future[Result] | None = None

    def get(self) -> Result:
        """Return the result; raises Unavailable where it takes too long, and what `make` raises."""
        counted = self._counting()
        try:
            return counted.result(self._patience)
        except TimeoutError:
            if counted.done():
                raise
            raise Unavailable(
                f"{self._name} is still being counted.", "Ask again in a moment."
            ) from None

    def _counting(self) -> "Future[Result]":
        with self._lock:
            held = self._counted
            if held and (not held.done() or (self._keep and held.exception() is None)):
                return held
            self._counted = counted = Future[Result]()
        # A thread of its own has no client: who asked first may go away.
        threading.Thread(target=self._count, args=[counted], daemon=True).start()
        return counted

    def _count(self, counted: "Future[Result]") -> None:
        try:
            counted.set_result(self._make())
        except Exception as fault:
            counted.set_exception(fault)
