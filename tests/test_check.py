"""`migkg check`: exit codes, forms of output, and what a newcomer who breaks something is told."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import sound
from migkg import check
from migkg.commands.check import command
from migkg.settings import Data

REPOSITORY = Path(__file__).resolve().parents[1]
NO_SOURCES = "/nonexistent"


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, ["--data", str(root), "--sources", NO_SOURCES, *arguments])


def test_clean_folder_exits_with_0_and_tells_what_was_skipped(tmp_path: Path) -> None:
    done = run(sound.make(tmp_path))
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Clean." in done.stderr
    assert "skipped: Words, coverage and copies were not checked" in done.stderr


def test_finding_exits_with_1_and_names_file_subject_rule_and_mend(tmp_path: Path) -> None:
    done = run(sound.make(tmp_path, places='rdfs:label "Ferry"@en ; -> '))
    assert done.exit_code == 1
    assert done.stdout == (
        f"{tmp_path}/instances/reference/places.ttl: mgi:place-ferry: mgs:Place-label: "
        "A place has a label. Add rdfs:label.\n"
    )


def test_json_is_a_list_of_findings(tmp_path: Path) -> None:
    done = run(sound.make(tmp_path, places="mgo:hasRank 7 -> mgo:hasRank 10"), "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == [
        {
            "file": f"{tmp_path}/instances/reference/places.ttl",
            "subject": "mgi:place-east",
            "rule": "rank",
            "detail": "Its rank is too high (rank 10).",
            "mend": "Lower it.",
        }
    ]


def test_paths_choose_what_is_told(tmp_path: Path) -> None:
    root = sound.make(tmp_path, places="mgo:hasRank 7 -> mgo:hasRank 10")
    assert run(root, str(root / "ontology")).exit_code == 0
    assert run(root, str(root / "instances" / "reference")).exit_code == 1


def test_broken_turtle_is_a_finding_with_line_and_column(tmp_path: Path) -> None:
    root = sound.make(tmp_path)
    (root / "instances" / "001-one" / "facts.ttl").write_text("mgi:x a .\n")
    done = run(root)
    assert done.exit_code == 1
    assert re.match(r".*/001-one/facts\.ttl: line 1, column \d+: parse: ", done.stdout)
    assert "only form was checked" in done.stderr


def test_broken_derive_query_is_a_finding(tmp_path: Path) -> None:
    root = sound.make(tmp_path, near="CONSTRUCT -> SELECT")
    outcome = check.run(Data(root=str(root), sources=NO_SOURCES))
    assert [(found.file.name, found.rule) for found in outcome.findings] == [("near.rq", "parse")]


def test_each_stage_is_told_as_it_begins(tmp_path: Path) -> None:
    root = sound.make(tmp_path)
    stages: list[str] = []
    check.run(Data(root=str(root), sources=NO_SOURCES), (), stages.append)
    assert stages == [
        "files and their form",
        "names and terms",
        "check queries",
        "passages, coverage and copies",
        "shapes",
    ]


def test_missing_folder_cannot_be_checked(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["--data", str(tmp_path)])
    assert type(done.exception).__name__ == "DataMissing"


BREAKS = [
    # file, subject, line to change, its new text, rules
    (
        "instances/001-priorities-2020/azerbaijan.ttl",
        "mgi:init-001-azerbaijan-kahriz",
        'rdfs:label "Master plan for the Kahriz water system"@en ;',
        "",
        {"mgs:Named-label"},
    ),
    (
        "instances/001-priorities-2020/funding-table.ttl",
        "mgi:fund-001-albania-o1",
        "mgo:hasCurrency mgc:currency-unstated ;",
        "",
        {"mgs:FundingRequirement-amount", "mgs:Observation-components"},
    ),
    (
        "instances/001-priorities-2020/funding-table.ttl",
        "mgi:total-001-armenia",
        'mgo:printedForm "6 900 000" ;',
        'mgo:printedForm "9 900 000" ;',
        {"mgs:PrintedTotal-as-printed", "printed-form"},
    ),
    (
        "instances/003-almaty-workshop-2001/workshop.ttl",
        "mgi:event-003-workshop",
        "mgo:hasEventKind mgc:eventkind-workshop ;",
        "mgo:hasEventKind mgc:role-partner ;",
        {"mgs:hasEventKind"},
    ),
    (
        "instances/reference/offices.ttl",
        "mgi:office-poland",
        "mgo:isUnitOf mgi:org-iom ;",
        "mgo:isUnitOf mgi:org-iomm ;",
        {"dangling", "mgs:Office-body", "mgs:isUnitOf"},
    ),
    (
        "instances/reference/periods.ttl",
        "mgi:period-2020",
        "mgo:endYear 2020 ;",
        "mgo:endYear 2010 ;",
        {"mgs:Period-year-order"},
    ),
    (
        "ontology/concepts/status.ttl",
        "mgc:status-planned",
        "skos:inScheme mgc:status ;",
        "",
        {"mgs:Concept-inScheme"},
    ),
]


def test_newcomer_who_breaks_a_triple_is_told_that_file_and_subject(
    tmp_path: Path, sources: Path
) -> None:
    for folder in ("ontology", "instances", "shapes", "queries"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    for name, subject, old, new, _ in BREAKS:
        file = tmp_path / name
        before, head, rest = file.read_text().partition(f"\n{subject}\n")
        block, end, after = rest.partition("\n.\n")
        line = f"\n    {old}"
        assert f"\n{block}".count(line) == 1, (subject, old)
        changed = f"\n{block}".replace(line, f"\n    {new}" if new else "")
        file.write_text(before + head + changed.removeprefix("\n") + end + after)
    found = check.run(Data(root=str(tmp_path), sources=str(sources))).findings
    told = {(str(f.file.relative_to(tmp_path)), f.subject, f.rule) for f in found}
    assert told == {(name, s, rule) for name, s, _, _, rules in BREAKS for rule in rules}


@pytest.mark.parametrize("flag", ["--help"])
def test_help_has_an_example(flag: str) -> None:
    assert "Example: migkg check" in CliRunner().invoke(command, [flag]).stdout
