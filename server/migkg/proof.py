"""Whether passages are what they say: name, range, digest, section and segment."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad, Triple

from migkg.evidence import (
    DIGEST,
    END,
    HAS_EVIDENCE,
    IN_SECTION,
    SELECTOR,
    SOURCE,
    START,
    Document,
    passage_name,
    selector_name,
    slice_digest,
    span_of,
    value,
)
from migkg.locate import segments_of
from migkg.matching import searchable, whole_words
from migkg.segments import at
from migkg.terms import MGI, MGO

PRINTED_FORM = NamedNode(MGO + "printedForm")
_WORDS = ("conditionInWords", "extentInWords", "frequency", "timeInWords")
IN_WORDS = tuple(NamedNode(MGO + name) for name in _WORDS)
RESTATED = NamedNode(MGO + "isRestatedIn")
REFILL = "Write the words in the draft again and run migkg locate --fill."


@dataclass(frozen=True)
class Fault:
    """What is wrong with one passage: its IRI, the rule, a sentence, and how to mend it."""

    subject: str
    rule: str
    detail: str
    mend: str


def verify(triples: Iterable[Triple | Quad], documents: Mapping[str, Document]) -> list[Fault]:
    """Find the faults of all passages among the triples, sorted by passage.

    Of a document whose text is not at hand only names, selectors and sources are compared.
    """
    said: dict[str, dict[str, str]] = {}
    for triple in triples:
        if "/id/psg-" in value(triple.subject) or "/id/sel-" in value(triple.subject):
            said.setdefault(value(triple.subject), {})[triple.predicate.value] = value(
                triple.object
            )
    passages = sorted(iri for iri in said if "/id/psg-" in iri)
    return [fault for iri in passages for fault in _faults(iri, said, documents)]


def printed(triples: Iterable[Triple | Quad], documents: Mapping[str, Document]) -> Iterator[Fault]:
    """Find the printed forms that no passage of their fact prints; texts not at hand are skipped.

    Words of time, condition and extent may begin with a capital in the text; … stands for words
    left out.
    """
    forms: dict[str, list[tuple[str, ...]]] = {}
    places: dict[str, list[str]] = {}
    for triple in triples:
        form = value(triple.object)
        if triple.predicate == PRINTED_FORM:
            forms.setdefault(value(triple.subject), []).append((form,))
        elif triple.predicate in IN_WORDS:
            forms.setdefault(value(triple.subject), []).append((form, form[:1].upper() + form[1:]))
        elif triple.predicate in (HAS_EVIDENCE, RESTATED):
            places.setdefault(value(triple.subject), []).append(value(triple.object))
    for subject, spelt in sorted((s, each) for s in forms.keys() & places for each in forms[s]):
        words = _words(places[subject], documents)
        if words and not any(_prints(words, form) for form in spelt):
            detail = f"none of its passages prints {spelt[0]!r}."
            yield Fault(subject, "printed-form", detail, "Write the form as printed, or its place.")


def _prints(words: list[str], form: str) -> bool:
    return all(any(whole_words(searchable(w), part) for w in words) for part in form.split(" … "))


def _words(passages: list[str], documents: Mapping[str, Document]) -> list[str]:
    """Return the words of passages; neighbours are one: a heading may run over several segments."""
    words: list[str] = []
    last = ("", 0)
    for number, (start, end) in sorted(found for each in passages if (found := span_of(each))):
        text = documents[number].text if number in documents else None
        if text is None:
            continue
        gap = text[last[1] : start] if last[0] == number and last[1] <= start else "none"
        if gap.isspace():
            words[-1] += gap + text[start:end]
        else:
            words.append(text[start:end])
        last = (number, end)
    return words


def _faults(
    iri: str, said: dict[str, dict[str, str]], documents: Mapping[str, Document]
) -> Iterator[Fault]:
    number, span = span_of(iri) or ("", (0, 0))
    document = documents.get(number)
    if document is None or passage_name(number, span).value != iri:
        yield Fault(iri, "passage-name", "its name has no known document and range.", REFILL)
        return
    selector = selector_name(number, span).value
    bounds = tuple(said.get(selector, {}).get(bound.value) for bound in (START, END))
    if said[iri].get(SELECTOR.value) != selector or bounds != (str(span[0]), str(span[1])):
        detail = f"its selector is not {_short(selector)} from {span[0]} to {span[1]}."
        yield Fault(iri, "passage-selector", detail, REFILL)
    if said[iri].get(SOURCE.value) != f"{MGI}doc-{number}":
        yield Fault(iri, "passage-source", f"its source is not doc-{number}.", REFILL)
    if document.text is not None:
        yield from _against_text(iri, said[iri], document, document.text)


def _against_text(iri: str, said: dict[str, str], document: Document, text: str) -> Iterator[Fault]:
    _, span = span_of(iri) or ("", (0, 0))
    if not span[0] < span[1] <= len(text):
        detail = f"its range is empty or past the text's {len(text)} code points."
        yield Fault(iri, "passage-range", detail, REFILL)
        return
    if said.get(DIGEST.value) != slice_digest(text[slice(*span)]):
        yield Fault(iri, "passage-digest", "its digest is not that of the words there.", REFILL)
    section = document.section_at(span)
    stated = said.get(IN_SECTION.value, "").removeprefix(MGI)
    if stated != (section.slug if section else ""):
        detail = f"it stands in {section.slug if section else 'no section'}, not in {stated!r}."
        yield Fault(iri, "passage-section", detail, f"{REFILL} Or mend sections.ttl.")
    if at(segments_of(text), span) is None:
        mend = "Cite one passage for each sentence, bullet, title or cell."
        yield Fault(iri, "passage-segment", "it crosses the end of a segment.", mend)


def _short(iri: str) -> str:
    return iri.removeprefix(MGI)
