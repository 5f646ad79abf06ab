import errno
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from migkg.errors import Busy
from migkg.execute import Pool
from migkg.processes import Zygote, command
from migkg.settings import Data, Limits

# Without it, the first large piece that is freed lets the library keep the room of the next ones,
# up to twice as much.
_LARGE_ANSWERS = """
from migkg.memory import spare_memory

def held():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))

spare_memory()
first = bytearray(2**24)
del first
before = held()
later = bytearray(15_000_000)
del later
print(held() - before)
"""


@pytest.mark.parametrize("told", [True, False])
def test_module_is_looked_for_here_only_where_this_process_looks_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path)] if told else ["/elsewhere"])
    assert ("-P" in command("a.b")) != told
    assert command("a.b")[-2:] == ("-m", "a.b")


def test_large_pieces_of_memory_go_back_when_they_are_freed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LARGE_ANSWERS], capture_output=True, text=True, timeout=30
    )
    assert int(done.stdout) < 4 * 1024, done


def test_worker_that_ends_at_once_is_told_and_the_next_one_works(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = socket.recv_fds

    def ended(channel: socket.socket, *others: Any) -> Any:
        # A worker's own channel is a stream; the zygote's keeps messages apart.
        stream = channel.type == socket.SOCK_STREAM
        return (b"", [], 0, None) if stream else receive(channel, *others)

    with closing(Zygote(Data(root=str(tiny)), Limits())) as zygote:
        zygote.wait()
        with monkeypatch.context() as patched:
            patched.setattr(socket, "recv_fds", ended)
            with pytest.raises(Busy):
                zygote.fork()
        worker = zygote.fork()
        assert worker.pid
        zygote.kill(worker)


def test_zygote_lives_on_where_this_process_may_open_no_more_files(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with closing(Pool(Data(root=str(tiny)), Limits())) as pool:
        zygote = pool.crew.zygote
        zygote.wait()
        with monkeypatch.context() as limited:
            limited.setattr(socket, "socketpair", full)
            with pytest.raises(Busy, match="no more files"):
                pool.crew._fork()
        assert pool.crew.zygote is zygote
        zygote.kill(zygote.fork())


def test_process_for_the_server_itself_takes_what_memory_it_needs(tiny: Path) -> None:
    with closing(Zygote(Data(root=str(tiny)), Limits())) as zygote:
        zygote.wait()
        for limited in (True, False):
            worker = zygote.fork(limited=limited)
            limits = Path(f"/proc/{worker.pid}/limits").read_text()
            assert ("Max address space         unlimited" in limits) is not limited
            zygote.kill(worker)
