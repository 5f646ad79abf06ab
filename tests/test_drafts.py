import multiprocessing
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import harbour
from migkg import drafts, evidence
from migkg.cli import main
from migkg.errors import BadRequest, BrokenTurtle
from migkg.turtle import format_turtle, read_turtle

DRAFT = """
mgi:init-009-nets a mgo:Initiative ; rdfs:label "Nets"@en ;
    mgo:hasEvidence "Continue … nets.", "[north-nets] three crews" ; mgo:isRestatedIn "[#2] 2030" .
mgi:excuse-009-smile a mgo:Excuse ; mgo:excuses "Two sailors smile." ; mgo:excusesForm "Two" .
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    harbour.make(tmp_path)
    return tmp_path


def documents(folder: Path) -> dict[str, evidence.Document]:
    return evidence.read_documents(folder / "instances", folder / "sources")


def draft(folder: Path, body: str, name: str = "north.ttl") -> Path:
    path = folder / "instances" / "009-harbours" / name
    path.write_text(body, "utf-8")
    return path


def passages(folder: Path) -> set[str]:
    path = folder / "instances" / "009-harbours" / "passages.ttl"
    named = (evidence.value(triple.subject) for triple in read_turtle(path))
    return {harbour.TEXT[slice(*found[1])] for iri in named if (found := evidence.span_of(iri))}


def test_quoted_words_become_passages_in_canonical_files(folder: Path) -> None:
    path = draft(folder, DRAFT)
    assert drafts.fill(path, documents(folder)) == 4
    start = harbour.TEXT.index("Continue")
    assert f"mgi:psg-009-{start}-{start + 22}" in path.read_text("utf-8")
    assert 'mgo:excusesForm "Two"' in path.read_text("utf-8")
    for file in (path, path.with_name("passages.ttl")):
        assert file.read_text("utf-8") == format_turtle(file.read_text("utf-8"), file)
    wanted = {"Continue to mend nets.", "three \ncrews", "2030", "Two sailors smile."}
    assert passages(folder) == wanted


def test_filling_again_changes_nothing(folder: Path) -> None:
    path = draft(folder, DRAFT)
    drafts.fill(path, documents(folder))
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    assert drafts.fill(path, documents(folder)) == 0
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


def test_all_unresolved_words_are_reported_and_nothing_is_written(folder: Path) -> None:
    body = 'mgi:a mgo:hasEvidence "no such", "mend nets" . mgi:b mgo:hasEvidence "2030" .'
    path = draft(folder, body)
    with pytest.raises(BadRequest) as caught:
        drafts.fill(path, documents(folder))
    assert "2 not located" in str(caught.value)
    assert 'a: "no such" is not printed' in str(caught.value)
    assert 'b: "2030" is printed 3 times' in str(caught.value)
    assert path.read_text("utf-8") == body
    assert not path.with_name("passages.ttl").exists()


def test_a_broken_draft_is_named_with_its_line(folder: Path) -> None:
    path = draft(folder, '\nmgi:a mgo:hasEvidence "mend nets"\n\nmgi:b')
    with pytest.raises(BrokenTurtle, match=r"north\.ttl, line 4"):
        drafts.fill(path, documents(folder))


def test_a_fault_in_the_first_line_is_placed_in_the_file(folder: Path) -> None:
    path = draft(folder, "mgi:a mgo:isAbout no:b .")
    with pytest.raises(BrokenTurtle) as caught:
        drafts.fill(path, documents(folder))
    assert (caught.value.line, caught.value.column) == (1, 19)
    assert "Parser error" not in str(caught.value)


def test_a_draft_that_is_not_utf_8_is_named(folder: Path) -> None:
    path = draft(folder, "mgi:a rdfs:label '")
    path.write_bytes(path.read_bytes() + b"\xe9' .")
    with pytest.raises(BrokenTurtle, match=r"north\.ttl, line 1, .*UTF-8"):
        drafts.fill(path, documents(folder))


def test_a_selector_that_a_section_has_is_not_written_twice(folder: Path) -> None:
    body = harbour.sections().replace(f"-{harbour.NETS[0]}-{harbour.NETS[1]}", "-24-47")
    harbour.write(folder, "009-harbours/sections.ttl", body)
    path = draft(folder, 'mgi:a mgo:hasEvidence "[#1] Boats were few in 2030." .')
    start = harbour.TEXT.index("Boats")
    moved = body.replace("sel-009-24-47", f"sel-009-{start}-{start + 23}")
    harbour.write(folder, "009-harbours/sections.ttl", moved)
    drafts.fill(path, documents(folder))
    written = path.with_name("passages.ttl").read_text("utf-8")
    assert f"mgi:psg-009-{start}-{start + 23}\n" in written
    assert "TextPositionSelector" not in written


def test_tidy_removes_what_no_file_refers_to(folder: Path) -> None:
    path = draft(folder, DRAFT)
    drafts.fill(path, documents(folder))
    draft(folder, 'mgi:b mgo:hasEvidence "Paint hulls" .', "south.ttl")
    drafts.fill(path.with_name("south.ttl"), documents(folder))
    path.unlink()
    harbour.write(folder, "editor/note.ttl", "mgi:a mgo:isAbout mgi:psg-009-1-2 .")
    assert drafts.tidy(documents(folder)["009"], folder / "instances") == 4
    assert passages(folder) == {"Paint hulls"}


def _fill(folder: Path, name: str) -> None:
    drafts.fill(folder / "instances" / "009-harbours" / name, documents(folder))


def test_several_at_once_lose_no_passage(folder: Path) -> None:
    words = ["mend nets", "net shop", "Paint hulls", "Globally", "smile", "as the guild asked"]
    names = [f"part{number}.ttl" for number in range(len(words))]
    for name, wanted in zip(names, words, strict=True):
        draft(folder, f'mgi:{name[:5]} mgo:hasEvidence "{wanted}" .', name)
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_fill, args=(folder, name)) for name in names]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * len(words)
    assert passages(folder) == set(words)


def test_the_command_fills_tidies_and_skips_the_editors_files(folder: Path) -> None:
    (folder / "ontology").mkdir()
    good = draft(folder, DRAFT)
    bad = draft(folder, 'mgi:b mgo:hasEvidence "no such" .', "bad.ttl")
    editor = harbour.write(folder, "editor/themes.ttl", "mgi:a mgo:hasTheme mgi:b .")
    places = ["--data", str(folder), "--sources", str(folder / "sources")]
    run = CliRunner().invoke(main, ["locate", "--fill", *map(str, (good, bad, editor)), *places])
    assert run.exit_code == 1
    assert f"{good}: 4 passages located" in run.stdout
    assert f"{editor}: skipped" in run.stdout
    assert '"no such" is not printed' in run.stderr
    bad.unlink()
    tidied = CliRunner().invoke(main, ["locate", "--tidy", *places])
    assert (tidied.exit_code, tidied.stdout) == (0, "009-harbours: 0 removed\n")


def test_thousands_of_words_of_the_longest_text_are_located(sources: Path, tmp_path: Path) -> None:
    real = Path(__file__).resolve().parents[1] / "instances"
    shutil.copytree(real / "reference", tmp_path / "instances" / "reference")
    (tmp_path / "instances" / "002-strategy").mkdir()
    every = evidence.read_documents(tmp_path / "instances", sources)
    words = every["002"].require_text().split()
    lines = (
        f'mgi:a{n} mgo:hasEvidence "{" ".join(words[n : n + 9])}" .'
        for n in range(0, len(words), 9)
        if '"' not in "".join(words[n : n + 9])
    )
    path = tmp_path / "instances" / "002-strategy" / "all.ttl"
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(BadRequest) as caught:
        drafts.fill(path, every)
    # Words taken blindly cross the ends of sentences; none may fail to be found.
    assert "is not printed" not in str(caught.value)
