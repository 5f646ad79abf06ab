"""Every rule of the shapes catches what it is there for, and nothing else; a second engine agrees.

A fixture is read together with the ontology, the concepts and `tests/shapes/background.ttl`.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyshacl_turbo
import pytest
from pyoxigraph import NamedNode, Quad, Store
from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node

from migkg import check_shapes
from migkg.check_shapes import Result
from migkg.files import turtle_files
from migkg.terms import MGO, MGS
from migkg.turtle import read_turtle

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = Path(__file__).with_name("shapes")
FILES = {str(file.relative_to(FIXTURES)): file for file in turtle_files([FIXTURES])}
BAD = [name for name in FILES if "/bad-" in name]
GOOD = [name for name in FILES if name not in BAD]
SHAPE_FILES = list(turtle_files([ROOT / "shapes"]))
SHAPES = Graph()
for _file in SHAPE_FILES:
    SHAPES.parse(_file, format="turtle")
HOISTED = check_shapes.hoisted(SHAPES)
# What a shape may demand, and the name of the component that demands it.
DEMANDS = {
    SH["class"]: "Class",
    SH.datatype: "Datatype",
    SH["in"]: "In",
    SH.languageIn: "LanguageIn",
    SH.lessThan: "LessThan",
    SH.lessThanOrEquals: "LessThanOrEquals",
    SH.maxCount: "MaxCount",
    SH.maxInclusive: "MaxInclusive",
    SH.minCount: "MinCount",
    SH.minInclusive: "MinInclusive",
    SH.nodeKind: "NodeKind",
    SH["or"]: "Or",
    SH.pattern: "Pattern",
    SH.select: "SPARQL",
}
NAMED = sorted(s for s in set(SHAPES.subjects()) if str(s).startswith(MGS) and "#prefix-" not in s)


def quads(file: Path) -> list[Quad]:
    return [Quad(t.subject, t.predicate, t.object) for t in read_turtle(file)]


@pytest.fixture(scope="module")
def background() -> Store:
    """The ontology, the concepts and a few valid things that fixtures lead to."""
    store = Store()
    for file in [*turtle_files([ROOT / "ontology"]), FILES["background.ttl"]]:
        store.extend(quads(file))
    return store


@contextmanager
def added(store: Store, file: Path) -> Iterator[list[str]]:
    """Add a fixture to a store for a while; yields the IRIs that it describes."""
    new = [quad for quad in quads(file) if quad not in store]
    store.extend(new)
    subjects = {quad.subject.value for quad in quads(file) if isinstance(quad.subject, NamedNode)}
    yield sorted(subjects)
    for quad in new:
        store.remove(quad)


def batches() -> list[list[str]]:
    """The fixtures in groups that describe different things, so that each group is read at once."""
    groups: list[tuple[set[str], list[str]]] = []
    for name, file in FILES.items():
        subjects = {str(quad.subject) for quad in quads(file)}
        group = next((g for g in groups if not g[0] & subjects), (set(), []))
        group[0].update(subjects)
        group[1].append(name)
        if group not in groups:
            groups.append(group)
    return [names for _, names in groups]


@pytest.fixture(scope="module")
def results(background: Store) -> dict[str, list[Result]]:
    """The results of each fixture."""
    found: dict[str, list[Result]] = {}
    for names in batches():
        with ExitStack() as stack:
            focus = {n: stack.enter_context(added(background, FILES[n])) for n in names}
            everything = [node for nodes in focus.values() for node in nodes]
            together = check_shapes.validate(background, HOISTED, everything)
        for name in names:
            found[name] = [result for result in together if result.focus in focus[name]]
    return found


def targets(shape: Node) -> set[Node]:
    """The classes and properties whose nodes a shape looks at."""
    owners = [shape, *SHAPES.subjects(SH.property, shape), *SHAPES.subjects(SH.sparql, shape)]
    kinds = (SH.targetClass, SH.targetSubjectsOf)
    return {target for owner in owners for kind in kinds for target in SHAPES.objects(owner, kind)}


@pytest.mark.parametrize("name", GOOD)
def test_good_file_passes(name: str, results: dict[str, list[Result]]) -> None:
    assert results[name] == []


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_caught_by_one_rule_and_passes_without_it(
    name: str, background: Store, results: dict[str, list[Result]]
) -> None:
    rules = {result.constraint for result in results[name]}
    assert len(rules) == 1
    rule = URIRef(rules.pop())
    taken = [triple for triple in HOISTED if rule in (triple[0], triple[2])]
    for triple in taken:
        HOISTED.remove(triple)
    with added(background, FILES[name]) as focus:
        left = check_shapes.validate(background, HOISTED, focus)
    for triple in taken:
        HOISTED.add(triple)
    assert left == []


def test_every_demand_of_every_shape_has_a_bad_file(results: dict[str, list[Result]]) -> None:
    demanded = {
        (str(shape), component)
        for shape in NAMED
        for demand, component in DEMANDS.items()
        if (shape, demand, None) in SHAPES
    }
    caught = {
        (result.constraint, result.component.partition("#")[2].removesuffix("ConstraintComponent"))
        for name in BAD
        for result in results[name]
    }
    assert demanded - caught == set()


def test_every_class_that_shares_a_shape_has_a_bad_file(
    background: Store, results: dict[str, list[Result]]
) -> None:
    shared = {
        (str(rule), str(target))
        for rule in NAMED
        if (rule, RDF.type, SH.PropertyShape) in SHAPES and len(targets(rule)) > 1
        for target in targets(rule)
    }
    caught = set()
    for name in BAD:
        with added(background, FILES[name]):
            for result in results[name]:
                found = background.quads_for_pattern(
                    NamedNode(result.focus), NamedNode(str(RDF.type)), None
                )
                caught |= {(result.constraint, quad.object.value) for quad in found}
    assert shared - caught == set()


def test_second_engine_agrees_on_every_file(
    background: Store, results: dict[str, list[Result]]
) -> None:
    engine = pyshacl_turbo.compile_shapes(SHAPES)
    for names in batches():
        with ExitStack() as stack:
            focus = [
                n for name in names for n in stack.enter_context(added(background, FILES[name]))
            ]
            _, report, _ = engine.validate(background, focus_nodes=focus)
        found = {
            (
                str(report.value(result, SH.focusNode)),
                str(
                    report.value(result, SH.sourceConstraint)
                    or report.value(result, SH.sourceShape)
                ),
                str(report.value(result, SH.sourceConstraintComponent)),
            )
            for result in report.subjects(RDF.type, SH.ValidationResult)
        }
        expected = {(r.focus, r.constraint, r.component) for name in names for r in results[name]}
        assert found == expected, names


@pytest.mark.parametrize("rule", NAMED, ids=lambda rule: rule.removeprefix(MGS))
def test_rule_is_named_and_says_how_grave_and_what_to_mend(rule: Node) -> None:
    assert SHAPES.value(rule, SH.severity) == SH.Violation or rule in SHAPES.objects(
        None, SH.declare
    )
    if any((rule, demand, None) in SHAPES for demand in DEMANDS):
        wrong, _, mend = str(SHAPES.value(rule, SH.message)).rpartition(": ")
        assert wrong
        assert mend


def test_every_class_of_ours_has_a_shape() -> None:
    ontology = Graph().parse(ROOT / "ontology" / "migkg.ttl", format="turtle")
    classes = {
        term
        for term in ontology.subjects(RDF.type, URIRef("http://www.w3.org/2002/07/owl#Class"))
        if str(term).startswith(MGO)
    }
    shaped = {
        target
        for shape in SHAPES.subjects(RDF.type, SH.NodeShape)
        for target in SHAPES.objects(shape, SH.targetClass)
        if str(shape).removeprefix(MGS) == str(target).removeprefix(MGO)
    }
    assert classes - shaped == set()


def test_hoisting_changes_no_result(background: Store) -> None:
    with added(background, FILES["figure/bad-no-value-nor-bound.ttl"]) as focus:
        plain = check_shapes.validate(background, SHAPES, focus)
        assert plain == check_shapes.validate(background, HOISTED, focus)
    assert [result.constraint for result in plain] == [f"{MGS}Figure-value"]
