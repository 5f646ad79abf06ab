"""The tables, opened as their readers do."""

import csv
import io
import zipfile
from pathlib import Path

import frictionless
import pandas as pd
import pyoxigraph as ox
import pytest

from migkg.tabulate import tables
from migkg.terms import PREFIXES
from migkg.writers.datapackage import Field, Table, package

TURTLE = """
    mgo:Agent a owl:Class . mgo:Office rdfs:subClassOf mgo:Agent ; rdfs:label "office"@en .
    mgi:a a mgo:Office, mgo:Agent ; rdfs:label "=1+1" ; mgo:servesPlace mgi:p, mgi:q ;
      mgo:isBasedIn mgi:p ; mgo:isUnitOf mgi:a ; mgo:order 7 ; mgo:hasEvidence mgi:s .
    mgi:b a mgo:Office ; rdfs:label "Büro, \\"B\\"" ; mgo:order 8 ; mgo:amount 1.50 .
    mgi:p a mgo:Place ; rdfs:label "P" . mgi:q a mgo:Place ; rdfs:label "+Q" .
    mgi:s a mgo:Passage ; oa:hasSelector mgi:sel . mgi:sel oa:start 3 ; oa:end 9 .
    mgc:c a skos:Concept ; skos:prefLabel "c"@en .
"""
HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def found() -> dict[str, Table]:
    return {table.name: table for table in tables(ox.parse(HEAD + TURTLE, ox.RdfFormat.TURTLE))}


@pytest.fixture
def folder(found: dict[str, Table], tmp_path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(package([*found.values()]))) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def test_one_table_for_the_narrowest_class(found: dict[str, Table]) -> None:
    assert [*found] == ["concept", "office", "passage", "place", "evidence", "columns"]
    assert [row[0] for row in found["office"].rows] == ["mgi:a", "mgi:b"]


def test_fields_have_types_and_keys(found: dict[str, Table]) -> None:
    fields = {field.name: (field.type, field.refers) for field in found["office"].fields}
    assert fields == {
        "id": ("string", ""),
        "label": ("string", ""),
        "amount": ("number", ""),
        "isBasedIn": ("string", "place"),
        "isBasedIn_label": ("string", ""),
        "isUnitOf": ("string", "office"),
        "isUnitOf_label": ("string", ""),
        "order": ("integer", ""),
        "servesPlace": ("string", ""),
        "servesPlace_label": ("string", ""),
        "iri": ("string", ""),
    }


def test_several_values_stand_in_one_cell(found: dict[str, Table]) -> None:
    at = [field.name for field in found["office"].fields].index("servesPlace")
    assert found["office"].rows[0][at] == "mgi:p | mgi:q"
    assert found["office"].rows[1][at] == ""


def test_labels_stand_beside_ids(found: dict[str, Table]) -> None:
    names = [field.name for field in found["office"].fields]
    row = dict(zip(names, found["office"].rows[0], strict=True))
    assert row["isBasedIn_label"] == "P"
    assert row["servesPlace_label"] == "P | +Q"
    assert dict(zip(names, found["office"].rows[1], strict=True))["servesPlace_label"] == ""


def test_passage_has_its_characters(found: dict[str, Table]) -> None:
    assert [field.name for field in found["passage"].fields] == ["id", "end", "start", "iri"]
    assert found["passage"].rows[0][1:3] == ("9", "3")


def test_evidence_is_a_table(found: dict[str, Table]) -> None:
    assert found["evidence"].rows == (("mgi:a", "=1+1", "office", "mgi:s"),)


def test_columns_are_told_in_words_once_each(found: dict[str, Table]) -> None:
    told = [row[:2] for row in found["columns"].rows]
    held = [(one.name, field.name) for one in found.values() for field in one.fields]
    assert told == [pair for pair in held if pair[0] != "columns"]
    ends = {row[1]: row[5] for row in found["columns"].rows if row[0] == "office"}
    assert ends["isBasedIn"] == "place"


def test_frictionless_finds_no_fault(folder: Path) -> None:
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert report.flatten(["title", "message"]) == []
    assert report.stats["tasks"] == 6


def test_frictionless_sees_a_broken_key(found: dict[str, Table], tmp_path: Path) -> None:
    broken = Table("office", "o", "", (Field("id", "string"), Field("at", "string", "", "place")),
                   (("x", "nowhere"),), "id")  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(package([broken, found["place"]]))) as archive:
        archive.extractall(tmp_path)
    assert not frictionless.Package(str(tmp_path / "datapackage.json")).validate().valid


def test_pandas_reads_true_values(folder: Path) -> None:
    frame = pd.read_csv(folder / "data/office.csv")
    assert list(frame["label"]) == ["=1+1", 'Büro, "B"']
    assert frame["amount"][1] == 1.5
    assert frame["order"].sum() == 15


def test_spreadsheet_knows_the_encoding(folder: Path) -> None:
    assert (folder / "data/office.csv").read_bytes().startswith(b"\xef\xbb\xbfid,label")
    assert "formula" in (folder / "README.txt").read_text()
    text = (folder / "data/place.csv").read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[2][1] == "+Q"


def test_same_tables_give_the_same_bytes(found: dict[str, Table]) -> None:
    assert package([*found.values()]) == package([*found.values()])
