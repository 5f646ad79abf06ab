import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import pytest

from migkg import writer_processes as processes
from migkg.callers import CALLER, Caller
from migkg.errors import Busy, ClientGone, QueryTimeout, TooManyRequests, WorkerDied
from migkg.settings import Limits
from migkg.writer_processes import Writers
from migkg.writers import xml
from migkg.writers.registry import APART, plain
from networks_sample import NETWORK
from watching import until

ENDLESS = (sys.executable, "-c", "import time; time.sleep(60)")


@pytest.mark.parametrize("name", APART)
def test_another_process_writes_the_same(name: str) -> None:
    assert Writers(Limits()).write(plain(NETWORK), name) == getattr(xml, name)(NETWORK)


def test_large_network_arrives_whole_at_a_process_that_reads_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wait = f"time.sleep({3 * processes._LOOK})"
    late = f"import sys, time; {wait}; print(end=str(len(sys.stdin.read())))"
    monkeypatch.setattr(processes, "COMMAND", (sys.executable, "-c", late))
    assert Writers(Limits()).write(b"x" * 2**20, "gexf") == b"1048576"


def test_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "COMMAND", ENDLESS)
    with pytest.raises(QueryTimeout, match="within 0.1 s"):
        Writers(Limits(timeout=0.1)).write(b"{}", "gexf")


def test_file_that_takes_too_much_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    large = (sys.executable, "-c", "import sys; sys.stdin.read(); bytes(600 * 2**20)")
    monkeypatch.setattr(processes, "COMMAND", large)
    with pytest.raises(WorkerDied, match="more than 16 MiB of memory"):
        Writers(Limits(memory=16)).write(b"{}" * 2**20, "gexf")


class Desk:
    """Requests for files, each on a thread, and what became of them."""

    def __init__(self, limits: Limits, threads: ThreadPoolExecutor) -> None:
        self.writers = Writers(limits)
        self.threads = threads

    def ask(self, caller: Caller) -> Future[bytes]:
        context = copy_context()
        context.run(CALLER.set, caller)
        return self.threads.submit(context.run, self.write)

    def write(self) -> bytes:
        with self.writers.place():
            return self.writers.write(b"x", "gexf")

    def held(self) -> int:
        return self.writers._running.total() + len(self.writers._waiting)


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file whose coming lets all processes end; each tells in a file of its own that it runs."""
    code = (
        "import os, pathlib, sys, time\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "(folder / f'runs-{os.getpid()}').touch()\n"
        "while not (folder / 'open').exists(): time.sleep(0.01)\n"
        "print(end='done')\n"
    )
    monkeypatch.setattr(processes, "COMMAND", (sys.executable, "-c", code, str(tmp_path)))
    return tmp_path


@pytest.fixture
def desk(gate: Path) -> Iterator[Desk]:
    with ThreadPoolExecutor(9) as threads:
        yield Desk(Limits(concurrent_queries=4), threads)
        (gate / "open").touch()


def running(gate: Path) -> int:
    return len([*gate.glob("runs-*")])


def test_processes_and_places_are_counted(desk: Desk, gate: Path) -> None:
    asked = []
    for number, client in enumerate(["a", "a", "b", "b"], 1):
        asked.append(desk.ask(Caller(client)))
        until(lambda number=number: desk.held() == number)  # type: ignore[misc]
    with pytest.raises(TooManyRequests, match="You have 2 exports"):
        desk.ask(Caller("a")).result()
    with pytest.raises(Busy, match="are taken"):
        desk.ask(Caller("c")).result()
    until(lambda: running(gate) == desk.writers._most)
    (gate / "open").touch()
    assert {one.result() for one in asked} == {b"done"}
    assert running(gate) == 4
    assert desk.held() == 0


def test_client_without_a_process_goes_before_one_that_has_some() -> None:
    writers = Writers(Limits())
    writers._running.update(a=1)
    writers._most = 2
    writers._waiting = [
        processes._Place("a"),
        processes._Place("b"),
        processes._Place("b"),
    ]
    assert writers._next() is writers._waiting[1]
    writers._running.update(b=1)
    assert writers._next() is None


@pytest.mark.parametrize("most", [0, 1], ids=["waits", "runs"])
def test_client_that_leaves_frees_its_place(desk: Desk, most: int) -> None:
    desk.writers._most = most
    caller = Caller("a")
    asked = desk.ask(caller)
    until(lambda: desk.held() == 1)
    caller.gone = True
    with pytest.raises(ClientGone):
        asked.result()
    assert desk.held() == 0


def test_who_waits_for_too_long_is_told() -> None:
    writers = Writers(Limits(timeout=0.1))
    writers._most = 0
    with pytest.raises(Busy, match="became free in time"), writers.place():
        pass
