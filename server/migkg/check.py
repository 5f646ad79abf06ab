"""Runs all checks of the graph's files; each finding names file, subject, rule and the mend.

The shapes are validated in a second process, beside the other checks.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from migkg import check_evidence, check_files, check_queries, check_shapes, check_terms, findings
from migkg.dataset import load
from migkg.errors import BrokenFile, SourcesMissing
from migkg.evidence import Document, read_documents
from migkg.findings import Files, Finding
from migkg.settings import Data


@dataclass(frozen=True)
class Outcome:
    """Sorted findings, and a sentence for each check that could not be made."""

    findings: list[Finding]
    skipped: list[str]


Tell = Callable[[str], None]


def run(data: Data, paths: Iterable[Path] = (), tell: Tell = lambda _: None) -> Outcome:
    """Check a data folder; with paths, give only what is to be mended there.

    `tell` is called with the name of each stage that begins. Raises DataMissing, and CannotRun
    where a check itself is broken.
    """
    root = data.folder
    tell("files and their form")
    files, found = findings.read(root)
    found += check_files.canonical(files)
    skipped = []
    if any(finding.rule == "parse" for finding in found):
        skipped.append("A file cannot be read, so only form was checked.")
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as beside:
            shapes = beside.submit(check_shapes.faults, root)
            found += _beside_shapes(data, files, skipped, tell)
            tell("shapes")
            found += shapes.result()
    return Outcome(findings.under(found, paths), skipped)


def _beside_shapes(data: Data, files: Files, skipped: list[str], tell: Tell) -> Iterator[Finding]:
    tell("names and terms")
    for rule in (
        check_files.blank_nodes,
        check_files.homes,
        check_files.doubles,
        check_files.labels,
        check_files.literals,
        check_terms.dangling,
        check_terms.undeclared,
        check_terms.in_queries,
    ):
        yield from rule(files)
    tell("check queries")
    try:
        dataset = load(data)
        yield from check_queries.faults(files, dataset)
    except BrokenFile as fault:
        skipped.append("A query cannot be read, so what needs it was not checked.")
        yield findings.broken(fault)
        return
    yield from check_terms.unused(files, dataset.derived)
    tell("passages, coverage and copies")
    documents = _documents(data, skipped)
    yield from check_evidence.passages(files, dataset, documents)
    yield from check_evidence.covered(dataset, documents)
    yield from check_evidence.copied(files, dataset, documents)


def _documents(data: Data, skipped: list[str]) -> dict[str, Document]:
    """Return the documents, with those texts that are at hand."""
    try:
        folder = data.source_folder
    except SourcesMissing as missing:
        skipped.append(f"Words, coverage and copies were not checked: {missing}")
        return read_documents(data.folder / "instances", None)
    documents = read_documents(data.folder / "instances", folder)
    for number, document in documents.items():
        if document.text is None:
            skipped.append(f"The text of document {number} is not in {folder}: not checked.")
    return documents
