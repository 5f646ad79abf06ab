"""Answers as tables in memory: https://www.w3.org/TR/sparql11-results-json/.

What needs no datatypes is read as tab-separated values, which take a fraction of the time and
memory of JSON: https://www.w3.org/TR/sparql11-results-csv-tsv/.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from migkg.backend import Backend
from migkg.exchange import ALL_ROWS, Query
from migkg.formats import BY_NAME
from migkg.terms import XSD

JSON = BY_NAME["json"].media_type
_TSV = BY_NAME["tsv"].media_type
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float")}
_WHOLE = re.compile(r"-?[0-9]+", re.ASCII)
# Four digits may be a year where no number has more.
_LARGE = re.compile(r"-?[0-9]{5,}", re.ASCII)
_AT_ONCE = 300
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}


@dataclass(frozen=True)
class Term:
    """An RDF term of an answer: `kind` is uri, literal or bnode."""

    kind: str
    value: str
    language: str = ""
    datatype: str = ""

    @property
    def is_number(self) -> bool:
        """Tell whether the term is a number."""
        return self.datatype in _NUMBERS

    @property
    def text(self) -> str:
        """Return the value for people to read: large numbers in groups of three digits."""
        return self.grouped if self.is_large else self.value

    @property
    def is_large(self) -> bool:
        """Tell whether the term is a number of five digits or more."""
        return self.is_number and bool(_LARGE.fullmatch(self.value.partition(".")[0]))

    @property
    def grouped(self) -> str:
        """Return a number in groups of three digits."""
        whole, point, rest = self.value.partition(".")
        return f"{int(whole):,}{point}{rest}" if _WHOLE.fullmatch(whole) else self.value


@dataclass(frozen=True)
class Table:
    """The columns and rows of a SELECT, or the `truth` of an ASK."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, Term], ...]
    truth: bool | None = None

    def numeric(self) -> set[str]:
        """Return the columns in which every value is a number."""
        kinds: dict[str, set[bool]] = {}
        for row in self.rows:
            for name, term in row.items():
                kinds.setdefault(name, set()).add(term.is_number)
        return {name for name, found in kinds.items() if found == {True}}

    def large(self) -> set[str]:
        """Return the numeric columns with a number so large that none of them is a year."""
        columns = self.numeric()
        return {name for row in self.rows for name in columns & row.keys() if row[name].is_large}

    def folded(
        self, rows: Sequence[Mapping[str, Term]], labels: Mapping[str, str]
    ) -> dict[str, list[str]]:
        """Return the columns to show, each with the columns that only repeat labels of its IRIs."""
        shown: dict[str, list[str]] = {name: [] for name in self.columns}
        for name in self.columns:
            for other in self.columns:
                if name in shown and _repeats(name, other, rows, labels):
                    shown[other].append(name)
                    del shown[name]
        return shown


def read(body: bytes) -> Table:
    """Return the table that JSON results hold."""
    found = json.loads(body)
    if "boolean" in found:
        return Table((), (), found["boolean"])
    rows = tuple(
        {name: _term(term) for name, term in row.items()} for row in found["results"]["bindings"]
    )
    return Table(tuple(found["head"]["vars"]), rows)


def ask(backend: Backend, text: str) -> list[dict[str, str]]:
    """Return all rows of a SELECT as plain texts; raises as `Backend.run`."""
    lines = _lines(backend, text)
    names = [name[1:] for name in next(lines)]
    return [
        {name: _plain(cell) for name, cell in zip(names, line, strict=True) if cell}
        for line in lines
    ]


def iri_rows(backend: Backend, text: str) -> list[list[str]]:
    """Return all rows of a SELECT of IRIs alone, '' where there is none; quicker than `ask`."""
    return [[name[1:-1] for name in line] for line in islice(_lines(backend, text), 1, None)]


def _lines(backend: Backend, text: str) -> Iterator[list[str]]:
    """Yield the cells of each line of tab-separated values, the variables first."""
    body = backend.run(Query(text, _TSV, rows=ALL_ROWS)).body.decode()
    return (line.split("\t") for line in body.split("\n")[:-1])


def _plain(cell: str) -> str:
    """Return the value of a cell that is not empty."""
    if cell[0] == "<":
        return cell[1:-1]
    if cell[0] != '"':
        return cell.removeprefix("_:")
    value = cell[1 : cell.rindex('"')]
    return _ESCAPED.sub(lambda sign: _ESCAPES.get(sign[1], sign[1]), value)


def whole(backend: Backend, text: str) -> Table:
    """Return the whole table of a SELECT; raises as `Backend.run`."""
    return read(backend.run(Query(text, JSON, rows=ALL_ROWS)).body)


def values(iris: Iterable[str]) -> str:
    """Return IRIs as the rows of a VALUES block."""
    return " ".join(f"<{iri}>" for iri in iris)


def in_parts(iris: Iterable[str]) -> Iterator[str]:
    """Yield IRIs, each once and in order, as the rows of VALUES blocks that are not too long."""
    every = sorted(set(iris))
    for start in range(0, len(every), _AT_ONCE):
        yield values(every[start : start + _AT_ONCE])


def _repeats(
    name: str, other: str, rows: Sequence[Mapping[str, Term]], labels: Mapping[str, str]
) -> bool:
    """Tell whether a column only tells what the IRIs of another one are called."""
    pairs = [(row.get(name), row.get(other)) for row in rows if name in row or other in row]
    return bool(pairs) and all(
        text
        and link
        and (text.kind, link.kind) == ("literal", "uri")
        and text.language in ("", "en")
        and labels.get(link.value) == text.value
        for text, link in pairs
    )


def _term(found: dict[str, Any]) -> Term:
    kind = "literal" if found["type"] == "typed-literal" else found["type"]
    value = found["value"]
    text = value if isinstance(value, str) else json.dumps(value)
    return Term(kind, text, found.get("xml:lang", ""), found.get("datatype", ""))
