"""Pages of named graphs, a picture of what each holds, and their triples in every RDF format."""

from dataclasses import asdict
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from migkg import charts, dumps, graphs, page_formats, web
from migkg.errors import NotFound
from migkg.exchange import Query
from migkg.formats import DATA, DATASETS, HTML, SVG, Format, negotiate
from migkg.graphs import Graph
from migkg.terms import GRAPH, prefixed
from migkg.web import respond, site

blueprint = Blueprint("graph_pages", __name__)
_WHOLE = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{}> {{ ?s ?p ?o }} }}"
_BARS = 20


@blueprint.get("/graph/")
def index() -> Response:
    """List the named graphs with their sizes."""
    html = render_template("graphs.html", graphs=graphs.every(site().backend))
    return respond(html, HTML, vary=False)


@blueprint.get("/graph/<name>")
def page(name: str) -> AnyResponse:
    """Describe a named graph, draw it, or send all its triples in a format of RDF."""
    slug, row = page_formats.split_name(name)
    iri = GRAPH + quote(slug, safe="")
    found = graphs.read(site().backend, iri)
    chosen = row or negotiate(request.headers.get("Accept"), page_formats.OFFERS)
    response = respond(_body(found, iri, slug, chosen), chosen, vary=row is None)
    return page_formats.with_links(response, f"/graph/{quote(slug, safe='')}", chosen, iri)


def _body(found: Graph, iri: str, slug: str, row: Format) -> str | bytes:
    if row == HTML:
        return render_template(
            "graph.html", graph=found, iri=iri, offers=(*page_formats.OFFERS[1:], SVG), slug=slug
        )
    if row == DATA:
        cited = web.cited(f"Graph {found.name}", f"/graph/{slug}")
        return web.json_text({"iri": iri} | asdict(found) | {"citation": cited})
    return _drawn(found) if row == SVG else _triples(iri, row)


def _drawn(found: Graph) -> bytes:
    """Return the numbers of things of each class as bars."""
    if not found.classes:
        raise NotFound(f"There is no picture of {found.name}.", "It holds things of no class.")
    rows = found.classes[:_BARS]
    return charts.bars(
        f"What the graph {found.name} holds",
        f"Each bar is a number of things, for {len(rows)} of {len(found.classes)} classes.",
        [label or prefixed(iri) for iri, label, _ in rows],
        {"things": [number for _, _, number in rows]},
    )


def _triples(iri: str, row: Format) -> bytes:
    """Return the triples of a named graph; a format that names graphs names it."""
    wanted = page_formats.TRIPLES if row in DATASETS else row
    answer = site().backend.run(Query(_WHOLE.format(iri), wanted.media_type))
    web.require_whole(answer)
    if row not in DATASETS:
        return answer.body
    lines = answer.body.replace(b" .\n", f" <{iri}> .\n".encode())
    return dumps.serialize([*ox.parse(lines, ox.RdfFormat.N_QUADS, lenient=True)], row)
