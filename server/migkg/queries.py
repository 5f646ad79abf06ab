"""Reads stored queries: SPARQL files whose `#+` lines say what they ask, as grlc writes them.

    #+ summary: What an office plans.
    #+ topic: Offices
    #+ chart: label amount
    #+ param: office iri The office to ask about.
    SELECT ?initiative WHERE {
      VALUES ?office { mgi:office-tirana }
      ?initiative mgo:underOffice ?office .
    } ORDER BY ?initiative

A parameter is a `VALUES` row of the query; what stands between its braces is the default. `chart`
names the column of the bars' names, then those of their lengths; without these, rows are counted.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from migkg import likeness
from migkg.errors import BadRequest, BrokenQuery, NotFound
from migkg.terms import XSD, expand

_HEADER = re.compile(r"#\+\s*(\w+)\s*:\s*(.*?)\s*")
_PARAM = re.compile(r"(\w+)\s+(\w+)\s+(\S.*)")
_KEYS = ("summary", "topic", "description", "chart", "param")
_FEW = 20  # names that a message lists


@dataclass(frozen=True)
class Param:
    """One parameter: the variable's name, its type (see `TYPES`), what it means, its default."""

    name: str
    type: str
    help: str
    default: str

    @property
    def required(self) -> bool:
        """Tell whether a value must be given: there is no default."""
        return not self.default


@dataclass(frozen=True)
class StoredQuery:
    """A query of the folder `queries`; its name is its path below that folder without `.rq`.

    The topic is the heading under which a page lists it, empty without one; `chart` the columns
    that a chart shows, the one with the names first.
    """

    name: str
    path: Path
    summary: str
    topic: str
    description: str
    params: tuple[Param, ...]
    text: str
    chart: tuple[str, ...] = ()

    @property
    def bare(self) -> str:
        """Return the query without its header."""
        lines = self.text.splitlines()
        return "\n".join(line for line in lines if not line.startswith("#+")).strip()


def read_queries(folder: Path) -> list[StoredQuery]:
    """Return the stored queries of a folder, sorted by name; raises BrokenQuery."""
    return [read_query(file, folder) for file in sorted(folder.glob("*.rq"))]


def read_query(path: Path, folder: Path) -> StoredQuery:
    """Return one stored query; raises BrokenQuery for a header that cannot be meant."""
    text = decode(path.read_bytes(), path)
    said: dict[str, list[str]] = {key: [] for key in _KEYS}
    params = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#+"):
            key, value = _header(path, number, line)
            said[key].append(value)
            if key == "param":
                params.append(_param(path, number, value, text))
    if len(said["summary"]) != 1:
        raise BrokenQuery(path, 1, 1, "a stored query has one line '#+ summary: …'")
    for key in ("topic", "chart"):
        if len(said[key]) > 1:
            raise BrokenQuery(path, 1, 1, f"a stored query has one line '#+ {key}: …' at most")
    name = path.relative_to(folder).with_suffix("").as_posix()
    (summary,), topic, description = said["summary"], "".join(said["topic"]), said["description"]
    chart = tuple("".join(said["chart"]).split())
    return StoredQuery(
        name, path, summary, topic, " ".join(description), tuple(params), text, chart
    )


def decode(content: bytes, path: Path | str) -> str:
    """Return the text of a query file; raises BrokenQuery where it is not UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise BrokenQuery(path, line, column, "the text is not UTF-8") from error


def find_query(name: str, folder: Path) -> StoredQuery:
    """Return the stored query of a name; raises NotFound, BrokenQuery."""
    queries = {file.stem: file for file in folder.glob("*.rq")}
    if name in queries:
        return read_query(queries[name], folder)
    known = sorted(queries)
    every = f"There are: {', '.join(known)}." if len(known) <= _FEW else "See migkg query --list."
    hint = likeness.hint(name, known) or every
    raise NotFound(f"There is no stored query {name!r}.", hint)


def bind(query: StoredQuery, values: Mapping[str, str]) -> str:
    """Return the query's text with the values of its parameters in their `VALUES` rows.

    A value is turned into a term and written by the RDF library, never pasted. Raises BadRequest
    for an unknown parameter, for one that is missing and for a value that is not of its type.
    """
    params = {param.name: param for param in query.params}
    missing = [param for param in query.params if param.required and param.name not in values]
    if missing:
        raise BadRequest(
            f"The query {query.name} needs {', '.join(param.name for param in missing)}.",
            " ".join(f"{param.name} ({param.type}): {param.help}" for param in missing),
        )
    text = query.text
    for name, value in values.items():
        if name not in params:
            known = f"It takes {', '.join(params)}." if params else "It takes none."
            raise BadRequest(f"The query {query.name} has no parameter {name[:80]!r}.", known)
        before, after = place_of(name).split(text)[::2]
        text = f"{before}VALUES ?{name} {{ {term(params[name], value)} }}{after}"
    return text


def term(param: Param, value: str) -> NamedNode | Literal:
    """Return the term that a value means for a parameter; raises BadRequest."""
    try:
        return TYPES[param.type](value)
    except ValueError as error:
        raise BadRequest(
            f"The parameter {param.name} is {value[:200]!r}, which is no {param.type}.",
            f"Give one such as {param.default}." if param.default else f"Give {param.help}",
        ) from error


def _header(path: Path, number: int, line: str) -> tuple[str, str]:
    found = _HEADER.fullmatch(line)
    if found and found[1] in _KEYS and found[2]:
        return found[1], found[2]
    raise BrokenQuery(path, number, 1, f"a '#+' line says one of {', '.join(_KEYS)}")


def _param(path: Path, number: int, value: str, text: str) -> Param:
    found = _PARAM.fullmatch(value)
    if not found or found[2] not in TYPES:
        types = ", ".join(TYPES)
        raise BrokenQuery(path, number, 1, f"a parameter is a name, a type ({types}) and its help")
    rows = place_of(found[1]).findall(text)
    if len(rows) != 1:
        reason = f"the parameter {found[1]} needs one row 'VALUES ?{found[1]} {{ default }}'"
        raise BrokenQuery(path, number, 1, reason)
    return Param(found[1], found[2], found[3], rows[0])


def place_of(name: str) -> re.Pattern[str]:
    """Return the pattern of the `VALUES` row that holds a parameter's value."""
    return re.compile(rf"\bVALUES\s+\?{name}\s*\{{\s*([^{{}}]*?)\s*\}}", re.IGNORECASE)


def _iri(value: str) -> NamedNode:
    return NamedNode(expand(value) or value.removeprefix("<").removesuffix(">"))


def _typed(name: str, valid: Callable[[str], object]) -> Callable[[str], Literal]:
    def make(value: str) -> Literal:
        valid(value)
        return Literal(value, datatype=NamedNode(XSD + name))

    return make


def _matches(pattern: str) -> Callable[[str], object]:
    def valid(value: str) -> None:
        if not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError(value)

    return valid


def _date(value: str) -> None:
    _matches(r"\d{4}-\d\d-\d\d")(value)
    datetime.date.fromisoformat(value)


TYPES: dict[str, Callable[[str], NamedNode | Literal]] = {
    "iri": _iri,
    "string": Literal,
    "integer": _typed("integer", _matches(r"[+-]?\d{1,30}")),
    "decimal": _typed("decimal", _matches(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})")),
    "boolean": _typed("boolean", _matches(r"true|false")),
    "year": _typed("gYear", _matches(r"\d{4}")),
    "date": _typed("date", _date),
}
