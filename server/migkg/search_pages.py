"""Search as a page and as data: `/search?q=`, `/search.json?q=`, `/suggest.json?q=`.

Suggestions have the shape of https://github.com/dewitt/opensearch, which browsers read.
"""

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, render_template, request

from migkg import likeness, web
from migkg.errors import BadRequest
from migkg.formats import DATA, HTML, Format, negotiate
from migkg.search import LONGEST, MOST
from migkg.search_index import DIMENSIONS
from migkg.search_offers import offered
from migkg.search_result import Choices, Facet, Found, Hit, Question
from migkg.terms import expand, local_name
from migkg.web import respond, site

SUGGESTIONS = Format("suggestions", "application/x-suggestions+json", "json", "page")
_SUGGESTED = 10
_FURTHEST = 100_000
_PARAMETERS = ("q", *DIMENSIONS, "limit", "offset")
blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def page() -> Response:
    """Find things, in the format asked for."""
    return _answer(negotiate(request.headers.get("Accept"), (HTML, DATA)), vary=True)


@blueprint.get("/search.json")
def data() -> Response:
    """Find things, as data."""
    return _answer(DATA, vary=False)


@blueprint.get("/suggest.json")
def suggest() -> Response:
    """Complete a name that somebody types."""
    _require_known(("q", "limit"))
    text = _text()
    limit = min(_number("limit", _SUGGESTED), MOST)
    hits = site().index.find(Question(text, {}, limit)).hits if text else ()
    found = [
        text,
        [hit.name or hit.label for hit in hits],
        [f"{hit.label} ({hit.kind})" if hit.kind else hit.label for hit in hits],
        [_address(hit) for hit in hits],
    ]
    response = respond(json.dumps(found, ensure_ascii=False), SUGGESTIONS, vary=False)
    return _part(response, limit, more=len(hits) == limit > 0)


def _answer(row: Format, *, vary: bool) -> Response:
    question = _question()
    asks = bool(question.text or question.facets)
    found = site().index.find(question if asks else Question("", {}, 0))
    if row == DATA:
        data = _data(question, found, asks)
        response = respond(web.json_text(data), DATA, vary=vary)
        return _part(response, question.limit, more=bool(data["next"]))
    chosen = [one.label for facets in found.facets.values() for one in facets if one.chosen]
    html = render_template(
        "search.html",
        question=question,
        chosen=chosen,
        sought=", ".join([question.text, *chosen] if question.text else chosen),
        link_without=web.href(f"/search?{_query(Question(question.text, {}))}"),
        found=found,
        asks=asks,
        offers=offered(site().queries, question.text),
        link=lambda **changed: web.href(f"/search?{_query(question, **changed)}"),
        with_facet=lambda name, facet: web.href(f"/search?{_toggled(question, name, facet)}"),
        data=web.href(f"/search.json?{_query(question)}"),
        of_kind=web.href(f"/search?{_kind(found.kind)}") if found.kind else "",
        of_choices=web.href(f"/search?{_values(found.choices)}") if found.choices else "",
    )
    return respond(html, HTML, vary=vary)


def _part(response: Response, limit: int, *, more: bool) -> Response:
    """Say on a response whether there may be more than it holds."""
    said = f"truncated: rows {limit}" if more else "complete"
    response.headers["Answer-Completeness"] = said
    return response


def _question() -> Question:
    """Return what the request asks; raises BadRequest for what cannot be meant."""
    _require_known(_PARAMETERS)
    facets = {
        name: tuple(dict.fromkeys(_facet(name, value) for value in values))
        for name in DIMENSIONS
        if (values := [value for value in request.args.getlist(name) if value.strip()])
    }
    offset = _number("offset", 0)
    if offset > _FURTHEST:
        raise BadRequest(f"The offset is above {_FURTHEST}.", "Narrow the search by a facet.")
    return Question(_text(), facets, min(_number("limit", 20), MOST), offset)


def _require_known(names: tuple[str, ...]) -> None:
    for name in request.args:
        if name not in names:
            raise BadRequest(
                f"The search has no parameter {name[:80]!r}.", f"It takes {', '.join(names)}."
            )
    web.require_once(name for name in names if name not in DIMENSIONS)


