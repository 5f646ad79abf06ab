"""Form, homes, doubles, labels and literals, each rule broken once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import sound
from migkg import check_files, findings
from migkg.findings import Files, Finding

RULES = [
    check_files.canonical,
    check_files.blank_nodes,
    check_files.homes,
    check_files.doubles,
    check_files.labels,
    check_files.literals,
]
Rule = Callable[[Files], Iterator[Finding]]


def told(root: Path) -> list[tuple[str, str, str]]:
    files, broken = findings.read(root)
    found = [*broken, *(finding for rule in RULES for finding in rule(files))]
    return [(finding.file.name, finding.subject, finding.rule) for finding in found]


def test_sound_folder_has_no_findings(tmp_path: Path) -> None:
    assert told(sound.make(tmp_path)) == []


def test_canonical_names_the_first_subject_out_of_form(tmp_path: Path) -> None:
    file = sound.make(tmp_path) / "instances" / "reference" / "places.ttl"
    file.write_text(file.read_text().replace("mgo:hasRank 7", "mgo:hasRank  7"))
    assert told(tmp_path) == [("places.ttl", "mgi:place-east", "canonical")]


def test_canonical_needs_a_known_prefix(tmp_path: Path) -> None:
    file = sound.make(tmp_path) / "instances" / "reference" / "places.ttl"
    file.write_text(f"@prefix ex: <http://example.org/> .\n{file.read_text()}")
    assert [(name, rule) for name, _, rule in told(tmp_path)] == [("places.ttl", "parse")]


def test_mend_of_a_broken_file_is_told_once(tmp_path: Path) -> None:
    file = sound.make(tmp_path) / "instances" / "reference" / "places.ttl"
    file.write_text("<a b> .")
    (found,) = findings.read(tmp_path)[1]
    assert "Mend" not in found.detail
    assert found.mend == "Mend the file there."


def test_homes_finds_a_subject_in_two_files_of_a_graph(tmp_path: Path) -> None:
    sound.put(
        sound.make(tmp_path) / "instances/reference/ranks.ttl", "mgi:place-ferry mgo:hasRank 3 ."
    )
    assert told(tmp_path) == [("ranks.ttl", "mgi:place-ferry", "one-home")]


def test_homes_lets_editors_speak_of_a_thing_by_aspect(tmp_path: Path) -> None:
    folder = sound.make(tmp_path) / "instances/editor"
    sound.put(folder / "ranks.ttl", "mgi:place-ferry mgo:hasRank 3 .")
    assert told(tmp_path) == []
    sound.put(folder / "more.ttl", "mgi:place-ferry mgo:hasTheme mgc:theme-sea .")
    assert told(tmp_path) == [("subjects.ttl", "mgi:place-ferry", "one-home")]


def test_doubles_finds_a_triple_in_two_graphs(tmp_path: Path) -> None:
    sound.put(sound.make(tmp_path) / "instances/editor/ranks.ttl", "mgi:place-east mgo:hasRank 7 .")
    assert told(tmp_path) == [("places.ttl", "mgi:place-east", "two-graphs")]


def test_blank_nodes_have_no_place_in_instances(tmp_path: Path) -> None:
    sound.make(tmp_path, facts="mgo:isWithin mgi:place-ferry -> mgo:isWithin []")
    assert told(tmp_path) == [("facts.ttl", "mgi:place-001-pier", "blank-node")]


def test_labels_finds_one_label_of_two_things_of_a_class(tmp_path: Path) -> None:
    sound.make(tmp_path, facts="Pier -> east")
    assert told(tmp_path) == [("places.ttl", "mgi:place-east", "duplicate-label")]


def test_labels_may_be_shared_by_things_of_different_classes(tmp_path: Path) -> None:
    assert told(sound.make(tmp_path, places='"Ferry" -> "East"')) == []


@pytest.mark.parametrize(
    ("literal", "wrong"),
    [
        ("07", True),
        ('"7"^^xsd:nonNegativeInteger', True),
        ('"2001"^^xsd:gYear', True),
        ('"2.50"^^xsd:decimal', True),
        ('"7"^^xsd:decimal', True),
        ("1.0E3", True),
        ("7.0", False),
        ("-0.25", False),
        ('"2001-10-29"^^xsd:date', False),
        ('"word"@en', False),
        ("true", False),
    ],
)
def test_literals_are_those_that_a_store_keeps(literal: str, wrong: bool, tmp_path: Path) -> None:
    sound.make(tmp_path, places=f"mgo:hasRank 7 -> mgo:hasRank {literal}")
    expected = [("places.ttl", "mgi:place-east", "literal-form")] if wrong else []
    assert told(tmp_path) == expected
