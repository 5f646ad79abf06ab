from migkg.links import Link, around, of_triples, of_view
from migkg.terms import MGO

PART = {"urn:part": [MGO + "Participation"]}
STANDING = {"urn:standing": [MGO + "StatusAssertion"]}


def said(subject: str, **values: str) -> list[tuple[str, str, str]]:
    return [(subject, MGO + name, value) for name, value in values.items()]


def test_rows_of_a_view_are_links() -> None:
    rows = [{"source": "urn:a", "target": "urn:b", "role": "urn:r", "fact": "urn:f", "weight": "2"}]
    assert of_view(rows) == [Link("urn:a", "urn:b", "urn:r", "urn:f", 2.0)]


def test_participation_becomes_a_link_with_its_role() -> None:
    triples = said("urn:part", hasAgent="urn:a", participatesIn="urn:x", hasRole="urn:partner")
    assert of_triples(triples, PART, {"urn:part"}) == (
        [Link("urn:a", "urn:x", "urn:partner", "urn:part")],
        set(),
    )


def test_standing_leads_to_what_it_is_relative_to() -> None:
    both = said(
        "urn:standing", isStatusOf="urn:a", hasStatusValue="urn:member", relativeTo="urn:union"
    )
    links, _ = of_triples(both, STANDING, ())
    assert links == [Link("urn:a", "urn:union", "urn:member", "urn:standing")]
    links, _ = of_triples(both[:2], STANDING, ())
    assert links == [Link("urn:a", "urn:member", MGO + "StatusAssertion", "urn:standing")]


def test_fact_without_both_ends_stays_a_thing() -> None:
    triples = said("urn:part", hasAgent="urn:a")
    assert of_triples(triples, PART, {"urn:part"}) == (
        [Link("urn:part", "urn:a", MGO + "hasAgent", "urn:part")],
        {"urn:part"},
    )


def test_thing_that_only_speaks_of_a_folded_fact_stays() -> None:
    triples = [
        *said("urn:part", hasAgent="urn:a", participatesIn="urn:x"),
        *said("urn:slip", isAnomalyOf="urn:part"),
    ]
    links, others = of_triples(triples, PART, ())
    assert {end for link in links for end in (link.source, link.target)} == {"urn:a", "urn:x"}
    assert others == {"urn:slip"}


def test_partners_of_one_project_are_not_linked() -> None:
    classes = {name: [MGO + "Participation"] for name in ("urn:p1", "urn:p2")}
    triples = [
        *said("urn:p1", hasAgent="urn:a", participatesIn="urn:x"),
        *said("urn:p2", hasAgent="urn:b", participatesIn="urn:x"),
    ]
    links, _ = of_triples(triples, classes, ())
    assert {(link.source, link.target) for link in links} == {
        ("urn:a", "urn:x"),
        ("urn:b", "urn:x"),
    }


CHAIN = [Link(f"urn:{n}", f"urn:{n + 1}", "urn:r", f"urn:f{n}") for n in range(5)]


def test_neighbourhood_is_as_deep_as_asked_in_both_directions() -> None:
    assert around(CHAIN, "urn:2", 1) == CHAIN[1:3]
    assert around(CHAIN, "urn:2", 2) == CHAIN[0:4]
    assert around(CHAIN, "urn:9", 1) == []


def test_neighbourhood_of_a_folded_fact_is_that_of_its_ends() -> None:
    assert around(CHAIN, "urn:f2", 1) == CHAIN[1:4]


def test_neighbours_are_linked_with_each_other() -> None:
    triangle = [*CHAIN[:2], Link("urn:0", "urn:2", "urn:r", "")]
    assert around(triangle, "urn:0", 1) == triangle
