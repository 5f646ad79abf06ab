"""`migkg locate`: from printed words to passages, one by one or for whole drafts."""

from collections.abc import Mapping
from pathlib import Path

import click

from migkg import drafts, evidence
from migkg.errors import MigkgError
from migkg.evidence import Document
from migkg.locate import Choice, locate
from migkg.options import takes
from migkg.settings import Data


@click.command()
@click.argument("arguments", nargs=-1, metavar="[DOC WORDS | FILE…]")
@click.option("--fill", "filling", is_flag=True, help="put passages for the words in drafts FILE…")
@click.option("--tidy", is_flag=True, help="remove passages that nothing refers to")
@click.option("--section", metavar="SLUG", help="only inside this section, such as sec-001-albania")
@click.option("--nth", type=click.IntRange(1), help="the nth match, counted from 1")
@click.option("--after", type=click.IntRange(0), help="the first match at or after this offset")
@takes(Data)
def command(
    arguments: tuple[str, ...],
    filling: bool,
    tidy: bool,
    section: str | None,
    nth: int | None,
    after: int | None,
    data: Data,
) -> None:
    """Print the Turtle of the passage that prints WORDS in document DOC.

    WORDS may be shortened to "first words … last words". With --fill the drafts FILE… are
    rewritten: mgo:hasEvidence "[albania #2] words" becomes the passage, and passages.ttl beside
    the file receives it. With --tidy unused passages are removed from every document.

    \b
    Example: migkg locate 001 "national referral mechanism" --section sec-001-belarus
             migkg locate --fill instances/001-priorities-2020/albania.ttl
    """
    instances = data.folder / "instances"
    documents = evidence.read_documents(instances, data.source_folder)
    if tidy and not filling and not arguments:
        _tidy(documents, instances)
    elif filling and not tidy and arguments:
        _fill([Path(argument) for argument in arguments], documents)
    elif not filling and not tidy and len(arguments) == 2:
        choice = Choice(section, nth, after)
        _print_passage(documents, *arguments, choice)
    else:
        raise click.UsageError(
            'Give a document and words (migkg locate 001 "words"), '
            "files with --fill, or --tidy alone."
        )


def _print_passage(
    documents: Mapping[str, Document], number: str, words: str, choice: Choice
) -> None:
    evidence.require_known(number, documents)
    document = documents[number]
    span = locate(document, words, choice, across=True)
    click.echo(drafts.turtle_of(evidence.passage_triples(document, span)), nl=False)


def _fill(paths: list[Path], documents: dict[str, Document]) -> None:
    failed = False
    for path in paths:
        if path.resolve().parent.name == "editor":
            click.echo(f"{path}: skipped, the editor's files carry no evidence")
            continue
        try:
            click.echo(f"{path}: {drafts.fill(path, documents)} passages located")
        except MigkgError as error:
            click.echo(str(error), err=True)
            failed = True
    if failed:
        raise SystemExit(1)


def _tidy(documents: Mapping[str, Document], instances: Path) -> None:
    for document in documents.values():
        if document.folder.is_dir():
            click.echo(f"{document.folder.name}: {drafts.tidy(document, instances)} removed")
