"""The mix, asked of all servers in turn, so that what disturbs the machine disturbs all alike."""

import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat

from tests.benchmarks import compare
from tests.benchmarks.measure import Slot, drive
from tests.benchmarks.mix import Question
from tests.benchmarks.peers import DISK, MEMORY, OURS, Running

LINES = (1, 16)


# Who is compared most closely, also where a question takes long.
_CLOSE = (OURS, MEMORY, DISK)
# What takes so many seconds alone is asked once.
_LONG = 0.5


@dataclass(frozen=True)
class Pace:
    """How long to measure: seconds of a turn, turns, seconds of patience, seconds for a size."""

    turn: float = 0.08
    turns: int = 3
    patience: float = 10.0
    budget: float = 480.0


@dataclass
class Found:
    """What was found for a question: who answered right, and the slots by server and lines."""

    question: Question
    right: dict[str, bool] = field(default_factory=dict)
    slots: dict[tuple[str, int], Slot] = field(default_factory=dict)

    def rate(self, name: str, lines: int) -> float | None:
        """Answers in a second, if the server answers right and always."""
        slot = self.slots.get((name, lines))
        if slot is None or not self.right[name] or slot.failures or not slot.latencies:
            return None
        return slot.rate


def ask_all(questions: Sequence[Question], servers: Sequence[Running], pace: Pace) -> list[Found]:
    """Ask question after question, until all are asked or the time is up."""
    end = time.monotonic() + pace.budget
    found = []
    for question in questions:
        if time.monotonic() > end:
            break
        found.append(_ask(question, servers, pace))
    return found


def _ask(question: Question, servers: Sequence[Running], pace: Pace) -> Found:
    found = Found(question)
    first = {
        server.name: compare.answer(question, server.port, server.path, pace.patience)
        for server in servers
    }
    right, _ = first[MEMORY]
    found.right = {name: right is not None and a == right for name, (a, _) in first.items()}
    fit = [server for server in servers if found.right[server.name]]
    alone: dict[str, float] = {}
    for server in fit:
        seconds = first[server.name][1]
        slot = Slot([seconds], seconds)
        if seconds < _LONG:
            once = iter([question.request(server.path)])
            slot = drive(server.port, once, 1, 0.0, 1, 3 * pace.patience)
        alone[server.name] = slot.seconds
        if slot.seconds >= _LONG:
            found.slots[server.name, 1] = slot
    for lines in LINES:
        able = [server for server in fit if _able(server.name, alone[server.name], lines)]
        slowest = max((alone[server.name] for server in able), default=0.0)
        turns = pace.turns if question.typical else min(2, pace.turns)
        for turn in range(turns if slowest < _LONG else 1):
            for server in random.Random(turn).sample(able, len(able)):
                requests = repeat(question.request(server.path))
                slot = drive(server.port, requests, lines, pace.turn, lines, 3 * pace.patience)
                found.slots.setdefault((server.name, lines), Slot()).add(slot)
    return found


def warm_up(question: Question, servers: Sequence[Running]) -> None:
    """Ask every server, by several at once, a question that touches all of its data."""
    for server in servers:
        drive(server.port, repeat(question.request(server.path)), 4, 0.0, 4, 120.0)


def _able(name: str, alone: float, lines: int) -> bool:
    """Whether a server is to be asked again; sixteen answers at once must come within seconds."""
    return alone < _LONG if lines == 1 else alone < (_LONG if name in _CLOSE else _LONG / 5)


def ratio(found: Sequence[Found], ours: str, other: str, lines: int) -> tuple[float, int] | None:
    """The weighted geometric mean of our rate by the other's, and the weight it rests on."""
    total, logs = 0, 0.0
    for one in found:
        mine, theirs = one.rate(ours, lines), one.rate(other, lines)
        if mine and theirs:
            total += one.question.weight
            logs += one.question.weight * math.log(mine / theirs)
    return (math.exp(logs / total), total) if total else None


def quantile(seconds: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000
