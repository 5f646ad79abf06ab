import hashlib
from pathlib import Path

import pytest

import harbour
from migkg import evidence
from migkg.errors import BrokenTurtle, DataMissing, SourcesMissing
from migkg.terms import MGI, MGO

WORDS = (harbour.TEXT.index("mend nets"), harbour.TEXT.index("mend nets") + 9)


@pytest.fixture
def document(tmp_path: Path) -> evidence.Document:
    harbour.make(tmp_path)
    return harbour.read(tmp_path)


def test_a_text_is_found_by_its_digest_whatever_its_file_is_called(
    document: evidence.Document,
) -> None:
    assert document.text == harbour.TEXT
    assert document.folder.name == "009-harbours"


def test_a_changed_text_is_not_the_documents_text(tmp_path: Path) -> None:
    harbour.make(tmp_path)
    (tmp_path / "sources" / "any-name.txt").write_text(harbour.TEXT + " ", "utf-8")
    document = harbour.read(tmp_path)
    assert document.text is None
    with pytest.raises(SourcesMissing, match=r"009.*--sources"):
        document.words((0, 1))


def test_without_a_folder_of_sources_documents_are_read_without_texts(tmp_path: Path) -> None:
    instances = harbour.make(tmp_path)
    assert evidence.read_documents(instances, None)["009"].text is None
    assert evidence.read_documents(instances, tmp_path / "nowhere")["009"].text is None


def test_missing_and_broken_descriptions_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match=r"documents\.ttl"):
        evidence.read_documents(tmp_path, None)
    instances = harbour.make(tmp_path)
    harbour.write(tmp_path, "009-harbours/sections.ttl", "mgi:a mgo:b")
    with pytest.raises(BrokenTurtle, match=r"sections\.ttl"):
        evidence.read_documents(instances, None)


def test_the_section_of_a_range_is_the_deepest_that_holds_it(document: evidence.Document) -> None:
    def section(words: str) -> str | None:
        start = harbour.TEXT.index(words)
        found = document.section_at((start, start + len(words)))
        return found.slug if found else None

    assert section("mend nets") == "sec-009-north-nets"
    assert section("Paint hulls") == "sec-009-north"
    assert section("Office South") == "sec-009-south"
    assert section("LOVE\n Harbour") is None


def test_a_section_covers_the_ranges_of_those_below_it(document: evidence.Document) -> None:
    assert document.ranges_under("sec-009-north") == [(1, harbour.SOUTH - 2), harbour.NETS]
    assert list(document.sections) == ["sec-009-north", "sec-009-north-nets", "sec-009-south"]


def test_a_passage_is_named_by_document_start_and_end() -> None:
    name = evidence.passage_name("009", WORDS)
    assert name.value == f"{MGI}psg-009-{WORDS[0]}-{WORDS[1]}"
    assert evidence.span_of(name.value) == ("009", WORDS)
    assert evidence.span_of(evidence.selector_name("009", WORDS).value) == ("009", WORDS)
    assert evidence.span_of(MGI + "office-nordhavn") is None


def test_a_passage_says_source_selector_digest_and_section(document: evidence.Document) -> None:
    said = {
        (triple.predicate.value.rsplit("/", 1)[-1], evidence.value(triple.object))
        for triple in evidence.passage_triples(document, WORDS)
    }
    assert {
        ("ontology#passageDigest", hashlib.sha256(b"mend nets").hexdigest()),
        ("ontology#isInSection", MGI + "sec-009-north-nets"),
        ("oa#hasSource", MGI + "doc-009"),
        ("oa#start", str(WORDS[0])),
        ("oa#end", str(WORDS[1])),
        ("22-rdf-syntax-ns#type", MGO + "Passage"),
    } <= {(name.removeprefix("ns/"), text) for name, text in said}
    assert len(said) == 8


def test_offsets_count_code_points(document: evidence.Document) -> None:
    start = harbour.TEXT.index("Guild 2030")
    assert document.words((start, start + 5)) == "Guild"
    assert len(harbour.TEXT) < len(harbour.TEXT.encode())


def test_the_real_texts_match_their_digests(sources: Path) -> None:
    instances = Path(__file__).resolve().parents[1] / "instances"
    documents = evidence.read_documents(instances, sources)
    assert sorted(documents) == ["000", "001", "002", "003", "004"]
    assert all(document.text for document in documents.values())
