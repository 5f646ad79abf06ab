"""What search engines are told: `/robots.txt` and a sitemap computed from the graph.

https://www.rfc-editor.org/rfc/rfc9309 and https://www.sitemaps.org/protocol.html.
"""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from flask import Blueprint, Response

from migkg import graphs, tallies, web
from migkg.errors import NotFound
from migkg.formats import TEXT, Format
from migkg.tables import ask
from migkg.terms import MGC, MGI, prologue
from migkg.web import respond, site

blueprint = Blueprint("crawlers", __name__)
AT_MOST = 10_000
_XML = Format("sitemap", "application/xml", "xml", "page")
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_FIXED = (
    "/",
    "/browse",
    "/overview",
    "/queries",
    "/ontology",
    "/graph/",
    "/sparql",
    "/export/",
    "/search",
)
# Answers and files without end, and what a crawler would only count again.
_KEPT_OUT = ("/sparql?", "/search?", "/export/", "/store", "/suggest.json", "/*?in=", "/metrics")
_READ = (
    prologue("mgo")
    + """
SELECT ?number ?section WHERE {
  ?document mgo:documentNumber ?number OPTIONAL { ?section mgo:isInDocument ?document }
} ORDER BY ?number ?section"""
)
# Passages and ranges have no label of their own: the things that they prove are found instead.
_THINGS = f"""{prologue("rdfs", "skos", "owl")}
SELECT DISTINCT ?x WHERE {{
  ?x rdfs:label|skos:prefLabel ?label
  FILTER (STRSTARTS(STR(?x), "{MGI}") || STRSTARTS(STR(?x), "{MGC}"))
  FILTER NOT EXISTS {{ ?x owl:deprecated true }}
}} ORDER BY ?x"""


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers what to leave alone, and where the list of pages is."""
    base = site().server.base_url
    lines = ["User-agent: *", *(f"Disallow: {web.href(path)}" for path in _KEPT_OUT)]
    lines.append(f"Allow: {web.href('/export/')}$")
    return respond("\n".join([*lines, "", f"Sitemap: {base}/sitemap.xml", ""]), TEXT, vary=False)


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """List the sitemaps, each of at most `AT_MOST` pages."""
    base = site().server.base_url
    count = -(-len(_pages()) // AT_MOST)
    return _listed("sitemapindex", "sitemap", (f"{base}/sitemap-{n + 1}.xml" for n in range(count)))


@blueprint.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """List the pages of one sitemap by their canonical addresses."""
    shown = _pages()[(number - 1) * AT_MOST :][:AT_MOST] if number else []
    if not shown:
        raise NotFound(f"There is no sitemap {number}.", "See /sitemap.xml for all.")
    base = site().server.base_url
    return _listed("urlset", "url", (base + path for path in shown))


def _pages() -> list[str]:
    """Return the paths of all pages, each once, the most general first."""
    backend = site().backend
    named = [*graphs.sizes(backend), *(row["x"] for row in ask(backend, _THINGS))]
    found = [
        *_FIXED,
        *(f"/browse/{name}" for name in tallies.WAYS),
        *(f"/queries/{stored.name}" for stored in site().queries),
        *(path for row in ask(backend, _READ) for path in _read(row["number"], row.get("section"))),
        *(f"{path}.html" for iri in named if (path := web.path_of(iri))),
    ]
    return list(dict.fromkeys(found))


def _read(number: str, section: str | None) -> Iterator[str]:
    yield f"/doc/{number}.html"
    start = f"{MGI}sec-{number}-"
    if section and section.startswith(start):
        yield f"/doc/{number}/{section.removeprefix(start)}"


def _listed(whole: str, one: str, addresses: Iterable[str]) -> Response:
    rows = "".join(f"<{one}><loc>{escape(address)}</loc></{one}>\n" for address in addresses)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return respond(f'{head}<{whole} xmlns="{_SCHEMA}">\n{rows}</{whole}>\n', _XML, vary=False)
