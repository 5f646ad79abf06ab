"""Finds things by their names, also misspelt ones, and counts what was found by facets.

The index is a file that nobody else sees, made in a process of its own where the data are own;
how a text is looked up is in `search_rank`.
"""

import json
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from migkg import search_address, search_index
from migkg.backend import Backend
from migkg.errors import Unavailable
from migkg.folding import fold
from migkg.likeness import alike
from migkg.search_choices import named
from migkg.search_index import INITIALS
from migkg.search_rank import ranked, within
from migkg.search_result import Found, Hit, Question, facets, hit, kind_named, names_of_values
from migkg.terms import local_name

MOST = 100
LONGEST = 200
# A store elsewhere may change: its index is made anew after so many seconds.
_FRESH = 300.0
# So many seconds a question waits while the index is being made.
_PATIENCE = 10.0
_LIKE_NAME = 70
_SUGGESTED = 5


class Index:
    """The text index of a backend, built when first needed; safe for many threads."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._built = 0.0
        self._database: sqlite3.Connection | None = None
        self._closing: Callable[[], object] = lambda: None
        self._words: list[str] = []
        self._names: list[str] = []

    def find(self, question: Question) -> Found:
        """Return what a question finds; raises as `Backend.run` while the index is built."""
        with self._held() as database:
            first, apart, text = self._named(question.text)
            found = ranked(database, self._words, text)
            numbers = list(dict.fromkeys([*first, *found.numbers]))
            allowed = within(database, question.facets)
            ids = [number for number in numbers if number in allowed]
            part = ids[question.offset : question.offset + question.limit]
            shown = tuple(hit(database, number, found.corrected or text) for number in part)
            if apart and not question.facets:
                hits = (apart,) if question.limit and not question.offset else ()
                return Found(1, hits, facets(database, [], {}))
            return Found(
                total=len(ids),
                hits=shown,
                facets=facets(database, ids, question.facets),
                corrected=found.corrected,
                meant=() if ids or not fold(text) else self._named_alike(text),
                partial=found.partial and bool(ids) and not first,
                kind=kind_named(database, text),
                choices=None if question.facets else named(database, found.corrected or text),
            )

    def _named(self, text: str) -> tuple[list[int], Hit | None, str]:
        """Return what a text names by its address, in the index or apart, and the words left."""
        iris, rest = search_address.names(text)
        database = self._ready()
        sql = "SELECT id FROM items WHERE iri = ?"
        for iri in iris:
            if row := database.execute(sql, (iri,)).fetchone():
                return [row[0]], None, rest
        for iri in iris:
            if about := search_address.about(self._backend, iri):
                label = about.get("label", local_name(iri))
                return [], Hit(iri, label, about.get("kind", ""), about.get("definition", "")), rest
        return [], None, rest or text

    def meant(self, slug: str, kind: str, count: int = _SUGGESTED) -> tuple[Hit, ...]:
        """Return the things that the last part of an IRI may mean, those of a kind if there are.

        By their names (`office-tirana` finds IOM Tirana), by how their own IRIs are spelt, and
        where that finds nothing by all names. A kind is the first word of an IRI, such as `office`.
        """
        slug = slug[:LONGEST]
        with self._held() as database:
            rows = database.execute("SELECT iri, id FROM items ORDER BY rank, id").fetchall()
            slugs = {local_name(iri): number for iri, number in reversed(rows)}
            same = {name: number for name, number in slugs.items() if name.startswith(f"{kind}-")}
            words = slug.removeprefix(f"{kind}-").replace("-", " ")
            named = ranked(database, self._words, words)
            allowed = set(same.values())
            found = [number for number in named.numbers if number in allowed]
            found += [slugs[name] for name in alike(slug, list(same or slugs), count)]
            unique = list(dict.fromkeys(found))[:count]
            return tuple(hit(database, number, words) for number in unique) or self._named_alike(
                slug, count
            )

    def knows(self, dimension: str, value: str) -> bool:
        """Tell whether anything has a value of a facet."""
        wanted = "type" if dimension == "kind" else dimension
        with self._held() as database:
            row = database.execute(
                "SELECT 1 FROM facets WHERE dimension = ? AND value = ? LIMIT 1", (wanted, value)
            )
            return row.fetchone() is not None

    def values(self, dimension: str) -> list[str]:
        """Return the values of a facet, in order."""
        sql = "SELECT DISTINCT value FROM facets WHERE dimension = ? ORDER BY value"
        with self._held() as database:
            return [row[0] for row in database.execute(sql, (dimension,))]

    def labels(self) -> dict[str, str]:
        """Return the names of the values of all facets."""
        with self._held() as database:
            return names_of_values(database)

    def cross(
        self, one: str, other: str, chosen: Mapping[str, tuple[str, ...]]
    ) -> dict[tuple[str, str], int]:
        """Return how many things have each pair of values of two facets, of those chosen."""
        sql = (
            "SELECT a.value, b.value, count(*) FROM facets a JOIN facets b ON a.item = b.item "
            "WHERE a.dimension = ? AND b.dimension = ? "
            "AND a.item IN (SELECT value FROM json_each(?)) GROUP BY 1, 2"
        )
        with self._held() as database:
            ids = json.dumps(sorted(within(database, chosen)))
            return {(a, b): n for a, b, n in database.execute(sql, (one, other, ids))}

    def prepare(self) -> None:
        """Build the index before anybody asks; raises as `Backend.run`."""
        # A store elsewhere may be of any size: it is asked when somebody searches.
        if self._backend.digest:
            with self._lock:
                self._ready()

    @contextmanager
    def _held(self) -> Iterator[sqlite3.Connection]:
        """Hold the index for one question; raises Unavailable where it is long in being made."""
        if not self._lock.acquire(timeout=_PATIENCE):
            raise Unavailable("The text index is still being made.", "Ask again in a moment.")
        try:
            yield self._ready()
        finally:
            self._lock.release()

    def _ready(self) -> sqlite3.Connection:
        stale = not self._backend.digest and time.monotonic() - self._built > _FRESH
        if self._database is None or stale:
            database = search_index.read(self._backend.index())
            self._closing()
            self._database = database
            # With new data a new index is made, and nobody tells the old one that it is done.
            closing = weakref.finalize(self, database.close)
            closing.atexit = False  # when threads may still ask
            self._closing = closing
            self._built = time.monotonic()
            # Of two spellings that are as near, the more frequent one is meant.
            frequent = "SELECT term FROM vocabulary ORDER BY doc DESC, term"
            self._words = [row[0] for row in self._database.execute(frequent)]
            # A few letters come close to anything.
            names = (
                "SELECT DISTINCT folded FROM names JOIN items ON id = item "
                "WHERE rank < 3 AND names.kind NOT IN ('ISO 3166 code', ?)"
            )
            self._names = [row[0] for row in self._database.execute(names, (INITIALS,))]
        return self._database

    def _named_alike(self, text: str, count: int = _SUGGESTED) -> tuple[Hit, ...]:
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
        return tuple(hit(database, number, name) for number, name in numbers.items())[:count]
