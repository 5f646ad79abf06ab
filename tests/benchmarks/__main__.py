"""Runs all measurements and writes the report: `make bench`, half an hour; `--quick`, minutes."""

import argparse
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.benchmarks import (
    enlarge,
    fuzz,
    layers,
    machine,
    pages,
    report,
    runaway,
    soak,
    starts,
    zipf,
)
from tests.benchmarks.enlarge import Graph
from tests.benchmarks.mix import questions
from tests.benchmarks.peers import MEMORY, OURS, peers
from tests.benchmarks.report import Report
from tests.benchmarks.rounds import Pace, ask_all, warm_up
from tests.benchmarks.seat import FAULTS, Seat
from tests.benchmarks.section import Section, measured, say, told
from tests.benchmarks.sizes import Part, Served

RESULTS = Path(__file__).parent / "results"
README = Path(__file__).parents[2] / "README.md"
# Seconds for the questions at each enlargement; what comes too late is named in the report.
BUDGETS = {1: 480.0, 10: 210.0, 100: 300.0}
# Seconds after which no size is begun or asked any further.
_END = 28 * 60.0
# What must be left of them to begin a size, by how many times the graph is enlarged.
_LEAST = 5.0
DRAWS = 40_000


def main() -> None:
    """Measure at the real size, all else there, then the larger sizes."""
    options = _options()
    # Whoever stops the run shall not find its servers and files still there.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Programs in use have their byte code; where none may be written, each start compiles anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    start, load = time.monotonic(), machine.load()
    parts: list[Part] = []
    sections: list[Section] = []
    try:
        with tempfile.TemporaryDirectory(prefix="migkg-bench-") as name:
            folder = Path(name)
            small = enlarge.real(folder)
            for times in sorted({1, *options.sizes}):
                left = start + _END - time.monotonic()
                parts.append(_size(small, times, folder, left, options.quick))
                if times == 1:
                    sections += _sections(small, folder, parts[0], options.quick)
    finally:
        minutes = (time.monotonic() - start) / 60
        found = Report(machine.description(), load, minutes, parts, sections)
        report.write(found, options.out)
        if options.out == RESULTS:
            README.write_text(report.in_readme(README.read_text(), found))
        sys.stdout.write(report.page(found))
        say(f"{minutes:.0f} minutes; the report is in {options.out}")


def _size(small: Graph, times: int, folder: Path, left: float, quick: bool) -> Part:
    """Measure one size, with so many seconds left; where that breaks off, the part says so."""
    start = time.monotonic()
    if left < _LEAST * times:
        fault = f"×{times}: not measured, the time of the run was up."
        return Part(times, 0, [], {}, [], [], {}, 0.0, 0.0, fault)
    say(f"×{times}: writing the graph")
    try:
        with tempfile.TemporaryDirectory(dir=folder) as name:
            graph = small if times == 1 else enlarge.enlarged(small, times, Path(name))
            budget = BUDGETS.get(times, 300.0) * (0.2 if quick else 1)
            return _part(graph, Path(name), budget, start + left, 1 if quick else 3)
    except FAULTS as fault:
        said = f"×{times}: not measured: it broke off ({told(fault)})."
        return Part(times, 0, [], {}, [], [], {}, 0.0, time.monotonic() - start, said)


def _part(graph: Graph, folder: Path, budget: float, end: float, turns: int) -> Part:
    """Start all servers over a graph, and ask them."""
    start = time.monotonic()
    served: list[Served] = []
    seats: list[Seat] = []
    with ExitStack() as stack:
        for peer in peers():
            missing = peer.missing
            if graph.times > peer.up_to:
                missing = f"is measured up to ×{peer.up_to}"
            if not missing and peer.name not in (OURS, MEMORY) and time.monotonic() > end - 60:
                missing = "not started: the time of the run was up"
            if not missing:
                say(f"×{graph.times}: starting {peer.name}")
                place = folder / f"{peer.name.replace(', ', '-')}-{graph.times}"
                place.mkdir()
                try:
                    seats.append(Seat(peer, graph, place))
                    stack.callback(seats[-1].close)
                except FAULTS as fault:
                    missing = f"could not be started: {told(fault)}"
            served.append(Served(peer.name, peer.version, missing))
        memory = {seat.name: seat.memory() for seat in seats}
        asked = [q for q in questions() if graph.times <= q.up_to]
        say(f"×{graph.times}: asking {len(asked)} questions")
        warm_up(next(q for q in asked if q.name == "counts"), seats)
        begun = time.monotonic()
        # At least a minute, so that a late size shows the questions that weigh most.
        pace = Pace(budget=max(60.0, min(budget, end - begun)), turns=turns)
        found = ask_all(asked, seats, pace)
        asking = time.monotonic() - begun
        after = {seat.name: seat.memory() for seat in seats}
    names = {one.question.name for one in found}
    unasked = [q.name for q in questions() if q.name not in names]
    started = {s.name: (s.load, s.first, memory[s.name], after[s.name]) for s in seats}
    again = {seat.name: seat.faults for seat in seats if seat.faults}
    spent = time.monotonic() - start
    return Part(graph.times, graph.count, served, started, found, unasked, again, asking, spent)


def _sections(small: Graph, folder: Path, part: Part, quick: bool) -> list[Section]:
    """Measure at the real size whatever is not a question of the mix."""
    share = 0.2 if quick else 1.0
    root = small.root
    stages = {
        "Our own times": partial(starts.section, small, folder, part.found),
        "Pages": partial(pages.section, 60 * share),
        "Answer cache": partial(zipf.section, small, folder, round(DRAWS * share)),
        "Runaways": partial(runaway.section, root),
        "Two hundred clients": partial(soak.section, root, 30 * share),
        "Where the time of a lookup goes": partial(layers.section, small, folder, 3 * share),
        "Fuzz": partial(fuzz.section, 150 * share, round(fuzz.EXAMPLES * share**2)),
    }
    return [measured(title, stage) for title, stage in stages.items()]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=[1, 10, 100], help="such as 1,10,100")
    parser.add_argument("--quick", action="store_true", help="one turn, a fifth of the time")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the report")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
