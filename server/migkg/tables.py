"""Answers as tables in memory: https://www.w3.org/TR/sparql11-results-json/."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from migkg.backend import Backend
from migkg.execute import Query
from migkg.formats import BY_NAME

JSON = BY_NAME["json"].media_type
# The pages' own questions may have more rows than a reader's: their answers are never cut.
_ALL = 10**7


@dataclass(frozen=True)
class Term:
    """An RDF term of an answer: `kind` is uri, literal or bnode."""

    kind: str
    value: str
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True)
class Table:
    """The columns and rows of a SELECT, or the `truth` of an ASK."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, Term], ...]
    truth: bool | None = None


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
    return [{name: term.value for name, term in row.items()} for row in whole(backend, text).rows]


def whole(backend: Backend, text: str) -> Table:
    """Return the whole table of a SELECT; raises as `Backend.run`."""
    return read(backend.run(Query(text, JSON, rows=_ALL)).body)


def values(iris: Iterable[str]) -> str:
    """Return IRIs as the rows of a VALUES block."""
    return " ".join(f"<{iri}>" for iri in iris)


def _term(found: dict[str, Any]) -> Term:
    kind = "literal" if found["type"] == "typed-literal" else found["type"]
    value = found["value"]
    text = value if isinstance(value, str) else json.dumps(value)
    return Term(kind, text, found.get("xml:lang", ""), found.get("datatype", ""))
