"""The endpoint `/sparql`, and nothing else: https://www.w3.org/TR/sparql11-protocol/.

`/sparql.csv` and its like are the same endpoint, the format said by the extension.
"""

import time
from dataclasses import replace

from flask import Blueprint, Response, g, render_template, request

from migkg import answers, web
from migkg.errors import (
    NotAcceptable,
    QuerySyntax,
    UnsupportedMediaType,
    UriTooLong,
)
from migkg.formats import HTML, RDF, TABLES, Format
from migkg.query_operation import (
    DIRECT,
    FORM,
    FORMATS,
    Parameters,
    Plan,
    parse,
    plan,
    refused_update,
    with_body,
)
from migkg.web import respond, site

UPDATE = "application/sparql-update"
_CHARSETS = ("utf-8", "utf8", "us-ascii")
# No triple is in it: over it a query is read and hardly run.
_NOTHING = "urn:x-migkg:no-graph"

blueprint = Blueprint("protocol", __name__)


@blueprint.get("/sparql")
@blueprint.get("/sparql.<extension>")
def get(extension: str = "") -> Response:
    """Answer a query in the URL; without parameters describe the service."""
    _require_known(extension)
    parameters = parse(request.query_string)
    if not parameters:
        return _describe(extension)
    if any(len(text.encode()) > site().limits.query_bytes for text in parameters.get("query", [])):
        raise UriTooLong(
            f"The query is longer than {site().limits.query_bytes} bytes.",
            "Shorten it, or ask in several queries.",
        )
    return _answer(parameters, extension)


@blueprint.post("/sparql")
@blueprint.post("/sparql.<extension>")
def post(extension: str = "") -> Response:
    """Answer a query in the body: as a form's field, or alone."""
    _require_known(extension)
    if request.mimetype == UPDATE:
        raise refused_update()
    if request.mimetype not in (FORM, DIRECT):
        raise UnsupportedMediaType(
            f"A body of type {request.mimetype[:80] or '(none)'} is not known here.",
            f"Send {DIRECT} or {FORM}.",
        )
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("The body is compressed.", "Send it as it is.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in _CHARSETS:
        raise UnsupportedMediaType("The body is not in UTF-8.", "Send it as UTF-8.")
    parameters = with_body(parse(request.query_string), request.mimetype, request.get_data())
    return _answer(parameters, extension)


def _require_known(extension: str) -> None:
    if extension:
        web.by_extension(extension, (*TABLES, *RDF, HTML))


def _answer(parameters: Parameters, extension: str) -> Response:
    # Wanted by the page of a fault, whichever comes.
    g.query = parameters.get("query", [""])[0]
    found = _plan(parameters, extension)
    try:
        if found.row == HTML:
            return answers.send_page(found.query, found.kind, found.prologue)
        return answers.send(lambda: site().backend.run(found.whole), found.row)
    except QuerySyntax as fault:
        raise fault.without(found.prologue) from fault


def _plan(parameters: Parameters, extension: str) -> Plan:
    """Return the plan; a query that is wrong is told before a format that is not offered."""
    try:
        return plan(parameters, extension, request.headers.get("Accept"), site().limits)
    except NotAcceptable:
        rest = {name: values for name, values in parameters.items() if name not in FORMATS}
        found = plan(rest, "", None, site().limits)
        try:
            site().backend.run(replace(found.whole, default=(_NOTHING,), named=None))
        except QuerySyntax as fault:
            raise fault.without(found.prologue) from fault
        raise


def _describe(extension: str) -> Response:
    row: Format = answers.choose([extension] if extension else [], (*RDF, HTML))
    if row == HTML:
        return respond(render_template("endpoint.html", limits=site().limits), HTML)
    start = time.perf_counter()
    triples = web.description()
    seconds = time.perf_counter() - start
    return answers.marked(web.respond_graph(triples, row), "complete", seconds)
