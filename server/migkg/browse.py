"""Ways through the graph without a question: `/browse/places`, `/overview`, `/charts/NAME.svg`."""

from dataclasses import asdict
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from migkg import charts, money, tallies, web
from migkg.errors import NotFound
from migkg.formats import DATA, HTML, SVG, Format, negotiate
from migkg.plans import COMPARED, MOST_BARS, NAMES
from migkg.tallies import WAYS
from migkg.web import respond, site

_SHADES = (1, 3, 6, 12, 24)
_YEARS = "years"
CHARTS = (*COMPARED, _YEARS, "money-by-office")
blueprint = Blueprint("browse", __name__)


@blueprint.get("/browse")
def index() -> Response:
    """List the ways through the graph."""
    html = render_template("browse.html", ways=WAYS)
    return respond(html, HTML, vary=False)


@blueprint.get("/browse/<name>")
def way(name: str) -> Response:
    """Show one way, in the format of the extension or the one asked for."""
    slug, _, extension = name.partition(".")
    if slug not in WAYS:
        raise NotFound(f"One cannot browse by {slug[:40]!r}.", f"There are: {', '.join(WAYS)}.")
    row = _row(extension)
    tally = WAYS[slug].count(site().backend, site().index)
    if row == DATA:
        return respond(web.json_text(asdict(tally)), DATA, vary=not extension)
    html = render_template(
        "tally.html", title=WAYS[slug].title, way=slug, tally=tally, search=_search
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
    overview, plans = site().overview.get(), site().plans.get()
    if row == DATA:
        data = {
            "counts": asdict(overview),
            "money": asdict(plans.grid),
            "initiatives": {name: asdict(tally) for name, tally in plans.initiatives.items()},
        }
        return respond(web.json_text(data), DATA, vary=vary)
    html = render_template(
        "overview.html",
        overview=overview,
        grid=plans.grid,
        steps=money.STEPS,
        plans=plans.initiatives,
        documents={name: document for document, name in NAMES.items()},
        bars=plans.bars,
        shade=_shade,
        search=_search,
    )
    return respond(html, HTML, vary=vary)


@blueprint.get("/charts/<name>.svg")
def chart(name: str) -> Response:
    """Draw a chart."""
    if name in COMPARED:
        labels, series = site().plans.get().bars[name]
        drawn = (COMPARED[name], "Each bar is a number of initiatives.", labels, series)
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
    return respond(charts.bars(*drawn), SVG, vary=False)


def _years() -> tuple[list[str], dict[str, list[float | None]]]:
    found = tallies.by_year(site().backend, site().index).groups[0].lines
    shown = found[:MOST_BARS]
    return [line.label for line in shown], {"things": [sum(line.counts) for line in shown]}


def _money() -> tuple[list[str], dict[str, list[float | None]]]:
    rows = [row for row in site().plans.get().grid.rows if row.total]
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
    offers = (HTML, DATA)
    if extension:
        return web.by_extension(extension, offers)
    return negotiate(request.headers.get("Accept"), offers)
