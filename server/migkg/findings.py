"""What a check finds, and the files it looks into: every triple with its file and graph."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import Triple

from migkg.dataset import graphs_of_files
from migkg.errors import BrokenFile, BrokenTurtle
from migkg.evidence import value
from migkg.files import turtle_files
from migkg.terms import GRAPH, RDF
from migkg.turtle import read_turtle

SHAPES = f"{GRAPH}shapes"


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: the file to open, the subject in it, the rule, what is wrong, how to mend it."""

    file: Path
    subject: str
    rule: str
    detail: str
    mend: str


@dataclass(frozen=True)
class Files:
    """The Turtle files below a data folder: their triples, and the named graph of each."""

    root: Path
    triples: dict[Path, list[Triple]] = field(default_factory=dict)
    graphs: dict[Path, str] = field(default_factory=dict)

    def of(self, *names: str) -> Iterator[tuple[Path, Triple]]:
        """Yield the triples of the named graphs; without names, of all but the shapes."""
        wanted = {GRAPH + name for name in names}
        for file, triples in self.triples.items():
            graph = self.graphs[file]
            if graph in wanted or (not names and graph != SHAPES):
                yield from ((file, triple) for triple in triples)

    def instances(self) -> Iterator[tuple[Path, Triple]]:
        """Yield the triples of the instances."""
        folder = self.root / "instances"
        for file, triples in self.triples.items():
            if file.is_relative_to(folder):
                yield from ((file, triple) for triple in triples)

    @cached_property
    def _homes(self) -> dict[tuple[str, str], Path]:
        found: dict[tuple[str, str], Path] = {}
        for file, triples in self.triples.items():
            for triple in triples:
                subject, predicate = value(triple.subject), triple.predicate.value
                found.setdefault((subject, ""), file)
                found.setdefault((subject, predicate), file)
                found.setdefault((subject, f"{predicate} {triple.object}"), file)
        return found

    def home(self, subject: str, predicate: str = "", term: str = "") -> Path:
        """Return the file to open for a subject: that of the triple, or of its class."""
        said = [f"{predicate} {term}", predicate] if predicate else []
        keys = [*said, f"{RDF}type", ""]
        return next((f for k in keys if (f := self._homes.get((subject, k)))), self.root)


def read(root: Path) -> tuple[Files, list[Finding]]:
    """Read all Turtle files below a data folder; a file that cannot be read is a finding.

    Raises DataMissing.
    """
    files, findings = Files(root), []
    named = {file: graph for graph, group in graphs_of_files(root).items() for file in group}
    named |= dict.fromkeys(turtle_files([root / "shapes"]), SHAPES)
    for file, graph in sorted(named.items()):
        try:
            files.triples[file] = read_turtle(file)
            files.graphs[file] = graph
        except BrokenTurtle as fault:
            findings.append(broken(fault))
    return files, findings


def broken(fault: BrokenFile) -> Finding:
    """Return the finding that a file cannot be read at all."""
    place = f"line {fault.line}, column {fault.column}"
    reason = fault.detail.partition(": ")[2]
    return Finding(Path(fault.file), place, "parse", reason, "Mend the file there.")


def under(findings: Iterable[Finding], paths: Iterable[Path]) -> list[Finding]:
    """Return the findings in the given files and folders, sorted; without any, all."""
    wanted = [path.resolve() for path in paths]
    chosen = (
        finding
        for finding in findings
        if not wanted or any(finding.file.resolve().is_relative_to(path) for path in wanted)
    )
    return sorted(set(chosen))
