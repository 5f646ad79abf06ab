"""Which things a text finds in the index, the best first; no sign of the text is syntax.

An exact name goes first, then names that begin with the text, then those that hold its words,
then definitions; what is sought by name goes before statements about it.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence

from migkg.search_index import STATEMENT, fold

_MOST_WORDS = 12
_WEIGHTS = "10.0, 6.0, 1.0"
_LIKE = 0.66
_LESS_LIKE = 0.1
_LIKE_NAME = 60
_SPELLINGS = 5
# Tiers of sought things and of statements, best first: a definition that holds a word says less
# than a statement's own name.
_WELL = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]
_NEAR = 4
_ORDER = [*_WELL, *((tier + _NEAR, statement) for tier, statement in _WELL)]
# So few results of a word that no text holds whole are joined by those of words like it.
_FEW = 10


def ranked(
    database: sqlite3.Connection, vocabulary: Sequence[str], text: str
) -> tuple[list[int], str]:
    """Return the numbers of what a text finds, the best first, and its correction if any."""
    words = fold(text).split()[:_MOST_WORDS]
    if not words:
        every = "SELECT id FROM items ORDER BY rank, label, iri"
        return [row[0] for row in database.execute(every)] if not text.strip() else [], ""
    tiers = _tiers(database, [[word] for word in words])
    corrected = ""
    if len(tiers) < _FEW and not set(words) <= set(vocabulary):
        likes = [_like(vocabulary, word) for word in words]
        near = _tiers(database, likes, whole=True) if all(likes) else {}
        corrected = "" if tiers or not near else " ".join(like[0] for like in likes)
        low = {number: (tier + _NEAR, score) for number, (tier, score) in near.items()}
        tiers = low | tiers
    return _sorted(database, tiers), corrected


def _like(vocabulary: Sequence[str], word: str) -> list[str]:
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    if len(word) < 3:
        return [word]
    found = process.extract(
        word,
        vocabulary,
        scorer=DamerauLevenshtein.normalized_similarity,
        score_cutoff=_LIKE,
        limit=_SPELLINGS,
    )
    return [spelling for spelling, score, _ in found if score >= found[0][1] - _LESS_LIKE]


def alike(text: str, among: Sequence[str], count: int = _SPELLINGS) -> list[str]:
    """Return those of some names that are spelt most like a text, the best first."""
    from rapidfuzz import fuzz, process

    found = process.extract(text, among, scorer=fuzz.ratio, score_cutoff=_LIKE_NAME, limit=count)
    return [one[0] for one in found]


def within(database: sqlite3.Connection, facets: Mapping[str, tuple[str, ...]]) -> set[int]:
    """Return the numbers of what has all the values of all the facets."""
    found = {row[0] for row in database.execute("SELECT id FROM items")}
    for dimension, values in facets.items():
        for value in values:
            rows = database.execute(
                "SELECT item FROM facets WHERE dimension = ? AND value = ?",
                ("type" if dimension == "kind" else dimension, value),
            )
            found &= {row[0] for row in rows}
    return found


def _tiers(
    database: sqlite3.Connection, words: Sequence[Sequence[str]], *, whole: bool = False
) -> dict[int, tuple[int, float]]:
    """Return tier and score of all that has one of the spellings of each word; less is better."""
    found: dict[int, tuple[int, float]] = {}

    def note(tier: int, sql: str, *values: str) -> None:
        for number, score in database.execute(sql, values):
            found[number] = min(found.get(number, (9, 0.0)), (tier, score))

    text = " ".join(spellings[0] for spellings in words)
    note(0, "SELECT item, 0.0 FROM names WHERE folded = ?", text)
    note(
        1,
        "SELECT item, 0.0 FROM names WHERE folded >= ? AND folded < ? AND kind = 'label'",
        text,
        text + "\U0010ffff",
    )
    exact = _match(words, prefix=not whole)
    for table, asked in (("words", exact), ("stems", _match(words, prefix=False))):
        sql = f"SELECT rowid, bm25({table}, {_WEIGHTS}) FROM {table} WHERE {table} MATCH ?"
        note(2, sql, f"{{label names}} : ({asked})")
        note(3, sql, asked)
    return found


def _match(words: Sequence[Sequence[str]], *, prefix: bool) -> str:
    """Return the FTS5 expression for all words; its strings hold letters and digits only."""
    quoted = [" OR ".join(f'"{spelling}"' for spelling in spellings) for spellings in words]
    last = "*" if prefix else ""
    return " AND ".join(f"({one})" for one in quoted[:-1]) + (
        f"{' AND ' if quoted[:-1] else ''}({quoted[-1]}{last})"
    )


def _sorted(database: sqlite3.Connection, tiers: dict[int, tuple[int, float]]) -> list[int]:
    rows = database.execute(
        "SELECT id, rank, label FROM items WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(tiers)),),
    ).fetchall()

    def key(row: tuple[int, int, str]) -> tuple[int, int, float, int, str, int]:
        tier, score = tiers[row[0]]
        place = _ORDER.index((tier, int(row[1] == STATEMENT)))
        return place, row[1], round(score, 6), len(row[2]), row[2], row[0]

    return [row[0] for row in sorted(rows, key=key)]
