"""What the graph knows of one thing, asked in a few queries: links out, links in, proof, labels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from migkg import passages
from migkg.backend import Backend
from migkg.errors import NotFound
from migkg.passages import Passage
from migkg.tables import Term, ask, values, whole
from migkg.terms import MGO, PREFIXES, RDFS, SKOS
from migkg.texts import Texts

_AT_ONCE = 300
_PREFIXES = f"PREFIX mgo: <{MGO}> PREFIX rdfs: <{RDFS}> PREFIX skos: <{SKOS}>"
_EVERY = 10**4
_ALL_OF = {MGO + "isNameOf", MGO + "isAnomalyOf", MGO + "isContactOf"}
_SAID = "SELECT ?p ?o ?g WHERE {{ <{0}> ?p ?o OPTIONAL {{ GRAPH ?g {{ <{0}> ?p ?o }} }} }}"
_REFERRED = f"""PREFIX rdfs: <{RDFS}>
SELECT ?p ?kind (COUNT(DISTINCT ?s) AS ?n) WHERE {{{{
  ?s ?p <{{0}}>
  OPTIONAL {{{{
    ?s a ?kind
    FILTER (!STRSTARTS(STR(?kind), "{PREFIXES["qb"]}"))
    FILTER NOT EXISTS {{{{ ?s a ?closer . ?closer rdfs:subClassOf ?kind }}}}
  }}}}
}}}} GROUP BY ?p ?kind ORDER BY ?p ?kind"""
# By name of the IRI, not by label: a label for each of a thousand would take too long.
_SOME = """{{ SELECT ("{number}" AS ?group) ?s WHERE {{
  {{ SELECT DISTINCT ?s WHERE {{ ?s <{property}> <{iri}> {kind} }} }}
}} ORDER BY ?s OFFSET {offset} LIMIT {limit} }}"""
# What of a referring fact reads beside its name.
_DETAILS = (
    _PREFIXES
    + """
SELECT ?s ?p ?o WHERE {{
  VALUES ?s {{ {} }} ?s ?p ?o
  FILTER (?p IN (mgo:hasAgent, mgo:hasRole, mgo:participatesIn, mgo:inOrganization,
    mgo:printedForm, mgo:hasStatus, mgo:hasAssessmentKind, mgo:hasStatusValue, mgo:hasNameKind,
    mgo:telephone, mgo:fax, mgo:email, mgo:postalAddress, mgo:webPage, mgo:hasAnomalyKind,
    skos:definition, skos:editorialNote))
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
    """Things of one class (an IRI, '' for none) that refer by a property: their number, some."""

    property: str
    kind: str
    total: int
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """All that a page of the thing needs; `details` are links of referrers, by referrer."""

    iri: str
    said: tuple[Said, ...]
    referred: tuple[Referrers, ...]
    details: dict[str, dict[str, list[Term]]]
    flagged: frozenset[str]
    passages: dict[str, tuple[Passage, ...]]
    labels: dict[str, str]


def read(backend: Backend, sources: Texts, iri: str, shown: int) -> Facts:
    """Return the facts of a thing with `shown` referrers of each sort; raises NotFound."""
    said = tuple(
        Said(row["p"].value, row["o"], row["g"].value if "g" in row else "")
        for row in whole(backend, _SAID.format(iri)).rows
    )
    counts = ask(backend, _REFERRED.format(iri))
    if not said and not counts:
        raise NotFound(f"Nothing is called {iri}.", "Look for its label with a query.")
    referred = _some(backend, iri, counts, shown)
    return _complete(backend, sources, iri, said, referred)


def page(
    backend: Backend, sources: Texts, iri: str, wanted: tuple[str, str], span: tuple[int, int]
) -> Facts:
    """Return the referrers of one sort (property, kind) alone, from `span[0]` up to `span[1]`.

    Raises NotFound where nothing refers in that way.
    """
    found = ask(backend, _REFERRED.format(iri))
    counts = [row for row in found if (row["p"], row.get("kind", "")) == wanted]
    if not counts or int(counts[0]["n"]) <= span[0]:
        raise NotFound("There is no such page of a list.", "Go back to the page of the thing.")
    referred = _some(backend, iri, counts, span[1] - span[0], span[0])
    return _complete(backend, sources, iri, (), referred)


def labels(backend: Backend, iris: Iterable[str]) -> dict[str, str]:
    """Return the labels of those IRIs that have one."""
    asked = sorted({iri for iri in iris if iri and not any(sign in iri for sign in '<>"{}|^`\\ ')})
    found: dict[str, str] = {}
    for start in range(0, len(asked), _AT_ONCE):
        text = _LABELS.format(values(asked[start : start + _AT_ONCE]))
        found |= {row["x"]: row["label"] for row in ask(backend, text)}
    return found


def _some(
    backend: Backend, iri: str, counts: list[dict[str, str]], limit: int, offset: int = 0
) -> tuple[Referrers, ...]:
    if not counts:
        return ()
    parts = (
        _SOME.format(
            number=number,
            property=row["p"],
            iri=iri,
            kind=f"; a <{row['kind']}>" if "kind" in row else "",
            offset=offset,
            limit=_EVERY if row["p"] in _ALL_OF else limit,
        )
        for number, row in enumerate(counts)
    )
    text = f"{_PREFIXES} SELECT ?group ?s WHERE {{ {' UNION '.join(parts)} }}"
    found: dict[str, list[str]] = {}
    for row in ask(backend, text):
        found.setdefault(row["group"], []).append(row["s"])
    return tuple(
        Referrers(row["p"], row.get("kind", ""), int(row["n"]), tuple(found.get(str(number), ())))
        for number, row in enumerate(counts)
    )


def _complete(
    backend: Backend,
    sources: Texts,
    iri: str,
    said: tuple[Said, ...],
    referred: tuple[Referrers, ...],
) -> Facts:
    referrers = sorted({name for some in referred for name in some.shown if _named(name)})
    details: dict[str, dict[str, list[Term]]] = {}
    for rows in _in_parts(referrers):
        for row in whole(backend, _DETAILS.format(values(rows))).rows:
            about = details.setdefault(row["s"].value, {})
            about.setdefault(row["p"].value, []).append(row["o"])
    flagged = {row["s"] for rows in _in_parts(referrers) for row in ask(backend, _flags(rows))}
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
    return Facts(iri, said, referred, details, frozenset(flagged), proved, names)


def _flags(rows: list[str]) -> str:
    return _FLAGGED.format(values(rows))


def _in_parts(iris: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(iris), _AT_ONCE):
        yield iris[start : start + _AT_ONCE]


def _iri(term: Term) -> str:
    return term.value if term.kind == "uri" else ""


def _named(name: str) -> bool:
    # The table of an answer writes a blank node by its bare name.
    return ":" in name
