"""Cutting a document's text into segments: sentences, bullets, table cells, titles and credits.

A pure function from a text to ranges of code points. The texts are pages turned into plain text:
lines are wrapped by hand, a new page begins with a blank, bullets begin with ` - ` or `•`, cells
of a table row stand side by side. The rules, in their order:

1. A table row (a label and four or more numbers or dashes) is cut into its label and its cells.
2. A line ends a block when an empty line, a bullet, a contact line or a list mark follows, or
   when the next line's first word, with a capital, would have fitted on it (an unforced end).
3. An empty line does not end a block that is plainly cut off: one that ends with a hyphen, a
   comma or a small joining word, or goes on with a small letter. In a text whose columns were
   shuffled (columns begin in mid-sentence) what follows belongs elsewhere, so there it does.
4. A block is cut into sentences, and before a photograph's credit.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import quantiles

Range = tuple[int, int]

CELL = r"(?:-|\d{1,3}(?: \d{3})*)"
ROW = re.compile(rf"\s*(?P<label>[^\d\s+:][^\d+:]*?)?(?P<cells>(?:\s+{CELL}){{4,}})\s*")
BULLET = re.compile(r"\s*[-•]\s+(?=\S)")
CONTACT = re.compile(r"\s*(Tel|Fax|E-?mail|www\.|https?://|\+ ?\d)", re.IGNORECASE)
LIST_MARK = re.compile(r"\s*\d{1,2}\.\s*")
OPENS = re.compile(r"[\s“\"(*#©‘]*[A-Z0-9À-ÖØ-ÞĆČĐŠŽ]")
JOINERS = frozenset(
    ["a", "an", "and", "as", "by", "for", "from", "in", "of", "on", "or", "the", "to"]
)
STOP = re.compile(r"[.!?][”\"’)]*(?:\d{1,2})?(?=\s)|(?<=\s)(?=© )")
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|No|St|Tel|Fax|vs|ul|cf|P\.O|e\.g|i\.e|U\.S|bb)|(?<=[\s.])[A-Z])\.$"
)
WINDOW = 6
FITS = 0.8


@dataclass(frozen=True)
class Segment:
    """A range of code points and its kind: sentence, bullet, cell, title or credit."""

    start: int
    end: int
    kind: str

    @property
    def span(self) -> Range:
        return self.start, self.end


@dataclass(frozen=True)
class _Line:
    start: int
    text: str

    @property
    def words(self) -> str:
        return self.text.strip()


def cut(text: str) -> list[Segment]:
    """Return the segments of a text in order; all letters and digits but list marks are in one."""
    segments: list[Segment] = []
    for block in _blocks(_lines(text), _shuffled(text)):
        segments += _segments(text, block)
    return segments


def weight(words: str) -> int:
    """Return how many letters and digits a stretch of text has."""
    return sum(map(str.isalnum, words))


def blanked(text: str, spans: Iterable[Range]) -> str:
    """Return a text of the same length with blanks in some ranges, which may overlap."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def at(segments: list[Segment], span: Range) -> Segment | None:
    """Return the segment that holds a whole range, or None when the range crosses a boundary."""
    index = bisect_right(segments, span[0], key=lambda segment: segment.start) - 1
    found = segments[index] if index >= 0 else None
    return found if found and span[1] <= found.end else None


def _lines(text: str) -> list[_Line]:
    lines, start = [], 0
    for line in text.splitlines(keepends=True):
        lines.append(_Line(start, line))
        start += len(line)
    return lines


def _shuffled(text: str) -> bool:
    """Tell whether at least three paragraphs begin in mid-sentence after a finished one."""
    return len(re.findall(r"[a-z][.]\n\n[a-z]+ [a-z]", text)) >= 3


