"""The start page, and the description of the dataset in RDF at `/.well-known/void`."""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from migkg import schema_org, web
from migkg.formats import HTML, RDF, Format, negotiate
from migkg.web import respond, site

blueprint = Blueprint("home", __name__)
_SHOWN = 3  # questions of a topic that stand open
_OFFERS = (HTML, *RDF)


@blueprint.get("/")
def home() -> Response:
    """Show what this is, what is in it, and a form to ask it; as RDF describe the dataset."""
    row = negotiate(request.headers.get("Accept"), _OFFERS)
    if row != HTML:
        return _described(row)
    html = render_template(
        "home.html",
        overview=site().overview.get(),
        shown=_SHOWN,
        structured_data=schema_org.dataset(site().server.base_url, site().backend.digest),
        dumps=RDF,
    )
    return respond(html, HTML)


@blueprint.get("/.well-known/void")
def void() -> AnyResponse:
    """Describe the dataset and the endpoint in RDF; for people the start page does."""
    row = negotiate(request.headers.get("Accept"), (*RDF, HTML))
    if row != HTML:
        return _described(row)
    response = redirect(web.href("/"), 303)
    response.headers["Vary"] = "Accept"
    return response


@blueprint.get("/<any(browse, ontology, overview, queries, search, sparql, store):place>/")
@blueprint.post("/<any(sparql):place>/")
def with_slash(place: str) -> AnyResponse:
    """Go to the address without a slash at its end, with what was asked there."""
    return redirect(web.href(web.address(f"/{place}", request.query_string)), 308)


def _described(row: Format) -> Response:
    triples = web.description()
    return web.respond_graph(triples, row)
