"""Rows of facts: a phrase from `phrases.py` with its values, who says each and its proof."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migkg.facts import APART, WIDER, Facts, Referrers, Said
from migkg.passages import Passage
from migkg.phrases import FROM_PARTS, HEADINGS, counted, heading_into, phrase
from migkg.tables import Term
from migkg.terms import DERIVED, GRAPH, MGC, MGI, MGO, prefixed

# A fact that joins two things is shown on the page of one of them as the other one.
_OTHER_END = {
    MGO + "participatesIn": (MGO + "hasAgent",),
    MGO + "inOrganization": (MGO + "hasAgent",),
    MGO + "hasAgent": (MGO + "participatesIn", MGO + "inOrganization"),
}
# What is printed says these itself.
_PLAIN = {MGC + "precision-exact", MGC + "precision-range"}
_PASSAGE = re.compile(re.escape(MGI) + r"psg-(\d+)-(\d+)-(\d+)")
_DASH = "a dash, no amount"
_BESIDE = tuple(
    MGO + name
    for name in ("hasRole", "hasStatus", "hasStatusValue", "hasAssessmentKind", "printedForm")
)


@dataclass(frozen=True)
class Value:
    """One value of a row: its text and IRI ('' for a literal), what stands beside it, its proof.

    `fact` is the IRI of the fact that says so, where that is a node of its own; `basis` tells who
    says it: stated (by a document), editor, derived or ''; `flagged`: an anomaly is recorded of it.
    """

    text: str
    iri: str = ""
    beside: str = ""
    fact: str = ""
    basis: str = ""
    language: str = ""
    flagged: bool = False
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Row:
    """A phrase with its values; `total` counts those that are not shown as well.

    `listing` is the property and class of a longer list, for a row of what refers to the thing.
    """

    phrase: str
    property: str
    values: tuple[Value, ...]
    total: int
    listing: tuple[str, str] | None = None


@dataclass(frozen=True)
class Group:
    """Rows under a heading."""

    heading: str
    rows: tuple[Row, ...]


def groups(found: Facts, said: Mapping[str, list[Said]]) -> Iterator[Group]:
    """Yield what is said of the thing, and what refers to it, under the headings of a page."""
    parted = any(some.property == MGO + "participatesIn" for some in found.referred)
    rows: dict[str, list[tuple[int, Row]]] = {}
    narrower = {one.term for name, each in said.items() if name != WIDER for one in each}
    for name, each in said.items():
        if name == WIDER:
            each = [one for one in each if not is_derived(one.graph) or one.term not in narrower]
        if each and not (parted and name in FROM_PARTS):
            reads = phrase(name, label(found, name))
            rows.setdefault(reads.heading, []).append((reads.rank, _row_out(found, name, each)))
    for some in found.referred:
        if some.property not in APART:
            heading = heading_into(some.property, some.kind)
            rank = phrase(some.property, "").rank
            rows.setdefault(heading, []).append((rank, row_into(found, some)))
    for heading in HEADINGS:
        if heading in rows:
            in_order = sorted(rows[heading], key=lambda row: row[0])
            yield Group(heading, tuple(row for _, row in in_order))


def _row_out(found: Facts, name: str, said: list[Said]) -> Row:
    values = {each.term: value(found, each) for each in said}
    in_order = sorted(values.values(), key=lambda value: value.text)
    return Row(phrase(name, label(found, name)).out, name, tuple(in_order), len(values))


def row_into(found: Facts, some: Referrers) -> Row:
    """Return the row of things of one class that refer to the thing by one property."""
    reads = phrase(some.property, label(found, some.property))
    noun = found.labels.get(some.kind, "thing")
    values = tuple(_referrer(found, some.property, iri) for iri in some.shown)
    words = (reads.into or f"{reads.out}: {{n}}").format(n=counted(some.total, noun))
    return Row(words, some.property, values, some.total, (some.property, some.kind))


def _referrer(found: Facts, name: str, iri: str) -> Value:
    about = found.details.get(iri, {})
    other = next((about[end][0] for end in _OTHER_END.get(name, ()) if end in about), None)
    beside = [_text(found, term) for key in _BESIDE for term in about.get(key, [])]
    hedges = [one.value for one in about.get(MGO + "hasPrecision", []) if one.value not in _PLAIN]
    if hedges and MGO + "printedForm" in about:
        beside[-1] = f"{label(found, hedges[0])} {beside[-1]}"
    beside = [_DASH if text == "-" else text for text in beside]
    return Value(
        text=_text(found, other) if other else label(found, iri),
        iri=iri_of(other) if other else iri,
        beside=", ".join(dict.fromkeys(beside)),
        fact=iri if other else "",
        flagged=iri in found.flagged,
        passages=proof(found, iri),
    )


def value(found: Facts, said: Said) -> Value:
    """Return what the thing is said to be or have."""
    basis = _basis(said.graph)
    return Value(
        text=_text(found, said.term),
        iri=iri_of(said.term),
        basis=basis,
        language=said.term.language,
        passages=holding(proof(found, found.iri), _text(found, said.term))
        if basis == "stated"
        else (),
    )


def holding(passages: tuple[Passage, ...], words: str) -> tuple[Passage, ...]:
    """Return those passages that print the words, all where none does or no text is shown."""
    # Thousands are printed apart by a blank as well.
    pattern = re.escape(words).replace(",", r"[,\s]")
    printed = re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)
    found = tuple(each for each in passages if each.quote and printed.search(each.quote.words))
    return found or passages


def first(found: Facts, iri: str, name: str) -> str:
    """Return the first value of a referrer's property, '' where it has none."""
    return next((term.value for term in found.details.get(iri, {}).get(name, [])), "")


def proof(found: Facts, iri: str) -> tuple[Passage, ...]:
    """Return the passages that prove a fact."""
    return found.passages.get(iri, ())


def label(found: Facts, iri: str) -> str:
    """Return a label, or where a passage stands, or the prefixed name, or the IRI."""
    where = _PASSAGE.fullmatch(iri)
    words = "characters {1}–{2} of document {0}".format(*where.groups()) if where else ""
    return found.labels.get(iri) or words or prefixed(iri)


def _text(found: Facts, term: Term) -> str:
    return label(found, term.value) if term.kind == "uri" else term.text


def iri_of(term: Term) -> str:
    """Return the IRI of a term, '' for a literal."""
    return term.value if term.kind == "uri" else ""


def is_derived(graph: str) -> bool:
    """Tell whether a graph holds what follows from others."""
    return graph.startswith(GRAPH + DERIVED)


def _basis(graph: str) -> str:
    """Return who says what a graph holds; '' for the graphs of shared things and of terms."""
    if graph.removeprefix(GRAPH).isdigit():
        return "stated"
    if is_derived(graph):
        return "derived"
    return "editor" if graph == f"{GRAPH}editor" else ""
