"""Runs all measurements and writes the report: `make bench`, half an hour; `--quick`, minutes."""
# ruff: noqa: T201

import argparse
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import enlarge, layers, machine, report, runaway, soak, zipf
from tests.benchmarks.enlarge import Graph
from tests.benchmarks.mix import questions
from tests.benchmarks.peers import Peer, Running, peers
from tests.benchmarks.report import Report
from tests.benchmarks.rounds import Pace, ask_all, warm_up
from tests.benchmarks.sizes import Part, Served

RESULTS = Path(__file__).parent / "results"
# Seconds for the questions at each enlargement; what comes too late is named in the report.
BUDGETS = {1: 420.0, 10: 360.0, 100: 300.0}
DRAWS = 40_000


def main() -> None:
    """Measure at each size, then the cache, runaways and layers at the real size."""
    options = _options()
    # Whoever stops the run shall not find its servers and files still there.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    start, load = time.monotonic(), machine.load()
    parts: list[Part] = []
    with tempfile.TemporaryDirectory(prefix="migkg-bench-") as name:
        folder = Path(name)
        small = enlarge.real(folder)
        for times in options.sizes:
            say(f"×{times}: writing the graph")
            graph = small if times == 1 else enlarge.enlarged(small, times, folder)
            budget = BUDGETS.get(times, 300.0) * (0.2 if options.quick else 1)
            pace = Pace(budget=budget, turns=1 if options.quick else 3)
            parts.append(_part(graph, folder, pace))
        say("answer cache")
        kept = zipf.measure(small, folder, DRAWS // 10 if options.quick else DRAWS)
        say("runaways")
        stopped = runaway.measure(small.root)
        say("two hundred clients")
        soaked = soak.measure(small.root, 6.0 if options.quick else 30.0)
        say("layers")
        costs = layers.measure(small, folder)
        spent = layers.processor(small, folder, 1.0 if options.quick else 4.0)
    minutes = (time.monotonic() - start) / 60
    found = Report(machine.description(), load, minutes, parts, kept, stopped, soaked, costs, spent)
    report.write(found, options.out)
    say(f"{minutes:.0f} minutes; the report is in {options.out}")


def _part(graph: Graph, folder: Path, pace: Pace) -> Part:
    """Start all servers over a graph, and ask them."""
    served: list[Served] = []
    running: list[Running] = []
    with ExitStack() as stack:
        for peer in peers():
            missing = peer.missing
            if graph.times > peer.up_to:
                missing = f"is measured up to ×{peer.up_to}"
            if not missing:
                say(f"×{graph.times}: starting {peer.name}")
                missing = _started(peer, graph, folder, stack, running)
            served.append(Served(peer.name, peer.version, missing))
        memory = {server.name: server.memory() for server in running}
        asked = [q for q in questions() if graph.times <= q.up_to]
        say(f"×{graph.times}: asking {len(asked)} questions")
        warm_up(next(q for q in asked if q.name == "counts"), running)
        found = ask_all(asked, running, pace)
        after = {server.name: server.memory() for server in running}
    names = {one.question.name for one in found}
    unasked = [q.name for q in questions() if q.name not in names]
    started = {s.name: (s.load, s.first, memory[s.name], after[s.name]) for s in running}
    return Part(graph.times, graph.count, served, started, found, unasked)


def _started(
    peer: Peer, graph: Graph, folder: Path, stack: ExitStack, running: list[Running]
) -> str:
    """Start a server; return why it could not be."""
    place = folder / f"{peer.name.replace(', ', '-')}-{graph.times}"
    place.mkdir()
    try:
        running.append(stack.enter_context(peer.start(graph, place)))
    except (AssertionError, OSError) as fault:
        return f"could not be started: {fault}"
    return ""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=[1, 10, 100], help="such as 1,10,100")
    parser.add_argument("--quick", action="store_true", help="one turn, a fifth of the time")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the report")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
