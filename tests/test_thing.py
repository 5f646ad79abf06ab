from collections.abc import Iterator
from contextlib import closing

import pytest

from migkg import thing
from migkg.errors import NotFound
from migkg.execute import Pool
from migkg.settings import Data, Limits
from migkg.tables import Term
from migkg.terms import MGI
from serving import MGO, write_data

OSLO = MGI + "office-oslo"


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    root = write_data(tmp_path_factory.mktemp("data"))
    with closing(Pool(Data(root=str(root)), Limits())) as made:
        yield made


def test_headings_stand_apart_from_facts(pool: Pool) -> None:
    found = thing.read(pool, OSLO)
    assert (found.label, found.types) == ("IOM Oslo", (MGO + "Office",))
    assert [fact.property for fact in found.said] == [MGO + "servesPlace"]
    assert found.said[0].terms == (Term("uri", MGI + "place-norway"),)


def test_referrers_stand_under_their_property(pool: Pool) -> None:
    (fact,) = thing.read(pool, OSLO).referred
    assert (fact.property, fact.total) == (MGO + "underOffice", 1)
    assert fact.terms == (Term("uri", MGI + "init-001-a"),)


def test_evidence_names_document_section_and_characters(pool: Pool) -> None:
    (passage,) = thing.read(pool, MGI + "init-001-a").passages
    assert (passage["title"], passage["heading"]) == ("Plan 2030", "Section A")
    assert (passage["start"], passage["end"]) == ("3", "9")


def test_thing_that_is_only_referred_to_has_a_page(pool: Pool) -> None:
    found = thing.read(pool, MGO + "Country")
    assert (found.label, found.said) == (MGO + "Country", ())


def test_unknown_thing_is_not_found(pool: Pool) -> None:
    with pytest.raises(NotFound, match="nobody"):
        thing.read(pool, MGI + "nobody")
