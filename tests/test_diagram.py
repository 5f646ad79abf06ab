from migkg import diagram
from migkg.terms import MGO
from migkg.vocabulary import Term, Vocabulary


def term(name: str, parent: str = "", domain: str = "", target: str = "") -> Term:
    parent, domain, target = (MGO + end if end else "" for end in (parent, domain, target))
    return Term(MGO + name, name.lower(), "", parent, "", domain, target)


TERMS = Vocabulary(
    "1",
    (),
    (term("Agent"), term("Office", "Agent"), term("Unit", "Office"), term("Place")),
    (term("serves", domain="Office", target="Place"), term("name", domain="Agent"), term("said")),
    (),
)


def test_each_widest_class_is_a_card_that_holds_the_others() -> None:
    agent, place = diagram.draw(TERMS).cards
    assert (agent.term.label, [line.term.label for line in agent.inside]) == (
        "agent", ["office", "unit"],
    )  # fmt: skip
    assert (place.term.label, place.inside) == ("place", ())


def test_card_tells_where_its_properties_lead() -> None:
    agent, _ = diagram.draw(TERMS).cards
    found = {line.term.label: line.target.label if line.target else "" for line in agent.properties}
    assert found == {"serves": "place", "name": ""}


def test_properties_of_no_class_are_kept_apart() -> None:
    assert [each.label for each in diagram.draw(TERMS).free] == ["said"]


def test_cards_do_not_overlap_and_lie_inside() -> None:
    found = diagram.draw(TERMS)
    for card in found.cards:
        assert card.x + diagram.WIDTH <= found.width
        assert card.y + card.height <= found.height
        lines = [line.y for line in (*card.inside, *card.properties)]
        assert lines == sorted(set(lines))
        assert all(diagram.HEAD < y <= card.height for y in lines)
    assert len({(card.x, card.y) for card in found.cards}) == len(found.cards)
