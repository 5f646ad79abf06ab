"""Writes what was found: a page in Markdown, all numbers in JSON, a plot in SVG."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import plot, sizes
from tests.benchmarks.peers import DISK, MEMORY, OURS
from tests.benchmarks.rounds import LINES, quantile, ratio
from tests.benchmarks.section import Goal, Section
from tests.benchmarks.sizes import Part, table

MARKS = ("<!-- measured: `make bench` writes this -->\n", "<!-- end of measured -->\n")
# Other servers, at least how many times as fast we shall be, at which concurrency.
_WANTED = (
    *((DISK, 1.3, lines) for lines in LINES),
    *(("rdflib-endpoint", 15.0, lines) for lines in LINES),
    *(("Virtuoso", 1.0, lines) for lines in LINES),
    (MEMORY, 1.0, LINES[-1]),
)


@dataclass(frozen=True)
class Report:
    """All of a run; `load`: what the machine was busy with before it."""

    machine: dict[str, str]
    load: float
    minutes: float
    parts: Sequence[Part]
    sections: Sequence[Section]


def write(report: Report, folder: Path) -> None:
    """Write `README.md`, `results.json` and `ratios.svg`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(page(report))
    numbers = {
        "machine": report.machine,
        "load": report.load,
        "minutes": report.minutes,
        "sizes": [sizes.numbers(part) for part in report.parts],
        "sections": {one.title: one.numbers for one in report.sections},
        "seconds": {one.title: round(one.seconds) for one in report.sections},
    }
    (folder / "results.json").write_text(json.dumps(numbers, indent=1) + "\n")
    lines = {part.times: part.found for part in report.parts if part.found}
    if lines:
        plot.draw(lines, folder / "ratios.svg")


def in_readme(text: str, report: Report) -> str:
    """Return the text of the README with the numbers between its marks made new."""
    before, rest = text.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    asked = [part for part in report.parts if not part.fault]
    losses = [
        f"- ×{part.times}, {lines} at once: slower than {other} at {', '.join(lost)}"
        for part in asked
        for other in (DISK, MEMORY)
        for lines in LINES
        if (lost := _lost(part, other, lines))
    ]
    missed = [goal for goal in _goals(report) if not goal.reached]
    losses += [f"- {goal.wanted}: not reached, {goal.measured}" for goal in missed]
    losses += [f"- {part.fault}" for part in report.parts if part.fault]
    blocks = [
        f"{report.machine['processor']}, {report.minutes:.0f} minutes; our rate by the other's, "
        "geometric mean over the mix:",
        sizes.ratios(asked),
        "Where we lose, of the fourteen typical queries, and what was not reached:",
        "\n".join(losses) or "- nowhere",
    ]
    return (
        before + MARKS[0] + "\n".join(f"\n{block}\n" for block in blocks) + "\n" + MARKS[1] + after
    )


def _lost(part: Part, other: str, lines: int) -> list[str]:
    found = []
    for one in part.found:
        mine, theirs = one.rate(OURS, lines), one.rate(other, lines)
        if one.question.typical and mine and theirs and mine < theirs:
            found.append(one.question.name)
    return found


def page(report: Report) -> str:
    """Return the report as Markdown."""
    asked = [part for part in report.parts if not part.fault]
    rows = [
        (one.wanted, one.measured, "yes" if one.reached else "**no**") for one in _goals(report)
    ]
    spent = ", ".join(
        [f"×{part.times} {part.seconds / 60:.1f}" for part in report.parts]
        + [f"{one.title.lower()} {one.seconds / 60:.1f}" for one in report.sections]
    )
    blocks = [
        "# What `make bench` measured",
        f"One run of {report.minutes:.0f} minutes; all servers over the same statements, asked in "
        "turn, question by question, with the same Accept over connections that stay open. An "
        "answer that differs from that of Oxigraph in memory has no speed. Means are geometric, "
        "by the weights of the mix. Nothing was kept by our answer cache, except where it is "
        "measured. Reproduce it with `make bench`.",
        table(("machine", ""), report.machine.items()),
        f"Before the run, {report.load:.1f} processes wanted the processors. Minutes: {spent}.",
        "## What was to be reached",
        table(("wanted", "measured", "reached"), rows),
        "![ratios](ratios.svg)",
        "## Servers",
        "`client at 16` is the share of one processor that asking took from the server.",
        *(part.fault or sizes.servers(part) for part in report.parts),
        "## How many times as fast as the others we are",
        sizes.ratios(asked),
        *(sizes.left_out(part) for part in asked),
        "## The fourteen typical queries",
        *(sizes.typical(part) for part in asked),
    ]
    for one in report.sections:
        blocks += [f"## {one.title}", one.text]
    return "\n\n".join(blocks) + "\n"


def _goals(report: Report) -> Iterator[Goal]:
    """All that was to be reached, at each size and in each section."""
    yield from _ratios([part for part in report.parts if not part.fault])
    for one in report.sections:
        yield from one.goals


def _ratios(parts: Sequence[Part]) -> Iterator[Goal]:
    for part in parts:
        for other, least, lines in _WANTED:
            if found := ratio(part.found, OURS, other, lines):
                wanted = f"×{part.times}: ≥ {least:g} × {other} at concurrency {lines}"
                yield Goal(wanted, f"{found[0]:.2f} ×", found[0] >= least)
        lookups = [one for one in part.found if one.question.name == "lookup"]
        for one in lookups:
            if one.rate(OURS, LINES[-1]):
                last = quantile(one.slots[OURS, LINES[-1]].latencies, 0.99)
                wanted = f"×{part.times}: p99 of a lookup < 10 ms at {LINES[-1]}"
                yield Goal(wanted, f"{last:.1f} ms", last < 10)
