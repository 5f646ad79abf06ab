"""Which values of facets the words of a question name, such as a theme and a place."""

import sqlite3
from collections.abc import Sequence

from migkg.folding import SMALL, fold
from migkg.search_rank import within
from migkg.search_result import Choices, names_of_values
from migkg.terms import local_name

# A heading or a printed form names what stands below it, but not as a name does.
_NAMED = """
SELECT DISTINCT items.iri FROM names JOIN items ON items.id = item
WHERE folded = ? AND names.kind NOT IN ('heading', 'printed') ORDER BY items.iri"""
_HOLDING = """
SELECT DISTINCT items.iri FROM names JOIN items ON items.id = item
WHERE names.kind = 'label' AND rank = 0 AND ' ' || folded || ' ' LIKE ? ORDER BY items.iri"""
_MOST_WORDS = 12
_LONGEST_NAME = 8
_SHORTEST_PART = 5


def named(database: sqlite3.Connection, text: str) -> Choices | None:
    """Return the places, themes and years that a text consists of; None where words are left."""
    words = fold(text).split()
    if len(words) > _MOST_WORDS:
        return None
    values: dict[str, tuple[str, ...]] = {}
    while words:
        length, dimension, value = _first(database, words)
        if not length:
            return None
        if value not in (*values.get(dimension, ()), ""):
            values[dimension] = (*values.get(dimension, ()), value)
        words = words[length:]
    count = len(within(database, values)) if values else 0
    names = names_of_values(database)
    labels = tuple(names.get(value, value) for chosen in values.values() for value in chosen)
    return Choices(values, labels, count) if count else None


def _first(database: sqlite3.Connection, words: Sequence[str]) -> tuple[int, str, str]:
    """Return how many words the first name has, its dimension and value; 0 words for no name."""
    for length in range(min(len(words), _LONGEST_NAME), 0, -1):
        span = " ".join(words[:length])
        iris = database.execute(_NAMED, (span,)).fetchall()
        for dimension, wanted in (
            ("place", [local_name(row[0]) for row in iris]),
            ("theme", [local_name(row[0]) for row in iris]),
            ("year", [span]),
        ):
            found = [value for value in wanted if _is_value(database, dimension, value)]
            if len(found) == 1:
                return length, dimension, found[0]
    if words[0] in SMALL:
        return 1, "", ""
    # One word is enough where a single theme holds it: "trafficking" for "counter-trafficking".
    if len(words[0]) >= _SHORTEST_PART and words[0].isalpha():
        rows = database.execute(_HOLDING, (f"% {words[0]} %",))
        found = [value for (iri,) in rows if _is_value(database, "theme", value := local_name(iri))]
        if len(found) == 1:
            return 1, "theme", found[0]
    return 0, "", ""


def _is_value(database: sqlite3.Connection, dimension: str, value: str) -> bool:
    sql = "SELECT 1 FROM facets WHERE dimension = ? AND value = ? LIMIT 1"
    return database.execute(sql, (dimension, value)).fetchone() is not None
