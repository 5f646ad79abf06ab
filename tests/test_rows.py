from migkg.facts import Facts, Referrers, Said
from migkg.passages import Passage
from migkg.rows import groups, holding, label, row_into
from migkg.tables import Term
from migkg.terms import GRAPH, MGC, MGI, MGO
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


def referring(**about: Term) -> str:
    details = {"x": {MGO + name: [term] for name, term in about.items()}}
    labels = {MGC + "precision-almost": "almost"}
    found = Facts(PLAN, (), (), details, frozenset(), {}, labels)
    row = row_into(found, Referrers(MGO + "concernsPlace", MGO + "Figure", 1, ("x",)))
    return row.values[0].beside


def test_number_in_a_list_keeps_its_hedge() -> None:
    almost = Term("uri", MGC + "precision-almost")
    million = Term("literal", "one million")
    assert referring(printedForm=million, hasPrecision=almost) == "almost one million"
    exact = Term("uri", MGC + "precision-exact")
    assert referring(printedForm=million, hasPrecision=exact) == "one million"


def test_passage_without_a_label_reads_as_its_place() -> None:
    assert label(EMPTY, MGI + "psg-004-12-34") == "characters 12–34 of document 004"
    assert label(EMPTY, MGI + "sel-004-12-34") == "mgi:sel-004-12-34"


def test_printed_dash_is_told_in_words() -> None:
    details = {"x": {MGO + "printedForm": [Term("literal", "-")]}}
    found = Facts(PLAN, (), (), details, frozenset(), {}, {})
    row = row_into(found, Referrers(MGO + "concernsPlace", MGO + "Funding", 1, ("x",)))
    assert row.values[0].beside == "a dash, no amount"
