"""Passages, coverage and copies become findings."""

import hashlib
from pathlib import Path

from pyoxigraph import Quad

import sound
from migkg import check_evidence, dataset, evidence, findings
from migkg.findings import Finding
from migkg.settings import Data

TEXT = "The ferry to the east leaves from the pier every day at nine.\n\nIt is blue.\n"
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()


def told(tmp_path: Path, facts: str, complete: bool = False) -> list[tuple[str, str, str]]:
    root = sound.make(tmp_path / "data", documents=f'"0" -> "{DIGEST}"')
    sound.put(root / "instances/001-one/facts.ttl", facts)
    if complete:
        sound.put(root / "instances/001-one/uncovered.ttl", "")
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "001.txt").write_text(TEXT, newline="")
    files, _ = findings.read(root)
    loaded = dataset.load(Data(root=str(root)))
    documents = evidence.read_documents(root / "instances", sources)
    found: list[Finding] = [
        *check_evidence.passages(files, loaded, documents),
        *check_evidence.covered(loaded, documents),
        *check_evidence.copied(files, loaded, documents),
    ]
    return [(finding.file.name, finding.subject, finding.rule) for finding in found]


def passage(start: int, end: int, digest: str | None = None) -> str:
    name = f"001-{start}-{end}"
    words = digest or hashlib.sha256(TEXT[start:end].encode()).hexdigest()
    return f"""mgi:psg-{name} a mgo:Passage ; oa:hasSource mgi:doc-001 ;
        oa:hasSelector mgi:sel-{name} ; mgo:passageDigest "{words}" .
        mgi:sel-{name} a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} . """


def test_true_passage_is_no_finding(tmp_path: Path) -> None:
    assert told(tmp_path, passage(4, 9)) == []


def test_passage_with_another_digest(tmp_path: Path) -> None:
    assert told(tmp_path, passage(4, 9, "0" * 64)) == [
        ("facts.ttl", "mgi:psg-001-4-9", "passage-digest")
    ]


def test_printed_form_that_is_not_printed(tmp_path: Path) -> None:
    name = 'mgi:name-001-a mgo:printedForm "Fähre" ; mgo:hasEvidence mgi:psg-001-4-9 .'
    assert told(tmp_path, passage(4, 9) + name) == [("facts.ttl", "mgi:name-001-a", "printed-form")]


def test_gap_of_a_document_that_is_declared_complete(tmp_path: Path) -> None:
    facts = passage(4, 9) + "mgi:fact-001-a mgo:hasEvidence mgi:psg-001-4-9 ."
    found = set(told(tmp_path, facts, complete=True))
    assert found == {("uncovered.ttl", "mgi:doc-001", "coverage")}


def test_sentence_that_is_copied(tmp_path: Path) -> None:
    copied = 'mgi:place-001-a rdfs:label "a ferry to the east leaves from the pier every day"@en .'
    assert told(tmp_path, copied) == [("facts.ttl", "mgi:place-001-a", "copy")]


def test_copy_in_a_query(tmp_path: Path) -> None:
    file = tmp_path / "data" / "queries" / "copy.rq"
    sound.put(file, "# the ferry to the east leaves from the pier\n")
    assert told(tmp_path, passage(4, 9)) == [("copy.rq", "the text", "copy")]
    assert isinstance(dataset.load(Data(root=str(tmp_path / "data"))).quads[0], Quad)


def test_query_that_is_not_utf_8_is_read_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "data" / "queries" / "copy.rq"
    sound.put(file, "")
    file.write_bytes("# Fähre: the ferry to the east leaves from the pier\n".encode("latin-1"))
    assert told(tmp_path, passage(4, 9)) == [("copy.rq", "the text", "copy")]
