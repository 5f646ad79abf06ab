"""Writes what was found: a page in Markdown, all numbers in JSON, a plot in SVG."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks import plot, sizes
from tests.benchmarks.rounds import LINES
from tests.benchmarks.runaway import DEADLINE, Stopped
from tests.benchmarks.sizes import Part, table
from tests.benchmarks.soak import CLIENTS, Soaked
from tests.benchmarks.zipf import DISTINCT, ENTRIES, Kept


@dataclass(frozen=True)
class Report:
    """All of a run; `load`: what the machine was busy with before it."""

    machine: dict[str, str]
    load: float
    minutes: float
    parts: Sequence[Part]
    kept: Kept
    stopped: Sequence[Stopped]
    soaked: Soaked
    costs: Sequence[tuple[str, float]]
    spent: Sequence[tuple[str, list[float]]]


def write(report: Report, folder: Path) -> None:
    """Write `README.md`, `results.json` and `ratios.svg`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(page(report))
    numbers = {
        "machine": report.machine,
        "load": report.load,
        "minutes": report.minutes,
        "sizes": [sizes.numbers(part) for part in report.parts],
        "cache": asdict(report.kept),
        "soak": asdict(report.soaked),
        "runaways": [asdict(one) for one in report.stopped],
        "layers": dict(report.costs),
        "processor": dict(report.spent),
    }
    (folder / "results.json").write_text(json.dumps(numbers, indent=1) + "\n")
    lines = {part.times: part.found for part in report.parts}
    plot.draw(lines, folder / "ratios.svg")


def page(report: Report) -> str:
    """Return the report as Markdown."""
    blocks = [
        "# What `make bench` measured",
        f"One run of {report.minutes:.0f} minutes; all servers over the same statements, asked in "
        "turn, question by question. An answer that differs from that of Oxigraph in memory has "
        "no speed. Means are geometric, by the weights of the mix. Nothing was kept by our answer "
        "cache, except where it is measured. Reproduce it with `make bench`.",
        table(("machine", ""), report.machine.items()),
        f"Before the run, {report.load:.1f} processes wanted the processors.",
        "![ratios](ratios.svg)",
        "## Servers",
        *(sizes.servers(part) for part in report.parts),
        "## How many times as fast as the others we are",
        sizes.ratios(report.parts),
        *(sizes.left_out(part) for part in report.parts),
        "## The fourteen typical queries",
        *(sizes.typical(part) for part in report.parts),
        "## Answer cache",
        _kept(report.kept),
        "## Runaways",
        _runaways(report.stopped),
        "## Two hundred clients",
        _soaked(report.soaked),
        "## Where the time of a lookup goes",
        table(("layer", "µs"), ((name, f"{cost:.0f}") for name, cost in report.costs)),
        "Processor time of all processes of a server for one lookup:",
        table(
            ("server", *(f"µs at {lines}" for lines in LINES)),
            ((name, *(f"{cost:.0f}" for cost in costs)) for name, costs in report.spent),
        ),
    ]
    return "\n\n".join(blocks) + "\n"


def _kept(kept: Kept) -> str:
    return (
        f"{kept.draws:,} draws from {DISTINCT:,} distinct queries, Zipf s = 1, concurrency 16, "
        f"{kept.entries:,} answers kept at the end ({kept.room:,} bytes; {ENTRIES:,} are allowed): "
        f"hit rate **{kept.hits:.0%}**, "
        f"{kept.ours:,.0f} req/s, **{kept.ours / kept.theirs:.2f}** times `oxigraph serve` in "
        f"memory ({kept.theirs:,.0f} req/s)."
    )


def _runaways(stopped: Sequence[Stopped]) -> str:
    rows = (
        (
            f"{one.number} × {one.name}",
            ", ".join(map(str, one.statuses)),
            f"{one.late:.0f}",
            f"{one.ask:.1f}",
            f"{one.lookup:.1f}",
        )
        for one in stopped
    )
    heads = ("queries", "status", "ms after the deadline", "`ASK {}` p99 ms", "lookup p99 ms")
    return f"Deadline {DEADLINE:g} s; the others are asked meanwhile.\n\n" + table(heads, rows)


def _soaked(soaked: Soaked) -> str:
    return (
        f"{CLIENTS} clients asked heavy queries for {soaked.seconds:.0f} s, default limits: "
        f"{soaked.heavy:,} answers, {soaked.refused:,} refusals. Meanwhile another client's "
        f"lookups, each of a thing not asked for before: p50 {soaked.p50:.1f} ms, **p99 "
        f"{soaked.p99:.1f} ms**, {soaked.failures} failures. Memory (PSS) before, at the end, and "
        f"two seconds later: {soaked.before:.0f}, {soaked.most:.0f}, {soaked.after:.0f} MiB."
    )
