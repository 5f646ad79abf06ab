"""Files to take away, at `/export/`: RDF, tables, and networks for graph tools.

The name of a file says all: `graph.nq.gz`, `offices-by-theme.gexf`, `document-002.ttl`.
"""

from contextlib import nullcontext

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from migkg import catalog, exporting, offers, web
from migkg.about import FILE_PREFIX
from migkg.catalog import Entry, Order
from migkg.errors import NotFound
from migkg.exchange import Answer
from migkg.formats import BY_NAME, HTML, TEXT, Format, negotiate
from migkg.web import site
from migkg.writers import registry
from migkg.writers.packing import packed

blueprint = Blueprint("exports", __name__, url_prefix="/export")


@blueprint.get("/")
def index() -> Response:
    """Show what can be taken away, for which tool, and how to open it."""
    backend = site().backend
    html = render_template(
        "exports.html",
        offers={offer.entry.name: offer for offer in offers.offers(backend, site().exports)},
        tools=offers.TOOLS,
        digest=backend.digest,
        depths=range(1, catalog.DEEPEST + 1),
    )
    return web.respond(html, HTML)


@blueprint.get("/SHA256SUMS")
def sums() -> Response:
    """List the digests of the files, so that a copy can be checked: `sha256sum -c`."""
    if not site().backend.digest:
        raise NotFound("The data of a store elsewhere may change.", "Ask the store for its files.")
    return web.respond(site().sums.get(), TEXT)


@blueprint.get("/<name>")
def file(name: str) -> AnyResponse:
    """Send a file; a name without a format goes on to the format asked for."""
    entry = site().exports.get(name)
    if entry is not None:
        return _to_format(entry)
    entry, order = catalog.find(site().exports, name)
    web.require_once(request.args)
    order = catalog.ordered(entry, order, request.args)
    answer = make(order)
    row = BY_NAME[order.format]
    sent = Format(row.name, order.media_type, row.extension, row.kind)
    body = packed(answer.body, order.coding)
    response = web.respond(body, sent, tagged=not answer.volatile, vary=False)
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(order, name)}"'
    return web.citable(response)


def make(order: Order) -> Answer:
    """Return an export, not yet compressed; raises as `Backend.export`."""
    if order.what == "shapes":
        body = exporting.shapes(order, site().data.folder)
        return Answer(body, order.media_type, more=False, volatile=False)
    if order.what == "network" and site().backend.digest:
        return site().export_cache.get(order, lambda: _made(order))
    return _made(order)


def _made(order: Order) -> Answer:
    long = order.what == "network" and (not order.rows or order.format in registry.APART)
    # Were eight of them made at one time, all would run into their deadlines.
    with site().writers.place() if long else nullcontext():
        answer = site().backend.export(order)
        if order.format not in registry.APART:
            return answer
        body = site().writers.write(answer.body, order.format)
    return Answer(body, answer.media_type, more=False, volatile=answer.volatile)


def _to_format(entry: Entry) -> AnyResponse:
    row = negotiate(request.headers.get("Accept"), tuple(entry.orders))
    asked = request.query_string.decode("latin-1")
    query = f"?{asked}" if asked else ""
    target = web.href(f"/export/{entry.name}.{row.extension}{query}")
    response = redirect(target, 303)
    response.headers["Vary"] = "Accept"
    return response


def _file_name(order: Order, name: str) -> str:
    """Return a name that still tells in a folder of downloads what the file is."""
    stem, _, rest = name.partition(".")
    thing = "".join(sign if sign.isalnum() else "-" for sign in order.iri.rpartition("/")[2])
    return f"{FILE_PREFIX}{stem}{f'-{thing}' if thing else ''}.{rest}".encode(
        "ascii", "replace"
    ).decode()
