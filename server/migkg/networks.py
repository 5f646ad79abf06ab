"""Builds the networks that graph tools open, from links and from what is known of their ends."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from migkg.links import Link
from migkg.terms import MGC, MGO, SKOS, prefixed, prologue
from migkg.writers.network import Edge, Network, Node

Ask = Callable[[str], list[dict[str, str]]]
_AT_ONCE = 400
_CONCEPT = SKOS + "Concept"
_LOCAL = re.compile(r".*[/#:](?=.)")
_PREFIXES = prologue("mgo", "rdfs", "skos")
_DETAILS = {
    "label": "rdfs:label|skos:prefLabel",
    "class": "a",
    "printed": "mgo:printedForm",
    "theme": "mgo:hasTheme/skos:prefLabel",
    "document": "mgo:isStatedIn/mgo:documentNumber",
    "start": "mgo:inPeriod/mgo:startYear",
    "end": "mgo:inPeriod/mgo:endYear",
    "amount": "mgo:amount",
}
_PASSAGE = {"passage": "mgo:hasEvidence"}
_CLASSES = """
SELECT ?class ?label ?super WHERE {
  ?class rdfs:label ?label .
  { ?class a <http://www.w3.org/2002/07/owl#Class> } UNION { ?thing a ?class }
  OPTIONAL { ?class rdfs:subClassOf ?super }
}"""
Details = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Classes:
    """The labels of classes, and the classes above them."""

    labels: Mapping[str, str]
    above: Mapping[str, frozenset[str]]

    def kind(self, iri: str, classes: Sequence[str]) -> str:
        """Return the label of the narrowest of a thing's classes, our own first; '' for no class.

        A concept is of the kind that its name tells: theme, role, status.
        """
        if iri.startswith(MGC) and _CONCEPT in classes:
            return _local(iri).partition("-")[0]
        wider = {one for name in classes for one in self.above.get(name, ())}
        narrow = sorted({*classes} - wider, key=lambda name: (not name.startswith(MGO), name))
        return self.labels.get(narrow[0], _local(narrow[0])) if narrow else ""


def read_classes(ask: Ask) -> Classes:
    """Return the classes that the graph describes or uses."""
    labels, above = {}, dict[str, set[str]]()
    for row in ask(_PREFIXES + _CLASSES):
        labels[row["class"]] = row["label"]
        above.setdefault(row["class"], set()).update({row["super"]} if "super" in row else ())
    return Classes(labels, {name: frozenset(found) for name, found in above.items()})


def details(
    ask: Ask, iris: Iterable[str], *, passages: bool = False
) -> dict[str, dict[str, list[str]]]:
    """Return what is known of things by the names of `_DETAILS`, each list sorted."""
    wanted = sorted({iri for iri in iris if ":" in iri and not iri.startswith("_:")})
    found: dict[str, dict[str, list[str]]] = {iri: {} for iri in wanted}
    paths = _DETAILS | (_PASSAGE if passages else {})
    for start in range(0, len(wanted), _AT_ONCE):
        block = " ".join(f"<{iri}>" for iri in wanted[start : start + _AT_ONCE])
        for name, path in paths.items():
            text = f"SELECT DISTINCT ?x ?v WHERE {{ VALUES ?x {{ {block} }} ?x {path} ?v }}"
            for row in ask(_PREFIXES + text):
                found[row["x"]].setdefault(name, []).append(row["v"])
    return {iri: {name: sorted(all_) for name, all_ in row.items()} for iri, row in found.items()}


def build(
    title: str,
    links: Sequence[Link],
    ask: Ask,
    *,
    alone: Iterable[str] = (),
    more: Mapping[str, Mapping[str, str]] | None = None,
    passages: bool = False,
) -> Network:
    """Return the network of links, and of things that stand alone.

    `more` holds further values of things by name; passages are told only where asked for.
    """
    things = {end for link in links for end in (link.source, link.target)} | set(alone)
    known = details(ask, things | {link.role for link in links})
    facts = details(ask, {link.fact for link in links if link.fact}, passages=passages)
    classes = read_classes(ask)
    nodes = {
        iri: _node(iri, known.get(iri, {}), classes, (more or {}).get(iri, {})) for iri in things
    }
    groups: dict[tuple[str, str, str, str], list[Link]] = {}
    for link in links:
        for document in facts.get(link.fact, {}).get("document") or [""]:
            key = (nodes[link.source].id, nodes[link.target].id, link.role, document)
            groups.setdefault(key, []).append(link)
    edges = (
        _edge(f"e{number}", key, groups[key], _Known(nodes, known, facts, classes))
        for number, key in enumerate(sorted(groups), 1)
    )
    ordered = sorted(nodes.values(), key=lambda node: node.id)
    return Network(title, tuple(ordered), tuple(edges))


@dataclass(frozen=True)
class _Known:
    nodes: Mapping[str, Node]
    things: Details
    facts: Details
    classes: Classes


def _node(
    iri: str, found: Mapping[str, Sequence[str]], classes: Classes, more: Mapping[str, str]
) -> Node:
    start, end = _years([found])
    return Node(
        id=prefixed(iri),
        iri=iri,
        label=more.get("label") or _label(iri, found),
        kind=more.get("kind") or classes.kind(iri, found.get("class", ())),
        themes=tuple(found.get("theme", ())),
        documents=tuple(found.get("document", ())),
        start=start,
        end=end,
        more=tuple((name, more[name]) for name in sorted({*more} - {"label", "kind"})),
    )


def _edge(
    identity: str, key: tuple[str, str, str, str], links: Sequence[Link], known: _Known
) -> Edge:
    source, target, role, document = key
    facts = sorted({link.fact for link in links if link.fact})
    said = [known.facts[fact] for fact in facts]
    weights = [link.weight for link in links if link.weight is not None]
    amounts = [float(amount) for found in said for amount in found.get("amount", ())]
    start, end = _years(said)
    for node in (known.nodes[links[0].target], known.nodes[links[0].source]):
        if start is None and end is None:
            start, end = node.start, node.end
    return Edge(
        id=identity,
        source=source,
        target=target,
        role=_label(role, known.things.get(role, {})),
        role_iri=role,
        kind=known.classes.kind(facts[0], said[0].get("class", ())) if said else "",
        document=document,
        weight=sum(weights) if weights else float(len(facts) or 1),
        amount=sum(amounts) if amounts else None,
        facts=tuple(facts),
        passages=tuple(sorted({one for found in said for one in found.get("passage", ())})),
        start=start,
        end=end,
    )


def _years(found: Iterable[Mapping[str, Sequence[str]]]) -> tuple[int | None, int | None]:
    """Return the first and the last year of several things."""
    rows = list(found)
    starts = [int(year) for row in rows for year in row.get("start", ())]
    ends = [int(year) for row in rows for year in row.get("end", ())]
    start, end = min(starts, default=None), max(ends, default=None)
    # One period may have no last year, and another no first one: together they are no span.
    return (start, None) if start and end and start > end else (start, end)


def _label(iri: str, found: Mapping[str, Sequence[str]]) -> str:
    labels = found.get("label") or found.get("printed") or [_local(iri)]
    return labels[0]


def _local(iri: str) -> str:
    return _LOCAL.sub("", iri) or iri
