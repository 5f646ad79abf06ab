"""What was found at one size, as tables: who took part, how fast each was, who was left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.peers import DISK, MEMORY, OURS
from tests.benchmarks.rounds import LINES, Found, quantile, ratio


@dataclass(frozen=True)
class Served:
    """A server of the run, and why it was left out, if it was."""

    name: str
    version: str
    missing: str


@dataclass(frozen=True)
class Part:
    """One size; `started`: seconds of load, seconds to the first answer, MiB, MiB after.

    `fault`: why there is nothing; `again`: why servers were started again, and how long asking and
    the whole size took.
    """

    times: int
    quads: int
    served: Sequence[Served]
    started: dict[str, tuple[float, float, float, float]]
    found: Sequence[Found]
    unasked: Sequence[str]
    again: Mapping[str, Sequence[str]]
    asking: float
    seconds: float
    fault: str = ""


def servers(part: Part) -> str:
    """Return the servers, their starts, their memory, their times."""
    rows = []
    total = sum(one.question.weight for one in part.found)
    for one in part.served:
        if one.missing:
            rows.append((one.name, one.version, one.missing, *[""] * 8))
            continue
        load, first, memory, after = part.started[one.name]
        right = sum(f.question.weight for f in part.found if f.right.get(one.name))
        spans = [_spread(part.found, one.name, lines) for lines in LINES]
        times = (f"{load:.1f}" if load else "–", f"{first:.1f}")
        rows.append(
            (
                *(one.name, one.version, *times, f"{memory:.0f}", f"{after:.0f}"),
                *(f"{right}/{total}", *spans[0], *spans[1], _share(part.found, one.name)),
            )
        )
    head = "server,version,load s,first answer s,MiB,MiB after,right,p50 ms at 1,p99 at 1"
    heads = (*head.split(","), "p50 at 16", "p99 at 16", "client at 16")
    spent = f"{part.asking / 60:.1f} of {part.seconds / 60:.1f} minutes spent asking"
    return f"×{part.times}, {part.quads:,} statements, {spent}:\n\n" + table(heads, rows)


def _share(found: Sequence[Found], name: str) -> str:
    """The share of one processor that asking took at the highest concurrency."""
    slots = [one.slots[name, LINES[-1]] for one in found if one.rate(name, LINES[-1])]
    seconds = sum(slot.seconds for slot in slots)
    return f"{sum(slot.own for slot in slots) / seconds:.0%}" if seconds else "–"


def _spread(found: Sequence[Found], name: str, lines: int) -> tuple[str, str]:
    slots = [one.slots[name, lines] for one in found if one.rate(name, lines)]
    if not slots:
        return "–", "–"
    middles = sorted(quantile(slot.latencies, 0.5) for slot in slots)
    lasts = sorted(quantile(slot.latencies, 0.99) for slot in slots)
    return f"{middles[len(middles) // 2]:.2f}", f"{lasts[len(lasts) // 2]:.2f}"


def ratios(parts: Sequence[Part]) -> str:
    """Return how many times as fast as the others ours is."""
    rows = [
        (f"×{part.times}", other, *(_ratio(part, other, lines) for lines in LINES))
        for part in parts
        for other in part.started
        if other != OURS
    ]
    heads = ("size", "than", *(f"at concurrency {lines}" for lines in LINES))
    return table(heads, rows)


def _ratio(part: Part, other: str, lines: int) -> str:
    found = ratio(part.found, OURS, other, lines)
    total = sum(one.question.weight for one in part.found)
    return f"**{found[0]:.2f}** (weight {found[1]} of {total})" if found else "–"


def left_out(part: Part) -> str:
    """Return which answers had no speed, what was not asked, and who was started again."""
    lines = []
    for name in part.started:
        reasons = dict.fromkeys(one.why[name] for one in part.found if name in one.why)
        for why in reasons:
            named = [one.question.name for one in part.found if one.why.get(name) == why]
            lines.append(f"- {name}: {why}: {', '.join(named)}")
        failed = [
            f"{one.question.name} ({slot.failures} of {slot.failures + len(slot.latencies)})"
            for one in part.found
            for (asked, _), slot in one.slots.items()
            if asked == name and slot.failures
        ]
        if failed:
            lines.append(f"- {name}: requests failed at {', '.join(failed)}")
        if again := part.again.get(name):
            lines.append(f"- {name} was started again: {'; '.join(again)}")
    if part.unasked:
        lines.append(
            f"- not asked, as the time was up or the answer too large: {len(part.unasked)}"
            f" ({', '.join(part.unasked)})"
        )
    return f"Left out at ×{part.times}:\n\n" + ("\n".join(lines) or "- nothing")


def typical(part: Part) -> str:
    """Return our numbers for the typical queries."""
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
    return f"Ours at ×{part.times}, at concurrency 1 and 16:\n\n" + table(heads, rows)


def _cells(one: Found, lines: int) -> Iterable[str]:
    rate = one.rate(OURS, lines)
    if not rate:
        return ["–"] * 5
    slot = one.slots[OURS, lines]
    spread = [f"{quantile(slot.latencies, share):.2f}" for share in (0.5, 0.99)]
    others = [one.rate(name, lines) for name in (DISK, MEMORY)]
    return [f"{rate:,.0f}", *spread, *(f"{rate / o:.2f}" if o else "–" for o in others)]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def numbers(part: Part) -> dict[str, Any]:
    """Return all numbers of a size, as JSON takes them."""
    names = ("load", "first", "memory", "memory after")
    return {
        "times": part.times,
        "statements": part.quads,
        "servers": {name: dict(zip(names, row, strict=True)) for name, row in part.started.items()},
        "missing": {one.name: one.missing for one in part.served if one.missing},
        "unasked": part.unasked,
        "again": part.again,
        "fault": part.fault,
        "questions": {one.question.name: _question(one) for one in part.found},
    }


def _question(one: Found) -> dict[str, Any]:
    slots = {
        f"{name}, {lines}": {
            "requests": len(slot.latencies),
            "failures": slot.failures,
            "own": round(slot.own, 3),
            "seconds": round(slot.seconds, 3),
            "rate": round(slot.rate, 2),
            "p50": round(quantile(slot.latencies, 0.5), 3),
            "p99": round(quantile(slot.latencies, 0.99), 3),
        }
        for (name, lines), slot in one.slots.items()
        if slot.latencies
    }
    return {"weight": one.question.weight, "right": one.right, "slots": slots}
