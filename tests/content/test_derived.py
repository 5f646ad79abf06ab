"""What the derive queries must reach in the real graph."""

import pytest
from snapshot import answer

from migkg.dataset import Dataset

PREFIXES = """
PREFIX mgi: <https://w3id.org/migkg/id/>
PREFIX mgo: <https://w3id.org/migkg/ontology#>
"""
WITHOUT_AREA = (
    PREFIXES
    + """
SELECT ?initiative
WHERE {
  ?initiative a mgo:Initiative ; mgo:underOffice ?office .
  ?office mgo:servesPlace ?area .
  FILTER NOT EXISTS { ?office mgo:servesPlace ?other FILTER (?other != ?area) }
  FILTER NOT EXISTS { ?initiative mgo:concernsPlace|mgo:takesPlaceIn ?area }
}
"""
)


def values(graph: Dataset, thing: str, name: str) -> list[str]:
    """The values of a property of a thing, all with short names."""
    return answer(graph.store, f"{PREFIXES}SELECT ?x WHERE {{ mgi:{thing} mgo:{name} ?x }}")[1:]


def test_every_initiative_of_an_office_for_one_area_concerns_it(graph: Dataset) -> None:
    assert answer(graph.store, WITHOUT_AREA) == ["initiative"]


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("fig-001-azerbaijan-kahriz-families", "place-azerbaijan"),
        ("init-002-annex-hungary-legal-channels", "place-hungary"),
        ("init-002-p6-pilot-extension", "place-croatia"),
    ],
)
def test_place_is_handed_down(graph: Dataset, statement: str, place: str) -> None:
    assert f"mgi:{place}" in values(graph, statement, "concernsPlace")


@pytest.mark.parametrize("statement", ["assess-002-p6-no-programmes", "fig-002-p7-roma-caseload"])
def test_region_is_not_handed_to_what_has_a_place_of_its_own(
    graph: Dataset, statement: str
) -> None:
    region = "mgi:place-central-and-south-eastern-europe"
    assert region not in values(graph, statement, "concernsPlace")


@pytest.mark.parametrize(
    ("instrument", "period"),
    [
        ("inst-albania-national-strategy-on-migration", "period-2019-2022"),
        ("inst-unscr-1244", "period-1999"),
        ("inst-albania-emigrants-registration-feasibility-study", "period-2005-06"),
    ],
)
def test_instrument_has_the_period_of_its_standing_issue_or_making(
    graph: Dataset, instrument: str, period: str
) -> None:
    assert values(graph, instrument, "inPeriod") == [f"mgi:{period}"]


@pytest.mark.parametrize(
    ("initiative", "periods"),
    [
        ("init-002-slovenia-c-continuation", ["mgi:period-2006-2007"]),
        ("init-002-slovenia-c-testing", []),
    ],
)
def test_period_is_not_handed_to_the_parts_of_completed_work_unless_they_are_to_come(
    graph: Dataset, initiative: str, periods: list[str]
) -> None:
    assert values(graph, initiative, "inPeriod") == periods


@pytest.mark.parametrize(
    ("initiative", "periods"),
    [
        ("init-003-case-studies", ["mgi:period-2001-10-29-31"]),
        ("init-003-cd", []),
    ],
)
def test_what_was_done_at_an_event_has_its_period_unless_it_goes_on(
    graph: Dataset, initiative: str, periods: list[str]
) -> None:
    assert values(graph, initiative, "inPeriod") == periods


def test_instrument_appears_as_often_as_its_standing_says(graph: Dataset) -> None:
    assert values(graph, "inst-romania-migration-barometer", "frequency") == ["bi-annual"]


def test_partner_body_of_a_membership_is_a_partner(graph: Dataset) -> None:
    assert "mgi:org-cefmr" in values(graph, "org-sfm", "hasPartner")


@pytest.mark.parametrize(
    ("body", "leader"),
    [
        ("office-croatia", "person-gregoire-goodstein"),
        ("office-poland", "person-anna-rostocka"),
        ("office-budapest", "person-argentina-szabados"),
        ("org-cefmr", "office-poland"),
    ],
)
def test_head_of_an_office_and_manager_of_a_body_lead_it(
    graph: Dataset, body: str, leader: str
) -> None:
    assert values(graph, body, "isLedBy") == [f"mgi:{leader}"]


def test_regional_proposals_stand_under_no_office(graph: Dataset) -> None:
    asked = f"""{PREFIXES}SELECT ?office WHERE {{
      ?proposal mgo:underHeading/mgo:isSubsectionOf mgi:sec-002-annex-regional .
      OPTIONAL {{ ?proposal mgo:underOffice ?office }}
    }}"""
    assert answer(graph.store, asked) == ["office", *[""] * 13]


def test_every_printed_name_has_a_label(graph: Dataset) -> None:
    bare = """
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    SELECT ?name WHERE { ?name a mgo:NameForm FILTER NOT EXISTS { ?name rdfs:label ?label } }
    """
    assert answer(graph.store, PREFIXES + bare) == ["name"]
