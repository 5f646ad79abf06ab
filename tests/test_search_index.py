from contextlib import closing

from migkg import search_index
from migkg.execute import Pool


def test_everything_with_a_label_and_a_page_is_an_item_once(pool: Pool) -> None:
    with closing(search_index.build(pool)) as database:
        iris = [row[0] for row in database.execute("SELECT iri FROM items")]
    assert len(set(iris)) == len(iris)
    assert "https://w3id.org/migkg/id/office-oslo" in iris
    assert "https://w3id.org/migkg/concept/theme-return" in iris
    assert "https://w3id.org/migkg/id/name-001-sg" not in iris
    assert not [iri for iri in iris if iri.startswith("https://w3id.org/migkg/ontology#")]


def test_same_data_give_the_same_index(pool: Pool) -> None:
    with closing(search_index.build(pool)) as one, closing(search_index.build(pool)) as other:
        for table in ("items", "names", "facets", "labels"):
            sql = f"SELECT * FROM {table} ORDER BY 1, 2"
            assert one.execute(sql).fetchall() == other.execute(sql).fetchall()


def test_open_period_has_the_year_that_is_known() -> None:
    assert search_index._years("2004", "") == ["2004"]
    assert search_index._years("", "2006-05-01") == ["2006"]
    assert search_index._years("2019", "2021") == ["2019", "2020", "2021"]
    assert search_index._years("0001", "9999") == search_index._years("", "") == []
