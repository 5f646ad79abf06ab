"""Sends an answer in the format asked for, and says how whole it is and how long it took.

https://www.rfc-editor.org/rfc/rfc9110#section-12 · https://www.w3.org/TR/server-timing/
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, render_template, request

from migkg import tables, web
from migkg.exchange import Answer, Query
from migkg.formats import BY_NAME, HTML, RDF, TABLES, Format
from migkg.queries import StoredQuery
from migkg.query_operation import pick
from migkg.tables import Table
from migkg.terms import expand
from migkg.web import respond, site

_PAGE_ROWS = 1000


def choose(names: Sequence[str], offers: Sequence[Format]) -> Format:
    """Return the format that the names mean, or without names the request's Accept header."""
    return pick(names, offers, request.headers.get("Accept"))


def send(ask: Callable[[], Answer], row: Format) -> Response:
    """Return a response with the whole answer that `ask` gets; raises TooLarge where it was cut."""
    start = time.perf_counter()
    answer = ask()
    web.require_whole(answer)
    response = respond(answer.body, row, tagged=not answer.volatile)
    return web.citable(marked(response, "complete", time.perf_counter() - start))


def page_rows() -> int:
    """Return how many rows of an answer a page shows."""
    return min(_PAGE_ROWS, site().limits.rows)


def send_page(query: Query, kind: str, prologue: str = "") -> Response:
    """Return the answer as a page: a table of its first rows, or its first triples.

    `kind` is table or graph; `prologue` stands before the query's text when it runs.
    """
    answer, seconds = first_rows(replace(query, text=prologue + query.text), kind)
    return page_of(answer, _page(query, answer, kind, seconds, prologue), seconds, vary=True)


def first_rows(query: Query, kind: str) -> tuple[Answer, float]:
    """Return as much of an answer as a page shows, and the seconds that its query took.

    `kind` is table, which comes as JSON, or graph, as Turtle.
    """
    inner = BY_NAME["json" if kind == "table" else "ttl"]
    start = time.perf_counter()
    answer = site().backend.run(replace(query, media_type=inner.media_type, rows=page_rows()))
    return answer, time.perf_counter() - start


def page_of(answer: Answer, html: str, seconds: float, *, vary: bool) -> Response:
    """Return the page that shows the first rows of an answer."""
    said = f"truncated: rows {page_rows()}" if answer.more else "complete"
    return marked(respond(html, HTML, tagged=not answer.volatile, vary=vary), said, seconds)


def marked(response: Response, completeness: str, seconds: float) -> Response:
    """Put on a response how whole it is, and the seconds that its making took."""
    response.headers.update(marks(completeness, seconds))
    return response


def marks(completeness: str, seconds: float) -> dict[str, str]:
    """Return the headers that tell how whole an answer is and how long its query took."""
    return {
        "Answer-Completeness": completeness,
        "Server-Timing": f"query;dur={seconds * 1000:.1f}",
    }


def _page(query: Query, answer: Answer, kind: str, seconds: float, prologue: str) -> str:
    table = tables.read(answer.body) if kind == "table" else None
    rows = table.rows[: page_rows()] if table else ()
    stored = _stored(query.text)
    asked = (
        {one.name: expand(one.default) or one.default for one in stored.params} if stored else {}
    )
    labels = labels_of(table, asked.values()) if table else web.labels(asked.values())
    return render_template(
        "results.html",
        title=stored.summary if stored else "Answer",
        asked=asked,
        query=query.text,
        address=f"/sparql?{urlencode(_fields(query, prologue))}",
        table=table,
        rows=rows,
        graph="" if table else answer.body.decode(),
        more=answer.more,
        limit=page_rows(),
        milliseconds=seconds * 1000,
        labels=labels,
        downloads=_downloads(query, TABLES if table else RDF, prologue),
    )


def labels_of(table: Table, iris: Iterable[str]) -> dict[str, str]:
    """Return the labels of the IRIs of a table's first rows, and of others."""
    rows = table.rows[: page_rows()]
    found = {term.value for row in rows for term in row.values() if term.kind == "uri"}
    return web.labels(found.union(iris))


def _stored(text: str) -> StoredQuery | None:
    """Return the stored query with this text; a form sends its lines with other ends."""
    plain = text.replace("\r\n", "\n").strip()
    return next((one for one in site().queries if plain in (one.text.strip(), one.bare)), None)


def _fields(query: Query, prologue: str) -> list[tuple[str, str]]:
    """Return the parameters that ask the same again."""
    fields = [("query", query.text)]
    fields += [("default-graph-uri", iri) for iri in query.default or ()]
    fields += [("named-graph-uri", iri) for iri in query.named or ()]
    return fields + ([("prefixes", "1")] if prologue else [])


def _downloads(query: Query, offers: Sequence[Format], prologue: str) -> list[tuple[str, str]]:
    fields = _fields(query, prologue)
    return [
        (row.name, web.href(f"/sparql?{urlencode([*fields, ('format', row.name)])}"))
        for row in offers
    ]
