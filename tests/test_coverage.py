import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import harbour
from migkg import coverage, drafts, evidence, reach
from migkg.cli import main
from migkg.coverage import Report
from migkg.segments import weight
from migkg.turtle import read_turtle

FACTS = """
mgi:init a mgo:Initiative ; rdfs:label "Help"@en ; mgo:takesPlaceIn mgi:place ;
    mgo:hasActor mgi:office ; mgo:hasEvidence "The Harbour … guild asked." .
mgi:place rdfs:label "Nordhavn" . mgi:office rdfs:label "Harbour Office" .
"""
TITLE = 'mgi:a a mgo:Excuse ; mgo:hasReason mgc:excuse-{} ; mgo:excuses "{}" .'


def report(folder: Path, facts: str = FACTS, excuses: str | None = None) -> Report:
    harbour.make(folder)
    parts = {"facts.ttl": facts, "uncovered.ttl": excuses}
    documents = evidence.read_documents(folder / "instances", folder / "sources")
    home = folder / "instances" / "009-harbours"
    for name, body in parts.items():
        if body is not None:
            (home / name).write_text(body, "utf-8")
            drafts.fill(home / name, documents)
    statements = reach.arrange(t for file in sorted(home.glob("*.ttl")) for t in read_turtle(file))
    return coverage.measure(statements, documents["009"])


def test_letters_are_cited_excused_or_missing(tmp_path: Path) -> None:
    found = report(tmp_path, excuses=TITLE.format("credit", "© Guild 2030/Ada LOVE"))
    total = found.total
    sentence = harbour.TEXT[harbour.TEXT.index("The Harbour") : harbour.TEXT.index("\n\n - ")]
    assert total.cited == weight(sentence)
    assert total.excused == weight("Guild 2030/Ada LOVE")
    assert total.letters == weight(harbour.TEXT)
    assert total.segments == 17
    assert found.reasons == {"excuse-credit": total.excused}


def test_sections_add_up_to_the_whole(tmp_path: Path) -> None:
    found = report(tmp_path)
    sections = found.sections()
    assert list(sections) == ["sec-009-north", "sec-009-north-nets", "sec-009-south"]
    assert sum(tally.letters for tally in sections.values()) == found.total.letters
    assert sections["sec-009-south"].missing == sections["sec-009-south"].letters


def unsaid(found: Report) -> list[str]:
    return [token.printed for cover in found.covers for token in cover.unsaid]


def test_names_and_numbers_of_a_cited_segment_must_be_said(tmp_path: Path) -> None:
    assert unsaid(report(tmp_path)) == ["12", "Sailors", "Guild", "Fjell"]


def test_a_fact_of_the_same_segment_says_the_rest(tmp_path: Path) -> None:
    more = """mgi:fig a mgo:Figure ; mgo:figureValue 12.0 ; mgo:isAbout mgi:guild, mgi:town ;
        mgo:hasEvidence "12 crews" . mgi:guild rdfs:label "Sailors’ Guild" .
        mgi:town rdfs:label "Fjellby" ."""
    assert unsaid(report(tmp_path, FACTS + more)) == []


def test_a_form_is_excused_singly(tmp_path: Path) -> None:
    form = TITLE.format("not-a-name", "Sailors’ Guild")[:-1] + '; mgo:excusesForm "Guild", "12" .'
    found = report(tmp_path, excuses=form)
    assert unsaid(found) == ["Sailors", "Fjell"]
    assert found.total.excused == 0


def test_names_in_excused_words_need_not_be_said(tmp_path: Path) -> None:
    found = report(tmp_path, excuses=TITLE.format("privacy", "the Sailors’ Guild"))
    assert unsaid(found) == ["12", "Fjell"]
    assert found.total.excused == weight("theSailorsGuild")


def test_a_partly_excused_segment_that_nothing_cites_is_missing_in_part(tmp_path: Path) -> None:
    found = report(tmp_path, "", TITLE.format("rhetorical", "Globally"))
    (cover,) = [cover for cover in found.covers if cover.excused]
    assert (cover.excused, cover.missing) == (8, weight("it is so"))


def test_overlapping_excuses_count_once(tmp_path: Path) -> None:
    twice = TITLE.format("credit", "© Guild") + TITLE.format("credit", "Guild 2030").replace(
        "mgi:a ", "mgi:b "
    )
    assert report(tmp_path, "", twice).total.excused == weight("Guild 2030")


def test_too_many_excuses_are_a_fault(tmp_path: Path) -> None:
    found = report(tmp_path, "", TITLE.format("rhetorical", "Globally, it is so."))
    assert "rhetorical excuses are over 3% of the letters" in found.faults
    assert not any("10%" in fault for fault in found.faults)


def test_a_document_is_complete_when_it_lists_what_is_uncovered(tmp_path: Path) -> None:
    assert not report(tmp_path).complete
    (tmp_path / "instances" / "009-harbours" / "uncovered.ttl").touch()
    assert coverage.is_complete(harbour.read(tmp_path))


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    (folder / "ontology").mkdir(exist_ok=True)
    places = ["--data", str(folder), "--sources", str(folder / "sources")]
    result = CliRunner().invoke(main, ["coverage", *arguments, *places])
    return result.exit_code, result.output


def test_only_a_complete_document_fails(tmp_path: Path) -> None:
    report(tmp_path)
    assert run(tmp_path)[0] == 0
    (tmp_path / "instances" / "009-harbours" / "uncovered.ttl").touch()
    code, out = run(tmp_path)
    assert code == 1
    assert "fault: 4 names and numbers are not said" in out


def test_gaps_are_listed_with_offsets_and_words(tmp_path: Path) -> None:
    report(tmp_path)
    start = harbour.TEXT.index("Paint")
    code, out = run(tmp_path, "009", "--missing", "--section", "sec-009-north")
    assert code == 0
    assert f"missing {start}-{start + 26} sec-009-north: Paint hulls with the Guild" in out
    assert "12, Sailors, Guild, Fjell\n      in: The Harbour Office" in out
    assert "sec-009-south" not in out


def test_json_says_the_same(tmp_path: Path) -> None:
    report(tmp_path)
    (found,) = json.loads(run(tmp_path, "--json")[1])
    assert found["document"] == "009"
    assert found["total"]["unsaid"] == 4
    assert found["gaps"][1]["unsaid"] == []
    assert found["gaps"][0]["words"] == "Harbour Office North"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--section", "sec-009-east"], "There is no section sec-009-east. "),
        (["--json", "--html"], "--json and --html do not go together. "),
        (["--json", "--section", "sec-009-north"], "--section narrows the printed table alone. "),
    ],
)
def test_what_cannot_be_printed_is_refused(tmp_path: Path, arguments: list[str], said: str) -> None:
    report(tmp_path)
    code, out = run(tmp_path, *arguments)
    assert code == 2
    assert said in out


@pytest.mark.parametrize("number", ["008", "9"])
def test_an_unknown_document_is_named(tmp_path: Path, number: str) -> None:
    harbour.make(tmp_path)
    assert run(tmp_path, number) == (
        2,
        f"migkg: There is no document {number}. Name one of 009.\n",
    )
