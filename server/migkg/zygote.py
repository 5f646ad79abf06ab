"""The process that loads the data once and forks the query processes from itself.

`python -m migkg.zygote FD` obeys the orders that `processes.py` sends over the socket FD, and ends
when that socket closes. Linux: https://man7.org/linux/man-pages/man2/fork.2.html.
"""

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from migkg import dataset, merging, wire, worker
from migkg.dataset import Dataset
from migkg.errors import LATER, Busy, CannotRun, MigkgError
from migkg.memory import copies, give_back, spare_memory
from migkg.processes import end_with
from migkg.settings import Data, Limits

# Queries stand back behind the web process, which has to notice their deadlines; long ones more.
_NICENESS = 1
Serve = Callable[[socket.socket], None]


def main(channel: socket.socket) -> None:
    """Load the data that the first message names, then fork and bury workers as ordered."""
    # A terminal sends them to all; what they mean is for the first process to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    spare_memory()
    order, _ = wire.collect(channel)
    try:
        loaded = dataset.load(Data(**order["data"]))
    except MigkgError as fault:
        wire.post(channel, wire.fault_to_head(fault))
        return
    except OSError as fault:
        what = fault.filename or "A file"
        unread = CannotRun(f"{what}: {fault.strerror}.", "See that it can be read.")
        wire.post(channel, wire.fault_to_head(unread))
        return
    if loaded.repeats:
        merging.merge(loaded.store)
    # Objects that the collector never visits again stay shared between the forks.
    gc.collect()
    gc.freeze()
    give_back()
    wire.post(channel, {"digest": loaded.digest, "copies": copies()})
    _obey(channel, loaded, Limits(**order["limits"]))


def _obey(channel: socket.socket, loaded: Dataset, limits: Limits) -> None:
    dying: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: _reap(dying))
    while True:
        try:
            order, handles = wire.collect(channel)
        except EOFError:
            return
        if "kill" in order:
            # It may go by itself meanwhile: its number is its own until it may be reaped.
            os.kill(order["kill"], signal.SIGKILL)
            # A large process takes long to go: nobody waits for that.
            dying.add(order["kill"])
            _reap(dying)
        elif "bury" in order:
            wire.post(channel, {"status": _bury(order["bury"])})
        else:
            serve = partial(worker.serve, dataset=loaded, limits=limits, limited=order["limited"])
            wire.post(channel, _forked(channel, handles[0], serve))


def _reap(dying: set[int]) -> None:
    for pid in [*dying]:
        # A signal may come in the middle of this and do the same.
        with suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0]:
                dying.discard(pid)


def _forked(channel: socket.socket, handle: int, serve: Serve) -> wire.Head:
    try:
        return {"pid": _fork(channel, handle, serve)}
    except OSError:
        os.close(handle)
        return wire.fault_to_head(Busy("The system starts no more query processes.", LATER))


def _fork(channel: socket.socket, handle: int, serve: Serve) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        os.close(handle)
        return pid
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.nice(_NICENESS)
        if end_with(parent, signal.SIGKILL):
            channel.close()
            serve(socket.socket(fileno=handle))
            status = 0
    finally:
        os._exit(status)


def _bury(pid: int) -> int:
    """Return how a worker ended; only this process reaps, so no other can have its number."""
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    # Whoever gave an order may be gone before it is done.
    with socket.socket(fileno=int(sys.argv[1])) as control, suppress(EOFError, ConnectionError):
        main(control)
