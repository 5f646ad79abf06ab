"""A server's place in the run: loaded, started, and started again where it dies or hangs."""

import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import machine
from tests.benchmarks.enlarge import Graph
from tests.benchmarks.peers import Peer, Running
from tests.benchmarks.section import told

# Who has to be started again so often takes no further part: the others would lose their time.
_MOST = 4
# Seconds to look whether a server works.
_LOOK = 0.25
FAULTS = (AssertionError, OSError, subprocess.SubprocessError)


class Seat:
    """A peer over one graph; `load` and `first` in seconds; `faults`: why it was started again."""

    def __init__(self, peer: Peer, graph: Graph, folder: Path) -> None:
        """Load and start it; raises one of FAULTS where that fails."""
        self.name = peer.name
        self.faults: list[str] = []
        self._peer, self._graph, self._folder = peer, graph, folder
        self._stack = ExitStack()
        start = time.perf_counter()
        if peer.load:
            peer.load(graph, folder)
        self.load = time.perf_counter() - start if peer.load else 0.0
        self._running: Running | None = self._start()
        self.first = self._running.first

    def _start(self) -> Running:
        return self._stack.enter_context(self._peer.serve(self._graph, self._folder))

    @property
    def running(self) -> Running | None:
        """The server, None if it takes no further part."""
        return self._running

    def look(self, hangs: str) -> bool:
        """Start the server again if it died, or is not done with what `hangs` says soon enough.

        It gets as long as a start would take. True if it was started again.
        """
        if self._running is None:
            return False
        death = self._running.death()
        if not death and (not hangs or self._is_calm(self._running)):
            return False
        self.faults.append(f"{f'died ({death})' if death else 'hung'} at {hangs or 'rest'}")
        self.close()
        if len(self.faults) < _MOST:
            try:
                self._running = self._start()
            except FAULTS as fault:
                self.faults.append(f"could not be started again: {told(fault)}")
        return True

    def _is_calm(self, running: Running) -> bool:
        end = time.monotonic() + self.first
        while time.monotonic() < end:
            before = machine.spent(running.pid)
            time.sleep(_LOOK)
            if machine.spent(running.pid) - before < _LOOK / 5:
                return True
        return False

    def memory(self) -> float:
        """The proportional memory of all its processes, in MiB."""
        return self._running.memory() if self._running else 0.0

    def close(self) -> None:
        """End the server."""
        self._running = None
        self._stack.close()
