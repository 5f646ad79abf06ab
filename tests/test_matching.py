import pytest

from migkg import matching

TEXT = (
    "Some offices help\nthe harbour towns. The quick re-\nturn of boats, the\n\nharbour  towns and "
    "ports’ cranes.\n Boats in 2030–2031 “sail” far. Northern ports, portside; 120 and 20.\n"
)


@pytest.fixture(scope="module")
def text() -> matching.Searchable:
    return matching.searchable(TEXT)


def printed(text: matching.Searchable, words: str) -> list[str]:
    return [TEXT[start:end] for start, end in matching.find(text, words)]


@pytest.mark.parametrize(
    ("words", "raw"),
    [
        ("quick", ["quick"]),
        ("offices help the harbour", ["offices help\nthe harbour"]),
        ("the harbour towns", ["the harbour towns", "the\n\nharbour  towns"]),
        ("quick return", ["quick re-\nturn"]),
        ("quick re-turn of", ["quick re-\nturn of"]),
        ("ports' cranes", ["ports’ cranes"]),
        ("2030-2031", ["2030–2031"]),
        ('"sail"', ["“sail”"]),
        ("nothing of this", []),
        ("", []),
    ],
)
def test_words_are_found_whatever_their_line_breaks_hyphens_and_quotes(
    text: matching.Searchable, words: str, raw: list[str]
) -> None:
    assert printed(text, words) == raw


def test_a_match_keeps_to_whole_words_and_numbers_when_it_can(text: matching.Searchable) -> None:
    assert printed(text, "port") == ["port", "port", "port"]
    assert matching.find(text, "ports") == [
        (TEXT.index("ports’"), TEXT.index("ports’") + 5),
        (TEXT.index("ports, "), TEXT.index("ports, ") + 5),
    ]
    assert printed(text, "20") == ["20"]
    assert matching.find(text, "20")[0][0] == TEXT.index(" 20.") + 1


def test_the_match_is_never_trimmed_or_extended(text: matching.Searchable) -> None:
    assert printed(text, " Boats in ") == ["Boats in"]
    assert printed(text, "far.") == ["far."]


def test_an_ellipsis_joins_the_nearest_first_and_last_words(text: matching.Searchable) -> None:
    assert printed(text, "Some … towns") == ["Some offices help\nthe harbour towns"]
    assert printed(text, "the … towns") == ["the harbour towns", "the\n\nharbour  towns"]
    assert printed(text, "quick … boats … cranes") == [
        "quick re-\nturn of boats, the\n\nharbour  towns and ports’ cranes"
    ]


def test_only_matches_inside_the_given_ranges_count(text: matching.Searchable) -> None:
    second = TEXT.index("the\n\nharbour")
    assert matching.find(text, "the harbour towns", [(second, len(TEXT))])[0][0] == second
    assert matching.find(text, "the harbour towns", [(second + 1, len(TEXT))]) == []


def test_the_nearest_match_says_where_words_and_print_part(text: matching.Searchable) -> None:
    near = matching.nearest(text, "the quick return of ships")
    assert near is not None
    assert TEXT[slice(*near.span)] == "quick re-\nturn of"
    assert near.wanted == "ships"
    assert near.printed.startswith("boats, the harbour")


def test_words_that_are_printed_nowhere_have_no_nearest_match(text: matching.Searchable) -> None:
    assert matching.nearest(text, "xylophone zither") is None


def test_whole_words_do_not_match_inside_longer_ones() -> None:
    text = matching.searchable("Harbour-\nmaster, Harbours’, Harbour’s and GNH-led")
    starts = [start for start, _ in matching.whole_words(text, "Harbour")]
    assert starts == [0, text.raw.index("Harbour’s")]
    assert matching.whole_words(text, "Harbourmaster") == [(0, 15)]
    assert len(matching.whole_words(text, "GNH")) == 1
    assert matching.whole_words(text, " ") == []
