"""A graph as graph tools take it: nodes, and edges into which facts are folded.

One edge stands for all facts with the same source, target, role and document.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Value = str | int | float
_JOIN = "; "


@dataclass(frozen=True)
class Node:
    """A thing: `id` is its short readable name, `kind` the label of its class.

    `start` and `end` are years, None where the graph knows none; `more` are further named values.
    """

    id: str
    iri: str
    label: str
    kind: str
    themes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    more: tuple[tuple[str, str], ...] = ()

    def values(self) -> dict[str, Value]:
        """Return what is known besides the `id`, by name; lists as one text."""
        known = {
            "label": self.label,
            "kind": self.kind,
            "iri": self.iri,
            "themes": _JOIN.join(self.themes),
            "documents": _JOIN.join(self.documents),
            "start": self.start,
            "end": self.end,
        }
        return _known(known) | dict(self.more)


@dataclass(frozen=True)
class Edge:
    """All facts that say the same of two nodes in one document.

    `kind` is the label of the facts' class, `facts` and `passages` are IRIs. `weight` is the number
    of facts, unless a view weighs otherwise; `amount` the sum of money, None without any.
    """

    id: str
    source: str
    target: str
    role: str
    role_iri: str
    kind: str
    document: str
    weight: float
    amount: float | None = None
    facts: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None

    def values(self) -> dict[str, Value]:
        """Return what is known besides the `id` and the ends, by name; lists as one text."""
        return _known(
            {
                "label": self.role,
                "role": self.role,
                "kind": self.kind,
                "weight": self.weight,
                "amount": self.amount,
                "document": self.document,
                "role_iri": self.role_iri,
                "facts": _JOIN.join(self.facts),
                "passages": _JOIN.join(self.passages),
                "start": self.start,
                "end": self.end,
            }
        )


@dataclass(frozen=True)
class Network:
    """A directed graph; nodes sorted by id, edges by source, target, role and document."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def _known(values: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None and value != ""}


def columns(rows: Iterable[Mapping[str, Value]]) -> list[str]:
    """Return the names of all values of rows, in the order in which they come first."""
    return list(dict.fromkeys(name for row in rows for name in row))


def pack(network: Network) -> dict[str, Any]:
    """Return a network as plain lists and texts, for JSON."""
    nodes, edges = map(vars, network.nodes), map(vars, network.edges)
    return {"title": network.title, "nodes": [*nodes], "edges": [*edges]}


def unpack(found: Mapping[str, Any]) -> Network:
    """Return the network that `pack` made plain."""
    nodes = (
        Node(**{**row, "more": tuple((name, value) for name, value in row["more"])} | _tuples(row))
        for row in found["nodes"]
    )
    edges = (Edge(**row | _tuples(row)) for row in found["edges"])
    return Network(found["title"], tuple(nodes), tuple(edges))


def _tuples(row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    lists = ("themes", "documents", "facts", "passages")
    return {name: tuple(row[name]) for name in lists if name in row}
