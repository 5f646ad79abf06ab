"""Whether two answers say the same: by value, in any order unless the query orders its rows.

https://www.w3.org/TR/sparql11-results-json/
"""

import http.client
import json
import time
from collections import Counter
from collections.abc import Hashable
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox
from tests.benchmarks.mix import ROWS, Question

from migkg.terms import XSD

_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "int", "long")}
_DIGITS = 12


def answer(question: Question, port: int, path: str, patience: float) -> tuple[Hashable, float]:
    """What a server answers, fit to be compared (None: no answer), and the seconds it took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        with suppress(OSError, http.client.HTTPException, ValueError, SyntaxError):
            target = question.request(path).split(b" ", 2)[1].decode()
            start = time.perf_counter()
            connection.request("GET", target, headers={"Accept": question.accept})
            reply = connection.getresponse()
            body = reply.read()
            seconds = time.perf_counter() - start
            if reply.status == 200 and question.accept == ROWS:
                return rows(body, question.ordered), seconds
            if reply.status == 200:
                return graph(body, reply.getheader("content-type", "")), seconds
    finally:
        connection.close()
    return None, 0.0


def rows(body: bytes, ordered: bool) -> Hashable:
    """The rows of a result in JSON."""
    found = json.loads(body, strict=False)
    if "boolean" in found:
        return bool(found["boolean"])
    lines = [
        tuple(sorted((name, _term(term)) for name, term in row.items()))
        for row in found["results"]["bindings"]
    ]
    return tuple(lines) if ordered else frozenset(Counter(lines).items())


def graph(body: bytes, media_type: str) -> Hashable:
    """The triples of an answer; blank nodes count as one and the same."""
    form = ox.RdfFormat.from_media_type(media_type.partition(";")[0].strip())
    triples = ox.parse(body, form or ox.RdfFormat.N_TRIPLES, lenient=True)
    return frozenset((_object(t.subject), str(t.predicate), _object(t.object)) for t in triples)


def _object(term: Any) -> Hashable:
    if isinstance(term, ox.Literal):
        return _literal(term.value, term.datatype.value, term.language or "")
    return str(term) if isinstance(term, ox.NamedNode) else "_"


def _term(term: dict[str, str]) -> Hashable:
    if term["type"] in ("literal", "typed-literal"):
        return _literal(term["value"], term.get("datatype", ""), term.get("xml:lang", ""))
    return (term["type"], term["value"] if term["type"] == "uri" else "_")


def _literal(value: str, datatype: str, language: str) -> Hashable:
    if datatype in _NUMBERS:
        with suppress(InvalidOperation):
            return ("number", float(round(Decimal(value), _DIGITS)))
    if datatype == XSD + "boolean":
        return ("boolean", value in ("true", "1"))
    plain = datatype in ("", XSD + "string") or bool(language)
    return ("literal", value, "" if plain else datatype, language.lower())
