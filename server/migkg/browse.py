"""Ways through the graph without a question: `/browse/places`, `/overview`, `/charts/NAME.svg`."""

import json
from dataclasses import asdict
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from migkg import charts, money, overview, tallies, web
from migkg.errors import NotFound
from migkg.formats import BY_NAME, Format, negotiate
from migkg.web import HTML, respond, site

DATA = BY_NAME["data"]
# The two documents that say what offices plan: the strategy of 2006–2007, the priorities for 2020.
THEN, NOW = "002", "001"
_NAMES = {THEN: "2006–2007", NOW: "2020"}
_MOST_BARS = 30
_SHADES = (1, 3, 6, 12, 24)
WAYS = {
    "places": "By place",
    "themes": "By theme",
    "organizations": "By organization",
    "documents": "By document",
    "years": "By year",
}
_COMPARED = {
    "themes-then-and-now": "Initiatives by theme, 2006–2007 and 2020",
    "places-then-and-now": "Initiatives by place, 2006–2007 and 2020",
}
_YEARS = "years"
CHARTS = (*_COMPARED, _YEARS, "money-by-office")
blueprint = Blueprint("browse", __name__)


@blueprint.get("/browse/")
def with_slash() -> AnyResponse:
    """Go to the address without a slash at its end."""
    return redirect(web.href("/browse"), 308)


@blueprint.get("/browse")
def index() -> Response:
    """List the ways through the graph."""
    html = render_template("browse.html", titles=WAYS)
    return respond(html, HTML, vary=False)


@blueprint.get("/browse/<name>")
def way(name: str) -> Response:
    """Show one way, in the format of the extension or the one asked for."""
    slug, _, extension = name.partition(".")
    if slug not in WAYS:
        raise NotFound(f"One cannot browse by {slug[:40]!r}.", f"There are: {', '.join(WAYS)}.")
    row = _row(extension)
    tally = tallies.WAYS[slug](site().backend, site().index)
    if row == DATA:
        return respond(_json(asdict(tally)), DATA, vary=not extension)
    html = render_template(
        "tally.html", title=WAYS[slug], way=slug, tally=tally, search=_search, titles=WAYS
    )
    return respond(html, HTML, vary=not extension)


@blueprint.get("/overview")
def all_at_once() -> Response:
    """Show counts, the table of money, and initiatives then and now."""
    return _overview(negotiate(request.headers.get("Accept"), (HTML, DATA)), vary=True)


@blueprint.get("/overview.json")
def all_as_data() -> Response:
    """Give the numbers of the overview as data."""
    return _overview(DATA, vary=False)


def _overview(row: Format, *, vary: bool) -> Response:
    backend, found = site().backend, site().index
    counts = overview.overview(backend)
    grid = money.read(backend)
    plans = {
        name: tallies.initiatives(backend, found, document) for document, name in _NAMES.items()
    }
    if row == DATA:
        data = {
            "counts": asdict(counts),
            "money": asdict(grid),
            "initiatives": {name: asdict(tally) for name, tally in plans.items()},
        }
        return respond(_json(data), DATA, vary=vary)
    html = render_template(
        "overview.html",
        counts=counts,
        grid=grid,
        steps=money.STEPS,
        plans=plans,
        documents={name: document for document, name in _NAMES.items()},
        bars={name: _compared(name) for name in _COMPARED},
        shade=_shade,
        search=_search,
    )
    return respond(html, HTML, vary=vary)


@blueprint.get("/charts/<name>.svg")
def chart(name: str) -> Response:
    """Draw a chart."""
    if name in _COMPARED:
        labels, series = _compared(name)
        drawn = (_COMPARED[name], "Each bar is a number of initiatives.", labels, series)
    elif name == _YEARS:
        labels, series = _years()
        drawn = ("What is said of which year", "Each bar counts things.", labels, series)
    elif name == "money-by-office":
        labels, series = _money()
        said = "Totals as printed, and the sums of their cells."
        drawn = ("Money that each office needs in 2020", said, labels, series)
    else:
        raise NotFound(
            f"There is no chart {name[:40]!r}.",
            f"There are: {', '.join(CHARTS)}.",
        )
    if not labels:
        raise NotFound("There is nothing to draw.", "See /overview.")
    return respond(charts.bars(*drawn), charts.SVG, vary=False)


def _compared(name: str) -> tuple[list[str], dict[str, list[float | None]]]:
    """Return the names of bars, and for each document the numbers of its initiatives."""
    dimension = name.partition("s-")[0]
    counts = site().index.cross(dimension, "document", {"kind": ("Initiative",)})
    names = site().index.labels()
    total = {
        value: counts.get((value, THEN), 0) + counts.get((value, NOW), 0) for value, _ in counts
    }
    best = sorted((value for value in total if total[value]), key=lambda v: (-total[v], v))
    shown = best[:_MOST_BARS]
    series: dict[str, list[float | None]] = {
        label: [counts.get((value, document), 0) for value in shown]
        for document, label in _NAMES.items()
    }
    return [names.get(value, value) for value in shown], series


def _years() -> tuple[list[str], dict[str, list[float | None]]]:
    found = tallies.by_year(site().backend, site().index).groups[0].lines
    shown = found[:_MOST_BARS]
    return [line.label for line in shown], {"things": [sum(line.counts) for line in shown]}


def _money() -> tuple[list[str], dict[str, list[float | None]]]:
    rows = [row for row in money.read(site().backend).rows if row.total]
    rows.sort(key=lambda row: -(row.total.amount or 0) if row.total else 0)
    totals = [row.total for row in rows if row.total]
    return [row.label for row in rows], {
        "printed total": [total.amount for total in totals],
        "sum of the cells": [total.computed for total in totals],
    }


def _shade(number: int) -> int:
    return sum(number >= one for one in _SHADES)


def _search(**facets: str) -> str:
    """Return the link to the search with these choices; those without a name are left out."""
    kept = {name: value for name, value in facets.items() if name and value}
    return web.href(f"/search?{urlencode(kept)}")


def _row(extension: str) -> Format:
    if not extension:
        return negotiate(request.headers.get("Accept"), (HTML, DATA))
    for row in (HTML, DATA):
        if row.extension == extension:
            return row
    raise NotFound(f"There is no format {extension[:40]!r} here.", "There are: html, json.")


def _json(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"
