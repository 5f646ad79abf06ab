"""What the blueprints share: the application's parts, links, labels, responses."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar, cast
from urllib.parse import quote, urlsplit

from flask import Response, current_app, request
from pyoxigraph import Triple
from werkzeug.wrappers import Response as AnyResponse

from migkg import citation, facts, results, schema_org
from migkg.about import LICENSE
from migkg.backend import Backend
from migkg.background import Background
from migkg.catalog import Catalog
from migkg.errors import BadRequest, NotFound, TooLarge
from migkg.exchange import Answer, etag, tag_in
from migkg.export_cache import ExportCache
from migkg.formats import Format
from migkg.metrics import Metrics
from migkg.overview import Overview
from migkg.parameters import Suggestions
from migkg.plans import Plans
from migkg.queries import StoredQuery
from migkg.search import Index
from migkg.settings import Data, Limits, Server
from migkg.terms import GRAPH, MGC, MGI, MGO
from migkg.texts import Texts
from migkg.vocabulary import Vocabulary
from migkg.writer_processes import Writers

_PAGES = {MGI: "/id/", MGC: "/concept/", MGO: "/ontology#", GRAPH: "/graph/"}
_LONG = 2_000
Sent = TypeVar("Sent", bound=AnyResponse)

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_COMMON = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Allow, Answer-Absence, Answer-Completeness, Content-Disposition, Dataset-Version, ETag, "
        "Link, Location, Retry-After, Server-Timing"
    ),
}


@dataclass(frozen=True)
class Site:
    """What one application was made with."""

    server: Server
    limits: Limits
    data: Data
    backend: Backend
    queries: tuple[StoredQuery, ...]
    texts: Texts
    exports: Catalog
    index: Index
    suggestions: Suggestions
    metrics: Metrics
    writers: Writers
    export_cache: ExportCache
    description: Background[tuple[Triple, ...]]
    sums: Background[str]
    vocabulary: Background[Vocabulary]
    overview: Background[Overview]
    plans: Background[Plans]


def site() -> Site:
    """Return the parts of the application that answers this request."""
    return cast(Site, current_app.extensions["migkg"])


def href(path: str) -> str:
    """Return the link to a path of this site; the public URL may have a path of its own."""
    return urlsplit(site().server.base_url).path + path


def page_of(iri: str) -> str | None:
    """Return the link that shows an IRI: our page, the web page itself, or None for none."""
    path = path_of(iri)
    if path:
        return href(path)
    return iri if iri.startswith(("http://", "https://", "mailto:")) else None


def path_of(iri: str) -> str | None:
    """Return the path under which this site shows an IRI, None for the IRIs of others."""
    for namespace, path in _PAGES.items():
        if iri.startswith(namespace):
            return path + quote(iri.removeprefix(namespace), safe="")
    return None


def labels(iris: Iterable[str]) -> dict[str, str]:
    """Return the labels of those IRIs that have one."""
    return facts.labels(site().backend, iris)


def respond(body: bytes | str, row: Format, *, tagged: bool = True, vary: bool = True) -> Response:
    """Return a response in a format; `tagged` if the same request always gets the same bytes."""
    data = body.encode() if isinstance(body, str) else body
    tagged = tagged and bool(site().backend.digest)
    tag = {"ETag": tag_in(row.name, etag(data))} if tagged else {}
    return Response(data, headers=format_headers(row, tagged=tagged, vary=vary) | tag)


def format_headers(row: Format, *, tagged: bool, vary: bool) -> dict[str, str]:
    """Return the headers that all bodies in a format have; `tagged` if this one has an ETag."""
    found = {"Content-Type": content_type(row)}
    if vary:
        found["Vary"] = "Accept"
    return found | {"Cache-Control": "no-cache" if tagged else "no-store"}


def common_headers(digest: str) -> dict[str, str]:
    """Return the headers of every response, `digest` of the data among them if there is one."""
    return _COMMON | ({"Dataset-Version": digest} if digest else {})


def respond_graph(triples: Iterable[Triple], row: Format, *, vary: bool = True) -> Response:
    """Return all the triples in a format; raises NotAcceptable, TooLarge."""
    every = list(triples)
    written = results.write_graph(every, row.media_type, len(every), site().limits.bytes)
    return respond(written.body, row, vary=vary)


def description() -> Iterable[Triple]:
    """Return what this site tells of itself in RDF; raises as `Backend.run`."""
    return site().description.get()


def link(response: Sent, rows: Iterable[tuple[str, str, str]]) -> Sent:
    """Add a Link header (https://www.rfc-editor.org/rfc/rfc8288): target, relation, media type."""
    response.headers["Link"] = _links(rows)
    return response


def _links(rows: Iterable[tuple[str, str, str]]) -> str:
    return ", ".join(
        f'<{target}>; rel="{relation}"' + (f'; type="{kind}"' if kind else "")
        for target, relation, kind in rows
    )


def cited(title: str, path: str) -> str:
    """Return how to cite an answer or page of this site at a path."""
    return citation.cite(title, site().server.base_url + path, site().backend.digest)


def cited_here(title: str) -> str:
    """Return how to cite the page that answers this request."""
    return cited(title, _here())


def structured_data(
    kind: str, iri: str, name: str, description: str, path: str
) -> dict[str, object]:
    """Return what the page at a path tells search engines of the thing that it is about."""
    base = site().server.base_url
    return schema_org.about(kind, (iri, name, description), base + path, f"{base}/")


def citable(response: Sent) -> Sent:
    """Tell with a file at which address to cite it, its licence, and what describes the data."""
    # What was asked in a body has no address.
    here = "" if request.method == "POST" else _here()
    response.headers["Link"] = citing(site().server.base_url, here)
    return response


def citing(base: str, here: str) -> str:
    """Return the value of Link for what stands at an address, '' for none, below the base."""
    found = _of_all(base)
    # A query in an address may be longer than a header.
    return f'{found}, <{base}{here}>; rel="cite-as"' if 0 < len(here) < _LONG else found


@cache
def _of_all(base: str) -> str:
    """Return the part of Link that all answers have."""
    return _links([(LICENSE, "license", ""), (f"{base}/.well-known/void", "describedby", "")])


def _here() -> str:
    return address(request.path, request.query_string)


def address(path: str, query_string: str | bytes) -> str:
    """Return path and question of a request as they stand in an address."""
    asked = quote(query_string, safe="%&=+:/?,;@!*'()$~")
    return quote(path) + (f"?{asked}" if asked else "")


def json_text(value: object) -> str:
    """Return a value as JSON for people too."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def require_whole(answer: Answer) -> None:
    """Raise TooLarge for an answer that stopped at the limit: half an answer is a lie."""
    if answer.more:
        raise too_many_rows(site().limits)


def too_many_rows(limits: Limits) -> TooLarge:
    """Return the fault of an answer that stopped at the limit."""
    return TooLarge(
        f"The answer has more than {limits.rows} rows.",
        "Add LIMIT and OFFSET, or ask for something narrower.",
    )


def content_type(row: Format) -> str:
    """Return the value of Content-Type, with the charset where a text has one."""
    return (
        f"{row.media_type}; charset=utf-8" if row.media_type.startswith("text/") else row.media_type
    )


def require_once(names: Iterable[str]) -> None:
    """Raise BadRequest for one of these parameters that the request gives several times."""
    for name in names:
        if len(values := request.args.getlist(name)) > 1:
            raise BadRequest(
                f"The parameter {name[:80]} is given {len(values)} times.", "Give it once."
            )


def by_extension(extension: str, offers: Sequence[Format]) -> Format:
    """Return the first offer with an extension; raises NotFound."""
    for row in offers:
        if row.extension == extension:
            return row
    known = ", ".join(dict.fromkeys(row.extension for row in offers))
    raise NotFound(f"There is no format {extension[:40]!r} here.", f"There are: {known}.")
