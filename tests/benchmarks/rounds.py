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
from tests.benchmarks.peers import DISK, MEMORY, OURS
from tests.benchmarks.seat import Seat

LINES = (1, 16)


# Who is compared most closely, also where a question takes long.
_CLOSE = (OURS, MEMORY, DISK)
# What takes so many seconds alone is asked once; of what takes as long at once, one turn is had.
_LONG = 0.5
# Sixteen at once are asked what takes less than so many seconds alone: all must come within the
# patience. Others get a fifth of _LONG.
_LONG_AT_ONCE = 2.0
# Who is not compared closely gets so much of the patience.
_LESS = 0.4
_WARM_UP = 120.0


@dataclass(frozen=True)
class Pace:
    """How long to measure: seconds of a turn, turns, seconds of patience, seconds for a size."""

    turn: float = 0.08
    turns: int = 3
    patience: float = 10.0
    budget: float = 480.0


@dataclass
class Found:
    """What was found for a question: who answered right, else why not; slots by server, lines."""

    question: Question
    right: dict[str, bool] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    slots: dict[tuple[str, int], Slot] = field(default_factory=dict)

    def rate(self, name: str, lines: int) -> float | None:
        """Answers in a second, if the server answers right and always."""
        slot = self.slots.get((name, lines))
        if slot is None or not self.right[name] or slot.failures or not slot.latencies:
            return None
        return slot.rate


def ask_all(questions: Sequence[Question], seats: Sequence[Seat], pace: Pace) -> list[Found]:
    """Ask question after question, until all are asked or the time is up."""
    end = time.monotonic() + pace.budget
    found = []
    for question in questions:
        if time.monotonic() > end:
            break
        found.append(_ask(question, seats, pace))
    return found


def _ask(question: Question, seats: Sequence[Seat], pace: Pace) -> Found:
    found = Found(question)
    first = _compared(found, seats, pace)
    fit = [seat for seat in seats if found.right.get(seat.name)]
    alone = {seat.name: _alone(found, seat, first[seat.name], pace) for seat in fit}
    for lines in LINES:
        able = [seat for seat in fit if _able(seat.name, alone[seat.name], lines)]
        slowest = max((alone[seat.name] for seat in able), default=0.0)
        turns = pace.turns if question.typical else min(2, pace.turns)
        for turn in range(turns if slowest * lines < _LONG else 1):
            for seat in random.Random(f"{question.name} {turn}").sample(able, len(able)):
                slot = _driven(seat, question, lines, pace.turn, pace)
                found.slots.setdefault((seat.name, lines), Slot()).add(slot)
    return found


def _compared(found: Found, seats: Sequence[Seat], pace: Pace) -> dict[str, float]:
    """Ask every server once and compare the answers; return the seconds that each took."""
    first: dict[str, compare.Answered] = {}
    for seat in seats:
        if running := seat.running:
            question = found.question
            patience = pace.patience * (1 if seat.name in _CLOSE else _LESS)
            one = compare.answer(question, running.port, running.path, patience)
            first[seat.name] = one
            seat.look(question.name if one.hung else "")
    model = first.get(MEMORY)
    for name, one in first.items():
        found.right[name] = bool(
            model and model.value is not None and one.value == model.value and not one.fault
        )
        if not found.right[name]:
            found.why[name] = one.fault or (
                "another answer" if model and not model.fault else "nothing to compare with"
            )
    return {name: one.seconds for name, one in first.items()}


def _alone(found: Found, seat: Seat, first: float, pace: Pace) -> float:
    """The seconds of one request, the first one not counted unless it is a long one."""
    slot = Slot([first], first)
    if first < _LONG:
        slot = _driven(seat, found.question, 1, 0.0, pace)
    if slot.seconds >= _LONG:
        found.slots[seat.name, 1] = slot
    return slot.seconds


def _driven(seat: Seat, question: Question, lines: int, seconds: float, pace: Pace) -> Slot:
    running = seat.running
    if running is None:
        return Slot(failures=1)
    requests = repeat(question.request(running.path))
    slot = drive(running.port, requests, lines, seconds, lines, 3 * pace.patience)
    if slot.failures:
        seat.look(f"{question.name}, {lines} at once" if slot.hung else "")
    return slot


def warm_up(question: Question, seats: Sequence[Seat]) -> None:
    """Ask every server, by several at once, a question that touches all of its data."""
    for seat in seats:
        if running := seat.running:
            requests = repeat(question.request(running.path))
            slot = drive(running.port, requests, 4, 0.0, 4, _WARM_UP)
            seat.look("the warm-up" if slot.hung else "")


def _able(name: str, alone: float, lines: int) -> bool:
    """Whether a server is to be asked again; many answers at once must come within patience."""
    if lines == 1:
        return alone < _LONG
    return alone < (_LONG_AT_ONCE if name in _CLOSE else _LONG / 5)


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
