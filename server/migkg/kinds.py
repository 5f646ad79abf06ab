"""The kinds of queries by how long they take, and how many of each are at work at one time."""

from typing import NamedTuple

from migkg.forms import SHORT

# Seconds, as all times here, between two looks at how long the queries have run.
WAIT = SHORT / 2


class Kind(NamedTuple):
    """Queries that are expected to take less than `below` seconds.

    So many for each core are at work `at_once`. One that began `counted` seconds ago counts no
    more: on a busy machine it may have had no processor time by then.
    """

    below: float
    at_once: int
    counted: float


# While the answer to one goes to the web process and the next query comes from there, another one
# keeps the core at work: with one for each core, a sixth of the processors' time was lost. Those
# that take long lose little so, and much by each other: every process reads copies of its own, and
# two that share a core push them out of its caches. A form that nobody asked before is medium.
KINDS = {
    "quick": Kind(0.002, 4, WAIT),
    "brief": Kind(0.02, 2, WAIT),
    "medium": Kind(SHORT, 1, 2 * SHORT),
    "slow": Kind(1.0, 1, 1.0),
}
# Those of these kinds may be sent to a process before it has answered the last: one that needs not
# fall asleep between them, and keeps what it needs in the caches of its core, takes two thirds of
# the time for each. No lookup waits so behind what takes ten times as long, nor any behind what may
# take very long.
SHARING = ("quick", "brief")


def kind_of(expected: float) -> str:
    """Return the name of the kind of a query that is expected to take so many seconds."""
    return next((name for name, kind in KINDS.items() if expected < kind.below), "long")
