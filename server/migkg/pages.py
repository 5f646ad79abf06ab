"""Pages for people and files for programs: the start page, the ontology, the exports."""

from flask import Blueprint, Response, render_template, request

from migkg import description, dumps, overview, things, turtle, vocabulary, web
from migkg.errors import NotFound
from migkg.formats import BY_NAME, GRAPHS, Format, negotiate
from migkg.web import HTML, respond, site

blueprint = Blueprint("pages", __name__)
_SHOWN = 3  # questions of a topic that stand open
_OFFERS = (HTML, *GRAPHS)
TURTLE = BY_NAME["ttl"]


@blueprint.get("/")
def home() -> Response:
    """Show what this is, what is in it, and a form to ask it; as RDF describe the dataset."""
    row = negotiate(request.headers.get("Accept"), _OFFERS)
    if row != HTML:
        return _described(row)
    html = render_template(
        "home.html",
        overview=overview.overview(site().backend),
        shown=_SHOWN,
        dumps=dumps.DUMPS,
    )
    return respond(html, HTML)


@blueprint.get("/ontology")
def ontology() -> Response:
    """Show the ontology in the format asked for."""
    return _ontology(negotiate(request.headers.get("Accept"), _OFFERS), vary=True)


@blueprint.get("/ontology.<extension>")
def ontology_file(extension: str) -> Response:
    """Show the ontology in the format of the extension."""
    row = things.by_extension(extension)
    if row not in _OFFERS:
        raise NotFound(f"The ontology has no format {extension}.", web.extensions(_OFFERS))
    return _ontology(row, vary=False)


def _ontology(row: Format, *, vary: bool) -> Response:
    file = site().data.folder / "ontology" / "migkg.ttl"
    if row == HTML:
        html = render_template("ontology.html", terms=vocabulary.read(site().backend))
        return respond(html, HTML, vary=vary)
    if row == TURTLE:
        return respond(file.read_bytes(), row, vary=vary)
    return web.respond_graph(turtle.read_turtle(file), row, vary=vary)


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Describe the dataset and the endpoint in RDF."""
    return _described(negotiate(request.headers.get("Accept"), GRAPHS))


def _described(row: Format) -> Response:
    triples = description.describe(site().backend, site().server.base_url)
    return web.respond_graph(triples, row)
