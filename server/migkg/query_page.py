"""The page of a stored query: its form, its answer, why that is empty, its text in SPARQL."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template

from migkg import absence, answers, guard, openapi, parameters, pictures, tables, web
from migkg.absence import Absence
from migkg.exchange import Query
from migkg.formats import HTML
from migkg.queries import StoredQuery
from migkg.tables import Table
from migkg.terms import MGI
from migkg.web import respond, site

Values = dict[str, str]


def show(stored: StoredQuery, values: Values, text: str | None, *, vary: bool) -> Response:
    """Return the page of a query with values; `text` is None where one must still be given."""
    iris = parameters.iris(stored, values)
    asked = {param.name: values.get(param.name, param.default) for param in stored.params}
    parts = urlencode(values)
    shown = {
        "stored": stored,
        "asked": {name: iris.get(name, value) for name, value in asked.items()},
        "options": {param.name: site().suggestions.of(stored, param) for param in stored.params},
        "parts": f"?{parts}" if parts else "",
        "formats": [row.extension for row in openapi.formats_of(stored, site().limits)],
        "text": text,
    }
    if text is None:
        labels = web.labels(iris.values())
        return respond(render_template("query.html", labels=labels, **shown), HTML, vary=vary)
    kind = guard.inspect(text, site().limits).kind
    answer, seconds = answers.first_rows(Query(text, HTML.media_type), kind)
    found = _of_table(stored, tables.read(answer.body), text, iris) if kind == "table" else {}
    labels = found.pop("labels", None) or web.labels(iris.values())
    graph = "" if found else answer.body.decode()
    html = render_template(
        "query.html",
        labels=labels,
        graph=graph,
        more=answer.more,
        limit=answers.page_rows(),
        **shown,
        **found,
    )
    return answers.page_of(answer, html, seconds, vary=vary)


def _of_table(
    stored: StoredQuery, table: Table, text: str, iris: Mapping[str, str]
) -> dict[str, Any]:
    why = explained(table, text, iris)
    places = _places(table)
    picture = pictures.map_of(site().backend, places)
    dots = {dot.iri for dot in picture.dots} if picture else set()
    return {
        "table": table,
        "rows": table.rows[: answers.page_rows()],
        "why": why,
        "chart": has_bars(stored, table),
        "map": picture,
        "unmapped": sorted(places - dots) if picture else (),
        "labels": answers.labels_of(table, iris.values()),
    }


def _places(table: Table) -> set[str]:
    rows = table.rows[: answers.page_rows()]
    terms = [term for row in rows for term in row.values() if term.kind == "uri"]
    return {term.value for term in terms if term.value.startswith(f"{MGI}place-")}


def explained(table: Table, text: str, iris: Mapping[str, str]) -> Absence | None:
    """Return why a table has no rows, None where it has some."""
    if table.truth is not None or table.rows:
        return None
    return absence.explain(site().backend, text, iris)


def has_bars(stored: StoredQuery, table: Table) -> bool:
    """Tell whether a chart can be drawn: the query names its columns, and there are rows."""
    return bool(stored.chart and table.rows) and set(stored.chart) <= set(table.columns)
