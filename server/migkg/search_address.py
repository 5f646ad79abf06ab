"""What a text names by its address: `mgi:office-albania`, `/id/office-albania`, `hasPartner`.

The forms are those in which our own pages, files and queries write names.
"""

import re

from migkg.backend import Backend
from migkg.tables import ask
from migkg.terms import GRAPH, MGC, MGI, MGO, expand, prologue

_SPACES = {"id": MGI, "concept": MGC, "graph": GRAPH, "ontology": MGO}
_PATH = re.compile(
    r"(?:https?://\S*?|/)?/?\b(id|concept|graph|ontology|doc)[/#]([\w-]+)(?:\.\w+)*/?", re.ASCII
)
_COMPACT = re.compile(r"(migkg|mgi|mgc|mgo):([\w-]+)", re.ASCII)
# Only a name of several parts is looked for as a name; other words are words.
_SLUG = re.compile(r"[a-z]+(?:-[\w-]+)+|[a-z]+[A-Z]\w+|[A-Z][a-z]+[A-Z]\w+", re.ASCII)
_ABOUT = (
    prologue("rdfs", "skos")
    + """
SELECT (MIN(STR(?l)) AS ?label) (MIN(STR(?k)) AS ?kind) (MIN(STR(?d)) AS ?definition)
  (COUNT(*) AS ?n) WHERE {{
  {{ VALUES ?x {{ <{0}> }} ?x ?p ?o
     OPTIONAL {{ ?x rdfs:label|skos:prefLabel ?l }} OPTIONAL {{ ?x skos:definition ?d }}
     OPTIONAL {{ ?x a/rdfs:label ?k }} }}
  UNION {{ GRAPH <{0}> {{ ?x ?p ?o }} BIND ("named graph" AS ?k) }}
}}"""
)


def names(text: str) -> tuple[list[str], str]:
    """Return the IRIs that a text may name, and its last part; ([], '') if it is no address."""
    text = text.strip().removeprefix("<").removesuffix(">")
    if found := _PATH.fullmatch(text):
        if found[1] == "doc":
            return [f"{MGI}doc-{found[2]}"], found[2]
        return [_SPACES[found[1]] + found[2]], found[2]
    if found := _COMPACT.fullmatch(text):
        iri = expand(text)
        return [iri] if iri else [space + found[2] for space in (MGI, MGC, MGO)], found[2]
    if _SLUG.fullmatch(text):
        return [space + text for space in (MGI, MGC, MGO)], text
    return [], ""


def about(backend: Backend, iri: str) -> dict[str, str] | None:
    """Return label, kind and definition of something that is not in the index; None if unknown."""
    rows = ask(backend, _ABOUT.format(iri))
    if not rows or rows[0]["n"] == "0":
        return None
    return {"kind": "ontology term"} | rows[0] if iri.startswith(MGO) else rows[0]
