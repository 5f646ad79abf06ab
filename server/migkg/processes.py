"""The zygote and its workers as the serving process sees them: started, forked, buried.

https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from migkg import wire
from migkg.errors import LATER, Busy, CannotRun, WorkerDied
from migkg.settings import Data, Limits

_PR_SET_PDEATHSIG = 1


@dataclass(eq=False)
class Worker:
    """A query process: its number, its socket, its memory, and the seconds that its answers took.

    The more it worked, the more of the data it has copied, which it needs not copy again.
    """

    zygote: "Zygote"
    pid: int
    channel: socket.socket
    shared: int
    spent: float = 0.0

    def take(self, length: int) -> bytes:
        """Return a large answer from the worker's memory, and give the memory back."""
        body = os.pread(self.shared, length, 0)
        os.ftruncate(self.shared, 0)
        return body

    def stand_back(self, niceness: int, *, for_good: bool = False) -> None:
        """Let the thread that works there go behind others, as setpriority(2) can.

        The first thread keeps its priority, for those that come after, if this is not `for_good`.
        """
        with suppress(OSError):  # it may be gone
            if for_good:
                os.setpriority(os.PRIO_PROCESS, self.pid, niceness)
            for thread in Path(f"/proc/{self.pid}/task").iterdir():
                if thread.name != str(self.pid):
                    os.setpriority(os.PRIO_PROCESS, int(thread.name), niceness)

    def used(self) -> float:
        """Return the seconds of processor time that it has used; 0 if it is gone."""
        try:
            # How Linux numbers the clock of another process (clock_getcpuclockid(3)).
            return time.clock_gettime(~self.pid << 3 | 2)
        except OSError:
            return 0.0


def command(module: str) -> tuple[str, ...]:
    """Return the command that runs a module in a process of its own.

    It looks for modules in the current folder, where a user may keep a json.py, only if this
    process does.
    """
    here = {"", str(Path("/proc/self/cwd").readlink())} & {*sys.path}
    return (sys.executable, *(() if here else ("-P",)), "-m", module)


def end_with(parent: int, number: signal.Signals) -> bool:
    """Let the kernel send this process a signal when its parent ends; False if it has."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
    return os.getppid() == parent


class Zygote:
    """One process that holds the data, seen from outside; it loads them once it is started."""

    def __init__(self, data: Data, limits: Limits) -> None:
        self._lock = threading.Lock()
        self._digest = ""
        # So many processes have room that copied all the data, as queries do bit by bit.
        self.room = 1
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(
                [*command("migkg.zygote"), str(number)], pass_fds=[number], stdin=subprocess.DEVNULL
            )
        with suppress(OSError):  # which then is told by what waits for it
            wire.post(self._channel, {"data": asdict(data), "limits": asdict(limits)})

    @property
    def digest(self) -> str:
        """Return the digest of the data once they are loaded; raises as `wait`."""
        self.wait()
        return self._digest

    def wait(self) -> None:
        """Return once the data are loaded; raises CannotRun for broken files."""
        if not self._digest:
            with self._lock:
                self._digest = self._digest or self._loaded()

    def _loaded(self) -> str:
        try:
            head, _ = wire.collect(self._channel)
            wire.raise_fault(head)
        except (EOFError, OSError) as error:
            self.close()
            raise CannotRun(
                "The process that loads the data ended before it had.",
                "See what it said above; it may have had too little memory.",
            ) from error
        except BaseException:
            self.close()
            raise
        self.room = max(1, head["copies"] - 1)
        return str(head["digest"])

    @property
    def pid(self) -> int:
        """Return the number of the process."""
        return self._process.pid

    def fork(self, *, limited: bool = True) -> Worker:
        """Return a new worker once the data are loaded; one that is not `limited` is the server's.

        Raises Busy, and EOFError or OSError if the process is gone.
        """
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise Busy("The server may open no more files.", LATER) from error
        try:
            with theirs, self._lock:
                wire.post(self._channel, {"fork": True, "limited": limited}, theirs.fileno())
                head, _ = wire.collect(self._channel)
            wire.raise_fault(head)
            _, handles, _, _ = socket.recv_fds(ours, 1, 1)
            if not handles:
                wire.post(self._channel, {"kill": head["pid"]})
                raise Busy("A new query process ended at once.", LATER)
            ours.setblocking(False)
        except BaseException:
            ours.close()
            raise
        return Worker(self, head["pid"], ours, handles[0])

    def kill(self, worker: Worker) -> None:
        """End a worker that still lives, without waiting for its end."""
        self._part(worker)
        with suppress(OSError):
            wire.post(self._channel, {"kill": worker.pid})

    def bury(self, worker: Worker) -> int:
        """Return the exit code of a worker that ended by itself; negative: a signal."""
        self._part(worker)
        try:
            with self._lock:
                wire.post(self._channel, {"bury": worker.pid})
                head, _ = wire.collect(self._channel)
        except (EOFError, OSError):
            return -signal.SIGKILL  # the zygote is gone, and its workers go with it
        return int(head["status"])

    def reap(self) -> None:
        """Take note if the process has ended, lest it stay a zombie; for its parent alone."""
        self._process.poll()

    def close(self) -> None:
        """End the process and, with it, all its workers."""
        with suppress(OSError):
            # Where this process is a fork, the first one holds the socket as well.
            self._channel.shutdown(socket.SHUT_RDWR)
        self._channel.close()
        if not self._digest:
            # It still loads, and would only then see that nobody listens.
            self._process.kill()
        self._process.wait()

    def _part(self, worker: Worker) -> None:
        """Close what this process holds of a worker."""
        worker.channel.close()
        os.close(worker.shared)


def death(status: int, memory: int) -> WorkerDied:
    """Return why a worker ended with an exit code as `bury` returns it; `memory` MiB it had."""
    if status == -signal.SIGABRT:
        return WorkerDied(
            f"The query needed more than {memory} MiB of memory.",
            "Make it more selective, or take out ORDER BY, DISTINCT or GROUP BY.",
        )
    if status == -signal.SIGKILL:
        return WorkerDied("The system ended the query's process.", LATER)
    return WorkerDied(
        "The query broke the engine that ran it.",
        "Write it with less nesting and fewer repeated parts.",
    )
