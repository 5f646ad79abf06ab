"""What the graph knows of one thing, asked in a few queries: links out, links in, proof, labels."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from migkg import passages
from migkg.backend import Backend
from migkg.errors import NotFound
from migkg.passages import Passage
from migkg.tables import Term, ask, in_parts, iri_rows, whole
from migkg.terms import MGO, PREFIXES, RDFS, prologue
from migkg.texts import Texts

_PREFIXES = prologue("mgo", "rdfs", "skos")
# What refers by these is a name, a note or a contact of the thing: all of them have a place of
# their own on its page.
APART = {MGO + "isNameOf", MGO + "isAnomalyOf", MGO + "isContactOf"}
_SAID = "SELECT ?p ?o ?g WHERE {{ <{0}> ?p ?o OPTIONAL {{ GRAPH ?g {{ <{0}> ?p ?o }} }} }}"
_WIDER = f"SELECT DISTINCT ?wider WHERE {{ ?class <{RDFS}subClassOf> ?wider }}"
# A row each and not one text a sort: a store elsewhere may have no room for so long a text.
_REFERRED = """
SELECT ?p ?kind ?s WHERE {{
  ?s ?p <{0}> FILTER (isIRI(?s))
  OPTIONAL {{ ?s a ?kind FILTER (?kind NOT IN ({1})) }}
}}"""
# Derived from properties that say more: it only repeats what they lead to.
WIDER = MGO + "involvesInstrument"
# What of a referring fact reads beside its name.
_DETAILS = (
    _PREFIXES
    + """
SELECT ?s ?p ?o WHERE {{
  VALUES ?s {{ {} }} ?s ?p ?o
  FILTER (?p IN (mgo:hasAgent, mgo:hasRole, mgo:participatesIn, mgo:inOrganization,
    mgo:printedForm, mgo:hasPrecision, mgo:hasStatus, mgo:hasAssessmentKind, mgo:hasStatusValue,
    mgo:hasNameKind, mgo:telephone, mgo:fax, mgo:email, mgo:postalAddress, mgo:webPage,
    mgo:hasAnomalyKind, skos:definition, skos:editorialNote))
}} ORDER BY ?s ?p ?o"""
)
_FLAGGED = _PREFIXES + " SELECT ?s ?flag WHERE {{ VALUES ?s {{ {} }} ?flag mgo:isAnomalyOf ?s }}"
_LABELS = (
    _PREFIXES
    + """
SELECT ?x (MIN(STR(?found)) AS ?label)
WHERE {{ VALUES ?x {{ {} }} ?x rdfs:label|skos:prefLabel ?found }} GROUP BY ?x"""
)


@dataclass(frozen=True)
class Said:
    """A link or literal of the thing, and the IRI of the graph that says so ('' if none is)."""

    property: str
    term: Term
    graph: str


@dataclass(frozen=True)
class Referrers:
    """The things of one class (`kind`: an IRI or '') that refer by a property: number and some."""

    property: str
    kind: str
    total: int
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """All that the page of a thing needs.

    `details` are the values of the referrers' properties, by referrer and property; `flagged` are
    the referrers of which an anomaly is recorded; `passages` those that prove each fact.
    """

    iri: str
    said: tuple[Said, ...]
    referred: tuple[Referrers, ...]
    details: dict[str, dict[str, list[Term]]]
    flagged: frozenset[str]
    passages: dict[str, tuple[Passage, ...]]
    labels: dict[str, str]


def read(backend: Backend, sources: Texts, iri: str, shown: int) -> Facts:
    """Return the facts of a thing, with at most `shown` of most referrers; raises NotFound."""
    said = tuple(
        Said(row["p"].value, row["o"], row["g"].value if "g" in row else "")
        for row in whole(backend, _SAID.format(iri)).rows
    )
    every = _referrers(backend, iri)
    if not said and not every:
        raise NotFound(f"Nothing is called {iri}.", "Look for its label with a query.")
    some = tuple(
        each if each.property in APART else replace(each, shown=each.shown[:shown])
        for each in every
    )
    return _complete(backend, sources, iri, said, some)


def page(
    backend: Backend, sources: Texts, iri: str, wanted: tuple[str, str], span: tuple[int, int]
) -> Facts:
    """Return the referrers of one sort (property, kind) alone, from `span[0]` up to `span[1]`.

    Raises NotFound where nothing refers in that way.
    """
    none = Referrers(*wanted, 0, ())
    found = (each for each in _referrers(backend, iri) if (each.property, each.kind) == wanted)
    return chosen(backend, sources, iri, next(found, none), span)


def chosen(
    backend: Backend, sources: Texts, iri: str, every: Referrers, span: tuple[int, int]
) -> Facts:
    """Return some referrers alone, from `span[0]` up to `span[1]`; raises NotFound for none."""
    if every.total <= span[0]:
        raise NotFound("There is no such page of a list.", "Go back to the page of the thing.")
    some = replace(every, shown=every.shown[slice(*span)])
    return _complete(backend, sources, iri, (), (some,))


def labels(backend: Backend, iris: Iterable[str]) -> dict[str, str]:
    """Return the labels of those IRIs that have one."""
    asked = filter(_is_iri, iris)
    rows = (row for part in in_parts(asked) for row in ask(backend, _LABELS.format(part)))
    return {row["x"]: row["label"] for row in rows}


def _referrers(backend: Backend, iri: str) -> tuple[Referrers, ...]:
    """Return all that refers to a thing, by property and its own class, not by wider ones."""
    wider = {row["wider"] for row in ask(backend, _WIDER)} | {PREFIXES["qb"] + "Observation"}
    found: dict[tuple[str, str], set[str]] = {}
    text = _REFERRED.format(iri, ", ".join(f"<{name}>" for name in sorted(wider)))
    for predicate, kind, referrer in iri_rows(backend, text):
        found.setdefault((predicate, kind), set()).add(referrer)
    for (predicate, kind), names in found.items():
        if predicate != WIDER and (WIDER, kind) in found:
            found[WIDER, kind] -= names
    found = {sort: names for sort, names in found.items() if names}
    return tuple(
        Referrers(*sort, len(names), tuple(sorted(names))) for sort, names in sorted(found.items())
    )


def _complete(
    backend: Backend,
    sources: Texts,
    iri: str,
    said: tuple[Said, ...],
    referred: tuple[Referrers, ...],
) -> Facts:
    referrers = {name for some in referred for name in some.shown if _is_iri(name)}
    details: dict[str, dict[str, list[Term]]] = {}
    for part in in_parts(referrers):
        for row in whole(backend, _DETAILS.format(part)).rows:
            about = details.setdefault(row["s"].value, {})
            about.setdefault(row["p"].value, []).append(row["o"])
    rows = (row for part in in_parts(referrers) for row in ask(backend, _FLAGGED.format(part)))
    flagged = frozenset(row["s"] for row in rows)
    places = passages.places(backend, [iri, *referrers])
    named = {iri, *passages.iris(places)} | {
        name for some in referred for name in (some.property, some.kind, *some.shown)
    }
    named |= {name for each in said for name in (each.property, _iri(each.term))}
    named |= {
        _iri(term) for about in details.values() for terms in about.values() for term in terms
    }
    names = labels(backend, named)
    proved = passages.of_places(backend, sources, places, names)
    return Facts(iri, said, referred, details, flagged, proved, names)


def _iri(term: Term) -> str:
    return term.value if term.kind == "uri" else ""


def _is_iri(name: str) -> bool:
    # The table of an answer writes a blank node by its bare name.
    return ":" in name and not any(sign in name for sign in '<>"{}|^`\\ \n\r\t')
