"""Every stored query gives exactly its stored answer, in order."""

import pytest
from snapshot import ANSWERS, QUERIES, SNAPSHOT, WORKED_OUT, answer

from migkg.dataset import Dataset

NAMES = [file.stem for file in sorted(QUERIES.glob("*.rq"))]


@pytest.mark.parametrize("name", NAMES)
def test_query_gives_its_stored_answer(name: str, graph: Dataset) -> None:
    origin, *lines = (ANSWERS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    assert origin in (WORKED_OUT, SNAPSHOT)
    assert answer(graph.store, (QUERIES / f"{name}.rq").read_text(encoding="utf-8")) == lines


def test_there_are_at_least_sixty_queries() -> None:
    assert len(NAMES) >= 60


def test_every_answer_belongs_to_a_query() -> None:
    assert {file.stem for file in ANSWERS.iterdir()} - set(NAMES) == set()


def test_at_least_sixty_answers_are_worked_out_from_the_text() -> None:
    origins = [file.read_text(encoding="utf-8").partition("\n")[0] for file in ANSWERS.iterdir()]
    assert origins.count(WORKED_OUT) >= 60


def test_every_answer_has_rows_and_a_whole_order(graph: Dataset) -> None:
    for name in NAMES:
        text = (QUERIES / f"{name}.rq").read_text(encoding="utf-8")
        _, *rows = answer(graph.store, text)
        assert rows, name
        assert len(set(rows)) == len(rows), f"{name} has the same row twice"
        assert "ORDER BY" in text, name
