"""Finding printed words in a hard-wrapped text: pure functions from a text and words to ranges.

Words match when they are equal once every run of white space counts as one blank. Only when that
finds nothing, a looser reading is tried, in which hyphens inside words (with a line break after
them or not) and the shape of quotes and dashes do not count. A match never cuts a word or a
number in two unless there is no other match. Ranges are code points of the raw text.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

from migkg.segments import Range

ELLIPSIS = " … "
_SPACE = re.compile(r"\s+")
_LOOSE = re.compile(r"(?P<hyphen>(?<=\w)[-–\u00ad]\s*(?=\w))|\s+|[‘’´`]|[“”]|[–—]")
_SHAPES = {"‘": "'", "’": "'", "´": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-"}


@dataclass(frozen=True)
class Folded:
    """A folded reading of a text and, for each of its characters, the raw offset it came from."""

    text: str
    starts: list[int]

    def raw(self, start: int, end: int) -> Range:
        return self.starts[start], self.starts[end - 1] + 1

    def index(self, offset: int) -> int:
        return bisect_left(self.starts, offset)


@dataclass(frozen=True)
class Searchable:
    """A text prepared once for many searches."""

    raw: str
    plain: Folded
    loose: Folded


@dataclass(frozen=True)
class Nearest:
    """The closest place: the longest run of the words that is printed, and where they part."""

    span: Range
    matched: str
    wanted: str
    printed: str


def searchable(text: str) -> Searchable:
    """Prepare a text for many searches."""
    return Searchable(text, _fold(text, _SPACE), _fold(text, _LOOSE))


def find(text: Searchable, words: str, within: list[Range] | None = None) -> list[Range]:
    """Return every range that prints the words, in text order, only those inside one of `within`.

    `first words … last words` means the shortest stretches from the first to the last words.
    """
    for folded, pattern in ((text.plain, _SPACE), (text.loose, _LOOSE)):
        parts = [_fold(part.strip(), pattern).text for part in words.split(ELLIPSIS)]
        if not all(parts):
            return []
        found = _stretches([_occurrences(folded, part) for part in parts])
        spans = [folded.raw(*span) for span in found]
        spans = [span for span in spans if within is None or _inside(span, within)]
        if spans:
            return spans
    return []


def nearest(text: Searchable, words: str) -> Nearest | None:
    """Return the longest run of the words that the text prints, or None if it prints none."""
    tokens = _fold(words.strip(), _LOOSE).text.replace(ELLIPSIS, " ").split(" ")
    best, begin, end = (0, 0), 0, 0
    while begin < len(tokens):
        end = max(end, begin)
        while end < len(tokens) and _first(text.loose, tokens[begin : end + 1]) >= 0:
            end += 1
        best = max(best, (begin, end), key=lambda run: run[1] - run[0])
        begin += 1
    run = tokens[best[0] : best[1]]
    if not run:
        return None
    at = _first(text.loose, run)
    span = text.loose.raw(at, at + len(" ".join(run)))
    wanted = " ".join(tokens[best[1] : best[1] + 6])
    return Nearest(span, " ".join(run), wanted, around(text.raw, span[1], span[1] + 60))


def fold_loosely(text: str) -> Folded:
    """Return the looser reading of a text."""
    return _fold(text, _LOOSE)


def whole_words(text: Searchable, words: str) -> list[Range]:
    """Return the ranges at which a text prints words that are not part of longer ones.

    A hyphen ends a word or joins it, whichever finds the words.
    """
    spans: set[Range] = set()
    for folded, pattern in ((text.plain, _SPACE), (text.loose, _LOOSE)):
        wanted = _fold(words.strip(), pattern).text
        found = _occurrences(folded, wanted) if wanted else []
        spans.update(folded.raw(*span) for span in found if _is_whole(folded.text, span))
    return sorted(spans)


def around(raw: str, start: int, end: int) -> str:
    """Return the words of a range on one line."""
    return _SPACE.sub(" ", raw[max(start, 0) : end]).strip()


def _fold(text: str, pattern: re.Pattern[str]) -> Folded:
    parts: list[str] = []
    starts: list[int] = []
    last = 0
    for match in pattern.finditer(text):
        parts.append(text[last : match.start()])
        starts.extend(range(last, match.start()))
        last = match.end()
        shape = _shape(match)
        parts.append(shape)
        starts.extend([match.start()] * len(shape))
    parts.append(text[last:])
    starts.extend(range(last, len(text)))
    return Folded("".join(parts), starts)


def _shape(match: re.Match[str]) -> str:
    return "" if match.lastgroup == "hyphen" else _SHAPES.get(match[0], " ")


def _occurrences(folded: Folded, words: str) -> list[Range]:
    found = []
    at = folded.text.find(words)
    while at >= 0:
        found.append((at, at + len(words)))
        at = folded.text.find(words, at + 1)
    whole = [span for span in found if _is_whole(folded.text, span)]
    return whole or found


def _is_whole(text: str, span: Range) -> bool:
    return not (_joined(text, span[0]) or _joined(text, span[1]))


def _joined(text: str, at: int) -> bool:
    """Tell whether two letters or two digits meet at this place."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _stretches(parts: list[list[Range]]) -> list[Range]:
    spans = parts[0]
    for following in parts[1:]:
        starts = [start for start, _ in following]
        reach: dict[int, int] = {}
        for start, end in spans:
            at = bisect_left(starts, end)
            if at < len(following):
                # A later start that reaches the same end makes the shorter stretch.
                reach[following[at][1]] = start
        spans = sorted((start, end) for end, start in reach.items())
    return spans


def _inside(span: Range, ranges: list[Range]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in ranges)


def _first(folded: Folded, tokens: list[str]) -> int:
    return folded.text.find(" ".join(tokens))
