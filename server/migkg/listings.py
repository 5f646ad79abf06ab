"""Lists behind a number on the page of a thing, a page at a time."""

from flask import Response, render_template, request

from migkg import offices, thing, web
from migkg.errors import BadRequest
from migkg.formats import HTML
from migkg.rows import Row
from migkg.terms import MGO, expand, shorten
from migkg.web import respond, site

PER_PAGE = 50
_NARROWED = ("theme", "period")


def show(iri: str, place: str) -> Response:
    """Show what refers to a thing by the property `in`, of the class `of`.

    With `theme` and `period`, the initiatives under an office that have both. Raises BadRequest,
    NotFound.
    """
    asked = {name: _iri(request.args.get(name, "")) for name in ("in", "of")}
    number = request.args.get("page", "1")
    if not asked.get("in") or not number.isdecimal() or not 0 < int(number) < 10**6:
        raise BadRequest(
            "A list is named by in=, of= and page=.", "Such as ?in=mgo:underOffice&of=mgo:Event."
        )
    first = (int(number) - 1) * PER_PAGE
    narrowed = _narrowed(asked["in"])
    row = _row(iri, (asked["in"], asked["of"]), narrowed, (first, first + PER_PAGE))
    labels = web.labels([iri, *narrowed])
    html = render_template(
        "listing.html",
        iri=iri,
        label=labels.get(iri, shorten(iri)),
        row=row,
        first=first,
        page=int(number),
        pages=-(-row.total // PER_PAGE),
        place=place,
        narrowed=[(each, labels.get(each, shorten(each))) for each in narrowed],
        fields={name: value for name, value in request.args.items() if name != "page"},
    )
    return respond(html, HTML, vary=False)


def _narrowed(by: str) -> tuple[str, ...]:
    """Return the IRIs of theme and period, nothing where neither is asked for."""
    asked = [request.args[name] for name in _NARROWED if name in request.args]
    found = tuple(iri for name in asked if (iri := expand(name)))
    if asked and (len(found) < len(_NARROWED) or by != MGO + "underOffice"):
        raise BadRequest(
            "Initiatives under an office are listed by theme= and period= together.",
            "Such as ?in=mgo:underOffice&theme=mgc:theme-return&period=mgi:period-2020.",
        )
    return found


def _row(iri: str, wanted: tuple[str, str], by: tuple[str, ...], span: tuple[int, int]) -> Row:
    backend, texts = site().backend, site().texts
    if not by:
        return thing.listing(backend, texts, iri, wanted, span)
    names = offices.initiatives(backend, iri, *by)
    return thing.chosen(backend, texts, iri, (wanted[0], MGO + "Initiative"), names, span)


def _iri(name: str) -> str:
    """Return the IRI of a prefixed name or of one in angle brackets, as links of lists write it."""
    bare = name[1:-1] if name.startswith("<") and name.endswith(">") else ""
    return expand(name) or bare
