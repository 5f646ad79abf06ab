"""Whether passages are what they say, documents are covered and no sentence is copied."""

from collections.abc import Iterator, Mapping

from migkg import copies, coverage, proof, reach
from migkg.dataset import Dataset
from migkg.evidence import Document
from migkg.findings import Files, Finding
from migkg.terms import MGI, in_turtle

COPIED = "Say it in your own words; a printed name or title belongs into a name form."


def passages(
    files: Files, dataset: Dataset, documents: Mapping[str, Document]
) -> Iterator[Finding]:
    """Find the passages and printed forms that are not what the texts say."""
    quads = dataset.quads
    for fault in (*proof.verify(quads, documents), *proof.printed(quads, documents)):
        file = files.home(fault.subject)
        yield Finding(file, in_turtle(fault.subject), fault.rule, fault.detail, fault.mend)


def covered(dataset: Dataset, documents: Mapping[str, Document]) -> Iterator[Finding]:
    """Find the gaps of the documents that are declared complete and whose texts are at hand."""
    statements = reach.arrange(dataset.quads)
    for number, document in documents.items():
        if not coverage.is_complete(document) or document.text is None:
            continue
        for fault in coverage.measure(statements, document).faults:
            mend = f"Run migkg coverage {number} --missing and encode or excuse what it lists."
            file = document.folder / "uncovered.ttl"
            yield Finding(file, in_turtle(f"{MGI}doc-{number}"), "coverage", f"{fault}.", mend)


def copied(files: Files, dataset: Dataset, documents: Mapping[str, Document]) -> Iterator[Finding]:
    """Find the literals and other texts that share a run of words with a source text at hand."""
    texts = [document.text for document in documents.values() if document.text is not None]
    runs, names = copies.runs_of(texts), copies.names_of(dataset.quads)
    for file, triples in files.triples.items():
        for copy in copies.in_triples(triples, runs, names):
            yield Finding(file, in_turtle(copy.subject), "copy", _run(copy.words), COPIED)
    for file in sorted([*files.root.glob("queries/**/*.rq"), *files.root.glob("instances/*.md")]):
        for words in copies.in_text(
            file.read_text(encoding="utf-8", errors="replace"), runs, names
        ):
            yield Finding(file, "the text", "copy", _run(words), COPIED)


def _run(words: str) -> str:
    return f"a source text prints these words too: {words}."
