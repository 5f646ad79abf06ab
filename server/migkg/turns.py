"""Which query runs next: short ones first, and no client holds up the others.

How long a query will run is expected from those of the same form before it. Three rules, between
fair queueing and https://en.wikipedia.org/wiki/Shortest_job_next:

1. A query may start if no more of its kind (KINDS) have just begun than keep the processors at
   work. A long one, or one that is slow, may if it leaves the places that are kept for short ones.
   Of the quick ones that run, no more take a place than there are cores: the others run after
   these in the same processes.
2. Short queries start before long ones, and queries of one client and form as they came.
3. Among the others the one starts that is due first. A query is due some time after it came: 50
   times what it is expected to take, times the number of queries that its client had here then. So
   a client with few queries goes before one with many, and nobody waits for ever. But one that
   could not end before its deadline, as it looks, goes behind those that can: where more is asked
   than can be done, each would else be begun too late, and none be answered.
"""

import math
from collections import Counter, deque
from dataclasses import dataclass

from migkg.errors import LATER, Busy, TooManyRequests
from migkg.forms import MOST, SHORT, Forms
from migkg.kinds import KINDS, kind_of
from migkg.settings import Limits

# A query can end in time if it has so many times what it is expected to take.
_MARGIN = 1.25
# The weight of the newest in how much slower the others make a query.
_NEWEST = 0.2
# A query is due after so many times what is expected of it, a quick one after _LITTLE.
_DUE_AFTER = 50
_LITTLE = 0.001


@dataclass(eq=False)
class Turn:
    """A query that waits or runs; times in seconds of one clock.

    `shape` is the number of its form. It came at the time `entered` as the `share`-th of the
    queries that its client had here then, and began to run at `since`, 0 while it waits; `kind` is
    what it was then. `grown` says that it turned out to be long, whatever was expected. At
    the time `end` it is stopped.
    """

    client: str
    shape: int
    entered: float
    share: int
    end: float = math.inf
    since: float = 0.0
    kind: str = ""
    grown: bool = False

    @property
    def line(self) -> tuple[str, int, bool]:
        """Return the name of the line in which it waits."""
        return self.client, self.shape, self.grown


