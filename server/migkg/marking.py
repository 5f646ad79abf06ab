"""Cutting a stretch of a document's text where a passage begins or ends, for marks on a page."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from migkg.reader import Mark, Reading
from migkg.segments import Range
from migkg.texts import flowing


@dataclass(frozen=True)
class Piece:
    """Words with the passages that hold them, the shortest first.

    `begins` are passages that begin here, `ends` those that end; `fate` is cited, excused (then
    with its reason), uncovered, or nothing for what carries no letters.
    """

    words: str
    span: Range
    marks: tuple[Mark, ...]
    begins: tuple[Mark, ...]
    ends: tuple[Mark, ...]
    fate: str
    reason: str


def pieces(reading: Reading, span: Range) -> Iterator[Piece]:
    """Yield the pieces of a range of the text in order; nothing where the text is not at hand."""
    if reading.text is None:
        return
    words = flowing(reading.text[span[0] : span[1]])
    inside = [mark for mark in reading.marks if mark.span[0] < span[1] and span[0] < mark.span[1]]
    gaps = [gap for gap in reading.gaps if gap[0] < span[1] and span[0] < gap[1]]
    cuts = {span[0], span[1]}
    for start, end in (*(mark.span for mark in inside), *gaps):
        cuts |= {max(start, span[0]), min(end, span[1])}
    places = sorted(cuts)
    for start, end in itertools.pairwise(places):
        holding = [mark for mark in inside if mark.span[0] <= start and end <= mark.span[1]]
        holding.sort(key=lambda mark: mark.span[1] - mark.span[0])
        fate, reason = _fate(holding, any(a <= start and end <= b for a, b in gaps))
        yield Piece(
            words=words[start - span[0] : end - span[0]],
            span=(start, end),
            marks=tuple(holding),
            begins=tuple(mark for mark in holding if mark.span[0] == start),
            ends=tuple(mark for mark in holding if mark.span[1] == end),
            fate=fate,
            reason=reason,
        )


def _fate(holding: list[Mark], in_gap: bool) -> tuple[str, str]:
    if any(mark.facts for mark in holding):
        return "cited", ""
    excused = [mark for mark in holding if mark.is_excused]
    if excused:
        return "excused", excused[0].reason
    return ("uncovered", "") if in_gap else ("", "")
