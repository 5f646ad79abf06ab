"""The graphs, one by one, to read: https://www.w3.org/TR/sparql11-http-rdf-update/.

The default graph is what a query sees that names no graph: all graphs as one.
"""

from flask import Blueprint, Response, request

from migkg import answers, web
from migkg.errors import BadRequest, NotAcceptable
from migkg.formats import RDF
from migkg.query_operation import Parameters, parse, require_iri, wished
from migkg.web import site

blueprint = Blueprint("graphstore", __name__)
_HINT = "Send ?default, or ?graph= with the IRI of one graph."


@blueprint.get("/store")
@blueprint.get("/store.<extension>")
def get(extension: str = "") -> Response:
    """Send the triples of the graph that the URL names."""
    if extension:
        web.by_extension(extension, RDF)
    parameters = parse(request.query_string)
    graph = _graph(parameters)
    try:
        row = answers.choose(wished(parameters, extension), RDF)
    except NotAcceptable:
        # A graph that is not there is in no format.
        if graph:
            site().backend.graph(RDF[0], graph)
        raise
    return answers.send(lambda: site().backend.graph(row, graph), row)


def _graph(parameters: Parameters) -> str | None:
    """Return the IRI of the graph asked for, None for the default graph; raises BadRequest."""
    named, default = parameters.get("graph", []), parameters.get("default", [])
    if len(named) + len(default) != 1:
        said = "more than one graph" if named or default else "no graph"
        raise BadRequest(f"The request names {said}.", _HINT)
    for iri in named:
        require_iri(iri)
    return named[0] if named else None
