from contextlib import closing
from pathlib import Path

from migkg.execute import Pool
from migkg.settings import Data, Limits
from migkg.vocabulary import Term, read
from serving import MGO, write_data


def test_terms_are_found_by_kind(tmp_path: Path) -> None:
    with closing(Pool(Data(root=str(write_data(tmp_path))), Limits())) as pool:
        found = read(pool)
    assert [term.label for term in found.classes] == ["agent", "office"]
    assert [term.parent for term in found.classes] == ["", MGO + "Agent"]
    assert [term.label for term in found.properties] == ["serves place"]
    assert [term.label for term in found.schemes] == ["themes"]
    assert [(term.definition, term.note) for term in found.own] == [("A few words.", "Overview.")]


def test_numbered_note_is_cut_into_points() -> None:
    assert Term("", "", "", "", "All. (1) One. (2) Two.").points == ["All.", "One.", "Two."]
    assert Term("", "", "", "", "All.").points == ["All."]
