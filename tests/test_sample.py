from pathlib import Path

import pytest
from click.testing import CliRunner

import harbour
from migkg import drafts, evidence, sample
from migkg.cli import main

FACTS = "".join(
    f"""mgi:init-009-{number} a mgo:Initiative ; rdfs:label "Aim {number}"@en ;
        mgo:hasEvidence "{words}" .\n"""
    for number, words in enumerate(["Continue … nets.", "net shop", "Paint hulls", "Globally"])
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    instances = harbour.make(tmp_path)
    (tmp_path / "ontology").mkdir()
    harbour.write(tmp_path, "editor/themes.ttl", "mgi:init-009-0 mgo:hasTheme mgc:theme-nets .")
    path = harbour.write(tmp_path, "009-harbours/facts.ttl", FACTS)
    drafts.fill(path, evidence.read_documents(instances, tmp_path / "sources"))
    return tmp_path


def run(folder: Path, *arguments: str) -> list[str]:
    places = ["--data", str(folder), "--sources", str(folder / "sources")]
    result = CliRunner().invoke(main, ["sample", *arguments, *places])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_the_same_seed_draws_the_same(folder: Path) -> None:
    first = run(folder, "--seed", "a", "--facts", "2", "--segments", "3", "--format", "tsv")
    assert first == run(folder, "--seed", "a", "--facts", "2", "--segments", "3", "--format", "tsv")
    assert first != run(folder, "--seed", "c", "--facts", "2", "--segments", "3", "--format", "tsv")
    assert [line.split("\t")[1] for line in first[1:]] == ["fact"] * 2 + ["segment"] * 3


def test_without_a_seed_the_datasets_digest_is_the_seed(folder: Path) -> None:
    head = run(folder)[0]
    digest = head.rsplit(" ", 1)[1]
    assert head == f"# seed {digest}, dataset {digest}"


def test_a_fact_comes_with_statements_and_words(folder: Path) -> None:
    lines = run(folder, "--seed", "a", "--facts", "9", "--segments", "0", "--format", "tsv")
    (row,) = [line.split("\t") for line in lines if "mgi:init-009-0" in line]
    assert row[4] == "“Continue to mend nets.”"
    assert 'rdfs:label "Aim 0"@en' in row[3]
    assert "mgo:hasTheme mgc:theme-nets (by the editors)" in row[3]
    assert len(lines) == 5


def test_segments_show_their_words_and_facts_only_when_asked(folder: Path) -> None:
    bare = "\n".join(run(folder, "--seed", "a", "--facts", "0"))
    assert "“Paint hulls with the Guild”" in bare
    assert "sec-009-north" in bare
    assert "Aim" not in bare
    assert "mgi:init-009-2: " in "\n".join(run(folder, "--facts", "0", "--with-facts"))


def test_table_cells_are_not_drawn(folder: Path) -> None:
    document = harbour.read(folder)
    spans = [piece.span for piece in sample.stretches([document], [])]
    assert len(spans) == 11
    assert not any(document.words(span) == "1 200" for span in spans)


def test_a_new_thing_moves_no_other() -> None:
    names = [f"n{number}" for number in range(50)]
    order = sample.choose(names, "seed", 50)
    assert [n for n in sample.choose([*names, "new"], "seed", 51) if n != "new"] == order
    assert sorted(order) == sorted(names)
    assert sample.choose(names, "seed", 3) == order[:3]


def test_one_document_alone_can_be_drawn_from(folder: Path) -> None:
    assert len(run(folder, "--document", "009", "--format", "tsv")) == 1 + 4 + 11
    places = ["--data", str(folder), "--sources", str(folder / "sources")]
    result = CliRunner().invoke(main, ["sample", "--document", "008", *places])
    assert (result.exit_code, result.output) == (
        2,
        "migkg: There is no document 008. Name one of 009.\n",
    )


@pytest.mark.parametrize("option", ["--facts", "--segments"])
def test_number_to_draw_is_not_below_zero(folder: Path, option: str) -> None:
    result = CliRunner().invoke(main, ["sample", option, "-1", "--data", str(folder)])
    assert result.exit_code == 2
    assert "-1 is not in the range" in result.output
