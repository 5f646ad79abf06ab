"""The query processes at hand: forked when needed, stopped when a query must not go on."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable

from migkg import wire
from migkg.callers import Ticket
from migkg.errors import LATER, MigkgError, Unavailable, WorkerDied
from migkg.forms import SHORT
from migkg.kinds import SHARING
from migkg.processes import Worker, Zygote, death
from migkg.settings import Data, Limits
from migkg.turns import Turn

# Workers that no query needed for so many seconds are ended; not sooner, as the first query of a
# new one takes 15 to 50 ms longer.
KEPT = 30.0
# An answer longer than this is copied on a thread: the loop has others to serve.
_LARGE = 2**20
# Priorities (nice values) of long queries: behind others, but not last, as beside other busy
# programs the last gets no time. The server's own come before: a page may wait for them.
_LONG = 10
_OWN = 5


class Crew:
    """The workers of one pool, on one event loop.

    `ended` counts those that were ended in the middle of a query, by the name of the reason.
    """

    def __init__(self, data: Data, limits: Limits, cores: int) -> None:
        """Begin to load the data; `cores`: how many workers share the queries of a kind."""
        self.ended: Counter[str] = Counter()
        self.changed: Callable[[], object] = lambda: None  # called when the files hold other data
        self.idle: list[Worker] = []
        self.zygote = Zygote(data, limits)
        self._data = data
        self._limits = limits
        self._cores = cores
        self._lines: dict[Worker, wire.Line] = {}
        self._kinds: dict[Worker, str] = {}  # at work on queries of one kind, and may get more
        self._making = 0
        self._renewing = threading.Lock()
        self._outdated = False
        self._unneeded = 0  # so many have been idle all the time since the last look
        self._thinning: asyncio.TimerHandle | None = None

    async def run(self, ticket: Ticket, job: wire.Head) -> tuple[wire.Head, bytes]:
        """Let a worker do a job and return its answer.

        Raises what the ticket is stopped with, WorkerDied, and BrokenPipeError where the worker
        was gone before it was asked.
        """
        worker = self._at_work(ticket.turn) or (self.idle.pop() if self.idle else await self._new())
        self._unneeded = min(self._unneeded, len(self.idle))
        if ticket.reason:
            self._release(worker)
            raise ticket.reason
        if ticket.turn.kind in SHARING:
            self._kinds[worker] = ticket.turn.kind
        ticket.worker, ticket.used, ticket.spent, ticket.long = worker, None, 0.0, False
        try:
            ticket.answer = self._lines[worker].ask(job)
            head, body = await ticket.answer
            worker.spent += head["spent"]
            if "shared" in head:
                body = await _shared(worker, head["shared"])
        except (EOFError, BrokenPipeError) as error:
            raise await self._lost(worker, ticket, error) from None
        except BaseException:
            self._leave(worker, ticket)
            raise
        finally:
            ticket.worker = ticket.answer = None
        self._release(worker)
        return head, body

    async def run_apart(self, job: wire.Head) -> bytes:
        """Let a new process do a job of the server's own, with the memory and time that it needs.

        Returns the body of its answer; raises WorkerDied, and the fault that the process sends.
        """
        worker = await self._new(limited=False)
        worker.stand_back(_OWN, for_good=True)
        try:
            head, body = await self._lines[worker].ask(job)
            if "shared" in head:
                body = await _shared(worker, head["shared"])
        except (EOFError, OSError):
            raise await self._died(worker) from None
        except BaseException:
            self._end(worker)
            raise
        self._end(worker)
        wire.raise_fault(head)
        return body

    async def close(self) -> None:
        """Let the idle workers go."""
        while self.idle:
            self._end(self.idle.pop())

    def look(self, ticket: Ticket) -> bool:
        """Tell whether a query turns out to be long; if so, give its worker a low priority.

        What counts is the processor time that it used, not how long it has been running.
        """
        worker, answer = ticket.worker, ticket.answer
        if worker is None or answer is None:
            return False
        line = self._lines.get(worker)
        if line is None or line.is_behind(answer):
            return False
        used = worker.used()
        if ticket.used is None:
            ticket.used = used
        ticket.spent = used - ticket.used
        if ticket.long or ticket.spent < SHORT / 2:
            return False
        ticket.long = True
        # Those that wait behind it are asked elsewhere.
        self._kinds.pop(worker, None)
        line.give_up_others()
        worker.stand_back(_LONG if ticket.turn.client else _OWN)
        return True

    def _at_work(self, turn: Turn) -> Worker | None:
        """Return the worker that gets a query beside others, None where it gets its own."""
        mates = [worker for worker, kind in self._kinds.items() if kind == turn.kind]
        workers = [worker for worker in mates if worker.zygote is self.zygote]
        if not workers or len(workers) + self._making < self._cores:
            return None
        return min(workers, key=lambda worker: self._lines[worker].load)

    def _release(self, worker: Worker) -> None:
        """Take note that a worker has given an answer; several may have come at one time."""
        line = self._lines.get(worker)
        if line is None or worker in self.idle:
            return
        if line.wasted or (not line.load and worker.zygote is not self.zygote):
            self._end(worker)
            return
        if line.load:
            return
        self._kinds.pop(worker, None)
        self.idle.append(worker)
        self.idle.sort(key=lambda one: one.spent)  # the next query gets the last
        if self._thinning is None:
            # Kept for a while: a new fork would have to copy pages of memory first.
            self._thinning = asyncio.get_running_loop().call_later(KEPT, self._thin)

    def _leave(self, worker: Worker, ticket: Ticket) -> bool:
        """End the worker that makes an answer which nobody wants now; False if it makes another."""
        line, answer = self._lines.get(worker), ticket.answer
        if line is None or (answer is not None and line.is_behind(answer)):
            return False
        self._end(worker)
        return True

    def _thin(self) -> None:
        """End the workers not needed since the last look: each has copied pages of the data."""
        # Workers are taken from the end of the list, so those not needed stand at its start.
        for worker in self.idle[: self._unneeded]:
            self._end(worker)
        del self.idle[: self._unneeded]
        self._unneeded = len(self.idle)
        loop = asyncio.get_running_loop()
        self._thinning = loop.call_later(KEPT, self._thin) if self.idle else None

    async def _lost(self, worker: Worker, ticket: Ticket, error: Exception) -> Exception:
        """Return why there is no answer: the ticket was stopped, or the worker died.

        It is a BrokenPipeError where the worker was gone, or had to go, before it was asked.
        """
        if ticket.reason:
            if self._leave(worker, ticket):
                self.ended[type(ticket.reason).__name__] += 1
            return ticket.reason
        self._kinds.pop(worker, None)
        if isinstance(error, EOFError):
            fault = await self._died(worker)
            self.ended["WorkerDied"] += 1
            return fault
        line = self._lines.get(worker)
        if line is not None and not line.load:
            await self._died(worker)
        return error

    async def _died(self, worker: Worker) -> WorkerDied:
        self._part(worker)
        status = await asyncio.to_thread(worker.zygote.bury, worker)
        return death(status, self._limits.memory)

    async def _new(self, *, limited: bool = True) -> Worker:
        self._making += 1
        try:
            worker = await asyncio.to_thread(self._fork, limited)
        finally:
            self._making -= 1
        self._lines[worker] = wire.Line(asyncio.get_running_loop(), worker.channel)
        return worker

    def _end(self, worker: Worker) -> None:
        self._part(worker)
        worker.zygote.kill(worker)

    def _part(self, worker: Worker) -> None:
        """Listen to a worker no more; what waits behind its answer is asked elsewhere."""
        self._kinds.pop(worker, None)
        self._lines.pop(worker).close()

    def _fork(self, limited: bool = True) -> Worker:
        zygote = self.zygote
        try:
            return zygote.fork(limited=limited)
        except (EOFError, OSError):
            return self._renewed(zygote).fork(limited=limited)

    def _renewed(self, broken: Zygote) -> Zygote:
        """Return the zygote in place of a broken one; several threads may find the same one so."""
        with self._renewing:
            if self.zygote is broken:
                broken.close()
                self.zygote = self._same(broken.digest)
            return self.zygote

    def _same(self, digest: str) -> Zygote:
        """Return a new zygote over the same data, as the answers that are kept come from these.

        Where the files hold other data by now, tell `changed` and raise Unavailable.
        """
        if not self._outdated:
            try:
                zygote = Zygote(self._data, self._limits)
                same = zygote.digest == digest
            except MigkgError as fault:
                raise Unavailable("The data of this server cannot be read now.", LATER) from fault
            if same:
                return zygote
            zygote.close()
            self._outdated = True
        self.changed()
        raise Unavailable("The data of this server are being renewed.", LATER)


async def _shared(worker: Worker, length: int) -> bytes:
    return worker.take(length) if length < _LARGE else await asyncio.to_thread(worker.take, length)
