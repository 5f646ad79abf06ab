from migkg.passages import Passage
from migkg.rows import holding
from migkg.texts import Quote


def passage(number: int, words: str | None) -> Passage:
    quote = None if words is None else Quote("before ", words, " after")
    return Passage(f"psg-{number}", "doc", "Plan", "sec", "Part", (number, number + 1), quote)


BOATS, HARBOURS = passage(1, "There were 12 Boats, or 1 200"), passage(2, "in the harbours of 2012")


def test_value_is_proved_by_the_passages_that_print_it() -> None:
    assert holding((BOATS, HARBOURS), "boats") == (BOATS,)
    assert holding((BOATS, HARBOURS), "12") == (BOATS,)
    assert holding((BOATS, HARBOURS), "1,200") == (BOATS,)
    assert holding((BOATS, HARBOURS), "before") == (BOATS, HARBOURS)


def test_value_that_is_nowhere_printed_is_proved_by_all() -> None:
    assert holding((BOATS, HARBOURS), "proposed") == (BOATS, HARBOURS)


def test_without_the_words_all_passages_prove() -> None:
    assert holding((BOATS, passage(3, None)), "harbours") == (BOATS, passage(3, None))
    assert holding((), "x") == ()
