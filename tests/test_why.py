from pathlib import Path

import pytest
from click.testing import CliRunner

import harbour
from migkg import drafts, evidence, why
from migkg.cli import main
from migkg.errors import NotFound
from migkg.terms import MGI

FACTS = """
mgi:init-009-nets a mgo:Initiative ; rdfs:label "Nets"@en ; mgo:takesPlaceIn mgi:place-nordhavn ;
    mgo:hasEvidence "Continue … nets." ; mgo:isRestatedIn "mend boats" .
"""
PLACE = 'mgi:place-nordhavn\n    rdfs:label "Nordhavn" ;\n.'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    instances = harbour.make(tmp_path)
    (tmp_path / "ontology").mkdir()
    harbour.write(tmp_path, "reference/places.ttl", PLACE)
    path = harbour.write(tmp_path, "009-harbours/facts.ttl", FACTS)
    drafts.fill(path, evidence.read_documents(instances, tmp_path / "sources"))
    return tmp_path


def run(folder: Path, name: str, sources: str = "sources") -> tuple[int, str]:
    places = ["--data", str(folder), "--sources", str(folder / sources)]
    result = CliRunner().invoke(main, ["why", name, *places])
    return result.exit_code, result.output


def test_a_fact_is_shown_with_its_file_line_and_words(folder: Path) -> None:
    code, out = run(folder, "init-009-nets")
    file = folder / "instances" / "009-harbours" / "facts.ttl"
    line = file.read_text("utf-8").splitlines().index("mgi:init-009-nets") + 1
    start = harbour.TEXT.index("Continue")
    assert code == 0
    assert f"written in {file}:{line}\n" in out
    assert 'rdfs:label "Nets"@en' in out
    assert (
        f"evidence mgi:psg-009-{start}-{start + 22} in sec-009-north-nets, {start}-{start + 22}: "
        "“Continue to mend nets.”" in out
    )
    assert "restated in mgi:psg-009-" in out


def test_a_comment_that_is_not_utf_8_is_read_over(folder: Path) -> None:
    file = folder / "instances/reference/places.ttl"
    file.write_bytes(b"# caf\xe9\n" + file.read_bytes())
    code, out = run(folder, "place-nordhavn")
    assert code == 0
    assert "Nordhavn" in out


def test_a_thing_without_evidence_is_shown_with_what_refers_to_it(folder: Path) -> None:
    out = run(folder, "mgi:place-nordhavn")[1]
    assert "mgo:takesPlaceIn of mgi:init-009-nets" in out
    assert "“mend boats”" in out


def test_a_passage_is_shown_with_its_words(folder: Path) -> None:
    start = harbour.TEXT.index("mend boats")
    assert "words in sec-009-north" in run(folder, f"<{MGI}psg-009-{start}-{start + 10}>")[1]


def test_without_the_texts_only_places_are_shown(folder: Path) -> None:
    code, out = run(folder, "init-009-nets", "nowhere")
    assert code == 0
    assert "the text is not at hand" in out
    assert "Continue" not in out


def test_an_unknown_name_is_answered_with_names_alike(folder: Path) -> None:
    assert run(folder, "mgi:init-009-net") == (
        2,
        "migkg: Nothing is called mgi:init-009-net. Did you mean mgi:init-009-nets?\n",
    )


def test_a_label_leads_to_the_things_that_are_called_so(folder: Path) -> None:
    code, out = run(folder, "NORDHAVN ")
    assert code == 2
    assert "Did you mean mgi:place-nordhavn" in out


def test_what_is_like_nothing_is_told_how_names_look(folder: Path) -> None:
    said = "migkg: Nothing is called qqqq. A name looks like mgi:office-albania.\n"
    assert run(folder, "qqqq") == (2, said)


@pytest.mark.parametrize(
    "name",
    ["place-nordhavn", "mgi:place-nordhavn", f"{MGI}place-nordhavn", f"<{MGI}place-nordhavn>"],
)
def test_a_name_may_be_long_or_short(folder: Path, name: str) -> None:
    statements = why.read([folder / "instances" / "reference" / "places.ttl"])
    assert why.resolve(name, statements) == MGI + "place-nordhavn"
    with pytest.raises(NotFound):
        why.resolve("mgo:place-nordhavn", statements)


def test_many_references_are_cut_short(folder: Path) -> None:
    many = " ".join(f"mgi:x{n} mgo:mentions mgi:place-nordhavn ." for n in range(12))
    harbour.write(folder, "editor/many.ttl", many)
    assert "… and of 3 more" in run(folder, "place-nordhavn")[1]
