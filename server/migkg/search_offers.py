"""Which stored questions come near the words of a search."""

from collections.abc import Iterable

from migkg.folding import SMALL, fold
from migkg.queries import StoredQuery

_MOST = 3
# Words are the same if they begin alike and differ in no more letters at their end.
_ENDING = 3
_SHORTEST = 3


def offered(queries: Iterable[StoredQuery], text: str) -> list[StoredQuery]:
    """Return the questions that hold at least two in three of the words, the nearest first.

    Of questions that hold as many of them, the shorter one is nearer.
    """
    wanted = _words(text)
    found = []
    for query in queries:
        asked = _words(f"{query.name} {query.summary}")
        held = sum(any(_same(word, other) for other in asked) for word in wanted)
        if held and 3 * held >= 2 * len(wanted):
            found.append((-held, len(asked), query.name, query))
    return [one[-1] for one in sorted(found, key=lambda row: row[:3])][:_MOST]


def _words(text: str) -> list[str]:
    return [word for word in dict.fromkeys(fold(text).split()) if word not in SMALL]


def _same(one: str, other: str) -> bool:
    most = max(_SHORTEST, max(len(one), len(other)) - _ENDING)
    return one == other or one[:most] == other[:most]