class Turns:
    """The queries that run and that wait; pure bookkeeping, for one thread."""

    def __init__(self, limits: Limits, cores: int) -> None:
        """Begin with nobody; `cores`: how many queries can be worked on at one time."""
        self.running: set[Turn] = set()
        self.waiting = 0
        # How many times its processor time a long query takes beside the others.
        self._slower = 1.0
        self._limits = limits
        self._cores = cores
        self.allow(limits.concurrent_queries)
        self._lines: dict[tuple[str, int, bool], deque[Turn]] = {}
        self._held: Counter[str] = Counter()
        self.forms = Forms()

    def allow(self, most: int) -> None:
        """Let no more queries than these run at one time, nor more than the limits allow."""
        self._most = min(most, self._limits.concurrent_queries)
        # Places that long queries never get.
        self._kept = min(self._cores, self._most // 2)

    @property
    def alone(self) -> bool:
        """Tell whether there is but one query."""
        return len(self.running) + self.waiting == 1

    def enter(self, client: str, shape: int, now: float, end: float = math.inf) -> Turn:
        """Return the turn of a new query, which waits until `end`; `client` '' is the server.

        Raises TooManyRequests for a client with its share of queries, Busy where all is full.
        """
        held = self._held[client]
        if client and held >= self._limits.client_queries:
            raise TooManyRequests(
                f"You have {held} queries here, as many as one client may.",
                "Wait for an answer before you ask again.",
            )
        if len(self.running) + self.waiting >= self._most + self._limits.queue:
            raise Busy("All query processes and all waiting places are taken.", LATER)
        self._held[client] += 1
        turn = Turn(client, shape, now, 1 + held, end)
        self._wait(turn)
        return turn

    def next(self, now: float) -> Turn | None:
        """Return the next query that may run, which from now on does."""
        if not self.waiting:
            return None
        turn = self._first(now)
        if turn:
            self._wait_no_more(turn)
            self.running.add(turn)
            turn.since, turn.kind = now, self._kind(turn)
        return turn

    def overgrown(self, now: float) -> Turn | None:
        """Return a long query that takes a place kept for short ones while one waits, else None.

        Of several, the one that began last.
        """
        if len(self.running) < self._most or self._taken() < self._most:
            return None
        if all(self.is_long(line[0]) for line in self._lines.values()):
            return None
        long = [turn for turn in self.running if self.is_long(turn) or now - turn.since >= SHORT]
        if len(long) <= self._most - self._kept:
            return None
        return max(long, key=lambda turn: turn.since)

    def grown(self, turn: Turn) -> None:
        """Take note that a query turned out to be long, before its end tells how long."""
        turn.grown = True
        if turn.kind != "slow":
            turn.kind = "long"
        self.forms.learn(turn.shape, max(MOST, self._expected(turn)))

    def send_back(self, turn: Turn) -> None:
        """Let a query that runs wait again, among the long ones."""
        self.running.discard(turn)
        turn.since, turn.grown, turn.kind = 0.0, True, ""
        self._wait(turn)

    def leave(self, turn: Turn, spent: float | None, now: float) -> None:
        """Take out a query that runs or waits.

        `spent` are the seconds of processor time that it took, None where nobody knows.
        """
        if turn in self.running:
            self.running.discard(turn)
            if spent is not None and spent >= SHORT:
                self._slower += (max(1.0, (now - turn.since) / spent) - self._slower) * _NEWEST
        else:
            self._wait_no_more(turn)
        self._held[turn.client] -= 1
        if not self._held[turn.client]:
            del self._held[turn.client]
        if spent is not None:
            self.forms.learn(turn.shape, spent)

    def is_long(self, turn: Turn) -> bool:
        """Tell whether a query runs behind the others."""
        return turn.grown or self._expected(turn) >= SHORT

    def _first(self, now: float) -> Turn | None:
        lines = self._lines.values()
        if self.alone:
            # Nobody is in its way, and to find that out takes a while.
            return next(iter(lines))[0]
        free = self._free(now)
        able = [line for line in lines if free[self._kind(line[0])]]
        if not able:
            return None
        first = [self._first_in_time(line, now) for line in able]
        return min(first, key=lambda turn: self._rank(turn, now))

    def _first_in_time(self, line: deque[Turn], now: float) -> Turn:
        """Return the first in a line that can end in time, or the first of all."""
        return next((turn for turn in line if not self._is_late(turn, now)), line[0])

    def _is_late(self, turn: Turn, now: float) -> bool:
        """Tell whether a query would not end before its deadline, if it began now."""
        return turn.end - now < self._expected(turn) * self._slower * _MARGIN

    def _kind(self, turn: Turn) -> str:
        return kind_of(math.inf if turn.grown else self._expected(turn))

    def _taken(self) -> int:
        """Return how many places are taken."""
        return len(self.running) - max(0, self._running("quick") - self._cores)

    def _running(self, kind: str) -> int:
        """Return how many queries of a kind run."""
        return sum(turn.kind == kind for turn in self.running)

    def _free(self, now: float) -> dict[str, bool]:
        """Tell whether one of each kind may start."""
        begun = Counter(
            turn.kind
            for turn in self.running
            if turn.kind in KINDS and now - turn.since < KINDS[turn.kind].counted
        )
        free = {name: begun[name] < kind.at_once * self._cores for name, kind in KINDS.items()}
        place = self._taken() < self._most
        shares = self._running("quick") >= self._cores
        long = sum(self.is_long(turn) for turn in self.running) < self._most - self._kept
        return {
            "quick": free["quick"] and (place or shares),
            "brief": free["brief"] and place,
            "medium": free["medium"] and place,
            "slow": free["slow"] and place and long,
            "long": place and long,
        }

    def _rank(self, turn: Turn, now: float) -> tuple[bool, bool, float]:
        """Return what orders the queries that may run: the one with the least runs next."""
        expected = min(self._expected(turn), MOST)
        after = _LITTLE if expected < KINDS["quick"].below else _DUE_AFTER * expected
        return self.is_long(turn), self._is_late(turn, now), turn.entered + after * turn.share

    def _expected(self, turn: Turn) -> float:
        return self.forms.expected(turn.shape)

    def _wait(self, turn: Turn) -> None:
        self._lines.setdefault(turn.line, deque()).append(turn)
        self.waiting += 1

    def _wait_no_more(self, turn: Turn) -> None:
        line = self._lines[turn.line]
        line.remove(turn)
        if not line:
            del self._lines[turn.line]
        self.waiting -= 1
