import pytest

from migkg.errors import BadRequest
from migkg.yes_no import yes_or_no


@pytest.mark.parametrize(
    ("text", "said"), [("1", True), ("Yes", True), ("0", False), ("FALSE", False)]
)
def test_yes_and_no_are_read_in_any_case(text: str, said: bool) -> None:
    assert yes_or_no("derived", text) is said


@pytest.mark.parametrize("text", ["", "2", "perhaps"])
def test_what_says_neither_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="The parameter derived is .* Give 1 for yes or 0 for no"):
        yes_or_no("derived", text)
