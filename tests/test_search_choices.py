"""Which values of facets a question names, so that all of them are offered, however worded."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

import asking
from migkg import search_index
from migkg.execute import Pool
from migkg.search_choices import named
from migkg.settings import Data, Limits


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("data")
    with closing(Pool(Data(root=str(asking.write(folder))), Limits())) as pool:
        body = pool.index()
    with closing(search_index.read(body)) as database:
        yield database


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Sweden", {"place": ("place-sweden",)}),
        ("border management", {"theme": ("theme-border",)}),
        ("border management in Sweden", {"theme": ("theme-border",), "place": ("place-sweden",)}),
        ("the border, Sweden 2030", {
            "theme": ("theme-border",), "place": ("place-sweden",), "year": ("2030",)}),
        ("Sweden Sweden", {"place": ("place-sweden",)}),
    ],
)  # fmt: skip
def test_names_of_places_themes_and_years_are_known(
    database: sqlite3.Connection, text: str, values: dict[str, tuple[str, ...]]
) -> None:
    found = named(database, text)
    assert found is not None
    assert found.values == values
    assert found.count > 0


def test_choices_are_called_by_their_labels(database: sqlite3.Connection) -> None:
    found = named(database, "border sweden")
    assert found is not None
    assert found.labels == ("border management", "Sweden")


@pytest.mark.parametrize(
    "text", ["", "in the", "boats in Sweden", "IOM Bergen", "border 1999", "sweden " * 13]
)
def test_words_that_are_left_name_no_choice(database: sqlite3.Connection, text: str) -> None:
    assert named(database, text) is None


def test_part_of_a_name_chooses_no_place(database: sqlite3.Connection) -> None:
    assert named(database, "Swed") is None
