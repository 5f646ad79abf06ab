"""What the search gives: hits with the name that matched, and counts of facets."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from migkg.folding import fold
from migkg.search_index import DIMENSIONS
from migkg.terms import prefixed


@dataclass(frozen=True)
class Question:
    """What is sought: a text, values of facets by dimension, which part of the result."""

    text: str
    facets: Mapping[str, tuple[str, ...]]
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True)
class Hit:
    """A thing that was found; `kind` is its class's label; `name` what matched but the label.

    `source` is the one document that tells of it, '' where there are more.
    """

    iri: str
    label: str
    kind: str
    definition: str
    name: str = ""
    name_kind: str = ""
    documents: tuple[str, ...] = ()
    source: str = ""

    @property
    def named(self) -> str:
        """Return how it is called in a sentence: `mgi:office-oslo (IOM Oslo)`."""
        return f"{prefixed(self.iri)} ({self.label})"


@dataclass(frozen=True)
class Facet:
    """A value by which a result can be narrowed, with the number of hits that have it."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Choices:
    """Values of facets that a question names, by dimension; `count` things have all of them."""

    values: Mapping[str, tuple[str, ...]]
    labels: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Found:
    """A part of all hits; `corrected` is what was looked up instead; `meant` where none.

    `partial` tells that no hit holds all the words; `kind` is the kind of things that is called so;
    `choices` are the facets that the text consists of.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[Facet, ...]]
    corrected: str = ""
    meant: tuple[Hit, ...] = ()
    partial: bool = False
    kind: Facet | None = None
    choices: Choices | None = None


def hit(database: sqlite3.Connection, number: int, text: str) -> Hit:
    """Return a hit, with the name that matches where the label does not hold all the words."""
    iri, label, kind, definition = database.execute(
        "SELECT items.iri, items.label, coalesce(labels.label, ''), definition FROM items "
        "LEFT JOIN labels ON value = kind WHERE id = ?",
        (number,),
    ).fetchone()
    told = Hit(iri, label, kind, definition, source=_source(database, number))
    words = fold(text).split()
    if words and not _holds(fold(label), words):
        rows = database.execute(
            "SELECT text, kind, document, folded FROM names WHERE item = ? AND kind != 'label' "
            "ORDER BY document = '', length(text), text, document",
            (number,),
        ).fetchall()
        best = next((row for row in rows if _holds(row[3], words)), None)
        if best:
            documents = sorted({row[2] for row in rows if row[0] == best[0] and row[2]})
            return replace(told, name=best[0], name_kind=best[1], documents=tuple(documents))
    return told


def _source(database: sqlite3.Connection, number: int) -> str:
    sql = (
        "SELECT labels.label FROM facets JOIN labels ON labels.value = facets.value "
        "WHERE item = ? AND dimension = 'document'"
    )
    found = database.execute(sql, (number,)).fetchall()
    return str(found[0][0]) if len(found) == 1 else ""


def _holds(folded: str, words: Sequence[str]) -> bool:
    """Tell whether each word, or what it begins, stands in a folded text."""
    return all(f" {word}" in f" {folded}" for word in words)


def facets(
    database: sqlite3.Connection, ids: Sequence[int], chosen: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[Facet, ...]]:
    """Return the values that hits have, by facet, the most frequent first."""
    rows = database.execute(
        "SELECT dimension, value, count(*) FROM facets "
        "WHERE dimension != 'type' AND item IN (SELECT value FROM json_each(?)) "
        "GROUP BY dimension, value ORDER BY 3 DESC, 2",
        (json.dumps(list(ids)),),
    ).fetchall()
    names = names_of_values(database)
    return {
        dimension: tuple(
            Facet(value, names.get(value, value), count, value in chosen.get(dimension, ()))
            for found, value, count in rows
            if found == dimension
        )
        for dimension in DIMENSIONS
    }


def kind_named(database: sqlite3.Connection, text: str) -> Facet | None:
    """Return the kind of things that a text names, in the singular or the plural."""
    said = fold(text)
    singular = {said, said.removesuffix("s"), said.removesuffix("es")}
    if said.endswith("ies"):
        singular.add(said.removesuffix("ies") + "y")
    rows = database.execute(
        "SELECT value, label, (SELECT count(*) FROM facets WHERE facets.value = labels.value "
        "AND dimension = 'type') FROM labels WHERE value IN "
        "(SELECT value FROM facets WHERE dimension = 'type') ORDER BY value"
    )
    named = (row for row in rows if fold(row[1]) in singular)
    return next((Facet(value, label, count, False) for value, label, count in named), None)


def names_of_values(database: sqlite3.Connection) -> dict[str, str]:
    """Return the names of the values of all facets."""
    return dict(database.execute("SELECT value, label FROM labels"))
