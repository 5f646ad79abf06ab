"""A row of a check query is a finding of its subject."""

from pathlib import Path

import pytest

import sound
from migkg import check_queries, dataset, findings
from migkg.errors import BrokenQuery
from migkg.findings import Finding
from migkg.settings import Data
from migkg.terms import PREFIXES

REAL = Path(__file__).resolve().parents[1] / "queries" / "checks"
HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
EVIDENCE = """
    mgi:doc-001 mgo:documentNumber "001" .
    mgi:psg-001-0-9 a mgo:Passage ; oa:hasSource mgi:doc-001 .
    """


def faults(root: Path) -> list[Finding]:
    files, _ = findings.read(root)
    return list(check_queries.faults(files, dataset.load(Data(root=str(root)))))


def test_row_names_file_subject_and_values(tmp_path: Path) -> None:
    root = sound.make(tmp_path, places="mgo:hasRank 7 -> mgo:hasRank 10")
    file = root / "instances" / "reference" / "places.ttl"
    detail = "Its rank is too high (rank 10)."
    assert faults(root) == [Finding(file, "mgi:place-east", "rank", detail, "Lower it.")]


@pytest.mark.parametrize("change", ["SELECT ?subject -> SELECT ?place", "FILTER -> FILTERS"])
def test_check_query_that_is_none_is_told(change: str, tmp_path: Path) -> None:
    with pytest.raises(BrokenQuery, match="rank.rq"):
        faults(sound.make(tmp_path, rank=change))


# For each check query: what is added to a sound folder as facts of document 001, and the subject.
FAULTY = {
    "circle": (
        """mgi:place-001-a a mgo:Region ; mgo:isWithin mgi:place-001-a .""",
        "mgi:place-001-a",
    ),
    "disjoint": ("mgi:place-001-a a mgo:Region, mgo:Route .", "mgi:place-001-a"),
    "domain": ("mgi:theme-001-a a skos:Concept ; mgo:isWithin mgi:place-east .", "mgi:theme-001-a"),
    "other-document": (
        EVIDENCE + "mgi:fig-003-a a mgo:Figure ; mgo:hasEvidence mgi:psg-001-0-9 .",
        "mgi:fig-003-a",
    ),
    "private-words": (
        EVIDENCE
        + """
        mgi:psg-001-5-7 a mgo:Passage ; oa:hasSource mgi:doc-001 ; oa:hasSelector mgi:sel-a .
        mgi:sel-a oa:start 5 ; oa:end 7 .
        mgi:psg-001-0-9 oa:hasSelector mgi:sel-b . mgi:sel-b oa:start 0 ; oa:end 9 .
        mgi:psg-001-7-9 a mgo:Passage ; oa:hasSource mgi:doc-001 ; oa:hasSelector mgi:sel-c .
        mgi:sel-c oa:start 7 ; oa:end 9 .
        mgi:excuse-001-a mgo:hasReason mgc:excuse-privacy ; mgo:excuses mgi:psg-001-5-7 .
        mgi:fig-001-a mgo:hasEvidence mgi:psg-001-0-9 .
        mgi:fig-001-b mgo:hasEvidence mgi:psg-001-7-9 .""",
        "mgi:fig-001-a",
    ),
    "same-cell": (
        "".join(
            f"""mgi:fund-001-{n} a mgo:FundingRequirement ; mgo:underOffice mgi:office-a ;
            mgo:underFrameworkElement mgc:framework-o1 ; mgo:inPeriod mgi:period-2020 ."""
            for n in "ab"
        ),
        "mgi:fund-001-b",
    ),
    "same-name-form": (
        "".join(
            f"""mgi:name-001-{n} a mgo:NameForm ; mgo:isNameOf mgi:place-east ;
            mgo:printedForm "E" ; mgo:hasNameKind mgc:theme-sea ; mgo:isStatedIn mgi:doc-001 ."""
            for n in "ab"
        ),
        "mgi:name-001-b",
    ),
    "same-participation": (
        "".join(
            f"""mgi:part-001-{n} a mgo:Participation ; mgo:hasAgent mgi:org-a ;
            mgo:hasRole mgc:role-lead ; mgo:participatesIn mgi:init-001-a ;
            mgo:isStatedIn mgi:doc-001 ."""
            for n in "ab"
        ),
        "mgi:part-001-b",
    ),
    "section-order": (
        "".join(
            f"""mgi:sec-001-{n} a mgo:DocumentSection ; mgo:isInDocument mgi:doc-001 ;
            mgo:order 1 ."""
            for n in "ab"
        ),
        "mgi:sec-001-b",
    ),
    "uncited-passage": (EVIDENCE, "mgi:psg-001-0-9"),
    "wrong-graph": ("mgi:place-west a mgo:Region .", "mgi:place-west"),
}


@pytest.mark.parametrize("query", sorted(REAL.glob("*.rq")), ids=lambda query: query.stem)
def test_check_query_catches_its_fault_and_nothing_sound(query: Path, tmp_path: Path) -> None:
    root = sound.make(tmp_path)
    (root / "queries" / "checks" / "rank.rq").unlink()
    (root / "queries" / "checks" / query.name).write_text(query.read_text())
    sound.put(root / "instances/001-one/facts.ttl", "mgi:fact-001-a a mgo:Region .")
    assert faults(root) == []
    text, subject = FAULTY[query.stem]
    sound.put(root / "instances/001-one/facts.ttl", text)
    found = faults(root)
    assert [finding.subject for finding in found] == [subject]
    assert found[0].rule == query.stem
    assert found[0].mend
