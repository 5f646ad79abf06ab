"""CSV files and scripts for Neo4j: https://neo4j.com/docs/operations-manual/current/import/.

`neo4j-admin database import` takes the files with their typed headers; `load.cypher` reads the same
files into a running database.
"""

import re
from collections.abc import Iterable, Mapping

from migkg.writers.edges import number, table
from migkg.writers.network import Edge, Network, Node, Value, columns
from migkg.writers.packing import zipped

_TYPES = {int: "int", float: "double", str: "string"}
_LISTS = ("themes", "documents", "facts", "passages")
_SCRIPT = """\
#!/bin/sh
# Loads the two files into a new, empty database. Run it in their folder; the name may be given.
set -eu
neo4j-admin database import full "${1:-neo4j}" --array-delimiter=';' --multiline-fields=true \\
  --nodes=nodes.csv --relationships=relationships.csv
"""
_CYPHER_HEAD = """\
// Reads nodes.csv and relationships.csv, laid into the folder `import`, into a running database.
CREATE CONSTRAINT thing_id IF NOT EXISTS FOR (n:Thing) REQUIRE n.id IS UNIQUE;
"""


def neo4j(network: Network) -> bytes:
    """Return a zip of nodes.csv, relationships.csv, load.sh and load.cypher."""
    nodes = [_plain(node) for node in network.nodes]
    edges = [_plain(edge) for edge in network.edges]
    return zipped(
        {
            "nodes.csv": _nodes(network, nodes),
            "relationships.csv": _relationships(network, edges),
            "load.sh": _SCRIPT.encode(),
            "load.cypher": _cypher(network, nodes, edges).encode(),
        }
    )


def _nodes(network: Network, rows: list[dict[str, Value]]) -> bytes:
    names = columns(rows)
    header = ["id:ID", *_headers(rows, names), ":LABEL"]
    lines = (
        [node.id, *(number(row.get(name, "")) for name in names), f"Thing;{label(node.kind)}"]
        for node, row in zip(network.nodes, rows, strict=True)
    )
    return table([header, *lines])


def _relationships(network: Network, rows: list[dict[str, Value]]) -> bytes:
    names = columns(rows)
    header = [":START_ID", *_headers(rows, names), ":END_ID", ":TYPE"]
    lines = (
        [edge.source, *(number(row.get(name, "")) for name in names), edge.target, kind(edge.role)]
        for edge, row in zip(network.edges, rows, strict=True)
    )
    return table([header, *lines])


def label(text: str) -> str:
    """Return a class's label as Neo4j writes labels: FundingRequirement."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"\W+", text)) or "Thing"


def kind(text: str) -> str:
    """Return a role as Neo4j writes types of relationships: IS_UNIT_OF."""
    return "_".join(re.findall(r"\w+", text)).upper() or "RELATED"


def _plain(item: Node | Edge) -> dict[str, Value]:
    """Return the values; a list's texts are divided by the array delimiter alone."""
    lists = {
        name: ";".join(text.replace(";", ",") for text in getattr(item, name, ()))
        for name in _LISTS
    }
    return item.values() | {name: value for name, value in lists.items() if value}


def _headers(rows: Iterable[Mapping[str, Value]], names: Iterable[str]) -> list[str]:
    types = {name: type(value) for row in rows for name, value in row.items()}
    return [f"{name}:{'string[]' if name in _LISTS else _TYPES[types[name]]}" for name in names]


def _cypher(network: Network, nodes: list[dict[str, Value]], edges: list[dict[str, Value]]) -> str:
    parts = [_CYPHER_HEAD]
    for name in sorted({label(node.kind) for node in network.nodes}):
        parts.append(
            "LOAD CSV WITH HEADERS FROM 'file:///nodes.csv' AS row\n"
            f"WITH row WHERE row.`:LABEL` = 'Thing;{name}'\n"
            f"MERGE (n:Thing {{id: row.`id:ID`}}) SET n:`{name}`, {_sets('n', nodes)};\n"
        )
    for name in sorted({kind(edge.role) for edge in network.edges}):
        parts.append(
            "LOAD CSV WITH HEADERS FROM 'file:///relationships.csv' AS row\n"
            f"WITH row WHERE row.`:TYPE` = '{name}'\n"
            "MATCH (a:Thing {id: row.`:START_ID`}), (b:Thing {id: row.`:END_ID`})\n"
            f"CREATE (a)-[r:`{name}`]->(b) SET {_sets('r', edges)};\n"
        )
    return "\n".join(parts)


def _sets(variable: str, rows: list[dict[str, Value]]) -> str:
    """Return the assignments that turn a row's texts into values of their types."""
    names = columns(rows)
    found = []
    for name, header in zip(names, _headers(rows, names), strict=True):
        cell, type_of = f"row.`{header}`", header.rpartition(":")[2]
        value = {
            "int": f"toInteger({cell})",
            "double": f"toFloat({cell})",
            "string[]": f"split({cell}, ';')",
        }.get(type_of, cell)
        found.append(f"{variable}.`{name}` = {value}")
    return ", ".join(found)
