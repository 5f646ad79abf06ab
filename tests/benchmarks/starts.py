"""How long our own program takes at the real size: loading, checking, starting, each query."""

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import peers
from tests.benchmarks.enlarge import Graph
from tests.benchmarks.peers import OURS
from tests.benchmarks.rounds import Found, quantile
from tests.benchmarks.section import Goal, Section
from tests.benchmarks.sizes import table

# As the process does that loads the data for the server.
_LOAD = """
import time
from migkg import dataset
from migkg.settings import Data
start = time.perf_counter()
dataset.load(Data())
print(time.perf_counter() - start)
"""
_TIMES = 5
_PATIENCE = 120.0


def section(graph: Graph, folder: Path, found: Sequence[Found]) -> Section:
    """Measure; `found`: what all queries took at the real size."""
    loads = [float(_run(sys.executable, "-c", _LOAD)) for _ in range(_TIMES)]
    checks = [_seconds(sys.executable, "-m", "migkg", "check") for _ in range(2)]
    starts = [_start(graph, folder) for _ in range(_TIMES)]
    rows = [
        _row("loading the graph", loads),
        _row("`migkg check`", checks),
        _row("`migkg serve`: start to first answer", starts),
    ]
    took = sorted(
        (quantile(one.slots[OURS, 1].latencies, 0.5), one.question.name)
        for one in found
        if one.rate(OURS, 1)
    )
    told = ""
    if took:
        slowest = ", ".join(f"{name} {taken:.0f} ms" for taken, name in took[:-6:-1])
        told = (
            f"\n\nOf {len(took)} queries (p50 at concurrency 1, uncached) the middle one takes "
            f"{took[len(took) // 2][0]:.1f} ms, the slowest: {slowest}."
        )
    goals = [
        _goal("loading ≤ 1 s", statistics.median(loads), 1.0),
        _goal("`migkg check` ≤ 15 s", statistics.median(checks), 15.0),
        _goal("start to first answer < 2 s", statistics.median(starts), 2.0),
    ]
    numbers = {"load": loads, "check": checks, "start": starts, "queries": dict(_turned(took))}
    text = table(("seconds", "middle", "least", "most", "times"), rows) + told
    return Section("Our own times", text, numbers, goals)


def _turned(pairs: Sequence[tuple[float, str]]) -> Sequence[tuple[str, float]]:
    return [(name, round(taken, 3)) for taken, name in pairs]


def _row(name: str, seconds: Sequence[float]) -> Sequence[str]:
    values = (statistics.median(seconds), min(seconds), max(seconds))
    return (name, *(f"{value:.2f}" for value in values), str(len(seconds)))


def _goal(wanted: str, seconds: float, most: float) -> Goal:
    return Goal(wanted, f"{seconds:.2f} s", seconds <= most)


def _start(graph: Graph, folder: Path) -> float:
    with peers.ours(graph, folder) as server:
        return server.first


def _seconds(*command: str) -> float:
    start = time.perf_counter()
    _run(*command)
    return time.perf_counter() - start


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE)
    assert done.returncode == 0, f"exit code {done.returncode}: {done.stdout[-200:]}"
    return done.stdout
