"""The graph as tables: one for each class, one row a thing, one column a property.

A property with several values has them in one cell; evidence has a table of its own.
"""

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from migkg.terms import MGO, OA, RDF, RDFS, SKOS, XSD, shorten
from migkg.writers.datapackage import Field, Table, dictionary

JOIN = " | "
_TYPES = {
    XSD + "integer": "integer",
    XSD + "decimal": "number",
    XSD + "double": "number",
    XSD + "boolean": "boolean",
    XSD + "date": "date",
}
_FIRST = {
    RDFS + "label": "label",
    SKOS + "prefLabel": "label",
    SKOS + "definition": "definition",
}
_EVIDENCE, _SELECTOR = MGO + "hasEvidence", OA + "hasSelector"
_SKIPPED = (RDF + "type", _EVIDENCE, _SELECTOR)
_CONCEPT = SKOS + "Concept"
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Thing = Mapping[str, Sequence[Term]]


def tables(quads: Iterable[ox.Quad]) -> list[Table]:
    """Return the tables of all things that have a class of ours or are concepts, by name."""
    things = _things(quads)
    wider = _wider(things)
    homes: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for iri in sorted(things):
        if home := _class(things[iri], wider):
            homes[iri] = _table_name(home)
            members.setdefault(home, []).append(iri)
    found = [
        _table(home, members[home], things, homes) for home in sorted(members, key=_table_name)
    ]
    found.append(_evidence(things, homes))
    return [*found, dictionary(found)]


def _things(quads: Iterable[ox.Quad]) -> dict[str, dict[str, list[Term]]]:
    things: dict[str, dict[str, list[Term]]] = {}
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            found = things.setdefault(quad.subject.value, {})
            found.setdefault(quad.predicate.value, []).append(quad.object)
    return things


def _wider(things: Mapping[str, Thing]) -> dict[str, set[str]]:
    """Return the classes right above each class; derived types make the rest unneeded."""
    return {iri: _values(found, RDFS + "subClassOf") for iri, found in things.items()}


def _class(thing: Thing, wider: Mapping[str, set[str]]) -> str:
    """Return the narrowest class of a thing that is ours, or Concept, or '' for neither."""
    types = _values(thing, RDF + "type")
    own = {name for name in types if name.startswith(MGO) or name == _CONCEPT}
    above = {one for name in own for one in wider.get(name, ())}
    return min(own - above, default="")


def _values(thing: Thing, name: str) -> set[str]:
    return {term.value for term in thing.get(name, ()) if isinstance(term, ox.NamedNode)}


def _table_name(iri: str) -> str:
    local = iri.rpartition("#")[2]
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in local).strip("-")


def _table(
    home: str, iris: Sequence[str], things: Mapping[str, Thing], homes: Mapping[str, str]
) -> Table:
    rows = [_row(things[iri], things) for iri in iris]
    names = sorted({name for row in rows for name in row}, key=lambda name: (_rank(name), name))
    fields = [
        _field(name, [row[name] for row in rows if name in row], things, homes) for name in names
    ]
    cells = (
        [_id(iri), *(_cell(row.get(name, ())) for name in names), iri]
        for iri, row in zip(iris, rows, strict=True)
    )
    first = Field("id", "string", "short name, the same in all tables and exports")
    last = Field("iri", "string", "whole address of the thing")
    about = things.get(home, {})
    title = _text(about, RDFS + "label") or _table_name(home)
    note = _text(about, SKOS + "definition")
    return Table(
        _table_name(home), title, note, (first, *fields, last), tuple(map(tuple, cells)), "id"
    )


def _row(thing: Thing, things: Mapping[str, Thing]) -> dict[str, Sequence[Term]]:
    """Return the values of a thing; the ends of its characters stand in place of the selector."""
    found = {name: terms for name, terms in thing.items() if name not in _SKIPPED}
    for selector in sorted(_values(thing, _SELECTOR)):
        ends = things.get(selector, {})
        found |= {OA + name: ends[OA + name] for name in ("start", "end") if OA + name in ends}
    return found


def _rank(name: str) -> int:
    return [*_FIRST, name].index(name)


def _field(
    name: str,
    cells: Sequence[Sequence[Term]],
    things: Mapping[str, Thing],
    homes: Mapping[str, str],
) -> Field:
    terms = [term for cell in cells for term in cell]
    about = things.get(name, {})
    note = _text(about, SKOS + "definition")
    # Where two vocabularies have one name, the label tells which it is; a column needs no more.
    title = _text(about, RDFS + "label").partition(" (")[0]
    column = _FIRST.get(name) or _column(name)
    if any(len(cell) > 1 for cell in cells):
        note = f"{note} Several values are divided by “{JOIN}”.".strip()
        return Field(column, "string", note, title=title)
    links = {homes.get(term.value, "") if isinstance(term, ox.NamedNode) else "" for term in terms}
    target = links.pop() if len(links) == 1 else ""
    types = {
        _TYPES.get(term.datatype.value, "string") if isinstance(term, ox.Literal) else "string"
        for term in terms
    }
    kind = types.pop() if len(types) == 1 else "string"
    return Field(column, kind, note, target, title)


def _column(name: str) -> str:
    """Return a property's local name, with its prefix where another may be called the same."""
    prefix, _, local = (shorten(name) or name).rpartition(":")
    return local if prefix in ("mgo", "oa", "skos") else f"{prefix}_{local}"


def _evidence(things: Mapping[str, Thing], homes: Mapping[str, str]) -> Table:
    rows = sorted(
        (_id(iri), homes[iri], _id(passage))
        for iri, found in things.items()
        for passage in _values(found, _EVIDENCE)
        if iri in homes
    )
    fields = (
        Field("fact", "string", "id of a fact"),
        Field("table", "string", "table in which the fact stands"),
        Field("passage", "string", "id of a passage that states it", "passage"),
    )
    note = "Which passages state which fact; together, where there are several."
    return Table("evidence", "evidence", note, fields, tuple(rows))


def _cell(terms: Sequence[Term]) -> str:
    return JOIN.join(
        _id(term.value) if isinstance(term, ox.NamedNode) else getattr(term, "value", str(term))
        for term in sorted(terms, key=str)
    )


def _id(iri: str) -> str:
    return shorten(iri) or iri


def _text(thing: Thing, name: str) -> str:
    return next((term.value for term in thing.get(name, ()) if isinstance(term, ox.Literal)), "")
