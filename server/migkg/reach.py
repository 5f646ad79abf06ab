"""What the graph says of a stretch of text: the names and numbers within two steps of its facts.

A fact cites a segment by `mgo:hasEvidence` or `mgo:isRestatedIn`. From it lead the links to other
nodes, but not to the initiative that it is part of, which other segments state. Of each node count
its names: `mgo:printedForm`, titles, labels, addresses, those of the `mgo:NameForm` nodes that name
it, its numbers, and the days, months and years of its dates. The `rdfs:label` of a statement (an
initiative, an assessment, a figure …) is our own description of it and not a name, so it does not
count: what it names must be a node, or a printed form.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode, Quad, Triple

from migkg.evidence import span_of, value
from migkg.segments import Range
from migkg.terms import DCTERMS, MGI, MGO, OA, PREFIXES, RDF, RDFS, SKOS, XSD

STEPS = 2
EXCUSING = (MGO + "excuses", MGO + "excusesForm", MGO + "hasReason")
# What leads from a fact to a passage that states it.
CITING = (MGO + "hasEvidence", MGO + "isRestatedIn")
# What an initiative is part of is said by other segments.
NOT_LINKS = {*CITING, RDF + "type"} | {
    MGO + name for name in ("isInSection", "isStatedIn", "isNameOf", "isPartOfInitiative")
}
NAMING = {
    MGO + "printedForm",
    MGO + "email",
    MGO + "telephone",
    MGO + "fax",
    MGO + "webPage",
    RDFS + "label",
    SKOS + "prefLabel",
    SKOS + "altLabel",
    DCTERMS + "title",
    PREFIXES["foaf"] + "homepage",
    PREFIXES["schema"] + "url",
}
STATEMENTS = {
    MGO + name
    for name in (
        "Assessment ContactPoint Figure FundingRequirement Initiative Membership Participation "
        "PrintedTotal RegionComposition SourceAnomaly StatusAssertion"
    ).split()
}
NUMBERS = {XSD + name for name in ("integer", "decimal", "gYear")}


@dataclass(frozen=True)
class Says:
    """Names as printed and numbers."""

    names: frozenset[str] = frozenset()
    numbers: frozenset[Decimal] = frozenset()

    def __or__(self, other: "Says") -> "Says":
        return Says(self.names | other.names, self.numbers | other.numbers)


@dataclass(frozen=True)
class Excuse:
    """Words set aside: of a range, all of them or, with `forms`, only these; and why."""

    iri: str
    span: Range
    forms: tuple[str, ...]
    reason: str


@dataclass
class Statements:
    """The triples of a dataset, arranged by what is asked of them here."""

    links: dict[str, list[str]] = field(default_factory=dict)
    own: dict[str, Says] = field(default_factory=dict)
    naming: dict[str, list[str]] = field(default_factory=dict)
    citing: dict[str, list[tuple[Range, str]]] = field(default_factory=dict)
    excuses: dict[str, list[Excuse]] = field(default_factory=dict)

    def names(self) -> set[str]:
        """Return every name that the graph knows."""
        return {name for says in self.own.values() for name in says.names}


def arrange(triples: Iterable[Triple | Quad]) -> Statements:
    """Arrange triples: what leads where, who names whom, which fact cites which range."""
    statements = Statements()
    excuses: dict[str, dict[str, list[str]]] = {}
    named = [triple for triple in triples if isinstance(triple.subject, NamedNode)]
    described = {value(t.subject) for t in named if value(t.object) in STATEMENTS}
    for triple in named:
        subject, predicate, target = value(triple.subject), triple.predicate.value, triple.object
        if isinstance(target, Literal):
            if predicate != RDFS + "label" or subject not in described:
                said = statements.own.get(subject, Says())
                statements.own[subject] = said | _said(predicate, target)
        else:
            _link(statements, subject, predicate, value(target))
        if predicate in EXCUSING:
            excuses.setdefault(subject, {}).setdefault(predicate, []).append(value(target))
    for iri, values in sorted(excuses.items()):
        _excuse(statements, iri, values)
    return statements


def says(statements: Statements, node: str) -> Says:
    """Return what is said of a node within two steps from it."""
    seen = {node}
    edge = [node]
    for _ in range(STEPS):
        edge = [n for start in edge for n in statements.links.get(start, []) if n not in seen]
        seen.update(edge)
    named = {name for node in seen for name in statements.naming.get(node, [])}
    said = [statements.own.get(node, Says()) for node in seen | named]
    return Says(
        frozenset(name for each in said for name in each.names),
        frozenset(number for each in said for number in each.numbers),
    )


def _link(statements: Statements, subject: str, predicate: str, target: str) -> None:
    ranged = span_of(target)
    if predicate in CITING and ranged:
        statements.citing.setdefault(ranged[0], []).append((ranged[1], subject))
    elif predicate == MGO + "isNameOf":
        statements.naming.setdefault(target, []).append(subject)
        statements.links.setdefault(subject, []).append(target)
    elif predicate not in NOT_LINKS and not predicate.startswith(OA):
        statements.links.setdefault(subject, []).append(target)


def _excuse(statements: Statements, iri: str, values: dict[str, list[str]]) -> None:
    forms = tuple(sorted(values.get(MGO + "excusesForm", [])))
    reason = values.get(MGO + "hasReason", [""])[0].rsplit("/", 1)[-1]
    for passage in values.get(MGO + "excuses", []):
        ranged = span_of(passage)
        if ranged:
            excuse = Excuse(iri.removeprefix(MGI), ranged[1], forms, reason)
            statements.excuses.setdefault(ranged[0], []).append(excuse)


def _said(predicate: str, literal: Literal) -> Says:
    if predicate in NAMING:
        return Says(names=frozenset([literal.value]))
    if predicate == MGO + "postalAddress":
        # Its lines, joined by commas, stand apart in the text.
        return Says(names=frozenset(literal.value.split(", ")))
    kind = literal.datatype.value
    if kind in NUMBERS:
        try:
            return Says(numbers=frozenset([Decimal(literal.value)]))
        except InvalidOperation:
            return Says()
    return _of_day(literal.value) if kind == XSD + "date" else Says()


def _of_day(text: str) -> Says:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Says()
    names = frozenset([f"{day:%B}", f"{day:%b}"])
    return Says(names, frozenset([Decimal(day.year), Decimal(day.day)]))
