"""Pages of the documents: read one section by section, and what each passage of it produced."""

from dataclasses import asdict
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from migkg import citation, marking, page_formats, reader, thing_rdf, things, web
from migkg.errors import NotFound
from migkg.formats import DATA, HTML, SVG, Format, negotiate
from migkg.likeness import alike, meant
from migkg.reader import PAGE, Reading, Section
from migkg.tables import ask
from migkg.terms import MGI, prologue
from migkg.web import respond, site

blueprint = Blueprint("documents", __name__)
_PREFIXES = prologue("mgo", "rdfs")
_DOCUMENTS = (
    _PREFIXES
    + """
SELECT ?iri ?number ?label WHERE { ?iri mgo:documentNumber ?number ; rdfs:label ?label }
ORDER BY ?number"""
)
_PRESENTED = (
    _PREFIXES
    + """
SELECT ?iri ?label WHERE {{ <{0}> mgo:presents ?iri . ?iri rdfs:label ?label }} ORDER BY ?iri"""
)
# The facts of a passage, each with its narrowest class.
_PRODUCED = (
    _PREFIXES
    + """
SELECT ?fact (MIN(?name) AS ?label) (MIN(?noun) AS ?kind) WHERE {{
  ?fact mgo:hasEvidence|mgo:isRestatedIn|mgo:excuses <{0}> ; a ?class
  FILTER NOT EXISTS {{ ?fact a ?closer . ?closer rdfs:subClassOf ?class }}
  OPTIONAL {{ ?fact rdfs:label ?name }} OPTIONAL {{ ?class rdfs:label ?noun }}
}} GROUP BY ?fact ORDER BY ?kind ?label ?fact"""
)


@blueprint.get("/doc/")
def documents() -> AnyResponse:
    """Go to the list of documents."""
    return redirect(web.href("/#documents"), 303)


@blueprint.get("/doc/<name>")
def document(name: str) -> AnyResponse:
    """Show a document: how much of it is covered and its sections; or describe it in RDF."""
    number, row = page_formats.split_name(name)
    found = _read(number)
    chosen = row or negotiate(request.headers.get("Accept"), page_formats.OFFERS)
    passage = request.args.get("passage", "")
    if chosen == HTML and passage:
        return _to_passage(found, passage)
    response = _described(found, chosen, vary=row is None)
    return page_formats.with_links(response, f"/doc/{quote(number, safe='')}", chosen, found.iri)


@blueprint.get("/doc/<number>/<slug>")
def section(number: str, slug: str) -> Response:
    """Show a section of a document, or as much of it as fits on a page."""
    found = _read(number)
    chosen = next((each for each in found.sections if each.slug == slug), None)
    if chosen is None:
        labels = {each.slug: (each.iri, each.label) for each in found.sections}
        near = [labels[name] for name in alike(slug, labels)]
        raise NotFound(
            f"The document {found.number} has no section {slug[:80]}.",
            meant([label for _, label in near]) or f"See {web.href(f'/doc/{found.number}')}.",
            near,
        )
    whole = found.size(chosen.iri) <= PAGE
    shown = found.below(chosen.iri) if whole else [chosen]
    response = _page(
        "section.html", found, shown, section=chosen, inside=found.below(chosen.iri)[1:]
    )
    here = f"{site().server.base_url}/doc/{found.number}/{quote(slug, safe='')}"
    return web.link(response, [(here, "canonical", ""), (chosen.iri, "describes", "")])


def _read(number: str) -> Reading:
    try:
        return reader.read(site().backend, site().texts, f"{MGI}doc-{quote(number, safe='')}")
    except NotFound as fault:
        rows = ask(site().backend, _DOCUMENTS)
        near = [(row["iri"], f"{row['number']}: {row['label']}") for row in rows]
        hint = f"There are: {', '.join(row['number'] for row in rows)}."
        raise NotFound(fault.detail, hint, near) from None


def _described(found: Reading, row: Format, *, vary: bool) -> Response:
    if row == HTML:
        short = found.length <= PAGE
        return _page("document.html", found, list(found.sections) if short else [], vary=vary)
    if row == SVG:
        return respond(things.drawn(found.iri), row, vary=vary)
    if row == DATA:
        data = asdict(found) | {"citation": _cited(found)}
        del data["text"]
        return respond(web.json_text(data), row, vary=vary)
    triples = page_formats.constructed(thing_rdf.of_document(found.iri), row)
    return respond(triples, row, vary=vary)


def _beside(found: Reading, section: Section) -> list[tuple[str, Section]]:
    """Return the sections before and after one, under the same section as it."""
    row = [each for each in found.sections if each.parent == section.parent]
    place = row.index(section)
    before, after = row[max(place - 1, 0) : place], row[place + 1 : place + 2]
    return [*(("prev", each) for each in before), *(("next", each) for each in after)]


def _to_passage(found: Reading, passage: str) -> AnyResponse:
    """Go to the page on which a passage stands."""
    mark = next((mark for mark in found.marks if mark.iri == MGI + passage), None)
    if mark is None:
        raise NotFound(f"The document {found.number} has no passage {passage}.", "See its page.")
    if found.length <= PAGE:
        return _page("document.html", found, list(found.sections), passage=mark.iri)
    holder = found.page_of(mark.span)
    place = f"/doc/{found.number}" + (f"/{holder.slug}" if holder else "")
    return redirect(f"{web.href(place)}?passage={passage}#{passage}", 303)


def _page(
    template: str,
    found: Reading,
    shown: list[Section],
    *,
    section: Section | None = None,
    inside: list[Section] | None = None,
    passage: str = "",
    vary: bool = False,
) -> Response:
    chosen = passage or MGI + request.args.get("passage", "")
    known = any(mark.iri == chosen for mark in found.marks)
    html = render_template(
        template,
        reading=found,
        shown=[(each, [_pieces(found, span) for span in each.ranges]) for each in shown],
        section=section,
        presented=[] if section else ask(site().backend, _PRESENTED.format(found.iri)),
        beside=_beside(found, section) if section else [],
        inside=inside or [],
        chosen=chosen if known else "",
        produced=ask(site().backend, _PRODUCED.format(chosen)) if known else [],
        cited=_cited(found),
        missing=site().texts.missing,
        files=[
            (row.media_type, f"{web.href('/doc/' + found.number)}.{row.extension}")
            for row in (*page_formats.OFFERS, SVG)
        ],
    )
    return respond(html, HTML, vary=vary)


def _pieces(found: Reading, span: tuple[int, int]) -> list[marking.Piece]:
    return list(marking.pieces(found, span))


def _cited(found: Reading) -> str:
    return citation.cite(found.title, found.iri, site().backend.digest)
