"""Who is linked with whom, and by which fact: rows of a view, or triples with facts folded in.

A fact that only joins two things (a participation, a cell of money) becomes a link between them;
every other fact stays a thing, and is itself what its own links rest on.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from migkg.terms import MGO, RDF

Row = Mapping[str, str]
Triple = tuple[str, str, str]


@dataclass(frozen=True)
class Link:
    """A link from `source` to `target` in a role, and the fact that says so, '' for none; all IRIs.

    `weight` is None unless a view gives one.
    """

    source: str
    target: str
    role: str
    fact: str
    weight: float | None = None


@dataclass(frozen=True)
class Fold:
    """How facts of a class become links: the properties that lead to sources, target and role.

    Without `role`, the class itself is the role.
    """

    sources: tuple[str, ...]
    target: str
    role: str = ""


# For each class the first fold of which a fact has both ends.
FOLDS: dict[str, tuple[Fold, ...]] = {
    "Participation": (Fold(("hasAgent",), "participatesIn", "hasRole"),),
    "Membership": (Fold(("hasAgent",), "inOrganization", "hasRole"),),
    "FundingRequirement": (Fold(("underOffice",), "underFrameworkElement"),),
    "FundingContribution": (Fold(("hasFunder", "isFundedThrough"), "funds", "hasStatus"),),
    "RegionComposition": (Fold(("isCompositionOf",), "hasMemberPlace"),),
    "StatusAssertion": (
        Fold(("isStatusOf",), "relativeTo", "hasStatusValue"),
        Fold(("isStatusOf",), "hasStatusValue"),
    ),
}


def of_view(rows: Iterable[Row]) -> list[Link]:
    """Return the links that the rows of a view's query tell."""
    return [
        Link(
            source=row["source"],
            target=row["target"],
            role=row["role"],
            fact=row.get("fact", ""),
            weight=float(row["weight"]) if "weight" in row else None,
        )
        for row in rows
    ]


def of_triples(
    triples: Sequence[Triple], classes: Mapping[str, Collection[str]], facts: Collection[str]
) -> tuple[list[Link], set[str]]:
    """Return the links of triples between things, facts of `FOLDS` folded, and the other subjects.

    `classes` are the classes of each thing, as IRIs; `facts` are the things that are facts. A link
    that leads to a folded fact itself is left out; where it came from is still a subject.
    """
    said: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, target in triples:
        said.setdefault(subject, {}).setdefault(predicate, []).append(target)
    folded = {
        subject: links
        for subject, found in said.items()
        if (links := _folded(subject, found, classes.get(subject, ())))
    }
    plain = (
        Link(subject, target, predicate, subject if subject in facts else "")
        for subject, predicate, target in triples
        if subject not in folded and target not in folded and predicate != RDF + "type"
    )
    every = [*plain, *(link for links in folded.values() for link in links)]
    return every, said.keys() - folded.keys()


def _folded(fact: str, said: Mapping[str, list[str]], classes: Collection[str]) -> list[Link]:
    for name in FOLDS:
        if MGO + name not in classes:
            continue
        for fold in FOLDS[name]:
            sources = [one for end in fold.sources for one in said.get(MGO + end, ())]
            targets = said.get(MGO + fold.target, [])
            roles = said.get(MGO + fold.role, []) or [MGO + name]
            if sources and targets:
                return [
                    Link(source, target, role, fact)
                    for source in sources
                    for target in targets
                    for role in roles
                ]
    return []


def around(links: Sequence[Link], iri: str, depth: int) -> list[Link]:
    """Return the links among all things that are at most `depth` links away from one.

    An empty list says that the thing has no link.
    """
    beside: dict[str, set[str]] = {}
    for link in links:
        beside.setdefault(link.source, set()).add(link.target)
        beside.setdefault(link.target, set()).add(link.source)
    ends = {end for link in links if link.fact == iri for end in (link.source, link.target)}
    reached = {iri} if iri in beside else ends
    for _ in range(depth):
        reached = reached.union(*(beside[one] for one in reached))
    return [link for link in links if link.source in reached and link.target in reached]
