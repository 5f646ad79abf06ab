"""`migkg coverage`: what of each document the graph accounts for, and what is missing."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from migkg import coverage, coverage_page, evidence, matching, reach
from migkg.coverage import Cover, Report, Tally
from migkg.dataset import graphs_of_files
from migkg.drafts import read_draft
from migkg.errors import BadRequest
from migkg.evidence import Document
from migkg.options import takes
from migkg.settings import Data
from migkg.terms import GRAPH

ROW = "{:34} {:>8} {:>8} {:>7} {:>8} {:>8} {:>7}"


@click.command()
@click.argument("numbers", nargs=-1, metavar="[DOC…]")
@click.option("--section", metavar="SLUG", help="only this section, such as sec-001-albania")
@click.option("--missing", is_flag=True, help="list every gap with its offsets and words")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
@click.option("--html", "as_html", is_flag=True, help="print a page with every excuse")
@takes(Data)
def command(
    numbers: tuple[str, ...],
    section: str | None,
    missing: bool,
    as_json: bool,
    as_html: bool,
    data: Data,
) -> None:
    """Measure how much of each document is cited, excused or missing.

    Exit code 1 when a document that is declared complete (it has an uncovered.ttl) has gaps.

    \b
    Example: migkg coverage 001 --section sec-001-albania --missing
    """
    if as_json and as_html:
        raise click.UsageError("--json and --html do not go together.")
    if section and (as_json or as_html):
        raise click.UsageError("--section narrows the printed table alone.")
    documents = _chosen(data, numbers)
    _require_section(section, documents)
    statements = reach.arrange(_triples(data, documents))
    reports = {n: coverage.measure(statements, document) for n, document in documents.items()}
    if as_html:
        click.echo(coverage_page.page(reports, documents, statements.excuses), nl=False)
    elif as_json:
        click.echo(json.dumps([_as_json(r, documents[r.number]) for r in reports.values()]))
    else:
        for number, report in reports.items():
            click.echo("\n".join(_lines(report, documents[number], section, missing)))
    if any(report.complete and report.faults for report in reports.values()):
        raise SystemExit(1)


def _chosen(data: Data, numbers: tuple[str, ...]) -> dict[str, Document]:
    """Return the documents asked for, or all that have a folder of instances."""
    documents = evidence.read_documents(data.folder / "instances", data.source_folder)
    for number in numbers:
        evidence.require_known(number, documents)
    return {
        n: d
        for n, d in documents.items()
        if n in (numbers or documents) and (numbers or d.folder.is_dir())
    }


def _require_section(section: str | None, documents: dict[str, Document]) -> None:
    known = [slug for document in documents.values() for slug in document.sections]
    if section is not None and section not in known:
        raise BadRequest(f"There is no section {section}.", f"There are {', '.join(known)}.")


def _triples(data: Data, documents: dict[str, Document]) -> Iterator[Any]:
    # Only what these documents need, drafts included, since this measures work in progress.
    for graph, files in graphs_of_files(data.folder).items():
        name = graph.removeprefix(GRAPH)
        if not name.isdigit() or name in documents:
            for file in files:
                yield from read_draft(file)


def _lines(report: Report, document: Document, section: str | None, missing: bool) -> Iterator[str]:
    declared = "declared complete" if report.complete else "not declared complete"
    yield f"document {report.number}, {declared}"
    yield ROW.format("section", "segments", "letters", "cited", "excused", "missing", "unsaid")
    for name, tally in report.sections().items():
        if section in (None, name):
            yield _row(name or "(in no section)", tally)
    if section is None:
        yield _row("all", report.total)
        for reason, letters in report.reasons.most_common():
            yield f"  {reason}: {letters / report.total.letters:.1%} of the letters"
    for cover in report.covers:
        if missing and section in (None, cover.section):
            yield from _gaps(cover, document)
    yield from (f"  fault: {fault}" for fault in report.faults)


def _row(name: str, tally: Tally) -> str:
    parts = (f"{part / max(tally.letters, 1):.1%}" for part in (tally.cited, tally.excused))
    return ROW.format(name, tally.segments, tally.letters, *parts, tally.missing, tally.unsaid)


def _gaps(cover: Cover, document: Document) -> Iterator[str]:
    text = document.require_text()
    words = matching.around(text, *cover.segment.span)
    place = f"{cover.segment.start}-{cover.segment.end} {cover.section}"
    if cover.missing:
        yield f"  missing {place}: {words}"
    elif cover.unsaid:
        tokens = ", ".join(matching.around(token.printed, 0, 200) for token in cover.unsaid)
        yield f"  unsaid {place}: {tokens}\n      in: {words}"


def _as_json(report: Report, document: Document) -> dict[str, Any]:
    gaps = [
        {
            "start": cover.segment.start,
            "end": cover.segment.end,
            "section": cover.section,
            "missing": cover.missing,
            "unsaid": [token.printed for token in cover.unsaid],
            "words": document.words(cover.segment.span),
        }
        for cover in report.covers
        if cover.missing or cover.unsaid
    ]
    return {
        "document": report.number,
        "complete": report.complete,
        "total": asdict(report.total),
        "sections": {name: asdict(tally) for name, tally in report.sections().items()},
        "reasons": dict(report.reasons),
        "faults": report.faults,
        "gaps": gaps,
    }
