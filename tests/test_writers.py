"""Each format is opened by a program that its users have."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import igraph
import networkx as nx
import pytest
import xmlschema

from migkg.errors import NotAcceptable
from migkg.formats import NETWORKS
from migkg.writers import cytoscape, dot, edges, neo4j, xml
from migkg.writers.network import Network, pack, unpack
from migkg.writers.registry import APART, WRITERS, write_here
from networks_sample import FACT, NETWORK

EVERY = [xml.graphml, xml.gexf, *WRITERS.values()]
EMPTY = Network("Nothing", (), ())
GEXF = "{http://www.gexf.net/1.2draft}"


@pytest.mark.parametrize("writer", EVERY, ids=lambda writer: writer.__name__)
def test_same_network_gives_the_same_bytes(writer) -> None:  # type: ignore[no-untyped-def]
    assert writer(NETWORK) == writer(unpack(json.loads(json.dumps(pack(NETWORK)))))
    assert writer(EMPTY)


Said = tuple[str, str, str, str, tuple[str, ...]]


def said(row: dict[str, Any], source: str, target: str) -> Said:
    facts = row.get("facts") or ()
    parts = facts.replace(";", " ").split() if isinstance(facts, str) else facts
    return source, target, row["role"], row.get("document") or "", tuple(parts)


def of_table(content: bytes, delimiter: str) -> list[Said]:
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=delimiter)
    return [said(row, row["source"], row["target"]) for row in rows]


def of_networkx(graph: "nx.MultiDiGraph[str]") -> list[Said]:
    return [said(row, source, target) for source, target, row in graph.edges(data=True)]


def of_cyjs(content: bytes) -> list[Said]:
    rows = [row["data"] for row in json.loads(content)["elements"]["edges"]]
    return [said(row, row["source"], row["target"]) for row in rows]


def of_cx2(content: bytes) -> list[Said]:
    parts = {name: value for part in json.loads(content) for name, value in part.items()}
    ids = {row["id"]: row["v"]["represents"] for row in parts["nodes"]}
    return [said(row["v"], ids[row["s"]], ids[row["t"]]) for row in parts["edges"]]


def of_neo4j(content: bytes) -> list[Said]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("relationships.csv").decode()
    rows = csv.DictReader(io.StringIO(text, newline=""))
    plain = [{name.partition(":")[0] or name: value for name, value in row.items()} | row
             for row in rows]  # fmt: skip
    return [said(row, row[":START_ID"], row[":END_ID"]) for row in plain]


READERS: dict[str, Callable[[], list[Said]]] = {
    "csv": lambda: of_table(edges.edges_csv(NETWORK), ","),
    "tsv": lambda: of_table(edges.edges_tsv(NETWORK), "\t"),
    "cyjs": lambda: of_cyjs(cytoscape.cyjs(NETWORK)),
    "cx2": lambda: of_cx2(cytoscape.cx2(NETWORK)),
    "neo4j": lambda: of_neo4j(neo4j.neo4j(NETWORK)),
    "gexf": lambda: of_networkx(nx.read_gexf(io.BytesIO(xml.gexf(NETWORK)))),
    "graphml": lambda: of_networkx(
        nx.parse_graphml(xml.graphml(NETWORK).decode(), force_multigraph=True)
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_every_format_holds_the_same_edges_with_role_document_and_facts(name: str) -> None:
    wanted = [(one.source, one.target, one.role, one.document, one.facts) for one in NETWORK.edges]
    assert sorted(READERS[name]()) == sorted(wanted)


def test_every_format_has_a_writer() -> None:
    assert {row.name for row in NETWORKS} == {*WRITERS, *APART}


def test_networkx_reads_graphml() -> None:
    graph = nx.parse_graphml(xml.graphml(NETWORK).decode(), force_multigraph=True)
    assert [*graph.nodes] == [node.id for node in NETWORK.nodes]
    assert graph.nodes["mgi:guild"]["label"] == '=Guild, "old"\n<&>'
    assert graph.nodes["mgi:nets"]["start"] == 2006
    edge = graph.edges["mgi:guild", "mgi:nets", "e1"]
    assert edge["facts"].split("; ") == [FACT + "a", FACT + "b"]
    assert (edge["weight"], edge["role"], edge["document"]) == (2.0, "partner", "001")
    assert graph.edges["mgi:guild", "mgi:nets", "e2"]["amount"] == 300.5


def test_igraph_reads_graphml(tmp_path: Path) -> None:
    file = tmp_path / "x.graphml"
    file.write_bytes(xml.graphml(NETWORK))
    graph = igraph.Graph.Read_GraphML(str(file))
    assert (graph.vcount(), graph.ecount(), graph.is_directed()) == (3, 3, True)
    assert graph.vs["kind"][:2] == ["organization", "initiative"]
    assert graph.es["weight"] == [2.0, 1.0, 1.0]


def test_networkx_reads_gexf() -> None:
    graph = nx.read_gexf(io.BytesIO(xml.gexf(NETWORK)))
    assert graph.nodes["mgi:nets"]["label"] == "Mend\tnets \\N"
    assert graph.nodes["mgi:nets"]["start"] == "2006-01-01"
    assert graph.nodes["mgi:nets"]["end"] == "2007-12-31"
    assert graph.number_of_edges() == 3


@pytest.mark.parametrize("network", [NETWORK, EMPTY], ids=["full", "empty"])
def test_gexf_keeps_its_schema(network: Network) -> None:
    schema = xmlschema.XMLSchema(Path(__file__).parent / "gexf.xsd")
    schema.validate(io.BytesIO(xml.gexf(network)))


def test_gexf_has_time_but_no_date_of_today() -> None:
    root = ElementTree.fromstring(xml.gexf(NETWORK))
    graph = root.find(GEXF + "graph")
    assert (graph.get("mode"), graph.get("timeformat")) == ("dynamic", "date")
    assert root.find(GEXF + "meta").attrib == {}
    assert [one.get("title") for one in root.iter(GEXF + "attribute")].count("networkx_key") == 0


@pytest.mark.parametrize("name", APART)
def test_what_xml_cannot_hold_is_refused(name: str) -> None:
    node = replace(NETWORK.nodes[0], label="a\rb")
    written = write_here(replace(NETWORK, nodes=(node, *NETWORK.nodes[1:])), name)
    assert b"a&#xD;b" in written or b"a&#13;b" in written
    node = replace(node, label="a\x07b")
    with pytest.raises(NotAcceptable, match=r"U\+0007"):
        write_here(replace(NETWORK, nodes=(node, *NETWORK.nodes[1:])), name)


def test_cyjs_has_lists_and_ends() -> None:
    elements = json.loads(cytoscape.cyjs(NETWORK))["elements"]
    assert elements["nodes"][1]["data"]["themes"] == ["fishing", "law; order"]
    assert elements["nodes"][2]["data"]["mgo_amount"] == "1.5"
    ids = {row["data"]["id"] for row in elements["nodes"]}
    assert {row["data"][end] for row in elements["edges"] for end in ("source", "target")} <= ids


def test_networkx_reads_cyjs_with_parallel_edges() -> None:
    graph = nx.cytoscape_graph(json.loads(cytoscape.cyjs(NETWORK)))
    assert graph.is_directed()
    assert [*graph.nodes] == [node.id for node in NETWORK.nodes]
    wanted = [(edge.source, edge.target, edge.id) for edge in NETWORK.edges]
    assert sorted(graph.edges(keys=True)) == sorted(wanted)
    assert [graph.nodes[node.id]["name"] for node in NETWORK.nodes] == [
        node.label for node in NETWORK.nodes
    ]


def test_cx2_declares_what_it_holds() -> None:
    found = {
        name: value for part in json.loads(cytoscape.cx2(NETWORK)) for name, value in part.items()
    }
    assert found["CXVersion"] == "2.0"
    for one in found["metaData"]:
        assert len(found[one["name"]]) == one["elementCount"]
    declared = found["attributeDeclarations"][0]
    kinds = {"string": str, "integer": int, "double": float, "list_of_string": list}
    for part in ("nodes", "edges"):
        for row in found[part]:
            for name, value in row["v"].items():
                assert type(value) is kinds[declared[part][name]["d"]], name
    ids = [row["id"] for row in found["nodes"]]
    assert len({*ids}) == len(ids)
    assert {row[end] for row in found["edges"] for end in "st"} <= {*ids}
    assert found["status"] == [{"success": True}]


def test_dot_quotes_what_would_mean_something() -> None:
    text = dot.dot(NETWORK).decode()
    assert r'"label"="=Guild, \"old\"\n<&>"' in text
    assert r'"label"="Mend	nets \\N"' in text
    assert text.count(" -> ") == 3


def test_edge_list_is_read_by_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(edges.edges_csv(NETWORK).decode(), newline="")))
    assert rows[0]["source_label"] == '=Guild, "old"\n<&>'
    assert rows[0]["weight"] == "2"
    assert [row["amount"] for row in rows] == ["", "300.5", ""]
    lines = edges.edges_tsv(NETWORK).decode().splitlines()
    assert {line.count("\t") for line in lines} == {lines[0].count("\t")}
    assert len(lines) == 4


def test_neo4j_files_keep_the_import_s_rules() -> None:
    with zipfile.ZipFile(io.BytesIO(neo4j.neo4j(NETWORK))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    nodes = list(csv.DictReader(io.StringIO(files["nodes.csv"], newline="")))
    edges = list(csv.DictReader(io.StringIO(files["relationships.csv"], newline="")))
    ids = [row["id:ID"] for row in nodes]
    assert len({*ids}) == len(ids) == 3
    assert all(row[":LABEL"] for row in nodes)
    assert all(row[":TYPE"].isidentifier() for row in edges)
    assert {row[end] for row in edges for end in (":START_ID", ":END_ID")} <= {*ids}
    for name in [*nodes[0], *edges[0]]:
        kind = name.rpartition(":")[2]
        assert kind in (
            "ID",
            "LABEL",
            "TYPE",
            "START_ID",
            "END_ID",
            "int",
            "double",
            "string",
            "string[]",
        )
    assert nodes[1]["themes:string[]"] == "fishing;law, order"
    for kind in ("PARTNER", "SUPPORTER", "KNOWS"):
        assert f"CREATE (a)-[r:`{kind}`]->(b)" in files["load.cypher"]
    assert "nodes.csv" in files["load.sh"]
