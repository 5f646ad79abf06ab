"""Stored queries as pages and calls: `/queries`, `/queries/NAME`, `/queries/NAME.csv?param=…`.

A form sends what a program would: https://www.rfc-editor.org/rfc/rfc3986#section-3.4. What the
calls take and give is in `/openapi.json`.
"""

from flask import Blueprint, Response, render_template, request

from migkg import (
    answers,
    browse,
    charts,
    likeness,
    openapi,
    openapi_calls,
    parameters,
    query_page,
    tables,
    tallies,
    web,
)
from migkg.absence import Absence
from migkg.errors import NotFound
from migkg.exchange import Query
from migkg.formats import DATA, HTML, SVG, TABLES, Format, negotiate
from migkg.queries import StoredQuery
from migkg.query_operation import DIRECT
from migkg.query_page import Values
from migkg.web import respond, site

# Bytes. Only of an answer shorter than this, perhaps the names of its columns alone, is it asked
# whether it is empty, and why.
_SMALL = 2000
SPARQL = Format("sparql", DIRECT, "rq", "page")
blueprint = Blueprint("stored_queries", __name__)


@blueprint.get("/queries")
def index() -> Response:
    """List the stored queries in the format asked for."""
    return _index(negotiate(request.headers.get("Accept"), (HTML, DATA)), vary=True)


@blueprint.get("/queries.<extension>")
def index_file(extension: str) -> Response:
    """List the stored queries in the format of the extension."""
    return _index(web.by_extension(extension, (HTML, DATA)), vary=False)


@blueprint.get("/openapi.json")
def openapi_document() -> Response:
    """Describe all calls of this server."""
    stored = [(query, openapi.formats_of(query, site().limits)) for query in site().queries]
    calls = openapi_calls.calls(site().exports, tallies.WAYS, browse.CHARTS)
    found = openapi.document(site().server.base_url, calls, stored)
    return respond(web.json_text(found), DATA, vary=False)


@blueprint.get("/queries/<name>")
def query(name: str) -> Response:
    """Answer a stored query, in the format of the extension or the one asked for."""
    slug, _, extension = name.rpartition(".")
    stored = {one.name: one for one in site().queries}
    if name in stored:
        offers = _offers(stored[name])
        row = negotiate(request.headers.get("Accept"), (HTML, *offers))
        return _answer(stored[name], row, vary=True)
    if slug in stored:
        others = (SVG, SPARQL) if stored[slug].chart else (SPARQL,)
        row = web.by_extension(extension, (HTML, *_offers(stored[slug]), *others))
        return _answer(stored[slug], row, vary=False)
    hint = likeness.hint(name.partition(".")[0], sorted(stored))
    raise NotFound(f"There is no stored query {name[:80]!r}.", hint or "See /queries for all.")


def _index(row: Format, *, vary: bool) -> Response:
    if row == HTML:
        return respond(render_template("queries.html"), HTML, vary=vary)
    return respond(
        web.json_text({"queries": [_described(one) for one in site().queries]}), DATA, vary=vary
    )


def _described(stored: StoredQuery) -> dict[str, object]:
    base = f"{site().server.base_url}/queries/{stored.name}"
    return {
        "name": stored.name,
        "summary": stored.summary,
        "topic": stored.topic,
        "description": stored.description,
        "page": base,
        "formats": {row.extension: f"{base}.{row.extension}" for row in _offers(stored)},
        "parameters": openapi.described(stored),
    }


def _answer(stored: StoredQuery, row: Format, *, vary: bool) -> Response:
    values = _values(stored)
    if row == HTML and not values and any(param.required for param in stored.params):
        return query_page.show(stored, {}, None, vary=vary)
    text = parameters.bind(site().backend, site().index, stored, values)
    if row == SPARQL:
        return respond(text, row, vary=vary)
    if row == HTML:
        return query_page.show(stored, values, text, vary=vary)
    if row == SVG:
        return respond(_chart(stored, text), row, vary=vary)
    response = answers.send(lambda: site().backend.run(Query(text, row.media_type)), row)
    if not vary:
        del response.headers["Vary"]
    if (
        row in TABLES
        and len(response.get_data()) < _SMALL
        and (why := _absence(stored, values, text))
    ):
        response.headers["Answer-Absence"] = why.reason
    return response


def _values(stored: StoredQuery) -> Values:
    """Return the values that the request gives; a field left empty gives none but to a text."""
    types = {param.name: param.type for param in stored.params}
    web.require_once(request.args)
    found = {}
    for name, value in request.args.items():
        if value.strip() or types.get(name, "string") == "string":
            found[name] = value if types.get(name) == "string" else value.strip()
    return found


def _absence(stored: StoredQuery, values: Values, text: str) -> Absence | None:
    """Return why a table is empty, None where it is not."""
    table = tables.read(site().backend.run(Query(text, tables.JSON, rows=1)).body)
    return query_page.explained(table, text, parameters.iris(stored, values))


def _chart(stored: StoredQuery, text: str) -> bytes:
    table = tables.whole(site().backend, text)
    if not query_page.has_bars(stored, table):
        raise NotFound("The answer has nothing to draw.", f"See /queries/{stored.name}.")
    name, *columns = stored.chart
    labels = answers.labels_of(table, ())
    return charts.of_table(table, name, columns, labels, stored.summary)


def _offers(stored: StoredQuery) -> tuple[Format, ...]:
    return openapi.formats_of(stored, site().limits)
