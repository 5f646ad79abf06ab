from pathlib import Path

import pytest
from click.testing import CliRunner

import harbour
from migkg.cli import main
from migkg.errors import BadRequest, NotFound, SourcesMissing
from migkg.evidence import Document
from migkg.locate import Choice, hints, locate


@pytest.fixture
def document(tmp_path: Path) -> Document:
    harbour.make(tmp_path)
    return harbour.read(tmp_path)


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    (folder / "ontology").mkdir(exist_ok=True)
    places = ["--data", str(folder), "--sources", str(folder / "sources")]
    result = CliRunner().invoke(main, ["locate", *arguments, *places])
    return result.exit_code, result.stdout, result.stderr


def test_words_printed_once_are_one_range(document: Document) -> None:
    start, end = locate(document, "Sailors' Guild to mend")
    assert document.words((start, end)) == "Sailors’ Guild to mend"


def test_words_printed_twice_are_listed_with_the_ways_to_choose(document: Document) -> None:
    with pytest.raises(BadRequest) as caught:
        locate(document, "Boats were few")
    said = str(caught.value)
    assert "printed 2 times" in said
    assert f"#2 {harbour.SOUTH + 21}-{harbour.SOUTH + 35} in sec-009-south" in said
    assert "Harbour Office North >>Boats were few<< in 2030." in said
    assert "--section, --nth or --after" in said


@pytest.mark.parametrize(
    "choice",
    [Choice(section="sec-009-south"), Choice(nth=2), Choice(after=harbour.SOUTH)],
)
def test_a_section_a_number_or_an_offset_chooses(document: Document, choice: Choice) -> None:
    assert locate(document, "Boats were few", choice)[0] == harbour.SOUTH + 21


def test_a_section_covers_its_subsections(document: Document) -> None:
    assert locate(document, "mend nets", Choice("sec-009-north"))


@pytest.mark.parametrize(
    ("words", "choice", "error", "said"),
    [
        ("Boats were many in 2030", Choice(), NotFound, 'you wrote "many in 2030", .* "few in 20'),
        ("xylophone", Choice(), NotFound, "No word of it is"),
        ("Globally", Choice("sec-009-north"), NotFound, "It is printed at\n.*sec-009-south"),
        ("Globally", Choice("sec-009-east"), BadRequest, "There are sec-009-north, sec-009.*\\.$"),
        ("Boats were few", Choice(after=9999), NotFound, "not printed at or after 9999"),
        ("Boats were few", Choice(nth=3), BadRequest, "no such match"),
        ("few in 2030. The Harbour", Choice(), BadRequest, 'crosses .* after ".*few in 2030."'),
    ],
)
def test_what_cannot_be_located_is_explained(
    document: Document, words: str, choice: Choice, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        locate(document, words, choice)


def test_a_range_may_cross_segments_when_asked(document: Document) -> None:
    assert locate(document, "few in 2030. The Harbour", across=True)


@pytest.mark.parametrize(
    ("quoted", "words", "choice"),
    [
        ("mend nets", "mend nets", Choice()),
        ("[north] mend nets", "mend nets", Choice("sec-009-north")),
        ("[sec-009-north] mend", "mend", Choice("sec-009-north")),
        ("[#2] mend nets", "mend nets", Choice(nth=2)),
        ("[north #2] mend nets", "mend nets", Choice("sec-009-north", 2)),
        ("[north] [#2] mend nets", "mend nets", Choice("sec-009-north", 2)),
        ("[North] mend", "[North] mend", Choice()),
    ],
)
def test_hints_of_a_quoted_literal(
    document: Document, quoted: str, words: str, choice: Choice
) -> None:
    assert hints(document, quoted) == (words, choice)


def test_the_command_prints_the_passage(tmp_path: Path) -> None:
    harbour.make(tmp_path)
    start = harbour.TEXT.index("mend nets")
    code, out, _ = run(tmp_path, "009", "mend … nets", "--section", "sec-009-north-nets")
    assert code == 0
    assert f"mgi:psg-009-{start}-{start + 9}\n" in out
    assert "mgo:isInSection mgi:sec-009-north-nets" in out


def test_the_command_names_unknown_documents_and_missing_words(tmp_path: Path) -> None:
    harbour.make(tmp_path)
    assert run(tmp_path, "008", "mend nets")[::2] == (
        2,
        "migkg: There is no document 008. Name one of 009.\n",
    )
    assert "is not printed" in run(tmp_path, "009", "xylophone")[2]
    assert "Give a document and words" in run(tmp_path, "009")[2]


@pytest.mark.parametrize(
    "arguments", [["--fill"], ["--fill", "--tidy", "x.ttl"], ["--tidy", "009", "mend nets"]]
)
def test_arguments_that_do_not_go_together_are_refused(
    tmp_path: Path, arguments: list[str]
) -> None:
    harbour.make(tmp_path)
    code, out, err = run(tmp_path, *arguments)
    assert (code, out) == (2, "")
    assert "files with --fill, or --tidy alone" in err


def test_without_the_text_the_command_says_what_to_do(tmp_path: Path) -> None:
    harbour.make(tmp_path)
    (tmp_path / "sources" / "any-name.txt").unlink()
    code, _, err = run(tmp_path, "009", "mend nets")
    assert code == 2
    assert "--sources" in err
    with pytest.raises(SourcesMissing):
        locate(harbour.read(tmp_path), "mend nets")
