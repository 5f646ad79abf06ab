from migkg.facts import Facts, Referrers, Said
from migkg.passages import Passage
from migkg.rows import groups, holding, row_into
from migkg.tables import Term
from migkg.terms import GRAPH, MGI, MGO
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


PLAN, LAW = MGI + "init-plan", Term("uri", MGI + "inst-law")
EMPTY = Facts(PLAN, (), (), {}, frozenset(), {}, {})


def said(graph: str) -> dict[str, list[Said]]:
    names = {"supportsInstrument": "001", "involvesInstrument": graph}
    return {MGO + name: [Said(MGO + name, LAW, GRAPH + of)] for name, of in names.items()}


def test_wider_link_that_was_worked_out_repeats_nothing() -> None:
    (group,) = groups(EMPTY, said("derived-001"))
    assert [row.phrase for row in group.rows] == ["supports"]
    (group,) = groups(EMPTY, said("001"))
    assert [row.phrase for row in group.rows] == ["supports", "has to do with"]


def test_printed_dash_is_told_in_words() -> None:
    details = {"x": {MGO + "printedForm": [Term("literal", "-")]}}
    found = Facts(PLAN, (), (), details, frozenset(), {}, {})
    row = row_into(found, Referrers(MGO + "concernsPlace", MGO + "Funding", 1, ("x",)))
    assert row.values[0].beside == "a dash, no amount"
