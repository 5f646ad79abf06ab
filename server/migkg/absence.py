"""Why an answer is empty: the documents state that there is none, or they do not state it.

A dash in a table states that there is no amount. A recorded anomaly may say that a document leaves
something out. In all other cases the documents are silent, which is not the same as none.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from migkg.backend import Backend
from migkg.tables import ask, values
from migkg.terms import MGO, prologue

NONE, LEFT_OUT, SILENT = "stated-none", "left-out", "not-stated"
_CLASS = re.compile(r"\bmgo:([A-Z]\w*)")
_PREFIXES = prologue("mgo", "mgc", "rdfs", "skos")
_DASHES = (
    _PREFIXES
    + """SELECT DISTINCT ?fact ?label WHERE {{
  VALUES ?class {{ {classes} }}
  ?fact a ?class ; mgo:printedForm ?printed ; rdfs:label ?label .
  FILTER(?printed IN ("-", "–", "—"))
  FILTER NOT EXISTS {{ ?fact mgo:amount|mgo:figureValue ?number }}
  {of_all}
}} ORDER BY ?fact"""
)
_LEFT_OUT = (
    _PREFIXES
    + """SELECT DISTINCT ?fact ?label ?note WHERE {{
  VALUES ?thing {{ {iris} }}
  ?fact mgo:hasAnomalyKind mgc:anomaly-missing ; mgo:isAnomalyOf ?what ; rdfs:label ?label .
  OPTIONAL {{ ?fact skos:definition ?note }}
  FILTER(?what = ?thing || EXISTS {{ ?what ?p ?thing }})
}} ORDER BY ?fact"""
)
_SPEAKING = (
    _PREFIXES
    + """SELECT DISTINCT ?document ?label WHERE {{
  VALUES ?thing {{ {iris} }}
  {{ ?fact ?p ?thing }} UNION {{ ?thing a ?class BIND(?thing AS ?fact) }}
  ?fact mgo:isStatedIn ?document . ?document rdfs:label ?label
}} ORDER BY ?document"""
)


@dataclass(frozen=True)
class Source:
    """A fact or a document that tells of it: its IRI, its label, the editors' words if any."""

    iri: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Absence:
    """Why there is nothing: NONE, LEFT_OUT or SILENT.

    `facts` say so; where none does, `documents` are those that speak of the things asked about.
    """

    reason: str
    facts: tuple[Source, ...]
    documents: tuple[Source, ...]


def explain(backend: Backend, text: str, asked: Mapping[str, str]) -> Absence:
    """Return why a query with these IRIs has no rows; raises as `Backend.run`."""
    iris = sorted(set(asked.values()))
    if not iris:
        return Absence(SILENT, (), ())
    classes = {MGO + name for name in _CLASS.findall(text)}
    of_all = " ".join(f"?fact ?p{number} <{iri}> ." for number, iri in enumerate(iris))
    dashes = _facts(backend, _DASHES.format(classes=values(sorted(classes)), of_all=of_all))
    if dashes:
        return Absence(NONE, dashes, ())
    listed = values(iris)
    left_out = _facts(backend, _LEFT_OUT.format(iris=listed))
    speaking = [
        Source(row["document"], row["label"]) for row in ask(backend, _SPEAKING.format(iris=listed))
    ]
    return Absence(LEFT_OUT if left_out else SILENT, left_out, tuple(speaking))


def _facts(backend: Backend, text: str) -> tuple[Source, ...]:
    rows: Iterable[dict[str, str]] = ask(backend, text)
    return tuple(Source(row["fact"], row["label"], row.get("note", "")) for row in rows)
