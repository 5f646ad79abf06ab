"""Which stored questions are offered beside what a search finds."""

from pathlib import Path

import pytest

from migkg.queries import StoredQuery
from migkg.search_offers import offered

QUESTIONS = tuple(
    StoredQuery(name, Path(name), summary, "", "", (), "")
    for name, summary in (
        ("heads-of-two-offices", "Who heads more than one office?"),
        ("heads-of-offices", "Who heads which office, with which title?"),
        ("slips", "Which misprints of the documents are recorded?"),
        ("dashes", "Where does the money table print a dash instead of an amount?"),
    )
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("misprint", ["slips"]),
        ("who is head of two offices?", ["heads-of-two-offices", "heads-of-offices"]),
        ("DASHES in the money table", ["dashes"]),
        ("amounts of money printed for Oslo", ["dashes"]),
    ],
)
def test_question_with_most_of_the_words_is_offered(text: str, names: list[str]) -> None:
    assert [one.name for one in offered(QUESTIONS, text)] == names


@pytest.mark.parametrize("text", ["", "the of who", "Oslo", "?", "money for Oslo in 2020", "of"])
def test_question_with_few_of_the_words_is_not(text: str) -> None:
    assert not offered(QUESTIONS, text)


def test_few_are_offered() -> None:
    assert len(offered(QUESTIONS * 3, "heads of offices")) == 3
