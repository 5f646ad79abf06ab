from contextlib import closing
from pathlib import Path

from migkg.execute import Pool
from migkg.queries import read_queries
from migkg.settings import Data, Limits
from migkg.terms import MGI
from migkg.vocabulary import Term, asked_by, read
from serving import MGO, write_data


def test_terms_are_found_by_kind(tmp_path: Path) -> None:
    with closing(Pool(Data(root=str(write_data(tmp_path))), Limits())) as pool:
        found = read(pool)
    assert [term.label for term in found.classes] == ["agent", "office"]
    assert [term.parent for term in found.classes] == ["", MGO + "Agent"]
    assert [term.label for term in found.properties] == ["serves place"]
    assert [term.label for term in found.schemes] == ["themes"]
    assert [(term.definition, term.note) for term in found.own] == [("A few words.", "Overview.")]
    office = found.classes[1]
    assert (office.name, office.uses, office.examples) == ("Office", 1, (MGI + "office-oslo",))
    assert (found.properties[0].uses, found.schemes[0].uses) == (1, 1)


def test_terms_know_the_questions_that_use_them(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    with closing(Pool(Data(root=str(root)), Limits())) as pool:
        found = asked_by(read(pool), read_queries(root / "queries"))
    assert {iri: [query.name for query in queries] for iri, queries in found.items()} == {
        MGO + "Office": ["offices"]
    }


def test_numbered_note_is_cut_into_points() -> None:
    assert Term("", "", "", "", "All. (1) One. (2) Two.").points == ["All.", "One.", "Two."]
    assert Term("", "", "", "", "All.").points == ["All."]
