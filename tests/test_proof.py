from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

import harbour
from migkg import evidence, proof
from migkg.evidence import Document
from migkg.terms import MGI
from migkg.turtle import read_turtle

START = harbour.TEXT.index("mend nets")
SPAN = (START, START + 9)
PASSAGE = f"{MGI}psg-009-{SPAN[0]}-{SPAN[1]}"


@pytest.fixture
def document(tmp_path: Path) -> Document:
    harbour.make(tmp_path)
    return harbour.read(tmp_path)


def rules(document: Document, triples: list[Triple]) -> list[str]:
    return [fault.rule for fault in proof.verify(triples, {"009": document})]


def with_object(
    triples: list[Triple], predicate: NamedNode, term: NamedNode | Literal
) -> list[Triple]:
    return [Triple(t.subject, predicate, term) if t.predicate == predicate else t for t in triples]


def test_a_located_passage_has_no_fault(document: Document) -> None:
    assert rules(document, evidence.passage_triples(document, SPAN)) == []


@pytest.mark.parametrize(
    ("predicate", "term", "rule"),
    [
        (evidence.DIGEST, Literal("00"), "passage-digest"),
        (evidence.IN_SECTION, NamedNode(MGI + "sec-009-north"), "passage-section"),
        (evidence.SOURCE, NamedNode(MGI + "doc-008"), "passage-source"),
        (evidence.SELECTOR, NamedNode(MGI + "sel-009-1-2"), "passage-selector"),
        (evidence.START, Literal("7"), "passage-selector"),
    ],
)
def test_each_changed_statement_is_its_own_fault(
    document: Document, predicate: NamedNode, term: NamedNode | Literal, rule: str
) -> None:
    triples = with_object(evidence.passage_triples(document, SPAN), predicate, term)
    assert rules(document, triples) == [rule]


def test_a_passage_may_not_cross_segments(document: Document) -> None:
    start = harbour.TEXT.index("nets. The")
    triples = evidence.passage_triples(document, (start, start + 9))
    assert rules(document, triples) == ["passage-segment"]


def test_a_range_past_the_text_is_a_fault(document: Document) -> None:
    triples = evidence.passage_triples(document, (5, len(harbour.TEXT) + 1))
    assert rules(document, triples) == ["passage-range"]
    assert rules(document, evidence.passage_triples(document, (5, 5))) == ["passage-range"]


def test_an_unknown_document_is_a_fault(document: Document) -> None:
    triples = evidence.passage_triples(document, SPAN)
    assert [fault.rule for fault in proof.verify(triples, {})] == ["passage-name"]


def test_without_the_text_only_names_are_compared(tmp_path: Path, document: Document) -> None:
    triples = evidence.passage_triples(document, SPAN)
    absent = evidence.read_documents(tmp_path / "instances", None)["009"]
    assert rules(absent, with_object(triples, evidence.DIGEST, Literal("00"))) == []
    assert rules(absent, with_object(triples, evidence.START, Literal("7"))) == ["passage-selector"]


def test_a_fault_names_passage_and_mend(document: Document) -> None:
    triples = with_object(evidence.passage_triples(document, SPAN), evidence.DIGEST, Literal("00"))
    (fault,) = proof.verify(triples, {"009": document})
    assert fault.subject == PASSAGE
    assert "migkg locate --fill" in fault.mend


def forms(folder: Path, body: str) -> list[str]:
    path = harbour.write(folder, "009-harbours/facts.ttl", body)
    documents = {"009": harbour.read(folder)}
    return [fault.detail for fault in proof.printed(read_turtle(path), documents)]


def test_a_printed_form_stands_in_a_passage_of_its_fact(tmp_path: Path) -> None:
    harbour.make(tmp_path)
    other = f"mgi:psg-009-{harbour.NETS[0]}-{harbour.NETS[1]}"
    body = f"""mgi:a mgo:hasEvidence mgi:psg-009-{SPAN[0]}-{SPAN[1]}, {other} ;
        mgo:printedForm "nets", "three crews", "net", "Nets" . mgi:b mgo:printedForm "x" ."""
    assert forms(tmp_path, body) == ["none of its passages prints 'Nets'."]
    (tmp_path / "sources" / "any-name.txt").unlink()
    assert forms(tmp_path, body) == []


def test_words_of_time_condition_and_extent_are_printed(tmp_path: Path) -> None:
    harbour.make(tmp_path)
    spans = (harbour.NETS, (at := harbour.TEXT.index("Boats"), at + len("Boats were few")))
    names = " , ".join(f"mgi:psg-009-{start}-{end}" for start, end in spans)
    body = f"""mgi:a mgo:hasEvidence {names} ; mgo:frequency "boats", "yearly" ;
        mgo:extentInWords "few", "most" ;
        mgo:conditionInWords "boats … few", "boats … none" ; mgo:timeInWords "nets", "Nets" ."""
    assert forms(tmp_path, body) == [
        "none of its passages prints 'Nets'.",
        "none of its passages prints 'boats … none'.",
        "none of its passages prints 'most'.",
        "none of its passages prints 'yearly'.",
    ]


@pytest.mark.parametrize(("second", "faults"), [("Boats were few", 0), ("were few", 1)])
def test_a_printed_form_may_run_over_neighbouring_passages(
    tmp_path: Path, second: str, faults: int
) -> None:
    harbour.make(tmp_path)
    spans = [(at := harbour.TEXT.index(words), at + len(words)) for words in ("North", second)]
    names = " , ".join(f"mgi:psg-009-{start}-{end}" for start, end in spans)
    body = f'mgi:a mgo:hasEvidence {names} ; mgo:printedForm "North {second}" .'
    assert len(forms(tmp_path, body)) == faults
