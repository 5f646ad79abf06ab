"""Cytoscape.js elements (https://js.cytoscape.org/#notation/elements-json) and CX2.

CX2: https://cytoscape.org/cx/cx2/specification/cytoscape-exchange-format-specification-(version-2)
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from migkg.writers.network import Edge, Network, Node, Value

_TYPES = {str: "string", int: "integer", float: "double"}


def cyjs(network: Network) -> bytes:
    """Return a network as Cytoscape.js JSON, which Cytoscape and networkx open as well.

    Cytoscape shows the `name`; `value`, `key` and what stands at the top are for networkx.
    """
    nodes = [
        {"id": node.id, "value": node.id, "name": node.label, **node.values(), **_lists(node)}
        for node in network.nodes
    ]
    edges = [
        {"id": edge.id, "key": edge.id, "source": edge.source, "target": edge.target}
        | edge.values()
        | _lists(edge)
        for edge in network.edges
    ]
    elements = {
        "nodes": [{"data": row} for row in nodes],
        "edges": [{"data": row} for row in edges],
    }
    said = {"data": {"name": network.title}, "directed": True, "multigraph": True}
    return _json(said | {"elements": elements})


def cx2(network: Network) -> bytes:
    """Return a network as CX2, the exchange format of Cytoscape and NDEx."""
    numbers = {node.id: number for number, node in enumerate(network.nodes)}
    nodes: list[dict[str, Any]] = [
        {"id": numbers[node.id], "v": _cx_values(node) | {"represents": node.id}}
        for node in network.nodes
    ]
    edges: list[dict[str, Any]] = [
        {
            "id": number,
            "s": numbers[edge.source],
            "t": numbers[edge.target],
            "v": _cx_values(edge) | {"interaction": edge.role},
        }
        for number, edge in enumerate(network.edges)
    ]
    declared = {
        "networkAttributes": {"name": {"d": "string"}},
        "nodes": _declared(row["v"] for row in nodes),
        "edges": _declared(row["v"] for row in edges),
    }
    aspects: dict[str, list[dict[str, Any]]] = {
        "attributeDeclarations": [declared],
        "networkAttributes": [{"name": network.title}],
        "nodes": nodes,
        "edges": edges,
    }
    counts = [{"name": name, "elementCount": len(held)} for name, held in aspects.items()]
    return _json(
        [
            {"CXVersion": "2.0", "hasFragments": False},
            {"metaData": counts},
            *({name: held} for name, held in aspects.items()),
            {"status": [{"success": True}]},
        ]
    )


def _cx_values(item: Node | Edge) -> dict[str, Any]:
    values = item.values() | _lists(item)
    # A node is called by its `name` there.
    return {"name" if name == "label" else name: value for name, value in values.items()}


def _lists(item: Node | Edge) -> dict[str, Any]:
    """Return the values that are lists, as such."""
    names = ("themes", "documents", "facts", "passages")
    found = {name: list(getattr(item, name, ())) for name in names}
    return {name: value for name, value in found.items() if value}


def _declared(rows: Iterable[Mapping[str, Value | list[str]]]) -> dict[str, dict[str, str]]:
    return {
        name: {"d": "list_of_string" if isinstance(value, list) else _TYPES[type(value)]}
        for row in rows
        for name, value in row.items()
    }


def _json(found: object) -> bytes:
    return (json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
