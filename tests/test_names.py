from decimal import Decimal

import pytest

from migkg import names

DOCUMENT = (
    "Boats sail. The boats of Nordhavn and the Guild sail. International law binds all, "
    "and international law is old. Sunday came, as a Sunday does."
)


def printed(text: str, known: set[str] | None = None) -> list[str]:
    spelled = names.spelling(DOCUMENT + "\n" + text)
    return [t.printed for t in names.tokens(text, (0, len(text)), spelled, known or set())]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Help comes to Nordhavn and the Guild.", ["Nordhavn", "Guild"]),
        ("Boats sail for Mr. Bo.", ["Bo"]),
        ("Call Bo, Tel + Fax: see No. above.", ["Bo"]),
        ("International law helps.", []),
        ("Nordhavn helps.", ["Nordhavn"]),
        ("Sunday helps.", ["Sunday"]),
        ("Globally, it helps.", []),
        ("GNH helps, and so do e-PHR and P1.", ["GNH", "PHR", "P1"]),
        ("He said “Help” to (Boats) and The Sea.", ["Sea"]),
        ("ALL ARE EQUAL", []),
        ("GNH", ["GNH"]),
        ("See www.boats.example or a.b@boats.example today", None),
        (
            "https://boats.example/some-\nlong-path is it",
            ["https://boats.example/some-\nlong-path"],
        ),
        ("(see www.boats.example/a).", ["www.boats.example/a"]),
        ("the Sea2030 edition", ["Sea2030"]),
        ("of the countries1 there", []),
    ],
)
def test_which_words_are_names(text: str, found: list[str] | None) -> None:
    wanted = ["www.boats.example", "a.b@boats.example"] if found is None else found
    assert printed(text) == wanted


def test_a_first_word_that_the_graph_knows_is_a_name() -> None:
    assert printed("Fjellby helps.") == []
    assert printed("Fjellby helps.", {"Fjellby"}) == ["Fjellby"]


@pytest.mark.parametrize(
    ("text", "found", "values"),
    [
        ("about 2 800 000 fish", "2 800 000", {"2800000"}),
        ("over 8,000 fish", "8,000", {"8000"}),
        ("some 3.6 million fish", "3.6 million", {"3.6", "3600000"}),
        ("some three million fish", "three million", {"3", "3000000"}),
        ("the Two nets", "Two", {"2"}),
        ("of 17 years", "17", {"17"}),
        ("the 1980s end", "1980", {"1980"}),
    ],
)
def test_numbers_are_read_in_digits_and_words(text: str, found: str, values: set[str]) -> None:
    spelled = names.spelling(text)
    (token,) = names.tokens(text, (0, len(text)), spelled, set())
    assert token.printed == found
    assert token.equals == {Decimal(value) for value in values}


def test_years_on_both_sides_of_a_dash_are_two_numbers() -> None:
    assert printed("in 2019–2022 it was") == ["2019", "2022"]
    assert printed("250 000 7 270 113") == ["250 000", "7 270 113"]


def unsaid(text: str, said: list[str], numbers: tuple[int, ...] = ()) -> list[str]:
    span = (0, len(text))
    wanted = names.tokens(text, span, names.spelling(text), set())
    values = frozenset(Decimal(number) for number in numbers)
    return [token.printed for token in names.missing(text, span, wanted, said, values)]


def test_a_form_accounts_for_the_words_that_it_covers() -> None:
    text = "the Port Authority of Nord-\nhavn’s Guilds gave 12 boats in 2030"
    assert unsaid(text, []) == ["Port", "Authority", "Nord", "Guilds", "12", "2030"]
    assert unsaid(text, ["Port Authority", "Nordhavn", "Guild"], (12,)) == ["Guilds", "2030"]
    assert unsaid(text, ["Port Authority of Nordhavn", "Guilds", "12 boats", "2030"]) == []


def test_capitals_and_whole_words_count() -> None:
    assert unsaid("the Guild", ["guild", "GUILD", "Guildhall"]) == ["Guild"]
    assert unsaid("the Guildhall", ["Guild"]) == ["Guildhall"]
    assert unsaid("give 120", ["12"], (12,)) == ["120"]


def test_a_word_may_share_the_rest_of_its_name_with_a_neighbour() -> None:
    text = "in Central and\nWestern Norland, in Southern parts of Norland"
    assert unsaid(text, ["Norland"]) == ["Central", "Western", "Southern"]
    assert unsaid(text, ["Central Norland", "Western Norland", "Southern Norland", "Norland"]) == [
        "Southern"
    ]
