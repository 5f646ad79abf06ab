import errno
import os
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from migkg import wire, zygote
from migkg.errors import Busy
from migkg.settings import Limits


@pytest.fixture
def channels() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    handler = signal.getsignal(signal.SIGCHLD)
    with ours, theirs:
        yield ours, theirs
    signal.signal(signal.SIGCHLD, handler)


def test_worker_that_goes_by_itself_while_it_is_ended_takes_nobody_along(
    channels: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = channels
    worker = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], os.environ)
    os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)
    kill = os.kill

    def late(pid: int, number: Any) -> None:
        # The system tells of a worker's end at any time.
        signal.raise_signal(signal.SIGCHLD)
        kill(pid, number)

    monkeypatch.setattr(os, "kill", late)
    wire.post(ours, {"kill": worker})
    ours.close()
    zygote._obey(theirs, None, Limits())  # type: ignore[arg-type]
    with pytest.raises(ChildProcessError):
        os.waitpid(worker, os.WNOHANG)


def test_system_that_starts_no_more_processes_is_told(
    channels: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = channels

    def none() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", none)
    read, write = os.pipe()
    wire.post(ours, {"fork": True, "limited": True}, write)
    os.close(write)
    ours.shutdown(socket.SHUT_WR)
    zygote._obey(theirs, None, Limits())  # type: ignore[arg-type]
    with pytest.raises(Busy, match="no more query processes"):
        wire.raise_fault(wire.collect(ours)[0])
    # The end of what the worker would have had was closed.
    assert os.read(read, 1) == b""
    os.close(read)
