"""The request behind a query: https://docs.python.org/3/library/contextvars.html.

A page asks the backend one query after another; the context variable CALLER tells for whom.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from migkg.errors import LATER, Busy, ClientGone, QueryTimeout
from migkg.processes import Worker
from migkg.turns import Turn
from migkg.wire import Reply

Observe = Callable[[str, float], None]


class SentBack(Exception):
    """Raised in a long query that has to make room for short ones, and waits again."""


@dataclass(eq=False)
class Ticket:
    """A query that waits or runs: its turn, its worker while it runs, and why it was stopped.

    `go` is done when it may run, or must stop. It has `timeout` seconds, until `deadline` on the
    clock of the event loop. While it runs, `worker` is to give its `answer`. `used` is the
    processor time, in seconds, that its worker had used before, None until somebody looks; `spent`
    is what it took itself till the last look, and `long` says that this is so much that the worker
    stands back behind others until it is answered.
    """

    turn: Turn
    go: asyncio.Future[None]
    timeout: float
    deadline: float
    worker: Worker | None = None
    answer: "Reply | None" = None
    reason: Exception | None = None
    used: float | None = None
    spent: float = 0.0
    long: bool = False

    def stop(self, reason: Exception) -> None:
        """Stop the query, whether it waits or runs; whoever awaits it finds the reason.

        The first reason counts, unless that was SentBack, after which the query would go on.
        """
        if self.reason is None or isinstance(self.reason, SentBack):
            self.reason = reason
        if self.answer is not None:
            if not self.answer.done():
                self.answer.set_exception(EOFError())
        elif not self.go.done():
            self.go.set_result(None)

    def expire(self) -> None:
        """Stop the query because its time is over."""
        if not self.turn.since:
            self.stop(Busy("No query process became free in time.", LATER))
            return
        self.stop(
            QueryTimeout(
                f"The query was stopped after {self.timeout:g} s.",
                "Make it more selective: name a class, a property or a thing, or add LIMIT.",
            )
        )


@dataclass(eq=False)
class Caller:
    """One request and its queries that wait or run.

    `client` is the address whose share of queries they use, '' for the server itself. `outcome`
    tells how the last query ended, 'answered' or the name of its fault, and `rows` with how many
    rows, None where nobody counted. `gone`: the client has left.
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

    def waits_for(self, ticket: Ticket) -> None:
        """Let `leave` stop this query; raises ClientGone if the client has left."""
        if self.gone:
            raise gone()
        self.tickets.add(ticket)


def gone() -> ClientGone:
    """Return the fault of a request whose client has left."""
    return ClientGone("The client closed the connection before the answer was there.")


CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)


@contextmanager
def observed(observe: Observe) -> Iterator[Caller]:
    """Yield the caller of a query; at the end tell `observe` its outcome and its seconds."""
    start, caller = time.perf_counter(), CALLER.get() or Caller()
    try:
        yield caller
        caller.outcome = "answered"
    except Exception as fault:
        caller.outcome = type(fault).__name__
        raise
    finally:
        observe(caller.outcome, time.perf_counter() - start)
