"""Who runs next: queries that were short before go first, and no client holds up the others.

Among those that wait, the one due first goes first. A query is due after a multiple of the time
its form took before, longer for a client with other queries here, so that nobody waits for ever:
a rule between https://en.wikipedia.org/wiki/Shortest_job_next and fair queueing.
"""

import heapq
from collections import Counter, OrderedDict
from dataclasses import dataclass
from itertools import count

from migkg.errors import Busy, TooManyRequests
from migkg.settings import Limits

# Seconds. What runs longer is long: it runs behind the others, and never in every place.
SHORT = 0.1
# So long a short query may hold up another one; on a busy machine it gets nowhere by then.
WAIT = SHORT / 2
_MOST_EXPECTED = 4 * SHORT
_UNKNOWN = SHORT / 2
_PATIENCE = 50
# What takes less than this goes nearly in the order in which it came: its times are mostly noise.
_QUICK = 0.005
_LITTLE = 0.001
_NEWEST = 0.2
_FORMS = 4096
_LATER = "Try again in a moment."


@dataclass(eq=False)
class Turn:
    """A query's way through the server; times in seconds of one clock.

    `shape` names the form of its text, `share` counts the client's queries with this one; it
    `entered` then, and `since` is when it began to run, 0 while it waits.
    """

    client: str
    shape: int
    expected: float
    entered: float
    share: int
    since: float = 0.0
    over: bool = False

    @property
    def due(self) -> float:
        """Return when it should run."""
        quick = self.expected < _QUICK
        return self.entered + (_LITTLE if quick else _PATIENCE * self.expected) * self.share

    @property
    def is_long(self) -> bool:
        """Tell whether it runs behind the others."""
        return self.expected >= SHORT


# What names and literals mostly consist of, and the keywords of a query rarely.
_NAMING = b"abcdefghijklmnopqrstuvwxyz0123456789-_."


def shape(text: str) -> int:
    """Return about the same number for requests that differ in names and literals alone."""
    return hash(text.encode().translate(None, _NAMING))


_Entry = tuple[float, int, Turn]


class Turns:
    """The queries that run and that wait; pure bookkeeping, for one thread."""

    def __init__(self, limits: Limits, cores: int) -> None:
        """Begin with nobody; `cores`: how many short queries run at one time."""
        self.running: set[Turn] = set()
        self.waiting = 0
        self._limits = limits
        self._cores = cores
        self._most = limits.concurrent_queries
        # Places that long queries never get.
        self._kept = min(cores, self._most // 2)
        self._short: list[_Entry] = []
        self._long: list[_Entry] = []
        self._held: Counter[str] = Counter()
        self._known: OrderedDict[int, float] = OrderedDict()
        self._number = count()

    def enter(self, client: str, shape: int, now: float) -> Turn:
        """Return the turn of a new query, which waits; `client` '' is the server itself.

        Raises TooManyRequests for a client with its share of queries, Busy where all is full.
        """
        held = self._held[client]
        if client and held >= self._limits.client_queries:
            raise TooManyRequests(
                f"You have {held} queries here, as many as one client may.",
                "Wait for an answer before you ask again.",
            )
        if len(self.running) + self.waiting >= self._most + self._limits.queue:
            raise Busy("All query processes and all waiting places are taken.", _LATER)
        self._held[client] += 1
        expected = self._known.get(shape, _UNKNOWN)
        turn = Turn(client, shape, expected, now, 1 + held)
        self._wait(turn)
        return turn

    def next(self, now: float) -> Turn | None:
        """Return the next query that may run, which from now on does."""
        if not self.waiting:
            return None
        room = self._most - len(self.running)
        long = fresh = 0
        for other in self.running:
            if other.is_long:
                long += 1
            elif now - other.since < WAIT:
                fresh += 1
        if room and fresh < self._cores and (turn := self._next_short()):
            return self._run(turn, now)
        if room and long < self._most - self._kept and (turn := _pop(self._long)):
            return self._run(turn, now)
        return None

    def overgrown(self, now: float) -> Turn | None:
        """Return a long query that takes a place kept for short ones while one of these waits."""
        self._sort_out()
        if not self._short or len(self.running) < self._most:
            return None
        long = [turn for turn in self.running if turn.is_long or now - turn.since >= SHORT]
        if len(long) <= self._most - self._kept:
            return None
        return max(long, key=lambda turn: turn.since)

    def grown(self, turn: Turn) -> None:
        """Take note that a query runs for long, before its end tells how long."""
        turn.expected = _MOST_EXPECTED
        self._learn(turn.shape, _MOST_EXPECTED)

    def send_back(self, turn: Turn) -> None:
        """Let a query that runs wait again, among the long ones."""
        self.running.discard(turn)
        turn.since, turn.expected = 0.0, max(turn.expected, SHORT)
        self._wait(turn)

    def leave(self, turn: Turn, spent: float | None) -> None:
        """Take a query out that runs or waits; `spent`: the seconds it ran, None if it did not."""
        if turn in self.running:
            self.running.discard(turn)
        else:
            self.waiting -= 1
        turn.over = True
        self._held[turn.client] -= 1
        if not self._held[turn.client]:
            del self._held[turn.client]
        if spent is not None:
            self._learn(turn.shape, spent)

    def _next_short(self) -> Turn | None:
        self._sort_out()
        return heapq.heappop(self._short)[2] if self._short else None

    def _sort_out(self) -> None:
        """Move queries from the front of the short ones whose form has turned out to be long."""
        while self._short:
            entry = self._short[0]
            known = self._known.get(entry[2].shape, 0.0)
            if not entry[2].over and known < SHORT:
                return
            heapq.heappop(self._short)
            if not entry[2].over:
                entry[2].expected = known
                heapq.heappush(self._long, entry)

    def _wait(self, turn: Turn) -> None:
        self.waiting += 1
        heap = self._long if turn.is_long else self._short
        heapq.heappush(heap, (turn.due, next(self._number), turn))

    def _run(self, turn: Turn, now: float) -> Turn:
        self.waiting -= 1
        self.running.add(turn)
        turn.since = now
        return turn

    def _learn(self, shape: int, spent: float) -> None:
        """Move what is expected of a form towards what it took; one odd time decides nothing."""
        spent = min(spent, _MOST_EXPECTED)
        if shape not in self._known:
            self._hasten(shape, spent)
        before = self._known.pop(shape, spent)
        self._known[shape] = before + (spent - before) * _NEWEST
        if len(self._known) > _FORMS:
            self._known.popitem(last=False)

    def _hasten(self, shape: int, spent: float) -> None:
        """Let those who came while their form was new wait no longer than those who come now."""
        for _, _, turn in self._short:
            if turn.shape == shape:
                turn.expected = min(turn.expected, spent)
        self._short = [(turn.due, number, turn) for _, number, turn in self._short]
        heapq.heapify(self._short)


def _pop(heap: list[_Entry]) -> Turn | None:
    while heap:
        turn = heapq.heappop(heap)[2]
        if not turn.over:
            return turn
    return None
