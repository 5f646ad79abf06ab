import pytest

from migkg import folding


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Gračanica/Graçanica", "gracanica gracanica"),
        ("  Counter-trafficking, 2006–2007 ", "counter trafficking 2006 2007"),
        ("ODIHR’s_Office", "odihr s office"),
        ("Türkiye", "turkiye"),
        ("Đakovica, Łódź, Ørland, Iğdır, Æbelø", "dakovica lodz orland igdir aebelo"),
        ("Молдова", "moldova"),
        ("Хорватия и Юг", "horvatiya i yug"),
        ("*", ""),
    ],
)
def test_text_is_folded_as_it_is_compared(text: str, folded: str) -> None:
    assert folding.fold(text) == folded


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("United Nations Convention against Crime", "UNCC"),
        ("Security and Co-operation in Europe", "SCE"),
        ("Border Police", ""),
        ("harmonized standards of the Council of Baltic Sea States", ""),
    ],
)
def test_initials_are_those_of_a_proper_name(name: str, letters: str) -> None:
    assert folding.initials(name) == letters


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Fish and Algae Office of the Northern Seas", ["FAO", "FAONS"]),
        ("Border Police of Norway", ["BPN"]),
        ("fish of the Northern Open Seas", []),
    ],
)
def test_acronyms_may_leave_out_what_follows_a_preposition(name: str, letters: list[str]) -> None:
    assert folding.acronyms(name) == letters


@pytest.mark.parametrize("text", ["1 000 000", "1,000,000", "1\u00a0000\u202f000", "1000000"])
def test_grouped_digits_are_one_number(text: str) -> None:
    assert folding.fold(text) == "1000000"


@pytest.mark.parametrize("text", ["2006 2007", "12 34", "1 0000", "2006, 100"])
def test_digits_that_are_no_groups_of_three_stay_apart(text: str) -> None:
    assert len(folding.fold(text).split()) == 2


def test_order_and_small_words_make_no_other_name() -> None:
    one = folding.fold("The Republic of Moldova")
    assert folding.key(one) == folding.key(folding.fold("Moldova, Republic of"))
    assert folding.key("who") == "who"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+381 28 665 022", "38128665022"),
        ("++389 (2) 3088 100", "38923088100"),
        ("2006", ""),
        ("1 May 2004", ""),
        ("", ""),
    ],
)
def test_what_may_be_a_telephone_number(text: str, digits: str) -> None:
    assert folding.call_number(text) == digits
