"""Findings are sorted and chosen by path; the file of a triple is found."""

from pathlib import Path

import pytest

import sound
from migkg import findings
from migkg.findings import Finding
from migkg.terms import MGI, MGO


def test_home_is_the_file_of_the_triple_else_of_the_class(tmp_path: Path) -> None:
    files, broken = findings.read(sound.make(tmp_path))
    assert broken == []
    ferry = f"{MGI}place-ferry"
    theme = "<https://w3id.org/migkg/concept/theme-ferry>"
    assert files.home(ferry).name == "places.ttl"
    assert files.home(ferry, f"{MGO}hasTheme", theme).name == "subjects.ttl"
    assert files.home(ferry, f"{MGO}hasTheme").name == "subjects.ttl"
    assert files.home(ferry, f"{MGO}isNear").name == "places.ttl"


def test_thing_that_is_nowhere_is_at_the_root(tmp_path: Path) -> None:
    files, _ = findings.read(sound.make(tmp_path))
    assert files.home(f"{MGI}nothing") == tmp_path


def test_triples_are_told_by_graph(tmp_path: Path) -> None:
    files, _ = findings.read(sound.make(tmp_path))
    assert {file.name for file, _ in files.of("reference")} == {"documents.ttl", "places.ttl"}
    assert "facts.ttl" in {file.name for file, _ in files.instances()}
    assert "external.ttl" in {file.name for file, _ in files.of()}
    assert not any(file.parent.name == "shapes" for file, _ in files.of())


@pytest.mark.parametrize(
    ("path", "files"), [("a", ["a/x", "a/y"]), ("a/y", ["a/y"]), (None, ["a/x", "a/y", "b"])]
)
def test_under_sorts_and_chooses(path: str | None, files: list[str], tmp_path: Path) -> None:
    made = [Finding(tmp_path / name, "s", "r", "d", "m") for name in ("b", "a/y", "a/x", "b")]
    chosen = findings.under(made, [tmp_path / path] if path else [])
    assert [str(finding.file.relative_to(tmp_path)) for finding in chosen] == files
