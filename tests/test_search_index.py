import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from migkg import search_index
from migkg.errors import Unavailable
from migkg.execute import Pool


def indexed(pool: Pool) -> "closing[sqlite3.Connection]":
    """The index of a pool's data."""
    return closing(search_index.read(pool.index()))


def test_everything_with_a_label_and_a_page_is_an_item_once(pool: Pool) -> None:
    with indexed(pool) as database:
        iris = [row[0] for row in database.execute("SELECT iri FROM items")]
    assert len(set(iris)) == len(iris)
    assert "https://w3id.org/migkg/id/office-oslo" in iris
    assert "https://w3id.org/migkg/concept/theme-return" in iris
    assert "https://w3id.org/migkg/id/name-001-sg" not in iris
    assert not [iri for iri in iris if iri.startswith("https://w3id.org/migkg/ontology#")]


def test_same_data_give_the_same_index(pool: Pool) -> None:
    with indexed(pool) as one, indexed(pool) as other:
        for table in ("items", "names", "facets", "labels"):
            sql = f"SELECT * FROM {table} ORDER BY 1, 2"
            assert one.execute(sql).fetchall() == other.execute(sql).fetchall()


def test_index_that_has_no_room_is_told(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = pool.index()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(Unavailable, match="no room for its text index"):
        search_index.read(body)


def test_index_that_cannot_be_made_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def noted(file: str) -> sqlite3.Connection:
        made.append(connect(file))
        return made[-1]

    def fail(_: str) -> bytes:
        raise Unavailable("The store behind this server does not answer.", "Try again later.")

    monkeypatch.setattr(sqlite3, "connect", noted)
    with pytest.raises(Unavailable, match="does not answer"):
        search_index.make(fail)
    (database,) = made
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        database.execute("SELECT 1")


def test_open_period_has_the_year_that_is_known() -> None:
    assert search_index._years("2004", "") == ["2004"]
    assert search_index._years("", "2006-05-01") == ["2006"]
    assert search_index._years("2019", "2021") == ["2019", "2020", "2021"]
    assert search_index._years("0001", "9999") == search_index._years("", "") == []
