"""What the pages of things, documents, graphs and the ontology share: the formats each comes in.

A page has one address without an extension, which negotiates, and one for each format:
https://www.w3.org/TR/cooluris/.
"""

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from migkg import jsonld, web
from migkg.exchange import Query
from migkg.formats import BY_NAME, DATA, HTML, RDF, SVG, Format
from migkg.web import site

OFFERS = (HTML, DATA, *RDF)
TRIPLES = BY_NAME["nt"]
_JSONLD = BY_NAME["jsonld"]


def split_name(name: str) -> tuple[str, Format | None]:
    """Return a name in an address without its extension, and the format of that, None for none."""
    stem, _, extension = name.rpartition(".")
    row = next((row for row in (*OFFERS, SVG) if row.extension == extension), None)
    return (stem, row) if stem and row else (name, None)


def constructed(text: str, row: Format) -> bytes:
    """Return what a CONSTRUCT query makes, in a format for triples; JSON-LD in our own context.

    Raises as `Backend.run`, and TooLarge for an answer that stopped at the limit.
    """
    backend = site().backend
    answer = backend.run(Query(text, (TRIPLES if row == _JSONLD else row).media_type))
    web.require_whole(answer)
    return jsonld.from_triples(answer.body, backend) if row == _JSONLD else answer.body


def with_links(response: Response, path: str, row: Format, iri: str) -> AnyResponse:
    """Add the links of a page at a path: to what it is about (`iri`) and to its other formats."""
    here = site().server.base_url + path
    others = [
        (f"{here}.{other.extension}", "alternate", other.media_type)
        for other in OFFERS
        if other != row
    ]
    return web.link(
        response,
        [(f"{here}.html", "canonical", ""), (iri, "describes", ""), (iri, "cite-as", ""), *others],
    )
