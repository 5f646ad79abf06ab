"""One thing as a page shows it: kind, notes, rows of facts under headings, names, identifiers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from migkg import facts, rows, tables
from migkg.backend import Backend
from migkg.errors import NotFound
from migkg.facts import Facts, Said
from migkg.passages import Passage
from migkg.phrases import KINDS, PHRASES, heading_of, noun
from migkg.rows import Group, Row, Value
from migkg.terms import DCTERMS, MGO, OA, OWL, PREFIXES, RDF, RDFS, SKOS
from migkg.texts import Texts

SHOWN = 6
_LABELS = (RDFS + "label", SKOS + "prefLabel")
_NOTES = (SKOS + "editorialNote", SKOS + "scopeNote")
_MATCHES = (SKOS + "exactMatch", SKOS + "closeMatch", MGO + "isoAlpha3", MGO + "m49Code")
_CODES = {MGO + "isoAlpha3": "ISO 3166-1", MGO + "m49Code": "United Nations M49"}
_GIVERS = {
    PREFIXES["wd"]: "Wikidata",
    PREFIXES["gn"]: "GeoNames",
    "http://publications.europa.eu/resource/authority/country/": "European Union",
    PREFIXES["sdg"]: "United Nations, SDG",
    PREFIXES["schema"]: "schema.org",
}
_LATITUDE, _LONGITUDE = (PREFIXES["schema"] + name for name in ("latitude", "longitude"))
# Shown elsewhere on the page: as heading, note, name, picture or evidence.
_APART = {
    *_LABELS, *_NOTES, *_MATCHES, *KINDS, RDF + "type", SKOS + "definition", SKOS + "altLabel",
    MGO + "hasEvidence", MGO + "isRestatedIn", MGO + "isStatedIn",
    OA + "hasSelector",
    _LATITUDE, _LONGITUDE,
}  # fmt: skip
_SUCCESSOR = (
    f"PREFIX owl: <{OWL}> PREFIX dcterms: <{DCTERMS}>"
    + """
