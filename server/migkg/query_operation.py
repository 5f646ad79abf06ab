"""What a SPARQL Protocol request asks for: https://www.w3.org/TR/sparql11-protocol/#query-operation.

Read from its parameters and headers alone, so that the server and a query process read alike.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import pyoxigraph as ox

from migkg import guard, query_tokens, wire
from migkg.errors import BadRequest, NotAcceptable, Refused
from migkg.exchange import Query
from migkg.formats import HTML, RDF, TABLES, Format, negotiate
from migkg.guard import Outline
from migkg.settings import Limits
from migkg.yes_no import yes_or_no

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
_OFFERS = {"table": (*TABLES, HTML), "graph": (*RDF, HTML)}
_DATASET = ("default-graph-uri", "named-graph-uri")
FORMATS = ("format", "output")
_MOST_FIELDS = 1000
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
# What SPARQLWrapper and others send, at times with a second name nobody knows beside it.
_ALIASES = {
    "ttl": ("turtle", "n3"),
    "jsonld": ("json-ld", "json"),
    "rdfxml": ("rdf+xml", "xml"),
    "nt": ("ntriples", "n-triples"),
    "nq": ("nquads", "n-quads"),
}

Parameters = dict[str, list[str]]


def parse(text: bytes) -> Parameters:
    """Return the parameters of a URL or a form (https://url.spec.whatwg.org/#urlencoded-parsing).

    It takes a third of the time of the standard library. Raises BadRequest where they are not in
    UTF-8 or too many.
    """
    fields = [field for field in text.replace(b"+", b" ").split(b"&") if field]
    if len(fields) > _MOST_FIELDS:
        raise BadRequest("There are too many parameters.", "Leave out some.")
    parameters: Parameters = {}
    try:
        for field in fields:
            name, _, value = field.partition(b"=")
            held = parameters.setdefault(unquote_to_bytes(name).decode(), [])
            held.append(unquote_to_bytes(value).decode())
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    return parameters


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


def _query(parameters: Parameters) -> Query:
    """Return the query that the parameters mean, its format still open."""
    if "update" in parameters:
        raise refused_update()
    texts = parameters.get("query", [])
    if len(texts) != 1:
        said = "more than one query" if texts else "no query"
        raise BadRequest(f"The request has {said}.", "Send one parameter 'query'.")
    default, named = (_graphs(parameters.get(name, [])) for name in _DATASET)
    # Some editors begin a file with a byte order mark.
    text = texts[0].removeprefix("\ufeff")
    return Query(text, "", default, named, timeout=_timeout(parameters.get("timeout", [])))


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


def refused_update() -> Refused:
    """Return the fault of a request that would change the data."""
    return Refused(
        "This endpoint only reads: updates are not possible.",
        "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
    )


@dataclass(frozen=True)
class Plan:
    """What a request asks for: a query, the kind of its answer (table or graph), and a format.

    `prologue` goes before the query when it runs: the prefixes that it lacks, if asked for.
    """

    query: Query
    kind: str
    row: Format
    prologue: str

    @property
    def whole(self) -> Query:
        """Return the query as it runs."""
        text = self.prologue + self.query.text
        return replace(self.query, text=text, media_type=self.row.media_type)


class Task(NamedTuple):
    """A request as it was read: its plan and, but for a page, its job as a worker takes it.

    `volatile`: its answer is another each time.
    """

    plan: Plan
    job: wire.Head | None
    volatile: bool


# Programs ask the same again and again; a few of the longest texts take a few megabytes.
@lru_cache(maxsize=64)
def read(
    query_string: str, accept: str | None, media_type: str | None, body: str, limits: Limits
) -> Task:
    """Return what a whole request asks for; `media_type` is its body's. Raises as `plan`."""
    parameters = parse(query_string.encode())
    if media_type:
        parameters = with_body(parameters, media_type, body.encode())
    found = plan(parameters, "", accept, limits)
    if found.row.kind == "page":
        return Task(found, None, volatile=False)
    outline = guard.inspect(found.whole.text, limits)
    return Task(found, job(found.whole, outline, limits), outline.volatile)


def job(query: Query, outline: Outline, limits: Limits) -> wire.Head:
    """Return a query of this outline as a worker takes it."""
    rows = limits.rows if query.rows is None else query.rows
    return {
        "text": query.text,
        "limited": guard.limited(query.text, outline.cut, rows + 1),
        "media_type": query.media_type,
        "default": query.default,
        "named": query.named,
        "names_dataset": outline.names_dataset,
        "rows": rows,
        "bytes": limits.bytes,
    }


def plan(parameters: Parameters, extension: str, accept: str | None, limits: Limits) -> Plan:
    """Return what the parameters and the Accept header ask for.

    Raises BadRequest, Refused, Unprocessable, TooLarge, and NotAcceptable if nothing else is wrong.
    """
    query = _query(parameters)
    outline = guard.inspect(query.text, limits)
    if not outline.form and not any(query_tokens.tokens(query.text)):
        raise BadRequest("The query is empty.", "Write SELECT, ASK, CONSTRUCT or DESCRIBE.")
    # A form sends the fields that were left empty as well.
    prefixes = [yes_or_no("prefixes", text) for text in parameters.get("prefixes", []) if text]
    prologue = query_tokens.prologue(query.text) if any(prefixes) else ""
    row = pick(wished(parameters, extension), _OFFERS[outline.kind], accept)
    return Plan(query, outline.kind, row, prologue)


def wished(parameters: Parameters, extension: str) -> Sequence[str]:
    """Return the names of the formats asked for, of which an extension is the only one."""
    named = [name for field in FORMATS for name in parameters.get(field, []) if name]
    return [extension] if extension else named


def pick(names: Sequence[str], offers: Sequence[Format], accept: str | None) -> Format:
    """Return the first offer that one of the names means; without names the Accept header chooses.

    A name is that of a format, its extension, its media type, or what others call it. Raises
    NotAcceptable.
    """
    if not names:
        return negotiate(accept, offers)
    # The plus sign of a media type is a space in a URL that does not escape it.
    for name in (name.lower().replace(" ", "+") for name in names):
        for row in offers:
            others = (*row.also, *_ALIASES.get(row.name, ()))
            if name in (row.name, row.extension, row.media_type, *others):
                return row
    raise NotAcceptable(
        f"The format {names[0][:40]!r} is not offered for this.",
        f"Ask for one of: {', '.join(row.name for row in offers)}.",
    )
