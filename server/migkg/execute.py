"""The pool of query processes: who runs, who waits, who is stopped at the deadline.

Queries run in processes because the engine cannot be stopped inside one; see `zygote.py`.
"""

import os
import signal
import threading
import time
from dataclasses import asdict, dataclass

from migkg import guard, wire
from migkg.catalog import Order
from migkg.errors import Busy, QueryTimeout, WorkerDied
from migkg.formats import Format
from migkg.processes import Worker, Zygote
from migkg.settings import Data, Limits

PATIENCE = 0.05
_LATER = "Try again in a moment."


@dataclass(frozen=True)
class Query:
    """A query and what its answer shall be; `rows` None: the server's limit.

    `default` and `named` are the protocol's dataset, None where the request names none.
    """

    text: str
    media_type: str
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    rows: int | None = None


@dataclass(frozen=True)
class Answer:
    """An answer's bytes; `more`: there are rows beyond the limit; `volatile`: never the same."""

    body: bytes
    media_type: str
    more: bool
    volatile: bool


class Pool:
    """Runs queries, each in a process of its own, within the limits; safe for many threads."""

    def __init__(self, data: Data, limits: Limits) -> None:
        """Load the data; raises CannotRun for broken files."""
        self.limits = limits
        self._data = data
        self._zygote = Zygote(data, limits.memory)
        self._cores = min(len(os.sched_getaffinity(0)), limits.concurrent_queries)
        self._idle: list[Worker] = []
        self._alive = 0
        self._waiting = 0
        self._changed = threading.Condition()
        self._renewing = threading.Lock()

    @property
    def digest(self) -> str:
        """Return the digest of the data that is served."""
        return self._zygote.digest

    def run(self, query: Query) -> Answer:
        """Answer a query.

        Raises the faults of `guard.inspect` and `worker.run`, QueryTimeout, WorkerDied, Busy.
        """
        outline = guard.inspect(query.text, self.limits)
        deadline = time.monotonic() + self.limits.timeout
        job = asdict(query) | {
            "names_dataset": outline.names_dataset,
            "rows": self.limits.rows if query.rows is None else query.rows,
            "bytes": self.limits.bytes,
        }
        head, body = self._ask(job, deadline)
        return Answer(body, query.media_type, head["more"], outline.volatile)

    def export(self, order: Order) -> Answer:
        """Make an export, not yet compressed; raises as `run`, and NotFound."""
        deadline = time.monotonic() + self.limits.timeout
        outline = guard.inspect(order.query, self.limits)
        job = {
            "order": asdict(order),
            "names_dataset": outline.names_dataset,
            "rows": self.limits.rows,
        }
        head, body = self._ask(job, deadline)
        return Answer(body, order.media_type, head["more"], outline.volatile)

    def graph(self, row: Format, iri: str | None) -> Answer:
        """Return the triples of a named graph, or of all (None) as one; raises as `export`."""
        job = {"merged": row.name, "graph": iri}
        head, body = self._ask(job, time.monotonic() + self.limits.timeout)
        return Answer(body, row.media_type, head["more"], volatile=False)

    def close(self) -> None:
        """End all processes of the pool."""
        with self._changed:
            idle, self._idle = self._idle, []
        for worker in idle:
            self._discard(worker)
        self._zygote.close()

    def _ask(self, job: wire.Head, deadline: float) -> tuple[wire.Head, bytes]:
        worker = self._acquire(deadline)
        try:
            wire.send(worker.channel, job)
            head, body = wire.receive(worker.channel, deadline)
            if "shared" in head:
                body = os.pread(worker.shared, head["shared"], 0)
                os.ftruncate(worker.shared, 0)
        except TimeoutError:
            self._discard(worker)
            raise QueryTimeout(
                f"The query was stopped after {self.limits.timeout:g} seconds.",
                "Make it more selective: name a class, a property or a thing, or add LIMIT.",
            ) from None
        except (EOFError, OSError):
            status = worker.zygote.bury(worker)
            self._gone()
            raise _death(status, self.limits) from None
        except BaseException:
            self._discard(worker)
            raise
        self._release(worker)
        wire.raise_fault(head)
        if "bug" in head:
            raise RuntimeError(head["bug"])
        return head, body

    def _acquire(self, deadline: float) -> Worker:
        patience = time.monotonic() + PATIENCE
        most = self.limits.concurrent_queries
        with self._changed:
            if self._waiting >= self.limits.queue + most - self._alive:
                raise Busy("All query processes and all waiting places are taken.", _LATER)
            while not self._idle:
                now = time.monotonic()
                if self._alive < (
                    self._cores if now < patience else self.limits.concurrent_queries
                ):
                    self._alive += 1
                    break
                if now >= deadline:
                    raise Busy("No query process became free in time.", _LATER)
                self._waiting += 1
                self._changed.wait((patience if now < patience else deadline) - now)
                self._waiting -= 1
            else:
                return self._idle.pop()
        return self._fork()

    def _fork(self) -> Worker:
        zygote = self._zygote
        try:
            try:
                return zygote.fork()
            except (EOFError, OSError):
                return self._renewed(zygote).fork()
        except BaseException:
            self._gone()
            raise

    def _renewed(self, broken: Zygote) -> Zygote:
        with self._renewing:
            if self._zygote is broken:
                broken.close()
                self._zygote = Zygote(self._data, self.limits.memory)
            return self._zygote

    def _release(self, worker: Worker) -> None:
        with self._changed:
            surplus = len(self._idle) >= self._cores
            if not surplus:
                self._idle.append(worker)
                self._changed.notify()
        if surplus:
            self._discard(worker)

    def _discard(self, worker: Worker) -> None:
        worker.zygote.kill(worker)
        self._gone()

    def _gone(self) -> None:
        with self._changed:
            self._alive -= 1
            self._changed.notify()


def _death(status: int, limits: Limits) -> WorkerDied:
    if status == -signal.SIGABRT:
        return WorkerDied(
            f"The query needed more than {limits.memory} MiB of memory.",
            "Make it more selective, or take out ORDER BY, DISTINCT or GROUP BY.",
        )
    if status == -signal.SIGKILL:
        return WorkerDied("The system ended the query's process.", _LATER)
    return WorkerDied(
        "The query broke the engine that ran it.",
        "Write it with less nesting and fewer repeated parts.",
    )