SELECT ?new WHERE {{
  {{ SELECT ?new {{ <{0}> owl:deprecated true ; dcterms:isReplacedBy ?new }} }}
  UNION {{ SELECT ?p {{ <{0}> ?p ?o }} LIMIT 1 }}
  UNION {{ SELECT ?p {{ ?o ?p <{0}> }} LIMIT 1 }}
}} ORDER BY DESC(?new)"""
)
_NUMBERS = PHRASES[_PRINTED := MGO + "printedForm"].heading
_WHERE = PHRASES[MGO + "takesPlaceIn"].heading
_SET_ASIDE = MGO + "excusesForm"
_CONTACT = tuple(MGO + n for n in ("postalAddress", "telephone", "fax", "email", "webPage"))


@dataclass(frozen=True)
class Identifier:
    """What stands for the thing elsewhere: the property, a code or an IRI, who gives it."""

    property: str
    value: str
    iri: str
    giver: str


@dataclass(frozen=True)
class Thing:
    """A thing; `kinds` are classes and kinds, `position` latitude and longitude in degrees."""

    iri: str
    label: str
    definition: str
    kinds: tuple[Value, ...]
    notes: tuple[Value, ...]
    groups: tuple[Group, ...]
    names: tuple[Value, ...]
    identifiers: tuple[Identifier, ...]
    position: tuple[float, float] | None
    contacts: tuple[Row, ...]
    passages: tuple[Passage, ...]

    def is_a(self, name: str) -> bool:
        """Tell whether its most specific class is the one of ours with that name."""
        return any(kind.iri == MGO + name for kind in self.kinds)


def successor(backend: Backend, iri: str) -> str:
    """Return the IRI of the thing that replaces a deprecated one, '' for a thing in use.

    Raises NotFound for an IRI of which nothing is said.
    """
    found = tables.ask(backend, _SUCCESSOR.format(iri))
    if not found:
        raise NotFound(f"Nothing is called {iri}.", "Look for its label with a query.")
    return found[0].get("new", "")


def read(backend: Backend, sources: Texts, iri: str) -> Thing:
    """Return the thing of an IRI; raises NotFound, and as `Backend.run`."""
    return arrange(facts.read(backend, sources, iri, SHOWN))


def listing(
    backend: Backend, sources: Texts, iri: str, wanted: tuple[str, str], span: tuple[int, int]
) -> Row:
    """Return one row of what refers to a thing, from `span[0]` up to `span[1]`; raises NotFound."""
    found = facts.page(backend, sources, iri, wanted, span)
    return rows.row_into(found, found.referred[0])


def chosen(
    backend: Backend,
    sources: Texts,
    iri: str,
    wanted: tuple[str, str],
    names: tuple[str, ...],
    span: tuple[int, int],
) -> Row:
    """Return the row of those that refer to a thing and were chosen; raises NotFound for none."""
    found = facts.chosen(backend, sources, iri, facts.Referrers(*wanted, len(names), names), span)
    return rows.row_into(found, found.referred[0])


def arrange(found: Facts) -> Thing:
    """Return the facts of a thing in the order in which a page shows them."""
    said: dict[str, list[Said]] = {}
    for each in found.said:
        said.setdefault(each.property, []).append(each)
    labels = [each.term.value for name in _LABELS for each in said.get(name, [])]
    definitions = [each.term.value for each in said.get(SKOS + "definition", [])]
    plain = {name: each for name, each in said.items() if name not in _APART}
    return Thing(
        iri=found.iri,
        label=_label(found, labels),
        definition=definitions[0] if definitions else "",
        kinds=tuple(_kinds(found, said)),
        notes=tuple(_notes(found, said)),
        groups=_own_heading_first(rows.groups(found, plain), said),
        names=tuple(_names(found)),
        identifiers=tuple(_identifiers(said)),
        position=_position(said),
        contacts=tuple(_contacts(found)),
        passages=found.passages.get(found.iri, ()),
    )


def _label(found: Facts, labels: list[str]) -> str:
    """Return the label; of a passage where it stands, of an excuse the words that it sets aside."""
    own = [each for each in found.passages.get(found.iri, ()) if each.iri == found.iri]
    if not labels and own:
        return own[0].place
    if labels:
        return labels[0]
    words = next((each.term.value for each in found.said if each.property == _SET_ASIDE), "")
    return f"“{words}”, set aside" if words else rows.label(found, found.iri)


def _identifiers(said: dict[str, list[Said]]) -> Iterator[Identifier]:
    for name in _MATCHES:
        for each in said.get(name, []):
            start, giver = next(
                (row for row in _GIVERS.items() if each.term.value.startswith(row[0])), ("", "")
            )
            value = each.term.value.removeprefix(start).strip("/")
            giver = _CODES.get(name) or giver
            giver += ", a close match" if name == SKOS + "closeMatch" else ""
            yield Identifier(name, value, rows.iri_of(each.term), giver)


def _position(said: dict[str, list[Said]]) -> tuple[float, float] | None:
    found = [each.term.value for name in (_LATITUDE, _LONGITUDE) for each in said.get(name, [])]
    return (float(found[0]), float(found[1])) if len(found) == 2 else None


def _kinds(found: Facts, said: dict[str, list[Said]]) -> Iterator[Value]:
    """Yield the classes of ours, but for derived ones, which are wider; then the kinds in them."""
    types = said.get(RDF + "type", [])
    asserted = [each for each in types if not rows.is_derived(each.graph)] or types
    ours = [each for each in asserted if each.term.value.startswith(MGO)] or asserted
    for each in (*ours, *(each for name in KINDS for each in said.get(name, []))):
        kind = rows.value(found, each)
        yield replace(kind, text=noun(kind.text))


def _notes(found: Facts, said: dict[str, list[Said]]) -> Iterator[Value]:
    for name in _NOTES:
        for each in said.get(name, []):
            yield Value(each.term.value, beside="Note")
    for some in found.referred:
        if some.property == MGO + "isAnomalyOf":
            for iri in some.shown:
                text = rows.first(found, iri, SKOS + "definition") or rows.label(found, iri)
                kind = found.labels.get(rows.first(found, iri, MGO + "hasAnomalyKind"), "anomaly")
                beside = f"In the document, {kind}"
                yield Value(text, iri, beside, passages=rows.proof(found, iri))
        # How each document sees a territory is part of naming it.
        elif some.property == MGO + "isStatusOf" and _is_territory(said):
            for iri in some.shown:
                beside = "As a document sees it"
                yield Value(rows.label(found, iri), iri, beside, passages=rows.proof(found, iri))


def _own_heading_first(groups: Iterable[Group], said: dict[str, list[Said]]) -> tuple[Group, ...]:
    """Let a figure begin with its numbers, money with its amount, a place with what is there."""
    types = {each.term.value for each in said.get(RDF + "type", [])}
    own = {heading_of(each) for each in types} - {""}
    own |= {_WHERE} if MGO + "Place" in types else set()
    of_heading = {group.heading: group.rows for group in groups}
    printed = [row for row in of_heading.get(_NUMBERS, ()) if row.property == _PRINTED]
    for heading in own - {_NUMBERS} if printed else ():
        of_heading[heading] = (*printed, *of_heading.get(heading, ()))
        of_heading[_NUMBERS] = tuple(row for row in of_heading[_NUMBERS] if row not in printed)
    found = (Group(heading, rows) for heading, rows in of_heading.items() if rows)
    return tuple(sorted(found, key=lambda group: group.heading not in own))


def _is_territory(said: dict[str, list[Said]]) -> bool:
    return any(each.term.value == MGO + "Territory" for each in said.get(RDF + "type", []))


def _names(found: Facts) -> Iterator[Value]:
    naming = [some for some in found.referred if some.property == MGO + "isNameOf"]
    for iri in (iri for some in naming for iri in some.shown):
        yield Value(
            text=rows.first(found, iri, MGO + "printedForm"),
            beside=found.labels.get(rows.first(found, iri, MGO + "hasNameKind"), ""),
            fact=iri,
            passages=rows.proof(found, iri),
        )


def _contacts(found: Facts) -> Iterator[Row]:
    for some in found.referred:
        for iri in some.shown if some.property == MGO + "isContactOf" else ():
            about, proof = found.details.get(iri, {}), rows.proof(found, iri)
            for name in _CONTACT:
                terms = about.get(name, [])
                if terms:
                    values = tuple(Value(term.value, fact=iri, passages=proof) for term in terms)
                    yield Row(PHRASES[name].out, name, values, len(values))
