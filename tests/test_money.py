from pathlib import Path

import pytest

from migkg import money
from migkg.execute import Pool
from migkg.settings import Data, Limits

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def grid() -> money.Grid:
    pool = Pool(Data(root=str(ROOT)), Limits())
    try:
        return money.read(pool)
    finally:
        pool.close()


def test_table_has_a_cell_for_each_office_and_element(grid: money.Grid) -> None:
    assert [label.split()[0] for _, label in grid.columns] == ["P1", "P2", "P3", "O1", "O2", "O3"]
    assert len(grid.rows) == 20
    assert all(cell is not None for row in grid.rows for cell in row.cells)


def test_dash_has_no_amount(grid: money.Grid) -> None:
    dashes = [cell for row in grid.rows for cell in row.cells if cell and cell.amount is None]
    assert {cell.printed for cell in dashes} == {"-"}
    assert len(dashes) == 20


def test_totals_that_differ_are_those_with_an_anomaly(grid: money.Grid) -> None:
    totals = [*(row.total for row in grid.rows), *grid.totals, grid.grand]
    wrong = {one.iri.rpartition("/")[2] for one in totals if one and one.differs}
    noted = {one.iri.rpartition("/")[2] for one in totals if one and one.anomalies}
    assert wrong == noted == {"total-001-all", "total-001-o1", "total-001-turkey"}
    assert len(grid.anomalies) == 3


def test_currency_is_not_guessed(grid: money.Grid) -> None:
    assert grid.currencies == ("currency not stated",)


def test_steps_follow_the_amounts(grid: money.Grid) -> None:
    cells = [cell for row in grid.rows for cell in row.cells if cell and cell.amount is not None]
    by_step = {step: [cell.amount for cell in cells if cell.step == step] for step in range(6)}
    assert max(by_step[0], default=0) < money.STEPS[0] <= min(by_step[1])
    assert min(by_step[5]) >= money.STEPS[-1]
