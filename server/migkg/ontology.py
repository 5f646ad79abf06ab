"""Pages of the ontology, made from it: every term with examples and questions, a class diagram."""

from dataclasses import asdict

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from migkg import diagram, page_formats, turtle, vocabulary, web
from migkg.formats import BY_NAME, DATA, HTML, RDF, SVG, Format, negotiate
from migkg.terms import MGO
from migkg.web import respond, site

blueprint = Blueprint("ontology", __name__)
_TURTLE = BY_NAME["ttl"]


@blueprint.get("/ontology")
def page() -> AnyResponse:
    """Show the ontology in the format asked for."""
    row = negotiate(request.headers.get("Accept"), page_formats.OFFERS)
    return _linked(_shown(row, vary=True), row)


@blueprint.get("/ontology.<extension>")
def file(extension: str) -> AnyResponse:
    """Show the ontology in the format of the extension."""
    row = web.by_extension(extension, (*page_formats.OFFERS, SVG))
    return _linked(_shown(row, vary=False), row)


def _linked(response: Response, row: Format) -> AnyResponse:
    return page_formats.with_links(response, "/ontology", row, MGO.rstrip("#"))


def _shown(row: Format, *, vary: bool) -> Response:
    file = site().data.folder / "ontology" / "migkg.ttl"
    if row == _TURTLE:
        return respond(file.read_bytes(), row, vary=vary)
    if row in RDF:
        return web.respond_graph(turtle.read_lasting(file), row, vary=vary)
    terms = site().vocabulary.get()
    if row == DATA:
        return respond(web.json_text(asdict(terms)), row, vary=vary)
    drawn = diagram.draw(terms)
    if row == SVG:
        return respond(render_template("diagram.svg", diagram=drawn), row, vary=vary)
    every = (*terms.classes, *terms.properties, *terms.schemes)
    html = render_template(
        "ontology.html",
        terms=terms,
        diagram=drawn,
        offers=page_formats.OFFERS[1:],
        labels={term.iri: term.label for term in every}
        | web.labels(iri for term in every for iri in term.examples),
        asked=vocabulary.asked_by(terms, site().queries),
    )
    return respond(html, HTML, vary=vary)
