"""The pool of query processes: who runs, who waits, who is stopped at the deadline.

Queries run in processes because the engine cannot be stopped inside one; see `zygote.py`. The
pool lives on one event loop: that of the server, or one of its own for callers on threads.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from migkg import forms, guard, query_operation, wire
from migkg.callers import Caller, Observe, SentBack, Ticket, observed
from migkg.catalog import Order
from migkg.crew import Crew
from migkg.errors import LATER, Busy
from migkg.exchange import PATIENCE, Answer, Query
from migkg.formats import Format
from migkg.forms import SHORT
from migkg.guard import Outline
from migkg.kinds import WAIT
from migkg.settings import Data, Limits
from migkg.turns import Turn, Turns
from migkg.vigil import Vigil

Result = TypeVar("Result")


@dataclass(frozen=True)
class State:
    """How the processes are: how many work and wait, why some were stopped, their numbers."""

    idle: int = 0
    busy: int = 0
    waiting: int = 0
    stopped: Mapping[str, int] = field(default_factory=dict)
    processes: tuple[int, ...] = ()


class Pool:
    """Runs queries, each in a process of its own, within the limits."""

    def __init__(self, data: Data, limits: Limits, *, counts: bool = True) -> None:
        """Begin to load the data; `counts`: somebody wants to know how many rows answers have."""
        cores = min(len(os.sched_getaffinity(0)), limits.concurrent_queries)
        self.limits = limits
        self._counts = counts
        self.observe: Observe = lambda _outcome, _seconds: None
        self.crew = Crew(data, limits, cores)
        self.turns = Turns(limits, cores)
        self._tickets: dict[Turn, Ticket] = {}
        # On one core, to stay awake would take time from the query itself.
        self._vigil = Vigil(lambda: len(self._tickets)) if cores > 1 else None
        self._looking: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    @property
    def digest(self) -> str:
        """Return the digest of the data once they are loaded; raises CannotRun for broken files."""
        return self.crew.zygote.digest

    def attach(self, loop: asyncio.AbstractEventLoop, renew: Callable[[], None]) -> None:
        """Run on this event loop once the data are loaded, to be called before the first query.

        `renew` is called there when the files turn out to hold other data than these.
        """
        self._load()
        self._loop = loop
        self.crew.changed = lambda: loop.call_soon_threadsafe(renew)

    def run(self, query: Query) -> Answer:
        """Answer a query for a thread; raises as `answer`, and CannotRun for broken files."""
        return self._wait(self._answer(query, guard.inspect(query.text, self.limits)))

    async def answer(self, query: Query) -> Answer:
        """Answer a query on the pool's event loop.

        Raises the faults of `guard.inspect` and `worker.run`, QueryTimeout, WorkerDied, Busy,
        TooManyRequests, ClientGone.
        """
        return await self._answer(query, guard.inspect(query.text, self.limits))

    async def respond(self, request: wire.Head) -> tuple[wire.Head, bytes]:
        """Let a worker read a protocol request and answer it; raises as `answer`.

        `request` has the arguments of `query_operation.read`; the head returned is that of
        `worker.respond`.
        """
        if self._vigil:
            self._vigil.keep()
        shape = forms.shape(request["query_string"] + request["body"])
        job = {"request": request, "counts": self._counts}
        return await self._ask(job, shape, self.limits.timeout)

    def export(self, order: Order) -> Answer:
        """Make an export, not yet compressed; raises as `answer`, and NotFound."""
        outline = guard.inspect(order.query, self.limits)
        shape = hash((order.what, order.format, forms.shape(order.query)))
        # Digests are the server's own question.
        timeout = self.limits.timeout * (PATIENCE if order.digests else 1)
        head, body = self._wait(self._ask(order.job(self.limits), shape, timeout))
        return Answer(body, order.media_type, head["more"], outline.volatile)

    def graph(self, row: Format, iri: str | None) -> Answer:
        """Return the triples of a named graph, or of all (None) as one; raises as `export`."""
        job = {"merged": row.name, "graph": iri}
        head, body = self._wait(self._ask(job, hash(row), self.limits.timeout))
        return Answer(body, row.media_type, head["more"], volatile=False)

    def index(self) -> bytes:
        """Make the text index in a process of its own, beside all limits; raises WorkerDied."""
        return self._wait(self.crew.run_apart({"index": True}))

    def state(self) -> State:
        """Return how the processes are now."""
        idle, tickets = {*self.crew.idle}, [*self._tickets.values()]
        workers = idle | {ticket.worker for ticket in tickets if ticket.worker}
        return State(
            idle=len(idle),
            busy=len(workers) - len(idle),
            waiting=self.turns.waiting,
            stopped=dict(self.crew.ended),
            processes=(self.crew.zygote.pid, *(worker.pid for worker in workers)),
        )

    def stop(self) -> None:
        """Give every query that runs or waits a last answer: the server ends."""
        for ticket in [*self._tickets.values()]:
            ticket.stop(Busy("The server is being stopped.", LATER))

    def close(self) -> None:
        """End all processes, and the event loop if it is the pool's own; never called on it."""
        if self._loop:
            self._wait(self.crew.close())
        if self._thread and self._loop:
            self._wait(self._loop.shutdown_default_executor())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
        self.crew.zygote.close()

    def _wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run something on the event loop and wait for it on this thread."""
        with self._starting:
            if self._loop is None:
                self._start(work)
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _start(self, first: Coroutine[Any, Any, Result]) -> None:
        """Start an event loop once the data are loaded: till then the time of no query runs."""
        try:
            self._load()
        except BaseException:
            first.close()
            raise
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def _load(self) -> None:
        """Wait until the data are loaded, and allow as many queries as there is memory for."""
        self.crew.zygote.wait()
        self.turns.allow(self.crew.zygote.room)

    async def _answer(self, query: Query, outline: Outline) -> Answer:
        job = query_operation.job(query, outline, self.limits)
        timeout = query.seconds(self.limits.timeout)
        head, body = await self._ask(job, forms.shape(query.text), timeout)
        return Answer(body, query.media_type, head["more"], outline.volatile)

    async def _ask(self, job: wire.Head, shape: int, timeout: float) -> tuple[wire.Head, bytes]:
        """Run a job and count it; raises the fault that its answer carries."""
        with observed(self.observe) as caller:
            head, body = await self._done(job, shape, timeout, caller)
            wire.raise_fault(head)
            caller.rows = head.get("rows")
        return head, body

    async def _done(
        self, job: wire.Head, shape: int, timeout: float, caller: Caller
    ) -> tuple[wire.Head, bytes]:
        """Wait for the job's turn, run it, and let `turns` learn how long that took."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        turn = self.turns.enter(caller.client, shape, now, now + timeout)
        ticket = self._tickets[turn] = Ticket(turn, loop.create_future(), timeout, now + timeout)
        if self._looking is None:
            self._looking = loop.call_later(min(WAIT, timeout), self._look)
        spent = None
        try:
            caller.waits_for(ticket)
            head, body = await self._run(ticket, job)
            spent = head["spent"]
        finally:
            caller.tickets.discard(ticket)
            if spent is None and turn.since and loop.time() - turn.since >= SHORT:
                spent = ticket.spent or None
            self.turns.leave(turn, spent, loop.time())
            del self._tickets[turn]
            self._dispatch()
        return head, body

    async def _run(self, ticket: Ticket, job: wire.Head) -> tuple[wire.Head, bytes]:
        """Wait for the query's turn and run it; again where it had to make room."""
        loop = asyncio.get_running_loop()
        while True:
            self._dispatch()
            await ticket.go
            try:
                if ticket.reason:
                    raise ticket.reason
                return await self.crew.run(ticket, job | {"alone": self.turns.alone})
            except SentBack:
                self.turns.send_back(ticket.turn)
                ticket.reason, ticket.go = None, loop.create_future()
            except BrokenPipeError:
                # The worker was gone before it came to it; another one is asked instead.
                continue

    def _look(self) -> None:
        """Stop the queries that are out of time, and notice those that turn out to be long."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for turn, ticket in self._tickets.items():
            if now >= ticket.deadline:
                ticket.expire()
            elif self.crew.look(ticket):
                self.turns.grown(turn)
        self._dispatch()
        left = [ticket.deadline - now for ticket in self._tickets.values()]
        later = min([WAIT, *(seconds for seconds in left if seconds > 0)])
        self._looking = loop.call_later(later, self._look) if left else None

    def _dispatch(self) -> None:
        """Start the queries that may run now; send a long one back where a short one waits."""
        if not self.turns.waiting:
            return
        now = asyncio.get_running_loop().time()
        while turn := self.turns.next(now):
            ticket = self._tickets[turn]
            if not ticket.go.done():
                ticket.go.set_result(None)
        if turn := self.turns.overgrown(now):
            self._tickets[turn].stop(SentBack())