def _blocks(lines: list[_Line], shuffled: bool) -> Iterator[list[_Line]]:
    """Yield groups of lines that belong together; a table row and a list mark stand alone."""
    block: list[_Line] = []
    gap = False
    for index, line in enumerate(lines):
        if not line.words or LIST_MARK.fullmatch(line.text):
            gap = True
            continue
        if block and _parts(block, line, gap, shuffled, _width(lines, index, block)):
            yield block
            block = []
        block.append(line)
        gap = False
    if block:
        yield block


def _parts(block: list[_Line], line: _Line, gap: bool, shuffled: bool, width: float) -> bool:
    """Tell whether a line begins a new block after the lines so far."""
    last = block[-1]
    if any(ROW.fullmatch(each.text) for each in (last, line)):
        return True
    if BULLET.match(line.text) or CONTACT.match(line.text):
        return True
    paged = line.text[0].isspace()
    if paged and (last.words[-1] in ".:;!?" or "© " in last.words):
        return True
    if gap or (paged and shuffled):
        return not _cut_off(last.words, line.words, shuffled)
    if _goes_on(last.words):
        return False
    fitted = len(last.words) + 1 + len(line.words.split()[0])
    return fitted < FITS * width and OPENS.match(line.text) is not None


def _cut_off(before: str, after: str, shuffled: bool) -> bool:
    """Tell whether a sentence goes on across an empty line."""
    drop_capital = len(before) == 1 and after[0].islower()
    if shuffled or drop_capital:
        return drop_capital
    if before[-1] in ".:;!?":
        return False
    return _goes_on(before) or after[0].islower()


def _goes_on(before: str) -> bool:
    """Tell whether words wait for more: a hyphen, a comma or a small joining word is their end."""
    return before[-1] in "-," or before.split()[-1] in JOINERS


def _width(lines: list[_Line], index: int, block: list[_Line]) -> float:
    """Return the width to which the lines around were wrapped: upper quartile of their lengths."""
    run = [len(line.words) for line in block]
    following = lines[index : index + WINDOW]
    for line in following:
        if not line.words or BULLET.match(line.text):
            break
        run.append(len(line.words))
    if len(run) < 3:
        around = lines[max(index - WINDOW, 0) : index + WINDOW]
        run = [len(line.words) for line in around if line.words]
    return quantiles(run, n=4, method="inclusive")[2] if len(run) > 1 else 0.0


def _segments(text: str, block: list[_Line]) -> Iterable[Segment]:
    row = ROW.fullmatch(block[0].text)
    if row:
        return _cells(block[0], row)
    bullet = BULLET.match(block[0].text)
    start = block[0].start + (bullet.end() if bullet else 0)
    end = block[-1].start + len(block[-1].text)
    return _sentences(text, start, end, "bullet" if bullet else "sentence")


def _cells(line: _Line, row: re.Match[str]) -> Iterator[Segment]:
    if row["label"]:
        start, end = row.span("label")
        yield Segment(line.start + start, line.start + end, "cell")
    for cell in re.finditer(CELL, row["cells"]):
        start = line.start + row.start("cells") + cell.start()
        yield Segment(start, start + len(cell[0]), "cell")


def _sentences(text: str, start: int, end: int, kind: str) -> Iterator[Segment]:
    for first, last in _stretches(text, start, end):
        words = text[first:last]
        if weight(words):
            yield Segment(first, last, _kind(words, kind))


def _stretches(text: str, start: int, end: int) -> Iterator[Range]:
    first = start
    for stop in STOP.finditer(text, start, end):
        ends = not stop[0] or (
            OPENS.match(text, stop.end(), end) and not ABBREVIATION.search(text[first : stop.end()])
        )
        if ends:
            yield _trimmed(text, first, stop.end())
            first = stop.end()
    yield _trimmed(text, first, end)


def _trimmed(text: str, start: int, end: int) -> Range:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def _kind(words: str, kind: str) -> str:
    if words.startswith("© "):
        return "credit"
    if kind == "sentence" and words[-1].isalnum() and len(words.split()) <= 16:
        return "title"
    return kind
