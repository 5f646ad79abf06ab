"""The tables of the real graph keep their own description and hold every fact."""

import io
import zipfile
from pathlib import Path

import frictionless

from migkg.dataset import Dataset
from migkg.tabulate import tables
from migkg.writers.datapackage import package


def test_real_tables_have_no_fault(graph: Dataset, tmp_path: Path) -> None:
    found = tables((*graph.quads, *graph.derived))
    with zipfile.ZipFile(io.BytesIO(package(found))) as archive:
        archive.extractall(tmp_path)
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert report.flatten(["title", "fieldName", "message"]) == []


def test_every_fact_has_a_row(graph: Dataset) -> None:
    text = """PREFIX mgo: <https://w3id.org/migkg/ontology#>
        SELECT (COUNT(DISTINCT ?fact) AS ?n) { ?fact mgo:hasEvidence ?passage }"""
    (solution,) = graph.store.query(text, use_default_graph_as_union=True)  # type: ignore[misc]
    found = {table.name: table for table in tables((*graph.quads, *graph.derived))}
    facts = {row[0] for row in found["evidence"].rows}
    assert len(facts) == int(solution["n"].value)
    named = {row[0] for name, table in found.items() if name != "evidence" for row in table.rows}
    assert facts <= named
