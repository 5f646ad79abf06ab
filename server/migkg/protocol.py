"""The endpoint `/sparql`, and nothing else: https://www.w3.org/TR/sparql11-protocol/."""

import time
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qs, urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, g, render_template, request

from migkg import description, guard, tables, web
from migkg.errors import BadRequest, NotAcceptable, Refused, UnsupportedMediaType
from migkg.execute import Query
from migkg.formats import BY_NAME, DATASETS, GRAPHS, TABLES, Format, negotiate
from migkg.queries import StoredQuery
from migkg.terms import expand
from migkg.web import HTML, respond, site

PAGE_ROWS = 1000
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
_DATASET = ("default-graph-uri", "named-graph-uri")
_MOST_FIELDS = 1000
# What SPARQLWrapper and others send, at times with a second name nobody knows beside it.
_ALIASES = {
    "ttl": ("turtle", "n3"),
    "jsonld": ("json-ld", "json"),
    "rdfxml": ("rdf+xml", "xml"),
    "nt": ("ntriples", "n-triples"),
}

blueprint = Blueprint("protocol", __name__)
Parameters = dict[str, list[str]]


@blueprint.get("/sparql")
def get() -> Response:
    """Answer a query in the URL; without parameters describe the service."""
    parameters = _parse(request.query_string)
    if not parameters:
        return _describe()
    return _answer(_query(parameters), parameters)


@blueprint.post("/sparql")
def post() -> Response:
    """Answer a query in the body: as a form's field, or alone."""
    if request.mimetype == UPDATE:
        raise _refused_update()
    if request.mimetype == FORM:
        parameters = _merged(_parse(request.query_string), _parse(request.get_data()))
    elif request.mimetype == DIRECT:
        if request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
            raise UnsupportedMediaType("The query is not in UTF-8.", "Send it as UTF-8.")
        query = {"query": [_decoded(request.get_data())]}
        parameters = _merged(_parse(request.query_string), query)
    else:
        raise UnsupportedMediaType(
            f"A body of type {request.mimetype or '(none)'} is not known here.",
            f"Send {DIRECT} or {FORM}.",
        )
    return _answer(_query(parameters), parameters)


def _parse(text: bytes) -> Parameters:
    try:
        return parse_qs(
            text.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    except ValueError as error:
        raise BadRequest("There are too many parameters.", "Leave out some.") from error


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8() from error


def _not_utf8() -> BadRequest:
    return BadRequest("The query is not in UTF-8.", "Encode it as UTF-8, then percent-encode it.")


def _merged(one: Parameters, other: Parameters) -> Parameters:
    return {name: one.get(name, []) + other.get(name, []) for name in [*one, *other]}


def _query(parameters: Parameters) -> Query:
    """Return the query that the parameters mean, its format still open."""
    if "update" in parameters:
        raise _refused_update()
    texts = parameters.get("query", [])
    if len(texts) != 1:
        said = "more than one query" if texts else "no query"
        raise BadRequest(f"The request has {said}.", "Send one parameter 'query'.")
    g.query = texts[0]
    default, named = (_graphs(parameters.get(name)) for name in _DATASET)
    return Query(texts[0], "", default, named)


def _graphs(iris: list[str] | None) -> tuple[str, ...] | None:
    for iri in iris or ():
        _require_iri(iri)
    return None if iris is None else tuple(iris)


def _require_iri(text: str) -> None:
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


def _answer(query: Query, parameters: Parameters) -> Response:
    outline = guard.inspect(query.text, site().limits)
    offers = TABLES if outline.kind == "table" else (*GRAPHS, *DATASETS)
    row = _format(parameters.get("format", []), (*offers, HTML))
    if row == HTML:
        return _page(query, outline.kind)
    answer = site().backend.run(replace(query, media_type=row.media_type))
    web.require_whole(answer)
    return respond(answer.body, row, tagged=not answer.volatile)


def _format(names: Sequence[str], offers: Sequence[Format]) -> Format:
    """Return the format of the parameter `format` or, without it, of the Accept header."""
    if not names:
        return negotiate(request.headers.get("Accept"), offers)
    for row in offers:
        known = (row.name, row.extension, row.media_type, *row.also, *_ALIASES.get(row.name, ()))
        if any(name in known for name in names):
            return row
    raise NotAcceptable(
        f"The format {names[0][:40]!r} is not offered for this query.",
        f"Ask for one of: {', '.join(row.name for row in offers)}.",
    )


def _page(query: Query, kind: str) -> Response:
    """Return the answer as a page: a table of its first rows, or its first triples."""
    inner = BY_NAME["json" if kind == "table" else "ttl"]
    start = time.perf_counter()
    answer = site().backend.run(replace(query, media_type=inner.media_type, rows=PAGE_ROWS))
    milliseconds = (time.perf_counter() - start) * 1000
    table = tables.read(answer.body) if kind == "table" else None
    rows = table.rows[:PAGE_ROWS] if table else ()
    stored = _stored(query.text)
    asked = (
        {one.name: expand(one.default) or one.default for one in stored.params} if stored else {}
    )
    iris = {term.value for row in rows for term in row.values() if term.kind == "uri"}
    html = render_template(
        "results.html",
        title=stored.summary if stored else "Answer",
        asked=asked,
        query=query.text,
        table=table,
        rows=rows,
        graph="" if table else answer.body.decode(),
        more=answer.more,
        limit=PAGE_ROWS,
        milliseconds=milliseconds,
        labels=web.labels(iris.union(asked.values())),
        downloads=_downloads(query, TABLES if table else GRAPHS),
    )
    return respond(html, HTML, tagged=not answer.volatile)


def _stored(text: str) -> StoredQuery | None:
    """Return the stored query with this text; a form sends its lines with other ends."""
    plain = text.replace("\r\n", "\n").strip()
    return next((one for one in site().queries if one.text.strip() == plain), None)


def _downloads(query: Query, offers: Sequence[Format]) -> list[tuple[str, str]]:
    fields = [("query", query.text)]
    for name, iris in zip(_DATASET, (query.default, query.named), strict=True):
        fields += [(name, iri) for iri in iris or ()]
    return [
        (row.name, web.href(f"/sparql?{urlencode([*fields, ('format', row.name)])}"))
        for row in offers
    ]


def _describe() -> Response:
    row = negotiate(request.headers.get("Accept"), (*GRAPHS, HTML))
    if row == HTML:
        return respond(render_template("endpoint.html", limits=site().limits), HTML)
    triples = description.describe(site().backend, site().server.base_url)
    return web.respond_graph(triples, row)
