"""The pool of query processes: who runs, who waits, who is stopped at the deadline.

Queries run in processes because the engine cannot be stopped inside one; see `zygote.py`.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass

from migkg import guard, wire
from migkg.errors import Busy, QueryTimeout, WorkerDied
from migkg.formats import Format
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


@dataclass(frozen=True, eq=False)
class _Worker:
    zygote: "Zygote"
    pid: int
    channel: socket.socket
    shared: int


class Zygote:
    """One process that holds the data, seen from outside."""

    def __init__(self, data: Data, memory: int) -> None:
        """Start the process and wait until it has loaded; raises CannotRun for broken files."""
        self._lock = threading.Lock()
        self._channel, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "migkg.zygote", str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        try:
            wire.send(self._channel, {"data": asdict(data), "memory": memory})
            head, _ = wire.receive(self._channel)
            wire.raise_fault(head)
        except BaseException:
            self.close()
            raise
        self.digest: str = head["digest"]

    def fork(self) -> _Worker:
        """Return a new worker; raises EOFError or OSError if the process is gone."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            wire.send(self._channel, {"fork": True})
            socket.send_fds(self._channel, [b"f"], [theirs.fileno()])
            head, _ = wire.receive(self._channel)
        _, handles, _, _ = socket.recv_fds(ours, 1, 1)
        return _Worker(self, head["pid"], ours, handles[0])

    def bury(self, worker: _Worker) -> int:
        """Kill a worker, if it still lives, and return its exit code; negative: a signal."""
        worker.channel.close()
        os.close(worker.shared)
        try:
            with self._lock:
                wire.send(self._channel, {"bury": worker.pid})
                head, _ = wire.receive(self._channel)
        except (EOFError, OSError):
            return -signal.SIGKILL  # the zygote is gone, and its workers go with it
        return int(head["status"])

    def close(self) -> None:
        """End the process and, with it, all its workers."""
        self._channel.close()
        self._process.wait()


class Pool:
    """Runs queries, each in a process of its own, within the limits; safe for many threads."""

    def __init__(self, data: Data, limits: Limits) -> None:
        """Load the data; raises CannotRun for broken files."""
        self.limits = limits
        self._data = data
        self._zygote = Zygote(data, limits.memory)
        self._cores = min(len(os.sched_getaffinity(0)), limits.concurrent_queries)
        self._idle: list[_Worker] = []
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

    def export(self, row: Format) -> Answer:
        """Return the whole graph in a format of `dumps.DUMPS`; raises as `run`."""
        head, body = self._ask({"export": row.name}, time.monotonic() + self.limits.timeout)
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
        except TimeoutError:
            self._discard(worker)
            raise QueryTimeout(
                f"The query was stopped after {self.limits.timeout:g} seconds.",
                "Make it more selective: name a class, a property or a thing, or add LIMIT.",
            ) from None
        except (EOFError, OSError):
            raise _death(self._discard(worker), self.limits) from None
        except BaseException:
            self._discard(worker)
            raise
        self._release(worker)
        wire.raise_fault(head)
        if "bug" in head:
            raise RuntimeError(head["bug"])
        return head, body

    def _acquire(self, deadline: float) -> _Worker:
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

    def _fork(self) -> _Worker:
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

    def _release(self, worker: _Worker) -> None:
        with self._changed:
            surplus = len(self._idle) >= self._cores
            if not surplus:
                self._idle.append(worker)
                self._changed.notify()
        if surplus:
            self._discard(worker)

    def _discard(self, worker: _Worker) -> int:
        status = worker.zygote.bury(worker)
        self._gone()
        return status

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
