"""The real networks, opened by the programs that people open them with."""

import csv
import io
import json
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import pytest
import xmlschema

from migkg import catalog, dataset, worker
from migkg.settings import Data, Limits
from migkg.writers import registry
from migkg.writers.network import Network, unpack

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
VIEWS = [file.stem for file in sorted((REPOSITORY / "queries" / "views").glob("*.rq"))]
# The others are a hundred times as large, and written by the same hand.
SMALL = [view for view in VIEWS if view not in ("graph", "documents-and-facts")]
READABLE = ["funders", "funding-flows", "office-partners-projection"]
_SECONDS = 120
Export = Callable[[str], bytes]


@pytest.fixture(scope="module")
def export() -> Export:
    """Return a network's bytes by file name, each view built once."""
    graph, entries = dataset.load(Data(root=str(REPOSITORY))), catalog.read(REPOSITORY)

    @cache
    def network(view: str) -> Network:
        _, order = catalog.find(entries, f"{view}.gexf")
        job = {"order": asdict(order), "names_dataset": False, "rows": Limits().rows}
        return unpack(json.loads(worker.export(graph, job).body))

    def written(name: str) -> bytes:
        _, order = catalog.find(entries, name)
        return registry.write_here(network(name.partition(".")[0]), order.format)

    return written


def saved(export: Export, name: str, folder: Path) -> Path:
    file = folder / name
    file.write_bytes(export(name))
    return file


def edges(export: Export, view: str) -> list[dict[str, str]]:
    """What every consumer must find."""
    rows = list(csv.DictReader(io.StringIO(export(f"{view}.csv").decode(), newline="")))
    assert rows
    return rows


def opened(format_: str, file: Path) -> dict[str, Any]:
    script = ["node", str(HERE / "networks.mjs"), format_, str(file)]
    done = subprocess.run(script, capture_output=True, text=True, check=True, timeout=_SECONDS)
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("view", [*SMALL, "graph"])
@pytest.mark.parametrize("format_", ["cyjs", "gexf"])
def test_cytoscape_and_graphology_open_it(
    export: Export, tmp_path: Path, view: str, format_: str
) -> None:
    rows = edges(export, view)
    found = opened(format_, saved(export, f"{view}.{format_}", tmp_path))
    ends = {row[end] for row in rows for end in ("source", "target")}
    assert (found["edges"], found["loose"]) == (len(rows), 0)
    assert found["nodes"] >= len(ends)
    assert {row["source_label"] for row in rows} <= {*found["labels"]}
    assert found["edge"]["facts"]


@pytest.mark.parametrize("view", SMALL)
def test_networkx_and_igraph_open_it(export: Export, tmp_path: Path, view: str) -> None:
    rows = edges(export, view)
    file = saved(export, f"{view}.graphml", tmp_path)
    by_networkx = nx.read_graphml(file, force_multigraph=True)
    by_igraph = igraph.Graph.Read_GraphML(str(file))
    assert by_networkx.number_of_edges() == by_igraph.ecount() == len(rows)
    assert sum(by_igraph.es["weight"]) == sum(float(row["weight"]) for row in rows)
    assert {values["kind"] for _, values in by_networkx.nodes(data=True)}


@pytest.mark.parametrize("view", SMALL)
def test_gexf_keeps_its_schema(export: Export, tmp_path: Path, view: str) -> None:
    schema = xmlschema.XMLSchema(REPOSITORY / "tests" / "gexf.xsd")
    schema.validate(str(saved(export, f"{view}.gexf", tmp_path)))


def test_gexf_has_years_for_the_timeline(export: Export, tmp_path: Path) -> None:
    root = ET.parse(saved(export, "places.gexf", tmp_path)).getroot()
    starts = {one.get("start") for one in root.iter("{http://www.gexf.net/1.2draft}edge")}
    assert {"2006-01-01", "2020-01-01"} <= starts


@pytest.mark.parametrize("view", [*SMALL, "graph"])
def test_graphviz_reads_it(export: Export, tmp_path: Path, view: str) -> None:
    file = saved(export, f"{view}.dot", tmp_path)
    done = subprocess.run(["gc", "-e", file], capture_output=True, text=True, timeout=_SECONDS)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout.split()[0]) == len(edges(export, view))


@pytest.mark.parametrize("view", READABLE)
def test_graphviz_renders_it(export: Export, tmp_path: Path, view: str) -> None:
    file = saved(export, f"{view}.dot", tmp_path)
    drawn = ["sfdp", "-Tsvg", file]
    done = subprocess.run(drawn, capture_output=True, text=True, timeout=_SECONDS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('class="edge"') == len(edges(export, view))


@pytest.mark.parametrize("view", [*SMALL, "graph"])
def test_neo4j_would_import_it(export: Export, view: str) -> None:
    with zipfile.ZipFile(io.BytesIO(export(f"{view}.neo4j.zip"))) as archive:
        files = {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in ("nodes.csv", "relationships.csv")
        }
        script = archive.read("load.sh")
    ids = [row["id:ID"] for row in files["nodes.csv"]]
    assert len({*ids}) == len(ids)
    for row in files["relationships.csv"]:
        assert {row[":START_ID"], row[":END_ID"]} <= {*ids}
        assert row[":TYPE"].isidentifier()
    assert len(files["relationships.csv"]) == len(edges(export, view))
    assert subprocess.run(["sh", "-n"], input=script, timeout=_SECONDS).returncode == 0
