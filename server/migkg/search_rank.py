"""Which things a text finds in the index, the best first; nothing in the text is syntax.

An exact name goes first, then names that begin with the text, then those that hold its words,
then definitions; what is sought by name goes before statements about it. Where that finds little,
words are taken for the beginnings of words, corrected or split in two, and in the end left out.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migkg.folding import SMALL, call_number, fold, key
from migkg.search_index import CALLS, INITIALS, STATEMENT

_MOST_WORDS = 12
_WEIGHTS = "10.0, 6.0, 1.0, 3.0"  # of label, names, definition, and what is implied
_SPELLINGS = 5
_SHORTEST_PART = 4  # letters, where a word is split in two
# A word of at least so many letters may have so many typing errors.
_SLIPS = ((9, 3), (6, 2), (4, 1))
# How a text matches a thing, the best first: it is a name of it; the label begins with it as whole
# words; the names hold all its words, or words with the same stems; the label begins with its
# letters; the names hold its words, the last of them unfinished; the names and what is implied hold
# them; the definition holds them, or so; the names hold words that begin as its words do.
_NAME, _OPENS, _WORDS, _STEMS, _BEGINS, _TYPED, _IMPLIED, _TOLD, _TOLD_TYPED, _BEGINNINGS = range(
    10
)
# Such matches with 1 for a statement and 0 for what is sought by name, in the order of results: a
# definition that holds a word says less than a statement's own name.
_WELL = [
    *((tier, 0) for tier in (_NAME, _OPENS, _WORDS, _STEMS)),
    *((tier, 1) for tier in (_NAME, _OPENS, _WORDS, _STEMS)),
    *((tier, kind) for kind in (0, 1) for tier in (_BEGINS, _TYPED)),
    *((tier, kind) for tier in (_IMPLIED, _TOLD, _TOLD_TYPED, _BEGINNINGS) for kind in (0, 1)),
]
# Added to a match of words that are only spelt like those of the text: it comes behind all others.
_NEAR = 10
_ORDER = [*_WELL, *((tier + _NEAR, statement) for tier, statement in _WELL)]
# Fewer results are joined by those of words that begin so and, where a word is unknown, by those of
# words that are spelt like it.
_FEW = 10
# A name that is written apart where the text is not, or the other way round: Vietnam, Viet Nam.
_APART = "SELECT item, 0.0 FROM names WHERE replace(folded, ' ', '') = ?"
Tiers = dict[int, tuple[int, float]]


@dataclass(frozen=True)
class Ranking:
    """Numbers of things, the best first.

    `corrected` is what was looked up instead, '' for the text itself; `partial` tells that nothing
    holds all the words.
    """

    numbers: list[int]
    corrected: str = ""
    partial: bool = False


def ranked(database: sqlite3.Connection, vocabulary: Sequence[str], text: str) -> Ranking:
    """Return what a text finds."""
    words = fold(text).split()[:_MOST_WORDS]
    if not words:
        every = "SELECT id FROM items ORDER BY rank, label, iri"
        return Ranking(
            [row[0] for row in database.execute(every)] if not text.strip() else [],
        )
    tiers = _calls(database, text) | _tiers(database, [[word] for word in words])
    if len(tiers) < _FEW:
        _note(database, tiers, _BEGINNINGS, "words", _names_only(_all([[w] for w in words], "*")))
        _keep(tiers, _NAME, database.execute(_APART, ("".join(words),)))
    plain = [word for word in words if word not in SMALL] or words
    if len(tiers) < _FEW and plain != words:
        tiers = _tiers(database, [[word] for word in plain]) | tiers
        words = plain
    if len(tiers) >= _FEW or all(_known(vocabulary, word) for word in words):
        found, rest = tiers, [[word] for word in words]
    else:
        rest = [one for word in plain for one in spellings(vocabulary, word)]
        near = _tiers(database, rest, whole=True) if all(rest) else {}
        found = {number: (tier + _NEAR, score) for number, (tier, score) in near.items()} | tiers
        if near and not tiers:
            corrected = " ".join(one[0] for one in rest)
            return Ranking(_sorted(database, found), corrected)
    if found:
        return Ranking(_sorted(database, found))
    return Ranking(_some(database, [one for one in rest if one], len(plain)), partial=True)


def _known(vocabulary: Sequence[str], word: str) -> bool:
    """Tell whether any word of the index begins so."""
    return any(one.startswith(word) for one in vocabulary)


def spellings(vocabulary: Sequence[str], word: str) -> list[list[str]]:
    """Return for a word, or for each of the two words in it, the spellings that it may mean."""
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein, Indel

    slips = next((most for length, most in _SLIPS if len(word) >= length), 0)
    if _known(vocabulary, word):
        return [[word]]
    known = set(vocabulary)
    for end in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        if {word[:end], word[end:]} <= known:
            return [[word[:end]], [word[end:]]]
    if not slips or not word.isalpha():
        return [[]]
    found = process.extract(
        word, vocabulary, scorer=DamerauLevenshtein.distance, score_cutoff=slips, limit=_SPELLINGS
    )
    near = [spelling for spelling, distance, _ in found if distance == found[0][1]]
    # A letter too few or too many is a likelier slip than another letter.
    changes = [Indel.distance(word, spelling) for spelling in near]
    return [[one for one, number in zip(near, changes, strict=True) if number == min(changes)]]


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


def _calls(database: sqlite3.Connection, text: str) -> Tiers:
    """Return what has a telephone number, or one of which the text is a part."""
    number = call_number(text)
    sql = "SELECT item FROM names WHERE kind IN (?, ?) AND instr(folded, ?)"
    rows = database.execute(sql, (*CALLS, number)) if number else ()
    return {row[0]: (_WORDS, 0.0) for row in rows}


def _tiers(
    database: sqlite3.Connection, words: Sequence[Sequence[str]], *, whole: bool = False
) -> Tiers:
    """Return tier and score of all that has one of the spellings of each word; less is better."""
    found: Tiers = {}
    text = " ".join(spellings[0] for spellings in words)
    # A heading names what stands below it, but not as a name does; initials may be another's too.
    sql = (
        "SELECT item, (folded != ?) + (kind IN ('heading', 'printed', ?)) FROM names WHERE key = ?"
    )
    _keep(found, _NAME, database.execute(sql, (text, INITIALS, key(text))))
    begins = "SELECT item, 0.0 FROM names WHERE folded >= ? AND folded < ? AND kind = 'label'"
    _keep(found, _OPENS, database.execute(begins, (text + " ", text + "!")))
    _keep(found, _BEGINS, database.execute(begins, (text, text + "\U0010ffff")))
    plain, typed = _all(words), _all(words, last="" if whole else "*")
    for tier, table, asked in (
        (_WORDS, "words", _names_only(plain)),
        (_STEMS, "stems", _names_only(plain)),
        (_TYPED, "words", _names_only(typed)),
        (_IMPLIED, "stems", f"- definition : ({plain})"),
        (_TOLD, "words", plain),
        (_TOLD, "stems", plain),
        (_TOLD_TYPED, "words", typed),
    ):
        _note(database, found, tier, table, asked)
    return found


def _note(database: sqlite3.Connection, found: Tiers, tier: int, table: str, asked: str) -> None:
    """Take note of what an expression finds in a table, as matches of this tier."""
    sql = f"SELECT rowid, bm25({table}, {_WEIGHTS}) FROM {table} WHERE {table} MATCH ?"
    _keep(found, tier, database.execute(sql, (asked,)))


def _keep(found: Tiers, tier: int, rows: sqlite3.Cursor) -> None:
    """Take note of things and their scores, unless they match better already."""
    for number, score in rows:
        found[number] = min(found.get(number, (tier, float(score))), (tier, float(score)))


def _all(words: Sequence[Sequence[str]], each: str = "", last: str = "") -> str:
    """Return the FTS5 expression for all words; its strings hold letters and digits only."""
    ends = [each] * (len(words) - 1) + [last or each]
    choices = (
        " OR ".join(f'"{one}"{end}' for one in spellings)
        for spellings, end in zip(words, ends, strict=True)
    )
    return " AND ".join(f"({one})" for one in choices)


def _names_only(asked: str) -> str:
    return f"{{label names}} : ({asked})"


def _some(database: sqlite3.Connection, words: Sequence[Sequence[str]], wanted: int) -> list[int]:
    """Return what has most of the words, and at least half of them."""
    counts: dict[int, int] = {}
    scores: Tiers = {}
    for spellings in words:
        one: Tiers = {}
        _note(database, one, _WORDS, "stems", _all([spellings]))
        for number, (tier, score) in one.items():
            counts[number] = counts.get(number, 0) + 1
            scores[number] = (tier, scores.get(number, (tier, 0.0))[1] + score)
    most = max(counts.values(), default=0)
    if 2 * most < wanted:
        return []
    # A rare word tells more of what is meant than the kind of thing that holds it.
    kept = {number: scores[number] for number, count in counts.items() if count == most}
    return sorted(_sorted(database, kept), key=lambda number: round(kept[number][1], 1))


def _sorted(database: sqlite3.Connection, tiers: Tiers) -> list[int]:
    """Return the numbers of things in the order of results."""
    rows = database.execute(
        "SELECT id, rank, label FROM items WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(tiers)),),
    ).fetchall()

    def order(row: tuple[int, int, str]) -> tuple[int, int, float, int, str, int]:
        tier, score = tiers[row[0]]
        place = _ORDER.index((tier, int(row[1] == STATEMENT)))
        return place, row[1], round(score, 6), len(row[2]), row[2], row[0]

    return [row[0] for row in sorted(rows, key=order)]
