"""Who asks, and what of theirs is on its way: https://docs.python.org/3/library/contextvars.html.

The pages ask the backend for one query after another; the context tells it for whom.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field

from migkg.errors import LATER, Busy, ClientGone, QueryTimeout
from migkg.processes import Worker
from migkg.turns import Turn

Observe = Callable[[str, float], None]


class SentBack(Exception):
    """A long query makes room for short ones and waits again."""


@dataclass(eq=False)
class Ticket:
    """A query on its way: what it waits for, what runs it, why it was stopped.

    It has `timeout` seconds, until the loop's time `deadline`. `used`: the processor time that its
    worker had when somebody first looked; `worn`: its worker stands back and runs nothing else.
    """

    turn: Turn
    go: asyncio.Future[None]
    timeout: float
    deadline: float
    worker: Worker | None = None
    reason: Exception | None = None
    used: float | None = None
    worn: bool = False

    def stop(self, reason: Exception) -> None:
        """Let whoever runs the query wake up and find the reason; the first final one counts."""
        if self.reason is None or isinstance(self.reason, SentBack):
            self.reason = reason
        if self.worker is not None:
            # The reader of the worker's answer sees its end.
            with suppress(OSError):
                self.worker.channel.shutdown(socket.SHUT_RDWR)
        elif not self.go.done():
            self.go.set_result(None)

    def expire(self) -> None:
        """Stop the query because its time is over."""
        if not self.turn.since:
            self.stop(Busy("No query process became free in time.", LATER))
            return
        self.stop(
            QueryTimeout(
                f"The query was stopped after {self.timeout:g} seconds.",
                "Make it more selective: name a class, a property or a thing, or add LIMIT.",
            )
        )


@dataclass(eq=False)
class Caller:
    """One request: the `client` whose share of queries it uses, '' for none, and its queries.

    `outcome` and `rows` tell how the last of them ended; `rows` is None where nobody counted.
    """

    client: str = ""
    outcome: str = ""
    rows: int | None = None
    tickets: set[Ticket] = field(default_factory=set)
    gone: bool = False

    def leave(self) -> None:
        """Stop all that this request has asked for, and let it ask no more."""
        self.gone = True
        for ticket in self.tickets:
            ticket.stop(gone())

    @contextmanager
    def waits_for(self, ticket: Ticket) -> Iterator[None]:
        """Stop a query if the caller leaves in this block; raises ClientGone if it has."""
        if self.gone:
            raise gone()
        self.tickets.add(ticket)
        try:
            yield
        finally:
            self.tickets.discard(ticket)


def gone() -> ClientGone:
    """Return the fault that nobody reads."""
    return ClientGone("The client closed the connection before the answer was there.")


CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)


@contextmanager
def observed(observe: Observe) -> Iterator[Caller]:
    """Tell `observe` how a query ends, 'answered' or the name of its fault, and its seconds."""
    start, caller = time.perf_counter(), CALLER.get() or Caller()
    try:
        yield caller
        caller.outcome = "answered"
    except Exception as fault:
        caller.outcome = type(fault).__name__
        raise
    finally:
        observe(caller.outcome, time.perf_counter() - start)
