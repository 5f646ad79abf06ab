"""One row per format, and https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1 over the rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from migkg.errors import NotAcceptable

Kind = Literal["table", "graph", "dataset", "page", "network", "archive"]


@dataclass(frozen=True)
class Format:
    """A format: `name` is what users type, `kind` what it holds, `also` are more media types."""

    name: str
    media_type: str
    extension: str
    kind: Kind
    also: tuple[str, ...] = ()


_XML = ("application/xml", "text/xml")
_TURTLE = ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3")
FORMATS: tuple[Format, ...] = (
    Format("json", "application/sparql-results+json", "json", "table", ("application/json",)),
    Format("xml", "application/sparql-results+xml", "xml", "table", _XML),
    Format("csv", "text/csv", "csv", "table"),
    Format("tsv", "text/tab-separated-values", "tsv", "table"),
    Format("ttl", "text/turtle", "ttl", "graph", _TURTLE),
    Format("nt", "application/n-triples", "nt", "graph", ("text/plain",)),
    Format("jsonld", "application/ld+json", "jsonld", "graph", ("application/json",)),
    Format("rdfxml", "application/rdf+xml", "rdf", "graph", _XML),
    Format("nq", "application/n-quads", "nq", "dataset"),
    Format("trig", "application/trig", "trig", "dataset"),
    Format("html", "text/html", "html", "page", ("application/xhtml+xml",)),
    Format("data", "application/json", "json", "page"),
    Format("text", "text/plain", "txt", "page"),
    Format("svg", "image/svg+xml", "svg", "page"),
    Format("graphml", "application/graphml+xml", "graphml", "network", ("application/xml",)),
    Format("gexf", "application/gexf+xml", "gexf", "network"),
    Format("cyjs", "application/json", "cyjs", "network"),
    Format("cx2", "application/vnd.cytoscape.cx2+json", "cx2", "network"),
    Format("dot", "text/vnd.graphviz", "dot", "network"),
    Format("neo4j", "application/zip", "neo4j.zip", "network"),
    Format("edges", "text/csv", "csv", "network"),
    Format("edges-tsv", "text/tab-separated-values", "tsv", "network"),
    Format("zip", "application/zip", "zip", "archive"),
)
BY_NAME = {row.name: row for row in FORMATS}
TABLES = tuple(row for row in FORMATS if row.kind == "table")
GRAPHS = tuple(row for row in FORMATS if row.kind == "graph")
DATASETS = tuple(row for row in FORMATS if row.kind == "dataset")
RDF = (*GRAPHS, *DATASETS)
NETWORKS = tuple(row for row in FORMATS if row.kind == "network")
HTML, DATA, TEXT, SVG = (BY_NAME[name] for name in ("html", "data", "text", "svg"))

_QUOTED = re.compile(r'"[^"]*"')
_RANGE = re.compile(r"\s*([^\s;,/]+/[^\s;,/]+|\*)\s*((?:;.*)?)", re.DOTALL)
# Some write more digits than the standard has, or none before the point.
_QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.[0-9]*)?|\.[0-9]+|1(?:\.0*)?)\s*(?:;|$)", re.IGNORECASE)
_ANY_QUALITY = re.compile(r";\s*q\s*=", re.IGNORECASE)


def negotiate(accept: str | None, offers: Sequence[Format]) -> Format:
    """Return the offer that an Accept header likes best; of equals the one offered first.

    No header, or one without elements, takes the first offer. A part of the header that is not a
    media range counts as not there; parameters other than `q` do not matter. Raises NotAcceptable.
    """
    return _negotiate(accept, tuple(offers))


@lru_cache(maxsize=256)
def _negotiate(accept: str | None, offers: tuple[Format, ...]) -> Format:
    if accept is None or not accept.strip(" \t,"):
        return offers[0]
    ranges = dict(_ranges(accept))
    best = max(offers, key=lambda offer: _liking(offer, ranges))
    if _liking(best, ranges) > 0:
        return best
    raise NotAcceptable(
        "None of the formats in the Accept header is offered here.",
        f"Ask for one of: {', '.join(dict.fromkeys(offer.media_type for offer in offers))}.",
    )


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """Yield media ranges in lower case with their quality, the least liked first."""
    found = []
    for element in _QUOTED.sub("", accept).split(","):
        parts = _RANGE.fullmatch(element)
        quality = _QUALITY.search(parts[2]) if parts else None
        if parts and (quality or not _ANY_QUALITY.search(parts[2])):
            name = "*/*" if parts[1] == "*" else parts[1].lower()
            found.append((float(quality[1]) if quality else 1.0, name))
    for liking, media_range in sorted(found):
        yield media_range, liking


def _liking(offer: Format, ranges: dict[str, float]) -> float:
    """Return the quality of the most specific range that covers any media type of the offer."""
    names = (offer.media_type, *offer.also)
    exact = [ranges[name] for name in names if name in ranges]
    if exact:
        return max(exact)
    kind = offer.media_type.partition("/")[0]
    return ranges.get(f"{kind}/*", ranges.get("*/*", 0.0))
