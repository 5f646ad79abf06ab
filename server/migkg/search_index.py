"""The text index: what can be found and by which words, in a file: https://sqlite.org/fts5.html.

It is made from the graph by SPARQL alone, so that any store can stand behind it. Two tables hold
the words, one as they are (its prefixes serve those who still type), one with their endings cut.
"""

import csv
import io
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from migkg import search_questions
from migkg.errors import Unavailable
from migkg.folding import acronyms, digits, fold, key
from migkg.terms import MGO, SKOS, local_name

# Answers a SELECT in CSV, which of all formats is read in the least time.
Ask = Callable[[str], bytes]
DIMENSIONS = ("kind", "place", "theme", "document", "year")
STATEMENT = 3
# What somebody looks for by name, first to last; all else is a statement about one of these.
_RANKS = (
    frozenset("Place Country Organization Office Person SourceDocument Concept".split()),
    frozenset("Instrument StakeholderGroup InterstateProcess Period".split()),
    frozenset("Initiative Event Activity".split()),
)
_CONCEPT = SKOS + "Concept"
_NAME_FORM = MGO + "NameForm"
CALLS = ("telephone", "fax")
NUMBER = "number"  # of a document: sought as it is, and no word of its name
INITIALS = "initials of the name"  # whether a document prints them or not
_FIRST_YEAR, _LAST_YEAR = 1000, 3000
_SCHEMA = """
CREATE TABLE items(id INTEGER PRIMARY KEY, iri TEXT UNIQUE, label TEXT, kind TEXT,
  definition TEXT, rank INTEGER);
CREATE TABLE names(item INTEGER, text TEXT, folded TEXT, key TEXT, kind TEXT, document TEXT);
CREATE TABLE facets(item INTEGER, dimension TEXT, value TEXT,
  PRIMARY KEY(item, dimension, value)) WITHOUT ROWID;
CREATE TABLE labels(value TEXT PRIMARY KEY, label TEXT);
CREATE VIRTUAL TABLE words USING fts5(label, names, definition, implied, content='', prefix='2 3',
  tokenize="unicode61");
CREATE VIRTUAL TABLE stems USING fts5(label, names, definition, implied, content='',
  tokenize="porter unicode61");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row');
"""
_INDEXES = """
CREATE INDEX names_folded ON names(folded);
CREATE INDEX names_key ON names(key);
CREATE INDEX names_item ON names(item);
CREATE INDEX facets_value ON facets(dimension, value);
"""


def make(ask: Ask) -> bytes:
    """Return the index of all that has a label, a page and a name, as a file; raises as `ask`."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(_SCHEMA)
        _fill(database, ask)
        database.commit()
        return database.serialize()


def read(body: bytes) -> sqlite3.Connection:
    """Return an index, in a file that has a name only until it is open; raises Unavailable."""
    try:
        with tempfile.NamedTemporaryFile(prefix="migkg-index-") as file:
            file.write(body)
            file.flush()
            # One lock around every question keeps the threads apart; no other process reads it.
            where = f"{Path(file.name).as_uri()}?mode=ro&immutable=1"
            database = sqlite3.connect(where, uri=True, check_same_thread=False)
            # The file is opened by the first question.
            database.executescript("PRAGMA temp_store = MEMORY; PRAGMA schema_version;")
    except (OSError, sqlite3.OperationalError) as error:
        raise no_room() from error
    return database


def no_room() -> Unavailable:
    """Return the fault for an index that has no place to be written to."""
    return Unavailable(
        "The server has no room for its text index in the folder for temporary files.",
        "Whoever runs it names one in TMPDIR.",
    )


def _fill(database: sqlite3.Connection, ask: Ask) -> None:
    kinds, types = _kinds(ask)
    labels = dict(_rows(ask, search_questions.LABELS))
    found = [iri for iri in labels if kinds.get(iri, "") != _NAME_FORM]
    numbers = {iri: number for number, iri in enumerate(found, 1)}
    definitions: dict[str, str] = {}
    for iri, text in _rows(ask, search_questions.DEFINITIONS):
        definitions.setdefault(iri, text)
    database.executemany(
        "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                numbers[iri],
                iri,
                labels[iri],
                local_name(kinds.get(iri, "")),
                definitions.get(iri, ""),
                _rank(types.get(iri, ())),
            )
            for iri in found
        ),
    )
    _add_names(database, ask, numbers, labels, definitions)
    _add_initials(database)
    _add_facets(database, ask, numbers, kinds, types)
    shown = {"Concept": "concept"}
    for iri, label in (*_rows(ask, search_questions.CLASSES), *labels.items()):
        shown[local_name(iri).removeprefix("doc-")] = label
    values = database.execute("SELECT DISTINCT value FROM facets").fetchall()
    database.executemany(
        "INSERT INTO labels VALUES (?, ?)",
        ((value, shown.get(value, value)) for (value,) in values),
    )
    database.executescript(_INDEXES)


def _kinds(ask: Ask) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Return the most specific class of each thing, and all its classes."""
    above: dict[str, set[str]] = {}
    for name, general in _rows(ask, search_questions.ABOVE):
        above.setdefault(name, set()).add(general)
    types: dict[str, set[str]] = {}
    for iri, name in _rows(ask, search_questions.TYPES):
        if name.startswith(MGO) or name == _CONCEPT:
            types.setdefault(iri, set()).add(name)
    kinds = {}
    for iri, names in types.items():
        wider = set().union(*(above.get(name, set()) for name in names))
        kinds[iri] = min(names - wider, default=min(names))
        names |= {name for name in wider if name.startswith(MGO)}
    return kinds, types


