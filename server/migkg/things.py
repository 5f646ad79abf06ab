"""Pages of things and concepts, and the same as RDF: https://www.w3.org/TR/cooluris/."""

from dataclasses import asdict
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from migkg import (
    citation,
    dumps,
    jsonld,
    listings,
    offices,
    page_formats,
    pictures,
    schema_org,
    thing,
    thing_rdf,
    web,
)
from migkg.errors import NotFound
from migkg.formats import BY_NAME, DATA, DATASETS, HTML, SVG, Format, negotiate
from migkg.likeness import meant
from migkg.page_formats import OFFERS
from migkg.terms import MGC, MGI, MGO
from migkg.thing import Thing
from migkg.web import respond, site

blueprint = Blueprint("things", __name__)
_DESCRIBING = {MGO + name for name in ("NameForm", "Period", "Excuse")}
_FACETS = ("place", "theme")
_SPATIAL = ("Where", "In short")


@blueprint.get("/id/")
def things() -> AnyResponse:
    """Go to where things are found."""
    return redirect(web.href("/search"), 303)


@blueprint.get("/concept/")
def concepts() -> AnyResponse:
    """Go to the themes, the concepts that most is asked about."""
    return redirect(web.href("/browse/themes"), 303)


@blueprint.get("/id/<name>")
def thing_page(name: str) -> AnyResponse:
    """Show a thing, in the format of the extension; without one go to the format asked for."""
    return _named(MGI, "/id/", name)


@blueprint.get("/concept/<name>")
def concept_page(name: str) -> AnyResponse:
    """Show a concept, as `thing_page` shows a thing."""
    return _named(MGC, "/concept/", name)


@blueprint.get("/context.jsonld")
def context() -> Response:
    """Send the JSON-LD context of the graph's own terms."""
    whole = {"@context": jsonld.context(site().backend)}
    return respond(web.json_text(whole), BY_NAME["jsonld"], vary=False)


def _named(namespace: str, path: str, name: str) -> AnyResponse:
    slug, row = page_formats.split_name(name)
    iri, place = namespace + quote(slug, safe=""), path + quote(slug, safe="")
    new = _successor(iri, slug)
    if new:
        suffix = f".{row.extension}" if row else ""
        return redirect(f"{web.page_of(new)}{suffix}", 301)
    if row is None:
        return _see_other(place)
    response = _page(iri, place) if row == HTML else _file(iri, row)
    return page_formats.with_links(response, place, row, iri)


def _successor(iri: str, slug: str) -> str:
    try:
        return thing.successor(site().backend, iri)
    except NotFound as fault:
        found = site().index.meant(slug, slug.partition("-")[0])
        hint = meant([hit.named for hit in found]) or fault.hint
        raise NotFound(fault.detail, hint, [(hit.iri, hit.label) for hit in found]) from None


def _see_other(place: str) -> AnyResponse:
    row = negotiate(request.headers.get("Accept"), OFFERS)
    target = web.href(f"{place}.{row.extension}")
    response = redirect(target, 303)
    response.headers["Vary"] = "Accept"
    return web.link(response, [(target, "describedby", row.media_type)])


def _page(iri: str, place: str) -> Response:
    if "in" in request.args:
        return listings.show(iri, place)
    found = _read(iri)
    office = offices.read(site().backend, iri) if found.is_a("Office") else None
    found = offices.without_funds(found) if office and office.funds else found
    address = f"{site().server.base_url}{place}"
    html = render_template(
        "thing.html",
        thing=found,
        files=[(row.media_type, f"{web.href(place)}.{row.extension}") for row in OFFERS[1:]],
        cited=_cited(found),
        structured_data=schema_org.describe(found, f"{address}.html", f"{site().server.base_url}/"),
        missing=site().texts.missing,
        place=web.href(place),
        path=place,
        related=_related(found),
        office=office,
        reader=_reader(found),
        map=pictures.map_of(site().backend, [found.iri, *_places(found)]),
        around=pictures.neighbours(found),
        linked=not _reader(found) and _is_node(found),
    )
    return respond(html, HTML, vary=False)


def _related(found: Thing) -> str:
    """Return the address of all that has to do with a place or theme, '' for other things."""
    name = found.iri.rpartition("/")[2]
    dimension = name.partition("-")[0]
    if dimension not in _FACETS or not site().backend.digest:
        return ""
    known = site().index.knows(dimension, name)
    return web.href(f"/search?{dimension}={name}") if known else ""


def _reader(found: Thing) -> str:
    """Return the address at which a document, section or passage is read, '' for other things."""
    kind, _, rest = found.iri.removeprefix(MGI).partition("-")
    number, _, slug = rest.partition("-")
    if not number.isdigit() or kind not in ("doc", "sec", "psg"):
        return ""
    place = {"doc": "", "sec": f"/{slug}", "psg": f"?passage={kind}-{rest}"}[kind]
    return web.href(f"/doc/{number}{place}")


def _is_node(found: Thing) -> bool:
    """Tell whether graph tools see a thing: what only describes others is an attribute there."""
    ours = {kind.iri for kind in found.kinds if kind.iri.startswith(MGO)}
    return found.iri.startswith(MGI) and bool(ours) and not ours & _DESCRIBING


def _places(found: Thing) -> list[str]:
    """Return the places at which a thing is, acts or sits."""
    rows = (row for group in found.groups if group.heading in _SPATIAL for row in group.rows)
    return [value.iri for row in rows if not row.listing for value in row.values]


def _file(iri: str, row: Format) -> Response:
    if row == SVG:
        return respond(drawn(iri), row, vary=False)
    if row == DATA:
        found = _read(iri)
        body = asdict(found) | {"citation": _cited(found)}
        return respond(web.json_text(body), row, vary=False)
    if row in DATASETS:
        return respond(dumps.serialize(thing_rdf.quads(site().backend, iri), row), row, vary=False)
    return respond(page_formats.constructed(thing_rdf.of_thing(iri), row), row, vary=False)


def drawn(iri: str) -> str:
    """Return the picture of a thing amid its neighbours; raises NotFound where it has none."""
    picture = pictures.neighbours(_read(iri))
    if picture is None:
        raise NotFound(f"There is no picture of {iri}.", "It has no neighbours to draw.")
    return render_template("neighbours.svg", picture=picture)


def _read(iri: str) -> Thing:
    return thing.read(site().backend, site().texts, iri)


def _cited(found: Thing) -> str:
    return citation.cite(found.label, found.iri, site().backend.digest, found.passages)
