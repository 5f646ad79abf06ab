"""The graph's own JSON-LD context, and small graphs written with it.

https://www.w3.org/TR/json-ld11/: a file carries the part of the context that it uses, so it is read
without asking anybody; the whole context stands at one address, `/context.jsonld`.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from migkg.backend import Backend
from migkg.tables import ask
from migkg.terms import MGO, OWL, PREFIXES, RDF, XSD, prologue, shorten

Context = dict[str, Any]
_TERMS = (
    prologue("owl", "rdfs")
    + """
SELECT ?term ?kind (MIN(?to) AS ?range) WHERE {
  VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty owl:Class }
  ?term a ?kind OPTIONAL { ?term rdfs:range ?to }
} GROUP BY ?term ?kind ORDER BY ?term ?kind"""
)
_IN_ENGLISH = {"label": "rdfs:label", "prefLabel": "skos:prefLabel", "altLabel": "skos:altLabel",
               "definition": "skos:definition", "editorialNote": "skos:editorialNote",
               "scopeNote": "skos:scopeNote"}  # fmt: skip
_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
_RDF_TYPE = RDF + "type"


def context(backend: Backend) -> Context:
    """Return the context: prefixes, our terms by their bare names, texts in English."""
    found: Context = {"id": "@id", "type": "@type", **PREFIXES}
    found |= {name: {"@id": iri, "@language": "en"} for name, iri in _IN_ENGLISH.items()}
    for row in ask(backend, _TERMS):
        name = row["term"].removeprefix(MGO)
        short = shorten(row["term"])
        if not short or not _NAME.fullmatch(name) or name in found:
            continue
        if row["kind"] == OWL + "Class":
            found[name] = short
        elif row["kind"] == OWL + "ObjectProperty":
            found[name] = {"@id": short, "@type": "@id"}
        else:
            found[name] = {"@id": short} | _coercion(row.get("range", ""))
    return found


def from_triples(body: bytes, backend: Backend) -> bytes:
    """Return N-Triples as JSON-LD with the context of the graph behind a backend."""
    triples = (quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
    return write(triples, context(backend))


def _coercion(datatype: str) -> Context:
    typed = datatype.startswith(XSD) and datatype != XSD + "string"
    return {"@type": shorten(datatype)} if typed else {}


def write(triples: Iterable[ox.Triple], whole: Context) -> bytes:
    """Return triples as JSON-LD in a context, the part that is used written inside."""
    terms = {_expand(value): name for name, value in whole.items()}
    used: set[str] = set()
    nodes: dict[str, dict[str, Any]] = {}
    for triple in sorted(triples, key=str):
        subject = _name(triple.subject, used)
        node = nodes.setdefault(subject, {"id": subject})
        iri = triple.predicate.value
        if iri == _RDF_TYPE and isinstance(triple.object, ox.NamedNode):
            name = terms.get(triple.object.value)
            used |= {name} if name else set()
            node.setdefault("type", []).append(name or _name(triple.object, used))
            continue
        name = terms.get(iri) or _short(iri, used)
        used.add(name)
        node.setdefault(name, []).append(_value(triple.object, whole.get(name), used))
    graph = [{key: _one(value) for key, value in node.items()} for node in nodes.values()]
    body = {"@context": _part(whole, used), "@graph": graph}
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def _one(values: Any) -> Any:
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def _value(term: Any, definition: Any, used: set[str]) -> Any:
    """Return the shortest way to write an object under a term's definition."""
    definition = definition if isinstance(definition, dict) else {}
    if not isinstance(term, ox.Literal):
        name = _name(term, used)
        return name if definition.get("@type") == "@id" else {"id": name}
    if term.language:
        same = definition.get("@language") == term.language
        return term.value if same else {"@value": term.value, "@language": term.language}
    datatype = term.datatype.value
    if datatype == XSD + "string":
        plain = not {"@type", "@language"} & set(definition)
        return term.value if plain else {"@value": term.value}
    if "@type" in definition and _expand(definition["@type"]) == datatype:
        return term.value
    return {"@value": term.value, "@type": _short(datatype, used)}


def _name(term: Any, used: set[str]) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else _short(term.value, used)


def _short(iri: str, used: set[str]) -> str:
    name = shorten(iri)
    used |= {name.partition(":")[0]} if name else set()
    return name or iri


def _part(whole: Context, used: set[str]) -> Context:
    names = {"id", "type", *used}
    for name in used & set(whole):
        value = whole[name]
        said = [*value.values()] if isinstance(value, dict) else [value]
        names |= {text.partition(":")[0] for text in said if ":" in text}
    return {name: value for name, value in whole.items() if name in names}


def _expand(value: Any) -> str:
    text = str(value.get("@id", "") if isinstance(value, dict) else value)
    prefix, colon, rest = text.partition(":")
    return str(PREFIXES[prefix]) + rest if colon and prefix in PREFIXES else text