def _add_names(
    database: sqlite3.Connection,
    ask: Ask,
    numbers: dict[str, int],
    labels: dict[str, str],
    definitions: dict[str, str],
) -> None:
    names: dict[str, list[str]] = {iri: [] for iri in numbers}
    rows = [
        (numbers[iri], labels[iri], folded := fold(labels[iri]), key(folded), "label", "")
        for iri in numbers
    ]
    printed: set[tuple[str, str]] = set()
    for iri, text, kind, document in sorted(
        _rows(ask, search_questions.NAMES), key=lambda row: not row[3]
    ):
        if iri not in numbers or (not document and (iri, text) in printed):
            continue
        printed.add((iri, text))
        if kind != NUMBER:
            names[iri].append(text)
        folded = digits(text) if kind in CALLS else fold(text)
        rows.append((numbers[iri], text, folded, key(folded), kind or "other name", document))
    database.executemany("INSERT INTO names VALUES (?, ?, ?, ?, ?, ?)", rows)
    implied: dict[str, list[str]] = {}
    for iri, text in _rows(ask, search_questions.IMPLIED):
        implied.setdefault(iri, []).append(text)
    columns = (labels, _joined(names), definitions, _joined(implied))
    texts = [
        (number, *(fold(column.get(iri, "")) for column in columns))
        for iri, number in numbers.items()
    ]
    for table in ("words", "stems"):
        database.executemany(
            f"INSERT INTO {table}(rowid, label, names, definition, implied) VALUES (?, ?, ?, ?, ?)",
            texts,
        )


def _joined(texts: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {iri: "\n".join(held) for iri, held in texts.items()}


def _add_initials(database: sqlite3.Connection) -> None:
    """Let what has a name of its own be found by the first letters of the words in it."""
    named = (
        "SELECT item, text FROM names JOIN items ON id = item "
        "WHERE rank < 2 AND names.kind IN ('label', 'name')"
    )
    held = database.execute(named).fetchall()
    rows = sorted({(item, found) for item, text in held for found in acronyms(text)})
    database.executemany(
        "INSERT INTO names VALUES (?, ?, ?, ?, ?, '')",
        ((item, found, fold(found), fold(found), INITIALS) for item, found in rows),
    )


def _add_facets(
    database: sqlite3.Connection,
    ask: Ask,
    numbers: dict[str, int],
    kinds: dict[str, str],
    types: dict[str, set[str]],
) -> None:
    def rows() -> Iterator[tuple[int, str, str]]:
        for iri, number in numbers.items():
            if iri in kinds:
                yield number, "kind", local_name(kinds[iri])
            yield from ((number, "type", local_name(name)) for name in types.get(iri, ()))
        for dimension, pattern in search_questions.FACETS.items():
            text = f"{search_questions.HEAD} SELECT DISTINCT ?x ?v WHERE {{ {pattern} }}"
            for iri, value in _rows(ask, text):
                if iri in numbers:
                    yield numbers[iri], dimension, local_name(value)
        for iri, first, last in _rows(ask, search_questions.YEARS):
            if iri in numbers:
                yield from ((numbers[iri], "year", year) for year in _years(first, last))

    database.executemany("INSERT OR IGNORE INTO facets VALUES (?, ?, ?)", rows())


def _rank(classes: Iterable[str]) -> int:
    """Return how soon somebody would look for a thing of these classes; 0 is first."""
    names = {local_name(name) for name in classes}
    return next((rank for rank, known in enumerate(_RANKS) if names & known), STATEMENT)


def _years(first: str, last: str) -> list[str]:
    """Return the years of a period; one that is open at an end has the other end's year."""
    ends = [int(year[:4]) for year in (first, last) if year[:4].isdecimal()]
    if not ends or not _FIRST_YEAR <= min(ends) <= max(ends) <= _LAST_YEAR:
        return []
    return [str(year) for year in range(min(ends), max(ends) + 1)]


def _rows(ask: Ask, text: str) -> Iterator[list[str]]:
    """Yield the rows of a SELECT as texts."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(ask(text)), "utf-8", newline=""))
    next(reader)
    yield from reader
