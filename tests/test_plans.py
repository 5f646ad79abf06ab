import pytest

from migkg import money, plans, tallies
from migkg.app import create_app
from migkg.exchange import Answer, Query
from migkg.execute import Pool
from migkg.search import Index
from migkg.settings import Data, Limits, Server


def test_plans_are_those_of_both_documents(pool: Pool) -> None:
    found = plans.read(pool, Index(pool))
    assert found.grid == money.read(pool)
    assert list(found.initiatives) == ["2006–2007", "2020"]
    assert found.initiatives["2020"] == tallies.initiatives(pool, Index(pool), "001")


def test_bars_stand_in_order_of_their_sum(pool: Pool) -> None:
    labels, series = plans.read(pool, Index(pool)).bars["themes-then-and-now"]
    numbers = zip(*series.values(), strict=True)
    sums = [sum(number or 0 for number in each) for each in numbers]
    assert "return" in labels
    assert len(labels) == len(sums)
    assert sums == sorted(sums, reverse=True)
    assert sums[-1] > 0


@pytest.mark.parametrize("path", ["/overview", "/overview.json", "/ontology.json"])
def test_what_never_changes_is_counted_once(
    pool: Pool, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    run = pool.run

    def spy(query: Query) -> Answer:
        asked.append(query.text)
        return run(query)

    monkeypatch.setattr(pool, "run", spy)
    client = create_app(Server(), Limits(), Data(), pool).test_client()
    first = client.get(path)
    assert first.status_code == 200
    assert asked
    asked.clear()
    assert client.get(path).data == first.data
    assert asked == []
