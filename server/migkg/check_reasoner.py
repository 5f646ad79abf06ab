"""Consistency by HermiT and the profiles of https://www.w3.org/TR/owl2-profiles/ by the OWL API.

Both are Java programs that the package owlready2 carries. Dates are left out, for HermiT stops at
them; a range of dates in the ontology is a finding, for OWL 2 has none.
"""

import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from migkg import findings
from migkg.errors import CannotRun
from migkg.evidence import value
from migkg.findings import Files, Finding
from migkg.terms import MGO, XSD, in_turtle

TIMEOUT = 600
_DATES = {XSD + "date", XSD + "gYear", XSD + "dateTime"}
_PROFILE = Path(__file__).with_name("Profile.java")
_HERMIT = "org.semanticweb.HermiT.cli.CommandLine"


def require() -> Path:
    """Return the file of the Java programs; raises CannotRun where they or Java are missing."""
    if shutil.which("java") is None:
        raise CannotRun("The reasoner needs Java.", "Install it (Debian: apt install default-jdk).")
    package = importlib.util.find_spec("owlready2")
    if package is None or not package.submodule_search_locations:
        raise CannotRun("The reasoner needs the package owlready2.", "Run pip install owlready2.")
    return Path(package.submodule_search_locations[0]) / "hermit" / "HermiT.jar"


def faults(root: Path) -> tuple[list[Finding], list[str]]:
    """Return the findings about a data folder, and a sentence for what was left out.

    Raises CannotRun and DataMissing.
    """
    programs = require()
    files, broken = findings.read(root)
    if broken:
        return [], ["A file cannot be read, so no reasoner was run."]
    found = list(_consistency(files, programs))
    if shutil.which("javac") is None:
        return found, ["The profiles need a Java compiler (Debian: apt install default-jdk)."]
    return [*found, *_profiles(files, programs)], []


def _consistency(files: Files, programs: Path) -> Iterator[Finding]:
    """Find what contradicts itself: one thing, or the classes that can have no member."""
    terms = [triple for _, triple in files.of("ontology", "concepts")]
    facts: dict[str, list[Triple]] = {}
    for _, triple in files.instances():
        facts.setdefault(value(triple.subject), []).append(triple)
    empty = _empty_classes(programs, [*terms, *(t for ts in facts.values() for t in ts)])
    mend = "Mend its class, or a property that leads to it or from it."
    if empty is None:
        subject = _culprit(programs, terms, facts)
        detail = "with it the graph contradicts itself (HermiT)."
        yield Finding(files.home(subject), in_turtle(subject), "consistency", detail, mend)
        return
    for subject in empty:
        detail = "nothing can ever be of this class (HermiT)."
        yield Finding(files.home(subject), in_turtle(subject), "consistency", detail, mend)


def _empty_classes(programs: Path, triples: Iterable[Triple]) -> list[str] | None:
    """Return our classes that can have no member, or None where the whole is contradictory."""
    undated = [triple for triple in triples if not _dated(triple)]
    with _written(undated) as file:
        done = _java(["-Xmx2000M", "-cp", str(programs), _HERMIT, "-N", "-U", Path(file).as_uri()])
    if "InconsistentOntologyException" in done.stderr:
        return None
    if done.returncode or "#Nothing" not in done.stdout:
        raise CannotRun(f"HermiT stopped: {_first_line(done.stderr)}")
    return [line.strip() for line in done.stdout.splitlines() if line.strip().startswith(MGO)]


def _culprit(programs: Path, terms: list[Triple], facts: dict[str, list[Triple]]) -> str:
    """Return the first subject, in sorted order, with which the graph contradicts itself."""
    subjects = sorted(facts)
    low, high = 0, len(subjects)
    while low < high:
        middle = (low + high) // 2
        some = [triple for subject in subjects[:middle] for triple in facts[subject]]
        if _empty_classes(programs, [*terms, *some]) is None:
            high = middle
        else:
            low = middle + 1
    return subjects[high - 1] if high else MGO


def _profiles(files: Files, programs: Path) -> Iterator[Finding]:
    """Find what keeps the terms out of OWL 2 RL, and the whole graph out of OWL 2 DL."""
    terms = [triple for _, triple in files.of("ontology")]
    whole = [triple for _, triple in files.of() if not _dated(triple)]
    with _written(terms) as first, _written(whole) as second:
        done = _java(["-cp", str(programs), str(_PROFILE), first, second])
    if done.returncode:
        raise CannotRun(f"The OWL API stopped: {_first_line(done.stderr)}")
    for line in done.stdout.splitlines():
        profile, _, violation = line.partition(" ")
        detail, _, axiom = violation.partition(" [")
        subject = next(iter(re.findall(rf"<({MGO}\w+)>", axiom)), "")
        file = files.home(subject) if subject else files.root / "ontology"
        mend = f"Say it within OWL 2 {profile.upper()}, or leave it to a shape."
        yield Finding(file, in_turtle(subject), f"owl-2-{profile}", f"{detail}.", mend)


@contextmanager
def _written(triples: Iterable[Triple]) -> Iterator[str]:
    """Keep triples in a file of N-Triples until the block ends."""
    with tempfile.NamedTemporaryFile("w", suffix=".nt", encoding="utf-8") as file:
        file.writelines(f"{triple} .\n" for triple in triples)
        file.flush()
        yield file.name


def _java(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    command = ["java", *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as late:
        raise CannotRun(f"The reasoner was stopped after {TIMEOUT} seconds.") from late


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _dated(triple: Triple) -> bool:
    term = triple.object
    if isinstance(term, Literal):
        return term.datatype.value in _DATES
    return isinstance(term, NamedNode) and term.value in _DATES
