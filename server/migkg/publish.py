"""Loads the graphs into another store: https://www.w3.org/TR/sparql11-http-rdf-update/.

Each graph is put whole and then read back: its triples must be as many, and the same by value.
A graph that the store already holds so is left as it is, so a broken run is simply run again.
"""

import base64
import hashlib
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

import pyoxigraph as ox

from migkg.dataset import Dataset
from migkg.errors import NotPublished
from migkg.formats import BY_NAME
from migkg.terms import XSD

PART = 5_000  # triples in one request: stores limit the length of a body
_SECONDS = 120
_TRIPLES = BY_NAME["nt"].media_type

Node = TypeVar("Node")


@dataclass(frozen=True)
class Published:
    """What became of one graph; `sent` is False where the store held it already."""

    graph: str
    triples: int
    sent: bool


class GraphStore:
    """A store that speaks the Graph Store HTTP Protocol, with `?graph=` in its URL."""

    def __init__(self, url: str, user: str = "", password: str = "") -> None:
        self.url = url
        key = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._key = {"Authorization": f"Basic {key}"} if user else {}

    def get(self, graph: str) -> list[ox.Triple]:
        """Return the triples of a graph, none where there is no such graph."""
        body = self._send("GET", graph, None, missing_is_empty=True)
        return [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]

    def put(self, graph: str, triples: Sequence[ox.Triple]) -> None:
        """Replace a graph, in parts; raises NotPublished."""
        method = "PUT"
        for start in range(0, len(triples), PART):
            part = triples[start : start + PART]
            self._send(method, graph, ox.serialize(part, format=ox.RdfFormat.N_TRIPLES) or b"")
            method = "POST"

    def _send(
        self, method: str, graph: str, body: bytes | None, *, missing_is_empty: bool = False
    ) -> bytes:
        sign = "&" if "?" in self.url else "?"
        request = urllib.request.Request(
            f"{self.url}{sign}graph={quote(graph, safe='')}",
            data=body,
            method=method,
            # A store may refuse to write where it is told what to answer in.
            headers={"Accept" if body is None else "Content-Type": _TRIPLES, **self._key},
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as response:
                return bytes(response.read())
        except urllib.error.HTTPError as error:
            with error:
                if missing_is_empty and error.code == HTTPStatus.NOT_FOUND:
                    return b""
                raise NotPublished(
                    f"{self.url} answered {error.code} to {method} of {graph}.",
                    "Check the address, --user and the password.",
                ) from error
        except OSError as error:
            raise NotPublished(
                f"{self.url} does not answer: {error}.", "Start the store, then run this again."
            ) from error


def publish(dataset: Dataset, store: GraphStore) -> Iterator[Published]:
    """Bring each graph of the dataset into the store; raises NotPublished for a difference."""
    for graph, triples in _graphs(dataset).items():
        wanted = fingerprint(triples)
        sent = fingerprint(store.get(graph)) != wanted
        if sent:
            store.put(graph, triples)
            held = fingerprint(store.get(graph))
            if held != wanted:
                raise NotPublished(
                    f"The store holds {held[0]} triples of {graph} after {wanted[0]} were sent, "
                    "or changed some.",
                    "See the store's limits on answers and its log, then run this again.",
                )
        yield Published(graph, wanted[0], sent)


def fingerprint(triples: Iterable[ox.Triple]) -> tuple[int, str]:
    """Return how many triples there are, and a digest that depends on values, not on spelling."""
    by_value = ox.Dataset(
        ox.Quad(triple.subject, triple.predicate, _by_value(triple.object)) for triple in triples
    )
    by_value.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(map(str, by_value))
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _by_value(term: Node) -> Node | ox.Literal:
    """Return a number as it is written shortest; stores write `8000.0` as `8000` or `8000.0`."""
    if not isinstance(term, ox.Literal):
        return term
    if term.datatype.value == XSD + "decimal":
        return ox.Literal(f"{Decimal(term.value).normalize():f}", datatype=term.datatype)
    return term


def _graphs(dataset: Dataset) -> dict[str, list[ox.Triple]]:
    graphs: dict[str, list[ox.Triple]] = {}
    for quad in (*dataset.quads, *dataset.derived):
        name = quad.graph_name
        if isinstance(name, ox.NamedNode):
            graphs.setdefault(name.value, []).append(quad.triple)
    return graphs
