from migkg.citation import cite
from migkg.passages import Passage
from migkg.terms import MGI


def passage(start: int) -> Passage:
    return Passage(MGI + "p", MGI + "doc-001", "Plan", "", "", (start, start + 5), None)


def test_citation_names_title_version_address_and_passages() -> None:
    said = cite("IOM Oslo", "https://x.example/o", "a" * 64, [passage(3)])
    assert said == (
        "“IOM Oslo”, Migration knowledge graph, version aaaaaaaaaaaa, https://x.example/o, "
        "after: Plan, characters 3–8."
    )


def test_many_passages_are_counted_and_changing_data_are_told() -> None:
    said = cite("A", "https://x.example/o", "", map(passage, range(4)))
    assert "over a store that may change" in said
    assert said.endswith("after: 4 passages named there.")


def test_quotation_marks_of_a_title_stand_inside_its_own() -> None:
    assert cite("“BiH” for Bosnia", "x", "").startswith("“‘BiH’ for Bosnia”, ")
