"""Names that lead nowhere, terms that nobody declared, things that nobody uses."""

from pathlib import Path

import sound
from migkg import check_terms, dataset, findings
from migkg.settings import Data


def told(root: Path) -> list[tuple[str, str, str]]:
    files, _ = findings.read(root)
    derived = dataset.load(Data(root=str(root))).derived
    found = [
        *check_terms.dangling(files),
        *check_terms.undeclared(files),
        *check_terms.unused(files, derived),
        *check_terms.in_queries(files),
    ]
    return [(finding.file.name, finding.subject, finding.rule) for finding in found]


def test_sound_folder_has_no_findings(tmp_path: Path) -> None:
    assert told(sound.make(tmp_path)) == []


def test_object_that_is_nowhere(tmp_path: Path) -> None:
    sound.make(tmp_path, facts="mgo:isWithin mgi:place-ferry -> mgo:isWithin mgi:place-fery")
    assert ("facts.ttl", "mgi:place-001-pier", "dangling") in told(tmp_path)


def test_subject_without_a_class(tmp_path: Path) -> None:
    sound.make(tmp_path, themes="mgc:theme-sea a skos:Concept ; -> mgc:theme-sea")
    assert ("themes.ttl", "mgc:theme-sea", "dangling") in told(tmp_path)


def test_shape_of_a_term_that_is_nowhere(tmp_path: Path) -> None:
    sound.make(tmp_path)
    sound.put(tmp_path / "shapes/rank.ttl", "mgs:Rank a sh:NodeShape ; sh:targetClass mgo:Rank .")
    assert told(tmp_path) == [("rank.ttl", "mgs:Rank", "dangling")]


def test_query_for_a_term_that_is_nowhere(tmp_path: Path) -> None:
    sound.make(tmp_path)
    query = """#+ summary: mgo:inComment does not count.
        SELECT ?x WHERE {
          ?x <http://example.org/mgo:inName> "mgo:inText" ; mgo:isFar mgc:theme-sea
        }"""
    sound.put(tmp_path / "queries/far.rq", query)
    assert told(tmp_path) == [("far.rq", "mgo:isFar", "dangling")]


def test_term_of_others_that_is_not_declared(tmp_path: Path) -> None:
    sound.make(tmp_path, facts="rdfs:label -> skos:altLabel")
    assert told(tmp_path) == [("facts.ttl", "mgi:place-001-pier", "undeclared")]


def test_class_of_others_that_is_not_declared(tmp_path: Path) -> None:
    sound.make(tmp_path, facts="a mgo:Region -> a mgo:Region, prov:Entity")
    assert told(tmp_path) == [("facts.ttl", "mgi:place-001-pier", "undeclared")]


def test_property_that_no_instance_uses(tmp_path: Path) -> None:
    sound.make(tmp_path, places="; mgo:hasRank 7 -> ")
    assert told(tmp_path) == [("migkg.ttl", "mgo:hasRank", "unused")]


def test_property_that_is_only_derived_is_used(tmp_path: Path) -> None:
    sound.make(tmp_path, near="isNear -> isWithin")
    assert told(tmp_path) == [("migkg.ttl", "mgo:isNear", "unused")]


def test_concept_is_used_by_way_of_a_narrower_one(tmp_path: Path) -> None:
    root = sound.make(tmp_path)
    sound.put(root / "instances/editor/subjects.ttl", "mgi:place-ferry mgo:hasTheme mgc:themes .")
    assert told(tmp_path) == [
        ("themes.ttl", "mgc:theme-ferry", "unused"),
        ("themes.ttl", "mgc:theme-sea", "unused"),
    ]


def test_shared_thing_that_no_fact_uses(tmp_path: Path) -> None:
    sound.make(tmp_path, facts="mgo:isWithin mgi:place-ferry -> mgo:isWithin mgi:place-east")
    assert told(tmp_path) == [("places.ttl", "mgi:place-ferry", "unused")]
