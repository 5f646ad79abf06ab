"""HermiT and the profiles find what is planted; without Java one sentence says so."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import sound
from migkg import check_reasoner
from migkg.cli import main


@pytest.fixture
def java() -> None:
    """Java; `make test` needs no Debian packages, so without it a test skips."""
    if shutil.which("javac") is None:
        pytest.skip("there is no Java development kit (Debian: apt install default-jdk)")


def told(root: Path) -> list[tuple[str, str, str]]:
    found, skipped = check_reasoner.faults(root)
    assert skipped == []
    return [(finding.file.name, finding.subject, finding.rule) for finding in found]


@pytest.mark.usefixtures("java")
def test_planted_disjointness_error_is_found(tmp_path: Path) -> None:
    sound.make(tmp_path, facts="a mgo:Region -> a mgo:Region, mgo:Route")
    assert told(tmp_path) == [("facts.ttl", "mgi:place-001-pier", "consistency")]


@pytest.mark.usefixtures("java")
def test_empty_class_and_range_of_dates_are_found_and_dates_are_not(tmp_path: Path) -> None:
    sound.make(
        tmp_path,
        migkg='"digest"@en . -> "digest"@en ; rdfs:range xsd:date . '
        "mgo:Both a owl:Class ; rdfs:subClassOf mgo:Region, mgo:Route .",
        places='mgo:hasRank 7 -> mgo:hasRank "2001-10-29"^^xsd:date',
    )
    assert told(tmp_path) == [
        ("migkg.ttl", "mgo:Both", "consistency"),
        ("migkg.ttl", "mgo:textDigest", "owl-2-rl"),
    ]


def test_without_java_one_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    root = sound.make(tmp_path / "data")
    done = CliRunner().invoke(main, ["check", "--full", "--data", str(root)])
    assert done.exit_code == 2
    assert done.stderr == (
        "migkg: The reasoner needs Java. Install it (Debian: apt install default-jdk).\n"
    )
