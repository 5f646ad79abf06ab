"""Pages for people and files for programs: the start page, a thing, the ontology, the exports."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from migkg import description, dumps, overview, thing, turtle, vocabulary, web
from migkg.errors import NotFound
from migkg.execute import Query
from migkg.formats import BY_NAME, GRAPHS, Format, negotiate
from migkg.tables import JSON
from migkg.terms import MGC, MGI
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


@blueprint.get("/id/<name>")
def thing_page(name: str) -> AnyResponse:
    """Show a thing, in the format of the extension; without one go to the format asked for."""
    return _thing(MGI, "/id/", name)


@blueprint.get("/concept/<name>")
def concept_page(name: str) -> AnyResponse:
    """Show a concept, as `thing_page` shows a thing."""
    return _thing(MGC, "/concept/", name)


def _thing(namespace: str, path: str, name: str) -> AnyResponse:
    slug, _, extension = name.rpartition(".")
    row = _by_extension(extension)
    if not slug or row is None:
        thing.read(site().backend, _iri(namespace, name))
        row = negotiate(request.headers.get("Accept"), _OFFERS)
        response = redirect(web.href(f"{path}{quote(name, safe='')}.{row.extension}"), 303)
        response.headers["Vary"] = "Accept"
        return response
    iri = _iri(namespace, slug)
    found = thing.read(site().backend, iri)
    if row == HTML:
        files = [(other.name, f"{slug}.{other.extension}") for other in GRAPHS]
        html = render_template(
            "thing.html", thing=found, labels=web.labels(found.iris()), files=files
        )
        return respond(html, HTML, vary=False)
    answer = site().backend.run(Query(thing.construct(iri), row.media_type))
    web.require_whole(answer)
    return respond(answer.body, row, vary=False)


@blueprint.get("/ontology")
def ontology() -> Response:
    """Show the ontology in the format asked for."""
    return _ontology(negotiate(request.headers.get("Accept"), _OFFERS), vary=True)


@blueprint.get("/ontology.<extension>")
def ontology_file(extension: str) -> Response:
    """Show the ontology in the format of the extension."""
    row = _by_extension(extension)
    if row is None:
        raise NotFound(f"The ontology has no format {extension}.", _extensions(_OFFERS))
    return _ontology(row, vary=False)


def _ontology(row: Format, *, vary: bool) -> Response:
    file = site().data.folder / "ontology" / "migkg.ttl"
    if row == HTML:
        html = render_template("ontology.html", terms=vocabulary.read(site().backend))
        return respond(html, HTML, vary=vary)
    if row == TURTLE:
        return respond(file.read_bytes(), row, vary=vary)
    return web.respond_graph(turtle.read_turtle(file), row, vary=vary)


@blueprint.get("/export/graph.<extension>")
def export(extension: str) -> Response:
    """Send the whole graph as one file."""
    for row in dumps.DUMPS:
        if row.extension == extension:
            answer = site().backend.export(row)
            return respond(answer.body, row, vary=False)
    raise NotFound(f"There is no export in the format {extension}.", _extensions(dumps.DUMPS))


@blueprint.get("/.well-known/void")
def void() -> Response:
    """Describe the dataset and the endpoint in RDF."""
    return _described(negotiate(request.headers.get("Accept"), GRAPHS))


def _described(row: Format) -> Response:
    triples = description.describe(site().backend, site().server.base_url)
    return web.respond_graph(triples, row)


@blueprint.get("/healthz")
def health() -> Response:
    """Say whether a query is answered."""
    site().backend.run(Query("ASK {}", JSON))
    return respond("ok\n", web.TEXT, tagged=False, vary=False)


def _iri(namespace: str, name: str) -> str:
    return namespace + quote(name, safe="")


def _by_extension(extension: str) -> Format | None:
    return next((row for row in _OFFERS if row.extension == extension), None)


def _extensions(rows: Iterable[Format]) -> str:
    return f"There are: {', '.join(row.extension for row in rows)}."
