from migkg import absence
from migkg.execute import Pool

MGI, MGC = "https://w3id.org/migkg/id/", "https://w3id.org/migkg/concept/"
MONEY = "SELECT * WHERE { ?cell a mgo:FundingRequirement ; mgo:amount ?amount }"


def test_dash_of_all_the_things_asked_for_states_that_there_is_none(pool: Pool) -> None:
    why = absence.explain(pool, MONEY, {"office": MGI + "office-bergen", "element": MGC + "o2"})
    assert (why.reason, [fact.label for fact in why.facts]) == (absence.NONE, ["Bergen, O2"])


def test_dash_of_one_thing_does_not_speak_for_another(pool: Pool) -> None:
    why = absence.explain(pool, MONEY, {"office": MGI + "office-oslo", "element": MGC + "o2"})
    assert why.reason == absence.SILENT


def test_dash_says_nothing_to_a_question_of_another_class(pool: Pool) -> None:
    text = "SELECT * WHERE { ?x a mgo:Initiative }"
    why = absence.explain(pool, text, {"office": MGI + "office-bergen", "element": MGC + "o2"})
    assert why.reason == absence.SILENT


def test_recorded_gap_is_told(pool: Pool) -> None:
    why = absence.explain(pool, MONEY, {"office": MGI + "office-molde"})
    assert why.reason == absence.LEFT_OUT
    assert why.facts == (
        absence.Source(
            MGI + "anomaly-001-molde", "No page of Molde", "The annex has no page of it."
        ),
    )


def test_documents_that_speak_of_the_thing_are_named(pool: Pool) -> None:
    why = absence.explain(pool, "SELECT * { ?x ?p ?o }", {"office": MGI + "office-bergen"})
    assert [one.label for one in why.documents] == ["Plan 2030"]


def test_without_things_nothing_can_be_told(pool: Pool) -> None:
    assert absence.explain(pool, MONEY, {}) == absence.Absence(absence.SILENT, (), ())
