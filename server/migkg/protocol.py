"""The endpoint `/sparql`, and nothing else: https://www.w3.org/TR/sparql11-protocol/.

`/sparql.csv` and its like are the same endpoint, the format said by the extension.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

import pyoxigraph as ox
from flask import Blueprint, Response, g, render_template, request

from migkg import answers, description, guard, web
from migkg.answers import RDF
from migkg.errors import (
    BadRequest,
    NotFound,
    QuerySyntax,
    Refused,
    UnsupportedMediaType,
    UriTooLong,
)
from migkg.execute import Query
from migkg.formats import TABLES, Format
from migkg.settings import Limits
from migkg.web import HTML, respond, site

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
_DATASET = ("default-graph-uri", "named-graph-uri")
_FORMATS = ("format", "output")
_CHARSETS = ("utf-8", "utf8", "us-ascii")
_MOST_FIELDS = 1000
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)

blueprint = Blueprint("protocol", __name__)
Parameters = dict[str, list[str]]


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
        raise _refused_update()
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


def parse(text: bytes) -> Parameters:
    """Return the parameters of a URL or a form; raises BadRequest where they are not in UTF-8."""
    try:
        return parse_qs(
            text.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    except ValueError as error:
        raise BadRequest("There are too many parameters.", "Leave out some.") from error


def with_body(parameters: Parameters, media_type: str, body: bytes) -> Parameters:
    """Return the parameters of a URL and of a body, a form or a query; raises as `parse`."""
    sent = parse(body) if media_type == FORM else {"query": [_decoded(body)]}
    return {name: parameters.get(name, []) + sent.get(name, []) for name in [*parameters, *sent]}


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _not_utf8() -> BadRequest:
    return BadRequest("The query is not in UTF-8.", "Encode it as UTF-8, then percent-encode it.")


def _require_known(extension: str) -> None:
    known = {row.extension for row in (*TABLES, *RDF, HTML)}
    if extension and extension not in known:
        raise NotFound(
            f"The endpoint has no format {extension[:40]}.",
            f"There are: {', '.join(sorted(known))}.",
        )


def _query(parameters: Parameters) -> Query:
    """Return the query that the parameters mean, its format still open."""
    if "update" in parameters:
        raise _refused_update()
    texts = parameters.get("query", [])
    if len(texts) != 1:
        said = "more than one query" if texts else "no query"
        raise BadRequest(f"The request has {said}.", "Send one parameter 'query'.")
    default, named = (_graphs(parameters.get(name, [])) for name in _DATASET)
    return Query(texts[0], "", default, named, timeout=_timeout(parameters.get("timeout", [])))


def _timeout(texts: list[str]) -> float | None:
    """Return the deadline that the client asks for, in seconds."""
    if not texts:
        return None
    seconds = float(texts[0]) if _SECONDS.fullmatch(texts[0]) else 0.0
    if seconds > 0 and len(texts) == 1:
        return seconds
    raise BadRequest(
        f"{texts[0][:40]!r} is no number of seconds for 'timeout'.", "Give one such as 2.5."
    )


def _graphs(iris: list[str]) -> tuple[str, ...] | None:
    """Return the graphs named; a field that a form left empty names none."""
    named = tuple(iri for iri in iris if iri)
    for iri in named:
        require_iri(iri)
    return named or None


def require_iri(text: str) -> None:
    """Raise BadRequest for a text that is not an absolute IRI."""
    try:
        ox.NamedNode(text)
    except ValueError as error:
        raise BadRequest(
            f"{text[:80]!r} is not the IRI of a graph.", "Give one such as https://example.org/g."
        ) from error


def _refused_update() -> Refused:
    return Refused(
        "This endpoint only reads: updates are not possible.",
        "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
    )


@dataclass(frozen=True)
class Plan:
    """What a request asks for: a query, the kind of its answer, a format, what comes before it."""

    query: Query
    kind: str
    row: Format
    prologue: str

    @property
    def whole(self) -> Query:
        """Return the query as it runs."""
        text = self.prologue + self.query.text
        return replace(self.query, text=text, media_type=self.row.media_type)


def plan(parameters: Parameters, extension: str, accept: str | None, limits: Limits) -> Plan:
    """Return what the parameters and the Accept header ask for.

    Raises BadRequest, Refused, TooLarge, NotAcceptable.
    """
    query = _query(parameters)
    kind = guard.inspect(query.text, limits).kind
    offers = (*(TABLES if kind == "table" else RDF), HTML)
    row = answers.pick(wished(parameters, extension), offers, accept)
    prologue = guard.prologue(query.text) if _is_set(parameters, "prefixes") else ""
    return Plan(query, kind, row, prologue)


def _answer(parameters: Parameters, extension: str) -> Response:
    # Wanted by the page of a fault, whichever comes.
    g.query = parameters.get("query", [""])[0]
    found = plan(parameters, extension, request.headers.get("Accept"), site().limits)
    try:
        if found.row == HTML:
            return answers.send_page(found.query, found.kind, found.prologue)
        return answers.send(lambda: site().backend.run(found.whole), found.row)
    except QuerySyntax as fault:
        raise fault.without(found.prologue) from fault


def wished(parameters: Parameters, extension: str) -> Sequence[str]:
    """Return the names of formats asked for, the extension first."""
    named = [name for field in _FORMATS for name in parameters.get(field, []) if name]
    return [extension] if extension else named


def _is_set(parameters: Parameters, name: str) -> bool:
    return any(value.lower() in ("1", "true", "yes") for value in parameters.get(name, []))


def _describe(extension: str) -> Response:
    row: Format = answers.choose([extension] if extension else [], (*RDF, HTML))
    if row == HTML:
        return respond(render_template("endpoint.html", limits=site().limits), HTML)
    start = time.perf_counter()
    triples = description.describe(site().backend, site().server.base_url)
    seconds = time.perf_counter() - start
    return answers.marked(web.respond_graph(triples, row), "complete", seconds)
