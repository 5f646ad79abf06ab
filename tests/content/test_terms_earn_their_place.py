"""A term of ours is there for a question: without it the answer of some stored query changes."""

import re
from functools import cache

import pytest
from pyoxigraph import NamedNode, Store
from snapshot import QUERIES, REPOSITORY, answer

from migkg.dataset import Dataset
from migkg.terms import MGO, OWL, RDF
from migkg.turtle import read_turtle

TYPE = NamedNode(f"{RDF}type")
KINDS = {OWL + kind for kind in ("Class", "DatatypeProperty", "ObjectProperty")}
TERMS = sorted(
    {
        triple.subject.value.removeprefix(MGO)  # type: ignore[union-attr]
        for triple in read_turtle(REPOSITORY / "ontology" / "migkg.ttl")
        if triple.predicate == TYPE and triple.object.value in KINDS  # type: ignore[union-attr]
    }
)
TEXTS = {file.stem: file.read_text(encoding="utf-8") for file in sorted(QUERIES.glob("*.rq"))}


@cache
def whole(name: str, store: Store) -> list[str]:
    """The answer of a query over the whole graph."""
    return answer(store, TEXTS[name])


@pytest.mark.parametrize("term", TERMS)
def test_some_answer_changes_without_the_term(term: str, graph: Dataset) -> None:
    store, node = graph.store, NamedNode(MGO + term)
    asking = [name for name, text in TEXTS.items() if re.search(rf"\bmgo:{term}(?![\w-])", text)]
    before = {name: whole(name, store) for name in asking}
    taken = [
        *store.quads_for_pattern(None, node, None),
        *store.quads_for_pattern(None, TYPE, node),
    ]
    for quad in taken:
        store.remove(quad)
    changed = [name for name in asking if answer(store, TEXTS[name]) != before[name]]
    store.extend(taken)
    assert changed, f"no answer changes without mgo:{term}; these ask for it: {asking}"
