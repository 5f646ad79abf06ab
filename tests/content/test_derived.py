"""What the derive queries must reach in the real graph."""

from snapshot import answer

from migkg.dataset import Dataset

WITHOUT_AREA = """
PREFIX mgo: <https://w3id.org/migkg/ontology#>
SELECT ?initiative
WHERE {
  ?initiative a mgo:Initiative ; mgo:underOffice ?office .
  ?office mgo:servesPlace ?area .
  FILTER NOT EXISTS { ?office mgo:servesPlace ?other FILTER (?other != ?area) }
  FILTER NOT EXISTS { ?initiative mgo:concernsPlace|mgo:takesPlaceIn ?area }
}
"""


def test_every_initiative_of_an_office_for_one_area_concerns_it(graph: Dataset) -> None:
    assert answer(graph.store, WITHOUT_AREA) == ["initiative"]
