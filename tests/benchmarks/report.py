"""Writes what was found: a page in Markdown, all numbers in JSON, a plot in SVG."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import plot
from tests.benchmarks.peers import DISK, MEMORY, OURS
from tests.benchmarks.rounds import LINES, Found, quantile, ratio
from tests.benchmarks.runaway import DEADLINE, Stopped
from tests.benchmarks.soak import CLIENTS, Soaked
from tests.benchmarks.zipf import DISTINCT, ENTRIES, Kept


@dataclass(frozen=True)
class Served:
    """A server of the run, and why it was left out, if it was."""

    name: str
    version: str
    missing: str


@dataclass(frozen=True)
class Part:
    """One size; `started`: seconds of load, seconds to the first answer, MiB, MiB after."""

    times: int
    quads: int
    served: Sequence[Served]
    started: dict[str, tuple[float, float, float, float]]
    found: Sequence[Found]
    unasked: Sequence[str]


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


def write(report: Report, folder: Path) -> None:
    """Write `README.md`, `results.json` and `ratios.svg`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(page(report))
    numbers = {
        "machine": report.machine,
        "load": report.load,
        "minutes": report.minutes,
        "sizes": [_numbers(part) for part in report.parts],
        "cache": asdict(report.kept),
        "soak": asdict(report.soaked),
        "runaways": [asdict(one) for one in report.stopped],
        "layers": dict(report.costs),
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
        _table(("machine", ""), report.machine.items()),
        f"Before the run, {report.load:.1f} processes wanted the processors.",
        "![ratios](ratios.svg)",
        "## Servers",
        *(_servers(part) for part in report.parts),
        "## How many times as fast as the others we are",
        _ratios(report.parts),
        *(_left_out(part) for part in report.parts),
        "## The fourteen typical queries",
        *(_typical(part) for part in report.parts),
        "## Answer cache",
        _kept(report.kept),
        "## Runaways",
        _runaways(report.stopped),
        "## Two hundred clients",
        _soaked(report.soaked),
        "## Where the time of a lookup goes",
        _table(("layer", "µs"), ((name, f"{cost:.0f}") for name, cost in report.costs)),
    ]
    return "\n\n".join(blocks) + "\n"


def _servers(part: Part) -> str:
    rows = []
    total = sum(one.question.weight for one in part.found)
    for one in part.served:
        if one.missing:
            rows.append((one.name, one.version, one.missing, *[""] * 7))
            continue
        load, first, memory, after = part.started[one.name]
        right = sum(f.question.weight for f in part.found if f.right.get(one.name))
        spans = [_spread(part.found, one.name, lines) for lines in LINES]
        times = (f"{load:.1f}" if load else "–", f"{first:.1f}")
        rows.append(
            (
                *(one.name, one.version, *times, f"{memory:.0f}", f"{after:.0f}"),
                *(f"{right}/{total}", *spans[0], *spans[1]),
            )
        )
    head = "server,version,load s,first answer s,MiB,MiB after,right,p50 ms at 1,p99 at 1"
    heads = (*head.split(","), "p50 at 16", "p99 at 16")
    return f"×{part.times}, {part.quads:,} statements:\n\n" + _table(heads, rows)


def _spread(found: Sequence[Found], name: str, lines: int) -> tuple[str, str]:
    slots = [one.slots[name, lines] for one in found if one.rate(name, lines)]
    if not slots:
        return "–", "–"
    middles = sorted(quantile(slot.latencies, 0.5) for slot in slots)
    lasts = sorted(quantile(slot.latencies, 0.99) for slot in slots)
    return f"{middles[len(middles) // 2]:.2f}", f"{lasts[len(lasts) // 2]:.2f}"


def _ratios(parts: Sequence[Part]) -> str:
    rows = [
        (f"×{part.times}", other, *(_ratio(part, other, lines) for lines in LINES))
        for part in parts
        for other in part.started
        if other != OURS
    ]
    heads = ("size", "than", *(f"at concurrency {lines}" for lines in LINES))
    return _table(heads, rows)


def _ratio(part: Part, other: str, lines: int) -> str:
    found = ratio(part.found, OURS, other, lines)
    total = sum(one.question.weight for one in part.found)
    return f"**{found[0]:.2f}** (weight {found[1]} of {total})" if found else "–"


def _left_out(part: Part) -> str:
    wrong = {
        name: [one.question.name for one in part.found if not one.right.get(name)]
        for name in part.started
    }
    lines = [f"- {name}: no or another answer to {', '.join(w)}" for name, w in wrong.items() if w]
    if part.unasked:
        lines.append(
            f"- not asked, as the time was up or the answer too large: {len(part.unasked)}"
            f" ({', '.join(part.unasked)})"
        )
    return f"Left out at ×{part.times}:\n\n" + ("\n".join(lines) or "- nothing")


def _typical(part: Part) -> str:
    rows = [
        (
            f"{one.question.name} ({one.question.weight})",
            *(cell for lines in LINES for cell in _cells(one, lines)),
        )
        for one in part.found
        if one.question.typical
    ]
    each = ("req/s", "p50 ms", "p99 ms", "÷ disk", "÷ memory")
    heads = ("query (weight)", *(f"{name}, {lines}" for lines in LINES for name in each))
    return f"Ours at ×{part.times}, at concurrency 1 and 16:\n\n" + _table(heads, rows)


def _cells(one: Found, lines: int) -> Iterable[str]:
    rate = one.rate(OURS, lines)
    if not rate:
        return ["–"] * 5
    slot = one.slots[OURS, lines]
    spread = [f"{quantile(slot.latencies, share):.2f}" for share in (0.5, 0.99)]
    others = [one.rate(name, lines) for name in (DISK, MEMORY)]
    return [f"{rate:,.0f}", *spread, *(f"{rate / o:.2f}" if o else "–" for o in others)]


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
    return f"Deadline {DEADLINE:g} s; the others are asked meanwhile.\n\n" + _table(heads, rows)


def _soaked(soaked: Soaked) -> str:
    return (
        f"{CLIENTS} clients asked heavy queries for {soaked.seconds:.0f} s, default limits: "
        f"{soaked.heavy:,} answers, {soaked.refused:,} refusals. Meanwhile another client's "
        f"lookups, each of a thing not asked for before: p50 {soaked.p50:.1f} ms, **p99 "
        f"{soaked.p99:.1f} ms**, {soaked.failures} failures. Memory (PSS) before, at the end, and "
        f"two seconds later: {soaked.before:.0f}, {soaked.most:.0f}, {soaked.after:.0f} MiB."
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _numbers(part: Part) -> dict[str, Any]:
    names = ("load", "first", "memory", "memory after")
    return {
        "times": part.times,
        "statements": part.quads,
        "servers": {name: dict(zip(names, row, strict=True)) for name, row in part.started.items()},
        "missing": {one.name: one.missing for one in part.served if one.missing},
        "unasked": part.unasked,
        "questions": {one.question.name: _question(one) for one in part.found},
    }


def _question(one: Found) -> dict[str, Any]:
    slots = {
        f"{name}, {lines}": {
            "requests": len(slot.latencies),
            "failures": slot.failures,
            "rate": round(slot.rate, 2),
            "p50": round(quantile(slot.latencies, 0.5), 3),
            "p99": round(quantile(slot.latencies, 0.99), 3),
        }
        for (name, lines), slot in one.slots.items()
        if slot.latencies
    }
    return {"weight": one.question.weight, "right": one.right, "slots": slots}
