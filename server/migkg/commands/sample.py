"""`migkg sample`: facts to compare with their words, and words to compare with the facts."""

from collections.abc import Iterator

import click

from migkg import dataset, evidence, sample
from migkg.evidence import Document
from migkg.options import takes
from migkg.sample import Fact, Stretch
from migkg.settings import Data
from migkg.terms import prefixed

Row = list[str]
_COUNT = click.IntRange(0)


@click.command()
@click.option("--seed", help="any words; default: the digest of the dataset")
@click.option("--facts", type=_COUNT, default=100, show_default=True, help="number of facts")
@click.option("--segments", type=_COUNT, default=60, show_default=True, help="of segments")
@click.option("--document", metavar="DOC", help="only this document, such as 001")
@click.option("--with-facts", is_flag=True, help="add to each segment what the graph says of it")
@click.option("--format", "form", type=click.Choice(["text", "tsv"]), default="text")
@takes(Data)
def command(
    seed: str | None,
    facts: int,
    segments: int,
    document: str | None,
    with_facts: bool,
    form: str,
    data: Data,
) -> None:
    """Draw facts with their passages, and segments of text, to compare them by hand.

    The same seed draws the same from the same dataset. List what each segment states before you
    draw again --with-facts.

    \b
    Example: migkg sample --seed first --facts 100 --segments 60 --format tsv
    """
    loaded = dataset.load(data)
    documents = _documents(data, document)
    known = [fact for fact in sample.facts(loaded.quads) if fact.document in documents]
    by_iri = {fact.iri: fact for fact in known}
    chosen = sample.choose(by_iri, seed or loaded.digest, facts)
    pieces = {f"{s.document}-{s.span[0]}": s for s in sample.stretches(documents.values(), known)}
    drawn = sample.choose(pieces, seed or loaded.digest, segments)
    click.echo(f"# seed {seed or loaded.digest}, dataset {loaded.digest}")
    rows = [_fact_row(by_iri[iri], documents) for iri in chosen]
    rows += [_segment_row(pieces[name], documents, with_facts) for name in drawn]
    for number, row in enumerate(rows, 1):
        click.echo("\t".join([str(number), *row]) if form == "tsv" else _as_text(number, row))


def _documents(data: Data, number: str | None) -> dict[str, Document]:
    documents = evidence.read_documents(data.folder / "instances", data.source_folder)
    if number is not None:
        evidence.require_known(number, documents)
    return {n: d for n, d in documents.items() if d.folder.is_dir() and number in (None, n)}


def _fact_row(fact: Fact, documents: dict[str, Document]) -> Row:
    said = sample.words(documents[fact.document], fact.spans)
    return [
        "fact",
        prefixed(fact.iri),
        " ; ".join(fact.statements),
        " | ".join(f"“{words}”" for words in said),
    ]


def _segment_row(piece: Stretch, documents: dict[str, Document], with_facts: bool) -> Row:
    document = documents[piece.document]
    section = document.section_at(piece.span)
    place = f"{piece.document} {piece.span[0]}-{piece.span[1]}"
    words = sample.words(document, [piece.span])[0]
    row = ["segment", f"{place} {section.slug}" if section else place, f"“{words}”"]
    return [*row, *_listed(piece)] if with_facts else row


def _listed(piece: Stretch) -> Iterator[str]:
    for fact in piece.facts:
        yield f"{prefixed(fact.iri)}: {' ; '.join(fact.statements)}"


def _as_text(number: int, row: Row) -> str:
    head, *rest = row[1:]
    return "\n".join([f"\n{number}. {row[0]} {head}", *(f"    {line}" for line in rest)])
