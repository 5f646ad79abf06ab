"""Finds things by their names, also misspelt ones, and counts what was found by facets.

The index lives in the process that serves; how a text is looked up is in `search_rank`.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migkg.backend import Backend
from migkg.search_index import DIMENSIONS, build, fold, local
from migkg.search_rank import alike, ranked, within

MOST = 100
LONGEST = 200
# A store elsewhere may change: its index is made anew after so many seconds.
_FRESH = 300.0
_LIKE_NAME = 60
_SUGGESTED = 5


@dataclass(frozen=True)
class Question:
    """What is sought: a text, values of facets by dimension, which part of the result."""

    text: str
    facets: Mapping[str, tuple[str, ...]]
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True)
class Hit:
    """A thing that was found; `kind` is its class's label; `name` what matched but the label."""

    iri: str
    label: str
    kind: str
    definition: str
    name: str = ""
    name_kind: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facet:
    """A value by which a result can be narrowed, with the number of hits that have it."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Found:
    """A part of all hits; `corrected` is what was looked up instead; `nearest` where none."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[Facet, ...]]
    corrected: str = ""
    nearest: tuple[Hit, ...] = ()


class Index:
    """The text index of a backend, built at its first question; safe for many threads."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._built = 0.0
        self._database: sqlite3.Connection | None = None
        self._words: list[str] = []
        self._names: list[str] = []

    def find(self, question: Question) -> Found:
        """Return what a question finds; raises as `Backend.run` while the index is built."""
        with self._lock:
            database = self._ready()
            numbers, corrected = ranked(database, self._words, question.text)
            allowed = within(database, question.facets)
            ids = [number for number in numbers if number in allowed]
            part = ids[question.offset : question.offset + question.limit]
            nearest = () if ids or not fold(question.text) else self._nearest(question.text)
            return Found(
                total=len(ids),
                hits=tuple(_hit(database, number, corrected or question.text) for number in part),
                facets=_facets(database, ids, question.facets),
                corrected=corrected,
                nearest=nearest,
            )

    def nearest(self, text: str, count: int = _SUGGESTED) -> tuple[Hit, ...]:
        """Return the things whose names are most like a text."""
        with self._lock:
            self._ready()
            return self._nearest(text, count)

    def like_slug(self, slug: str, kind: str, count: int = _SUGGESTED) -> tuple[Hit, ...]:
        """Return the things an IRI's last part may mean: first of a kind, such as `office`.

        By their names (`office-tirana` finds IOM Tirana), then by how their own IRIs are spelt.
        """
        with self._lock:
            database = self._ready()
            rows = database.execute("SELECT iri, id FROM items ORDER BY rank, id").fetchall()
            slugs = {local(iri): number for iri, number in reversed(rows)}
            same = {name: number for name, number in slugs.items() if name.startswith(f"{kind}-")}
            words = slug.removeprefix(f"{kind}-").replace("-", " ")
            named, _ = ranked(database, self._words, words)
            allowed = set(same.values())
            found = [number for number in named if number in allowed]
            found += [slugs[name] for name in alike(slug, list(same or slugs), count)]
            unique = list(dict.fromkeys(found))[:count]
            return tuple(_hit(database, number, words) for number in unique)

    def knows(self, dimension: str, value: str) -> bool:
        """Tell whether anything has a value of a facet."""
        wanted = "type" if dimension == "kind" else dimension
        with self._lock:
            row = self._ready().execute(
                "SELECT 1 FROM facets WHERE dimension = ? AND value = ? LIMIT 1", (wanted, value)
            )
            return row.fetchone() is not None

    def values(self, dimension: str) -> list[str]:
        """Return the values of a facet, in order."""
        sql = "SELECT DISTINCT value FROM facets WHERE dimension = ? ORDER BY value"
        with self._lock:
            return [row[0] for row in self._ready().execute(sql, (dimension,))]

    def labels(self) -> dict[str, str]:
        """Return the names of the values of all facets."""
        with self._lock:
            return _names_of_values(self._ready())

    def cross(
        self, one: str, other: str, chosen: Mapping[str, tuple[str, ...]]
    ) -> dict[tuple[str, str], int]:
        """Return how many things have each pair of values of two facets, of those chosen."""
        sql = (
            "SELECT a.value, b.value, count(*) FROM facets a JOIN facets b ON a.item = b.item "
            "WHERE a.dimension = ? AND b.dimension = ? "
            "AND a.item IN (SELECT value FROM json_each(?)) GROUP BY 1, 2"
        )
        with self._lock:
            database = self._ready()
            ids = json.dumps(sorted(within(database, chosen)))
            return {(a, b): n for a, b, n in database.execute(sql, (one, other, ids))}

    def _ready(self) -> sqlite3.Connection:
        stale = not self._backend.digest and time.monotonic() - self._built > _FRESH
        if self._database is None or stale:
            self._database = build(self._backend)
            self._built = time.monotonic()
            self._words = [row[0] for row in self._database.execute("SELECT term FROM vocabulary")]
            names = "SELECT DISTINCT folded FROM names JOIN items ON id = item WHERE rank < 3"
            self._names = [row[0] for row in self._database.execute(names)]
        return self._database

    def _nearest(self, text: str, count: int = _SUGGESTED) -> tuple[Hit, ...]:
        from rapidfuzz import fuzz, process

        database = self._database
        if database is None:
            return ()
        scored = process.extract(
            fold(text), self._names, scorer=fuzz.WRatio, score_cutoff=_LIKE_NAME, limit=4 * count
        )
        numbers: dict[int, str] = {}
        for name, _, _ in scored:
            for row in database.execute(
                "SELECT item FROM names JOIN items ON id = item WHERE folded = ? AND rank < 3 "
                "ORDER BY item",
                (name,),
            ):
                numbers.setdefault(row[0], name)
        return tuple(_hit(database, number, name) for number, name in numbers.items())[:count]


def _hit(database: sqlite3.Connection, number: int, text: str) -> Hit:
    """Return a hit, with the name that matches where the label does not hold all the words."""
    iri, label, kind, definition = database.execute(
        "SELECT items.iri, items.label, coalesce(labels.label, ''), definition FROM items "
        "LEFT JOIN labels ON value = kind WHERE id = ?",
        (number,),
    ).fetchone()
    words = set(fold(text).split())
    if words and not words <= set(fold(label).split()):
        rows = database.execute(
            "SELECT text, kind, document, folded FROM names WHERE item = ? AND kind != 'label' "
            "ORDER BY length(text), text, document",
            (number,),
        ).fetchall()
        best = next((row for row in rows if words <= set(row[3].split())), None)
        if best:
            documents = sorted({row[2] for row in rows if row[0] == best[0] and row[2]})
            return Hit(iri, label, kind, definition, best[0], best[1], tuple(documents))
    return Hit(iri, label, kind, definition)


def _facets(
    database: sqlite3.Connection, ids: Sequence[int], chosen: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[Facet, ...]]:
    rows = database.execute(
        "SELECT dimension, value, count(*) FROM facets "
        "WHERE dimension != 'type' AND item IN (SELECT value FROM json_each(?)) "
        "GROUP BY dimension, value ORDER BY 3 DESC, 2",
        (json.dumps(list(ids)),),
    ).fetchall()
    names = _names_of_values(database)
    return {
        dimension: tuple(
            Facet(value, names.get(value, value), count, value in chosen.get(dimension, ()))
            for found, value, count in rows
            if found == dimension
        )
        for dimension in DIMENSIONS
    }


def _names_of_values(database: sqlite3.Connection) -> dict[str, str]:
    return dict(database.execute("SELECT value, label FROM labels"))
