import pytest

from migkg import phrases
from migkg.dataset import load
from migkg.settings import Data
from migkg.terms import MGO, OWL, RDF


def test_every_phrase_is_of_a_property_of_the_ontology() -> None:
    graph = load(Data())
    kinds = {OWL + "ObjectProperty", OWL + "DatatypeProperty"}
    known = {
        quad.subject.value  # type: ignore[union-attr]
        for quad in graph.quads
        if quad.predicate.value == RDF + "type" and getattr(quad.object, "value", "") in kinds
    }
    ours = {name for name in phrases.PHRASES if name.startswith(MGO)}
    assert ours <= known
    assert {name for name in known if name.startswith(MGO)} - ours - set(phrases.KINDS) == {
        MGO + "isoAlpha3", MGO + "m49Code",
    }  # fmt: skip


def test_property_without_a_phrase_reads_by_its_label() -> None:
    found = phrases.phrase("http://x.example/p", "sails to")
    assert (found.heading, found.out, found.into) == (phrases.LAST, "sails to", "sails to: {n}")


@pytest.mark.parametrize(
    ("number", "label", "words"),
    [(1, "agency", "1 agency"), (2, "agency", "2 agencies"), (1200, "process", "1,200 processes"),
     (3, "person", "3 persons"), (2, "office", "2 offices"), (2, "day", "2 days"),
     (3, "concept (skos)", "3 concepts"), (1, "passage (oa)", "1 passage")],
)  # fmt: skip
def test_things_are_counted_in_words(number: int, label: str, words: str) -> None:
    assert phrases.counted(number, label) == words


def test_same_property_stands_elsewhere_by_class() -> None:
    assert phrases.heading_into(MGO + "concernsPlace", MGO + "Initiative") == "Where"
    assert phrases.heading_into(MGO + "concernsPlace", MGO + "Figure") == "Numbers"
