"""The graph as tables: one for each class, one row a thing, one column a property.

A property with several values has them in one cell; beside the ids of other things stand their
labels; evidence has a table of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from migkg.terms import MGO, OA, RDF, RDFS, SKOS, XSD, prefixed
from migkg.writers.datapackage import Field, Table, dictionary

JOIN = " | "
_LABEL = "_label"
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
    columns = [
        column
        for name in names
        for column in _columns(name, [row.get(name, ()) for row in rows], things, homes)
    ]
    fields = [field for field, _ in columns]
    cells = (
        [prefixed(iri), *(texts[number] for _, texts in columns), iri]
        for number, iri in enumerate(iris)
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


def _columns(
    name: str,
    cells: Sequence[Sequence[Term]],
    things: Mapping[str, Thing],
    homes: Mapping[str, str],
) -> Iterator[tuple[Field, Sequence[str]]]:
    """Yield the column of a property; of one that refers to things with labels, these as well."""
    field = _field(name, [cell for cell in cells if cell], things, homes)
    yield field, [_cell(cell) for cell in cells]
    labels = [JOIN.join(_label(term, things) for term in _ordered(cell)) for cell in cells]
    if any(labels) and any(isinstance(term, ox.NamedNode) for cell in cells for term in cell):
        note = f"labels of what {field.name} names, in the same order"
        yield Field(f"{field.name}{_LABEL}", "string", note), labels


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
    prefix, _, local = prefixed(name).rpartition(":")
    return local if prefix in ("mgo", "oa", "skos") else f"{prefix}_{local}"


def _evidence(things: Mapping[str, Thing], homes: Mapping[str, str]) -> Table:
    rows = sorted(
        (prefixed(iri), _label(ox.NamedNode(iri), things), homes[iri], prefixed(passage))
        for iri, found in things.items()
        for passage in _values(found, _EVIDENCE)
        if iri in homes
    )
    fields = (
        Field("fact", "string", "id of a fact"),
        Field(f"fact{_LABEL}", "string", "label of the fact"),
        Field("table", "string", "table in which the fact stands"),
        Field("passage", "string", "id of a passage that states it", "passage"),
    )
    note = "Which passages state which fact; together, where there are several."
    return Table("evidence", "evidence", note, fields, tuple(rows))


def _cell(terms: Sequence[Term]) -> str:
    return JOIN.join(
        prefixed(term.value)
        if isinstance(term, ox.NamedNode)
        else getattr(term, "value", str(term))
        for term in _ordered(terms)
    )


def _ordered(terms: Sequence[Term]) -> list[Term]:
    return sorted(terms, key=str)


def _label(term: Term, things: Mapping[str, Thing]) -> str:
    """Return the label of what a term names, '' where it has none."""
    about = things.get(term.value, {}) if isinstance(term, ox.NamedNode) else {}
    return _text(about, RDFS + "label") or _text(about, SKOS + "prefLabel")


def _text(thing: Thing, name: str) -> str:
    return next((term.value for term in thing.get(name, ()) if isinstance(term, ox.Literal)), "")
