from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from migkg import offices, thing
from migkg.execute import Pool
from migkg.settings import Data, Limits, Server
from migkg.terms import MGI
from migkg.texts import Texts
from serving import HEAD, write_data

MONEY = """
    mgi:init-001-a mgo:inPeriod mgi:period-2030 .
    mgi:init-001-b a mgo:Initiative ; mgo:underOffice mgi:office-oslo ;
        mgo:hasTheme mgc:theme-return ;
        mgo:inPeriod mgi:period-2020 .
    mgi:period-2030 rdfs:label "2030" ; mgo:startYear 2030 .
    mgi:period-2020 rdfs:label "2020 to 2021" ; mgo:startYear 2020 .
    mgi:fund-a a mgo:FundingRequirement ; mgo:underOffice mgi:office-oslo ; mgo:amount 1200.0 ;
        mgo:printedForm "1 200" ; mgo:underFrameworkElement mgc:o1 ; mgo:hasCurrency mgc:none .
    mgi:fund-b a mgo:FundingRequirement ; mgo:underOffice mgi:office-oslo ; mgo:printedForm "-" ;
        mgo:underFrameworkElement mgc:o2 .
    mgi:total-a a mgo:PrintedTotal ; mgo:underOffice mgi:office-oslo ; mgo:printedForm "1 300" ;
        mgo:amount 1300.0 ; mgo:computedAmount 1200.0 .
    mgi:anomaly-a a mgo:SourceAnomaly ; rdfs:label "Off by 100" ;
        mgo:isAnomalyOf mgi:total-a .
    mgc:o1 skos:prefLabel "O1" . mgc:o2 skos:prefLabel "O2" . mgc:none skos:prefLabel "not stated" .
    """


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    root = write_data(tmp_path_factory.mktemp("data"))
    (root / "instances/reference/money.ttl").write_text(HEAD + MONEY)
    with closing(Pool(Data(root=str(root)), Limits())) as made:
        yield made


def test_initiatives_are_counted_by_theme_and_period_in_order(pool: Pool) -> None:
    found = offices.read(pool, MGI + "office-oslo")
    assert [label for _, label in found.periods] == ["2020 to 2021", "2030"]
    assert [(label, numbers) for _, label, numbers in found.themes] == [("return", (1, 1))]


def test_money_is_as_printed_and_totals_are_worked_out(pool: Pool) -> None:
    found = offices.read(pool, MGI + "office-oslo")
    assert found.funds is not None
    assert found.funds.total is not None
    assert [label for _, label in found.table.columns] == ["O1", "O2"]
    assert [cell.printed for cell in found.funds.cells if cell] == ["1 200", "-"]
    total = found.funds.total
    assert (total.printed, total.computed, total.differs) == ("1 300", 1200, True)
    assert [one.iri for one in total.anomalies] == [MGI + "anomaly-a"]
    assert found.table.currencies == ("not stated",)


def test_office_that_asks_for_no_money_has_no_row(pool: Pool) -> None:
    assert offices.read(pool, MGI + "office-nowhere").funds is None


def kinds(found: thing.Thing) -> set[str]:
    rows = (row for group in found.groups for row in group.rows)
    return {row.listing[1].rpartition("#")[2] for row in rows if row.listing}


def test_what_the_table_tells_is_not_told_again(pool: Pool, tmp_path: Path) -> None:
    whole = thing.read(pool, Texts(Data(root=str(tmp_path)), Server()), MGI + "office-oslo")
    told_by_the_table = {"FundingRequirement", "PrintedTotal"}
    assert kinds(whole) - kinds(offices.without_funds(whole)) == told_by_the_table
