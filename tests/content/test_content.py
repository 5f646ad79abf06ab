"""The files of this repository keep every rule of `migkg check`."""

import pytest

from migkg import check
from migkg.check import Outcome
from migkg.settings import Data


@pytest.fixture(scope="module")
def outcome(data: Data) -> Outcome:
    return check.run(data)


def test_check_finds_nothing(outcome: Outcome) -> None:
    assert outcome.findings == []


@pytest.mark.usefixtures("sources")
def test_check_leaves_nothing_out_where_the_texts_are_at_hand(outcome: Outcome) -> None:
    assert outcome.skipped == []
