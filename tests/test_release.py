"""A release is made, changed, made again, and its list of digests holds."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from migkg.cli import main
from migkg.compare import read
from serving import write_data


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    root = write_data(tmp_path / "data")
    (root / "shapes").mkdir()
    (root / "queries" / "views").mkdir()
    (root / "queries" / "views" / "graph.rq").write_text(
        "#+ summary: All.\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER ISIRI(?o) }"
    )
    return root


def checked(folder: Path) -> set[str]:
    """The files of a release, each with the digest that its list tells."""
    names = set()
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        if not line.startswith("#"):
            digest, name = line.split("  ")
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
            names.add(name)
    assert {file.name for file in folder.iterdir()} == {*names, "SHA256SUMS"}
    return names


def test_release_holds_everything_and_its_digests(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    done = run("release", folder, "--data", data, "--public-url", "https://example.org/kg")
    assert done.exit_code == 0, done.output
    names = checked(folder)
    assert {
        "migkg-graph.trig", "migkg-graph.nq.zst", "migkg-graph.gexf", "migkg-graph.neo4j.zip",
        "migkg-document-001.ttl", "migkg-ontology.ttl", "migkg-shapes.ttl", "migkg-tables.zip",
        "void.ttl", "README.txt",
    } <= names  # fmt: skip
    assert "CHANGES.txt" not in names
    (version,) = {
        quad.object.value  # type: ignore[union-attr]
        for quad in ox.parse((folder / "void.ttl").read_bytes(), ox.RdfFormat.TURTLE)
        if quad.predicate.value == "http://www.w3.org/ns/dcat#version"
    }
    assert version == read(folder).digest == read(data).digest
    assert version in (folder / "SHA256SUMS").read_text().splitlines()[0]


def test_description_tells_the_size_of_each_file_of_the_release(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    run("release", folder, "--data", data, "--public-url", "https://example.org/kg")
    store = ox.Store()
    store.load(path=folder / "void.ttl")
    text = "SELECT ?file ?size { ?x dcat:downloadURL ?file ; dcat:byteSize ?size }"
    rows = store.query(text, prefixes={"dcat": "http://www.w3.org/ns/dcat#"})
    sizes = {file.value.rpartition("/")[2]: int(size.value) for file, size in rows}
    assert {"graph.trig", "graph.gexf", "ontology.ttl", "shapes.ttl", "tables.zip"} <= {*sizes}
    assert sizes == {name: (folder / f"migkg-{name}").stat().st_size for name in sizes}


def test_second_release_tells_what_changed(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    assert run("release", folder, "--data", data).exit_code == 0
    old = read(folder)
    (folder / "migkg-gone.csv").write_text("x")
    sums = folder / "SHA256SUMS"
    sums.write_text(sums.read_text() + f"{hashlib.sha256(b'x').hexdigest()}  migkg-gone.csv\n")
    facts = data / "instances/001-plan/facts.ttl"
    facts.write_text(facts.read_text().replace("Help with return", "Help with arrival"))
    assert run("release", folder, "--data", data).exit_code == 0
    assert {"CHANGES.txt", "CHANGES.html", "CHANGES.rdfp"} <= checked(folder)
    text = (folder / "CHANGES.txt").read_text()
    assert text.startswith("Document 001: 0 added, 0 removed, 1 changed")
    assert f"H prev <urn:sha256:{old.digest}>" in (folder / "CHANGES.rdfp").read_text()


def test_two_releases_of_the_same_data_are_the_same_bytes(data: Path, tmp_path: Path) -> None:
    for name, seed in (("one", "1"), ("two", "2")):
        command = [sys.executable, "-m", "migkg", "release", tmp_path / name, "--data", data]
        subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, check=True)
    one, two = ((tmp_path / name / "SHA256SUMS").read_bytes() for name in ("one", "two"))
    assert one == two


def test_folder_with_something_else_is_left_alone(data: Path, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "letter.txt").write_text("dear")
    done = run("release", tmp_path / "x", "--data", data)
    assert (done.exit_code, "holds something else" in done.output) == (2, True)
    assert [file.name for file in (tmp_path / "x").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("form", "told"), [("text", "Document 001"), ("html", "<h2>Document 001"), ("patch", "TX .")]
)
def test_command_tells_changes_in_each_form(
    data: Path, tmp_path: Path, form: str, told: str
) -> None:
    other = write_data(tmp_path / "other")
    facts = other / "instances/001-plan/facts.ttl"
    facts.write_text(facts.read_text().replace("1.5", "2.5"))
    done = run("diff", data, other, "--format", form)
    assert (done.exit_code, told in done.output) == (0, True)
    file = tmp_path / "changes"
    assert run("diff", data, other, "--format", form, "-o", file).exit_code == 0
    assert file.read_bytes() == done.stdout_bytes
