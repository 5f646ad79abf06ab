"""Whether two answers say the same: by value, in any order unless the query orders its rows.

https://www.w3.org/TR/sparql11-results-json/
"""

import http.client
import json
import time
from collections import Counter
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox
from tests.benchmarks.mix import ROWS, Question

from migkg.terms import XSD

_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "int", "long")}
_DIGITS = 12


@dataclass(frozen=True)
class Answered:
    """What a server answered, fit to be compared (None: nothing); seconds; why there is nothing."""

    value: Hashable
    seconds: float
    fault: str = ""
    hung: bool = False


def answer(question: Question, port: int, path: str, patience: float) -> Answered:
    """Ask a server once, over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    target = question.request(path).split(b" ", 2)[1].decode()
    start = time.perf_counter()
    try:
        connection.request("GET", target, headers={"Accept": question.accept})
        reply = connection.getresponse()
        body = reply.read()
        seconds = time.perf_counter() - start
        if reply.status != 200:
            return Answered(None, seconds, f"status {reply.status}")
        if question.accept == ROWS:
            return Answered(rows(body, question.ordered), seconds)
        return Answered(graph(body, reply.getheader("content-type", "")), seconds)
    except TimeoutError:
        return Answered(None, patience, f"none in {patience:.0f} s", hung=True)
    except (OSError, http.client.HTTPException):
        return Answered(None, 0.0, "connection lost")
    except (ValueError, SyntaxError, KeyError):
        return Answered(None, 0.0, "not to be read")
    finally:
        connection.close()


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
