"""The one place in a document where words are printed, or a sentence that says how to choose it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from migkg import matching
from migkg.errors import BadRequest, NotFound
from migkg.evidence import Document
from migkg.segments import Range, Segment, at, cut

HINTS = re.compile(
    r"\s*(?:\[(?P<section>[a-z0-9-]+)?\s*(?:\]\s*\[)?(?:#(?P<nth>\d+))?\]\s*)?(?P<words>.*)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Choice:
    """How one match is chosen among several; `nth` counts from 1."""

    section: str | None = None
    nth: int | None = None
    after: int | None = None


ANY = Choice()


def locate(document: Document, words: str, choice: Choice = ANY, across: bool = False) -> Range:
    """Return the one range of the document's text that prints the words, inside one segment.

    With `across` it may cross segments. Raises NotFound with the nearest match, or BadRequest
    when the choice leaves several, names no section, or only matches across segments are left.
    """
    found = matching.find(searchable(document.require_text()), words, _ranges(document, choice))
    if found and not across:
        found = _uncrossed(document, words, found)
    if choice.after is not None:
        found = [span for span in found if span[0] >= choice.after]
    if not found:
        raise NotFound(_no_match(document, words, choice))
    if choice.nth:
        found = found[choice.nth - 1 : choice.nth]
    elif choice.after is not None:
        found = found[:1]
    if len(found) != 1:
        raise BadRequest(_several(document, words, found))
    return found[0]


def hints(document: Document, quoted: str) -> tuple[str, Choice]:
    """Return the words of a quoted literal and the choice that its leading hints make."""
    match = HINTS.fullmatch(quoted)
    assert match
    named, prefix = match["section"], f"sec-{document.number}-"
    section = named and prefix + named.removeprefix(prefix)
    return match["words"].strip(), Choice(section, int(match["nth"]) if match["nth"] else None)


@lru_cache(maxsize=8)
def searchable(text: str) -> matching.Searchable:
    """Return the text prepared for many searches, kept for the next call."""
    return matching.searchable(text)


@lru_cache(maxsize=8)
def segments_of(text: str) -> list[Segment]:
    """Return the segments of the text, kept for the next call."""
    return cut(text)


def _uncrossed(document: Document, words: str, found: list[Range]) -> list[Range]:
    segments = segments_of(document.require_text())
    whole = [span for span in found if at(segments, span)]
    if not whole:
        ends = next(s.end for s in segments if s.end > found[0][0])
        raise BadRequest(
            f'"{words}" crosses the end of a segment at {ends}, after '
            f'"{matching.around(document.require_text(), ends - 40, ends)}".',
            "Give one passage for each segment.",
        )
    return whole


def _ranges(document: Document, choice: Choice) -> list[Range] | None:
    if choice.section is None:
        return None
    if choice.section not in document.sections:
        known = ", ".join(document.sections) or "none yet"
        raise BadRequest(f"There is no section {choice.section}.", f"There are {known}.")
    return document.ranges_under(choice.section)


def _no_match(document: Document, words: str, choice: Choice) -> str:
    where = f" in {choice.section}" if choice.section else ""
    if choice.after is not None:
        where += f" at or after {choice.after}"
    said = f'"{words}" is not printed{where}.'
    elsewhere = matching.find(searchable(document.require_text()), words)
    if elsewhere:
        return "\n".join([f"{said} It is printed at", *_listed(document, elsewhere)])
    near = matching.nearest(searchable(document.require_text()), words)
    if near is None:
        return f"{said} No word of it is."
    start, end = near.span
    return (
        f'{said}\n    Nearest, at {start}-{end}{_in_section(document, near.span)}: "{near.matched}"'
        f'\n    then you wrote "{near.wanted}", and printed is "{near.printed}".'
    )


def _several(document: Document, words: str, found: list[Range]) -> str:
    if not found:
        return f'"{words}" has no such match.'
    choose = "Choose with a section or a number: [section #2] words in a draft,"
    return "\n".join(
        [
            f'"{words}" is printed {len(found)} times.',
            *_listed(document, found),
            f"    {choose} --section, --nth or --after OFFSET on the command line.",
        ]
    )


def _listed(document: Document, found: list[Range]) -> list[str]:
    text = document.require_text()
    lines = []
    for nth, span in enumerate(found[:12], 1):
        before = matching.around(text, span[0] - 40, span[0])
        after = matching.around(text, span[1], span[1] + 40)
        words = f"{before} >>{matching.around(text, *span)}<< {after}"
        lines.append(f"    #{nth} {span[0]}-{span[1]}{_in_section(document, span)}: {words}")
    return lines


def _in_section(document: Document, span: Range) -> str:
    section = document.section_at(span)
    return f" in {section.slug}" if section else ""
