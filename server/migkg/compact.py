"""Shortens JSON-LD by the prefix table: https://www.w3.org/TR/json-ld11/#compact-iris.

The engine writes expanded JSON-LD, every name whole. Here only names and arrays get shorter, no
value changes: numbers stay texts with their datatype.
"""

import json
from collections.abc import Iterator
from typing import Any

from migkg.terms import PREFIXES, RDF, shorten

_TYPE = RDF + "type"


def compact(body: bytes) -> bytes:
    """Return expanded JSON-LD as one object with a context of the prefixes that it uses."""
    nodes = json.loads(body)
    short = _short(set(_names(nodes)))
    used = {name.partition(":")[0] for name in short.values()}
    context = {prefix: iri for prefix, iri in PREFIXES.items() if prefix in used}
    whole = {"@context": context, "@graph": [_node(node, short) for node in nodes]}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _short(iris: set[str]) -> dict[str, str]:
    """Return the short names of IRIs, without those that another IRI could be taken for."""
    found = {iri: shorten(iri) for iri in iris}
    schemes = {iri.partition(":")[0] for iri, name in found.items() if not name}
    return {iri: name for iri, name in found.items() if name and name.split(":")[0] not in schemes}


def _names(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _names(item)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in ("@id", "@type"):
                yield value
            elif key == "@graph" or not key.startswith("@"):
                yield key
                yield from _names(value)


def _node(node: dict[str, Any], short: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in node.items():
        if key == "@id":
            made[key] = short.get(value, value)
        elif key == "@graph":
            made[key] = [_node(item, short) for item in value]
        elif key == _TYPE and all("@id" in item for item in value):
            made["@type"] = _single([short.get(item["@id"], item["@id"]) for item in value])
        else:
            made[short.get(key, key)] = _single([_value(item, short) for item in value])
    return made


def _value(value: dict[str, str], short: dict[str, str]) -> Any:
    if [*value] == ["@value"]:
        return value["@value"]
    return {
        key: short.get(item, item) if key in ("@id", "@type") else item
        for key, item in value.items()
    }


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