def _text() -> str:
    text = request.args.get("q", "").strip()
    if len(text) > LONGEST:
        raise BadRequest(
            f"The text is longer than {LONGEST} characters.", "Look for fewer words at a time."
        )
    return text


def _number(name: str, default: int) -> int:
    text = request.args.get(name, "").strip() or str(default)
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise BadRequest(f"The parameter {name} is {text[:40]!r}.", "Give a whole number from 0.")
    return int(text)


def _facet(dimension: str, text: str) -> str:
    """Return a facet's value: of an IRI or a prefixed name its last part counts."""
    value = local_name(expand(text.strip()) or text.strip())
    if dimension == "document":
        value = value.removeprefix("doc-")
    index = site().index
    if not index.knows(dimension, value):
        values = index.values(dimension)
        some = f"Give one such as {values[0]}." if values else ""
        raise BadRequest(
            f"Nothing has the {dimension} {text[:80]!r}.", likeness.hint(value, values) or some
        )
    return value


def _query(question: Question, **changed: Any) -> str:
    """Return the parameters of a question, some of them changed."""
    fields = {
        "q": question.text,
        **question.facets,
        "limit": question.limit,
        "offset": question.offset,
    } | changed
    defaults = {"q": "", "limit": 20, "offset": 0}
    kept = {name: value for name, value in fields.items() if value != defaults.get(name)}
    return urlencode(kept, doseq=True)


def _toggled(question: Question, name: str, facet: Facet) -> str:
    """Return the parameters of a question with a facet added, or without it."""
    chosen = question.facets.get(name, ())
    values = tuple(value for value in chosen if value != facet.value)
    added = values if facet.chosen else (*values, facet.value)
    return _query(question, **{name: added}, offset=0)


def _data(question: Question, found: Found, asks: bool) -> dict[str, Any]:
    base = f"{site().server.base_url}/search.json?"
    end = question.offset + question.limit
    before = max(0, question.offset - question.limit)
    more = asks and question.limit > 0 and end < found.total
    return {
        "query": question.text,
        "total": found.total if asks else 0,
        "limit": question.limit,
        "offset": question.offset,
        "corrected": found.corrected or None,
        "partial": found.partial,
        "kind": _counted(found.kind, base + _kind(found.kind)) if found.kind else None,
        "choices": _told(found.choices, base) if found.choices else None,
        "results": [_shown(hit) for hit in found.hits],
        "suggestions": [_shown(hit) for hit in found.meant],
        "questions": [
            {"name": one.name, "summary": one.summary, "url": _question_page(one.name)}
            for one in offered(site().queries, question.text)
        ],
        "facets": {
            name: [
                _counted(facet, base + _toggled(question, name, facet)) | {"selected": facet.chosen}
                for facet in facets
            ]
            for name, facets in found.facets.items()
        },
        "next": base + _query(question, offset=end) if more else None,
        "previous": base + _query(question, offset=before) if asks and question.offset else None,
    }


def _question_page(name: str) -> str:
    return f"{site().server.base_url}/queries/{name}"


def _counted(facet: Facet, url: str) -> dict[str, Any]:
    return {"value": facet.value, "label": facet.label, "count": facet.count, "url": url}


def _kind(facet: Facet) -> str:
    """Return the parameters that ask for all things of a kind."""
    return urlencode({"kind": facet.value})


def _values(choices: Choices) -> str:
    """Return the parameters that ask for all that has the values of some facets."""
    return urlencode(choices.values, doseq=True)


def _told(choices: Choices, base: str) -> dict[str, Any]:
    return {
        "labels": list(choices.labels),
        "count": choices.count,
        "url": base + _values(choices),
    }


def _shown(hit: Hit) -> dict[str, Any]:
    return {
        "iri": hit.iri,
        "url": _address(hit),
        "label": hit.label,
        "kind": hit.kind,
        "definition": hit.definition,
        "name": hit.name or None,
        "nameKind": hit.name_kind or None,
        "documents": list(hit.documents),
        "source": hit.source or None,
    }


def _address(hit: Hit) -> str:
    """Return the address of a hit's page, with the host."""
    parts = urlsplit(site().server.base_url)
    return f"{parts.scheme}://{parts.netloc}{web.page_of(hit.iri)}"
