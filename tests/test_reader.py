from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import harbour
from migkg import coverage, evidence, marking, reader, texts
from migkg.dataset import load
from migkg.errors import NotFound
from migkg.execute import Pool
from migkg.reach import arrange
from migkg.reader import Coverage, Reading
from migkg.settings import Data, Limits, Server
from migkg.terms import MGI, PREFIXES
from migkg.texts import MASK, Texts

DOCUMENT = MGI + "doc-009"
SENTENCE = harbour.TEXT.index("Boats were few")
SMILE = harbour.TEXT.index("Two sailors smile.")
HEAD = harbour.TEXT.index("Harbour Office North")


def passage(start: int, words: str) -> tuple[str, str]:
    """The name of a passage of the harbours, and its triples."""
    end = start + len(words)
    name = f"psg-009-{start}-{end}"
    return (
        name,
        f"""
        mgi:{name} a mgo:Passage ; oa:hasSource mgi:doc-009 ;
            oa:hasSelector mgi:sel-009-{start}-{end} .
        mgi:sel-009-{start}-{end} oa:start {start} ; oa:end {end} .
        """,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("harbours")
    harbour.make(root)
    (root / "ontology" / "concepts").mkdir(parents=True)
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    few, few_is = passage(SENTENCE, "Boats were few in 2030.")
    smile, smile_is = passage(SMILE, "Two sailors smile.")
    title, title_is = passage(HEAD, "Harbour Office North")
    (root / "ontology/concepts/c.ttl").write_text(
        f'{head} mgc:excuse-privacy skos:prefLabel "privacy" .'
        ' mgc:excuse-head skos:prefLabel "head" .'
    )
    harbour.write(root, "009-harbours/facts.ttl", f"""
        mgi:fact-009-a a mgo:Assessment ; mgo:hasEvidence mgi:{few} . {few_is}
        mgi:fact-009-b a mgo:Assessment ; mgo:isRestatedIn mgi:{few} .
        mgi:excuse-009-a mgo:excuses mgi:{smile} ; mgo:hasReason mgc:excuse-privacy . {smile_is}
        mgi:excuse-009-b mgo:excuses mgi:{title} ; mgo:hasReason mgc:excuse-head . {title_is}
        """)  # fmt: skip
    return root


@pytest.fixture(scope="module")
def pool(folder: Path) -> Iterator[Pool]:
    with closing(Pool(Data(root=str(folder)), Limits())) as made:
        yield made


@pytest.fixture(scope="module")
def reading(pool: Pool, folder: Path) -> Reading:
    return reader.read(pool, Texts(Data(sources=str(folder / "sources")), Server()), DOCUMENT)


def test_sections_stand_in_reading_order_with_their_depth(reading: Reading) -> None:
    assert [(each.slug, each.depth) for each in reading.sections] == [
        ("north", 0), ("north-nets", 1), ("south", 0),
    ]  # fmt: skip
    assert [each.slug for each in reading.below(reading.sections[0].iri)] == ["north", "north-nets"]


def test_marks_count_facts_and_tell_reasons(reading: Reading) -> None:
    found = {mark.span[0]: (mark.facts, mark.reason) for mark in reading.marks}
    assert found == {SENTENCE: (2, ""), SMILE: (0, "privacy"), HEAD: (0, "head")}
    assert reading.facts == 2


def test_private_words_are_masked(reading: Reading) -> None:
    assert reading.text is not None
    assert "sailors smile" not in reading.text
    assert MASK * 3 in reading.text[SMILE:]
    assert len(reading.text) == len(harbour.TEXT)


def test_coverage_is_that_of_the_command(reading: Reading, folder: Path) -> None:
    documents = evidence.read_documents(folder / "instances", folder / "sources")
    graph = load(Data(root=str(folder)))
    report = coverage.measure(arrange([*graph.quads, *graph.derived]), documents["009"])
    wanted = Coverage(report.total.cited, report.total.excused, report.total.missing)
    assert reading.coverage == wanted
    assert len(reading.gaps) == sum(cover.missing > 0 for cover in report.covers)


def test_words_set_aside_twice_count_once() -> None:
    words = "Two boats sank."
    whole, part = ((0, len(words)), (4, 9))
    marks = [
        reader.Mark(f"{MGI}psg-{n}", span, 0, "credit", False)
        for n, span in enumerate((whole, part))
    ]
    assert reader._measured(words, marks) == (Coverage(0, 12, 0), ())


def test_without_the_text_marks_remain(pool: Pool, tmp_path: Path) -> None:
    found = reader._read(pool, Texts(Data(sources=str(tmp_path)), Server()), DOCUMENT)
    assert (found.text, found.coverage, found.gaps) == (None, None, ())
    assert len(found.marks) == 3
    assert list(marking.pieces(found, (0, 50))) == []


def test_pieces_are_the_text_cut_at_passages(reading: Reading) -> None:
    span = (0, harbour.SOUTH - 2)
    found = list(marking.pieces(reading, span))
    assert reading.text is not None
    assert "".join(piece.words for piece in found) == texts.flowing(reading.text[: span[1]])
    fates = {piece.span[0]: (piece.fate, piece.reason) for piece in found}
    assert fates[SENTENCE] == ("cited", "")
    assert fates[SMILE] == ("excused", "privacy")
    assert fates[harbour.TEXT.index("The Harbour Office")] == ("uncovered", "")


def test_piece_tells_where_a_passage_begins_and_ends(reading: Reading) -> None:
    found = [piece for piece in marking.pieces(reading, (0, 200)) if piece.span[0] == SENTENCE]
    assert [mark.span for piece in found for mark in piece.begins] == [(SENTENCE, SENTENCE + 23)]
    assert found[0].begins == found[0].ends


def test_page_of_a_passage_is_the_widest_section_that_fits(reading: Reading) -> None:
    found = reading.page_of((harbour.NETS[0], harbour.NETS[0] + 8))
    assert found is not None
    assert found.slug == "north"
    assert reading.page_of((harbour.SOUTH - 2, harbour.SOUTH)) is None


def test_unknown_document_is_not_found(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="document 999"):
        reader.read(pool, Texts(Data(sources=str(tmp_path)), Server()), MGI + "doc-999")
