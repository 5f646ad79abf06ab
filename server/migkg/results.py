"""Writes results as bytes, whole and within limits: https://www.w3.org/TR/sparql11-overview/#formats."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import pyoxigraph as ox

from migkg.compact import compact
from migkg.errors import NotAcceptable, TooLarge
from migkg.terms import PREFIXES
from migkg.xml_text import lossless, with_replacements

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
OxFormat = TypeVar("OxFormat", ox.QueryResultsFormat, ox.RdfFormat)
_TABLES = ox.QueryResultsFormat
_GRAPHS = ox.RdfFormat
_XML_NAME_AT_END = re.compile(r"[^\W\d][\w.-]*$")
_PREFIX_LINE = re.compile(rb"@prefix ([\w-]+:) <[^>]*> \.\n")
_XML_PREFIX = re.compile(rb' xmlns:([\w-]+)="[^"]*"')
_JSON_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"')
_DECLARATION = {
    _GRAPHS.TURTLE: _PREFIX_LINE,
    _GRAPHS.TRIG: _PREFIX_LINE,
    _GRAPHS.RDF_XML: _XML_PREFIX,
}


@dataclass(frozen=True)
class Written:
    """Bytes in a format; `more` says that there are rows beyond the number asked for.

    `rows` is the number of rows or triples written, None where that means nothing.
    """

    body: bytes
    more: bool
    rows: int | None = None


def write(
    results: Results, media_type: str, rows: int, cap: int, *, counts: bool = True
) -> Written:
    """Write results in a format: at most `rows` triples of a graph, or all rows of a table.

    The query of a table was limited to `rows` + 1 before, so that one more than `rows` tells.
    Where `counts` is False, the rows of a table that must have fewer are not counted, which takes
    as long as a tenth of the query. Raises TooLarge above `cap` bytes, NotAcceptable where the
    format cannot hold the results.
    """
    if isinstance(results, ox.QueryTriples):
        return write_graph(results, media_type, rows, cap)
    table = _required(_TABLES.from_media_type(media_type), media_type)
    out = _Capped(cap)
    results.serialize(out, format=table)
    body = out.getvalue()
    # A row takes a byte or more.
    counts = isinstance(results, ox.QuerySolutions) and (counts or len(body) > rows)
    found = count(body, table) if counts else None
    more = found is not None and found > rows
    return Written(with_replacements(body) if table == _TABLES.XML else body, more, found)


def write_graph(triples: Iterable[ox.Triple], media_type: str, rows: int, cap: int) -> Written:
    """Write at most `rows` triples, short names where the format has them; raises as `write`."""
    rdf = _required(_GRAPHS.from_media_type(media_type), media_type)
    counted, out = _Counted(triples, rows), _Capped(cap)
    declaration = _DECLARATION.get(rdf)
    # In order, the same graph gives the same bytes, and a subject stands in one place.
    ordered = sorted(map(_in_xml, counted) if rdf == _GRAPHS.RDF_XML else counted, key=str)
    try:
        ox.serialize(ordered, out, format=rdf, prefixes=PREFIXES if declaration else None)
    except OSError as error:
        raise NotAcceptable(
            f"{media_type} cannot hold this graph: {error}.", "Ask for text/turtle."
        ) from error
    body = _tidy(out.getvalue(), declaration) if declaration else out.getvalue()
    if rdf == _GRAPHS.JSON_LD:
        body = compact(body)
    return Written(lossless(body) if rdf == _GRAPHS.RDF_XML else body, counted.more, len(ordered))


def plain(results: Results) -> list[dict[str, str]]:
    """Return the rows of a table as texts by the names of its columns."""
    if not isinstance(results, ox.QuerySolutions):
        return []
    names = [variable.value for variable in results.variables]
    found = (zip(names, solution, strict=True) for solution in results)
    return [{name: term.value for name, term in row if term is not None} for row in found]


def count(body: bytes, table: ox.QueryResultsFormat) -> int:
    """Return how many rows a table holds that the engine wrote, without reading it."""
    if table == _TABLES.XML:
        return body.count(b"<result>")
    if table == _TABLES.TSV:
        return body.count(b"\n") - 1
    if table == _TABLES.CSV:
        # Every other piece between quotation marks stands inside of a field.
        return sum(piece.count(b"\n") for piece in body.split(b'"')[::2]) - 1
    if body.endswith(b":[]}}"):
        return 0
    if b"{}" in body:
        # Rows without a value, or signs of a text: seldom, and not to be told apart so simply.
        return 1 + _JSON_TEXT.sub(b"", body).count(b"},{")
    # In a text such a quotation mark would be escaped, unless the text ends there.
    return 1 + body.count(b'},{"') - body.count(b'},{"}') - body.count(b'},{",')


class _Capped(io.BytesIO):
    def __init__(self, cap: int) -> None:
        super().__init__()
        self.room = cap

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.room -= len(data)
        if self.room < 0:
            raise TooLarge(
                "The answer is longer than this server sends.",
                "Ask for fewer columns or add LIMIT; whole graphs are among the exports.",
            )
        return super().write(data)


class _Counted:
    """Passes on triples up to a number and notes whether there were more."""

    def __init__(self, triples: Iterable[ox.Triple], rows: int) -> None:
        self.triples, self.rows, self.more = triples, rows, False

    def __iter__(self) -> Iterator[ox.Triple]:
        for number, triple in enumerate(self.triples):
            if number == self.rows:
                self.more = True
                return
            yield triple


def _required(found: OxFormat | None, media_type: str) -> OxFormat:
    if found is None:
        raise NotAcceptable(
            f"{media_type} cannot hold this query's answer.",
            "SELECT and ASK answer with a table, CONSTRUCT and DESCRIBE with a graph.",
        )
    return found


def _in_xml(triple: ox.Triple) -> ox.Triple:
    if not _XML_NAME_AT_END.search(triple.predicate.value):
        raise NotAcceptable(
            f"RDF/XML has no way to write the property <{triple.predicate.value}>.",
            "Ask for text/turtle or application/ld+json.",
        )
    return triple


def _tidy(body: bytes, declaration: re.Pattern[bytes]) -> bytes:
    """Drop the prefixes at the start of a text that nothing behind them uses."""
    first = declaration.search(body, 0, 200)
    if first is None:
        return body
    found = [first]
    while following := declaration.match(body, found[-1].end()):
        found.append(following)
    rest = body[found[-1].end() :]
    used = [one[0] for one in found if one[1].rstrip(b":") + b":" in rest]
    return b"".join([body[: first.start()], *used, rest])
