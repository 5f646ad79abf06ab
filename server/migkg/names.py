"""The names and numbers that a stretch of text prints, each of which the graph must account for.

- A name is a word with a capital, and every acronym. Articles, small joining words, forms of
  address and what stands before a telephone number are none. The first word of a segment, of a
  quotation or after a bracket is one only if the document never prints it in small letters and the
  graph knows it or the document prints it with its capital elsewhere, or if it has two capitals.
  Words in a stretch that is all capitals tell nothing and are none.
- A number is digits, grouped or not (`2 800 000`, `8,000`, `3.6 million`), or a number word from
  two to twelve.
- A web or mail address is one token.
- A token is accounted for when a name form covers it in the text (white space and hyphens at line
  ends folded, capitals as printed, whole words) or, a number, when an equal number is said. A word
  that shares the rest of its name with a neighbour is accounted for by the whole name: `Central`
  in "Central and Western Europe" by `Central Europe`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from migkg import matching
from migkg.segments import Range

WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
VALUES = {word: Decimal(value) for value, word in enumerate(WORDS, 2)}
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
TOKEN = re.compile(
    r"(?P<address>(?:https?://\S+(?:(?<=-)\s+\S+)?|www\.\S+)(?<![.,;)])|[\w.+-]+@[\w.-]+\w)"
    r"|(?P<number>(?<![A-Z\d])\d{1,3}(?:[ \u00a0,]\d{3})+(?:\.\d+)?(?!\d)"
    rf"|(?<![A-Z\d])\d+(?:\.\d+)?|\b(?i:{'|'.join(WORDS)})\b)(?: (?P<scale>{'|'.join(SCALES)}))?"
    r"|(?P<name>(?<![^\W_])[^\W\d_]\w*)"
)
SMALL = frozenset(
    "A An And As At By For From He I In It Its Of On Or Our She The Their This To We With".split()
)
ADDRESS = frozenset("Mr Mrs Ms Dr".split())
CONTACT = frozenset("Tel Telephone Fax Email No".split())
OPENING = re.compile(r"(?:^|[“\"(‘:•*#]|\W [-–])\s*\**$")
SHARED = 30
_SPACE = re.compile(r"\s+")
LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Token:
    """A name, number or address in a text, and the numbers that would account for it."""

    start: int
    end: int
    kind: str
    printed: str
    equals: frozenset[Decimal] = frozenset()


@dataclass(frozen=True)
class Spelling:
    """How a document spells words: in small letters, and with a capital inside a sentence."""

    small: frozenset[str]
    inside: frozenset[str]


def spelling(text: str) -> Spelling:
    """Read off a document how it spells its words."""
    words = LETTERS.findall(text)
    inside = re.findall(r"[\w,;]\s([^\W\d_]\w*)", text)
    return Spelling(
        frozenset(word for word in words if word[0].islower()),
        frozenset(word for word in inside if word[0].isupper()),
    )


def tokens(text: str, span: Range, spelled: Spelling, known: set[str]) -> list[Token]:
    """Return the tokens of a range of the text; `known` are the names of the graph."""
    words = text[span[0] : span[1]]
    capitals = words.upper() == words
    found = []
    for match in TOKEN.finditer(text, *span):
        kind = match.lastgroup if match.lastgroup != "scale" else "number"
        if kind != "name":
            found.append(Token(*match.span(), kind or "", match[0], _equals(match)))
        elif not (capitals and " " in words) and _names(match, span, spelled, known):
            found.append(Token(*match.span(), kind, match[0]))
    return found


def missing(
    text: str, span: Range, wanted: list[Token], names: Iterable[str], numbers: frozenset[Decimal]
) -> list[Token]:
    """Return the tokens that neither a name nor a number accounts for."""
    words = text[span[0] : span[1]]
    covered = bytearray(len(words))
    prepared = matching.searchable(words)
    said = list(names)
    for name in said:
        for start, end in matching.whole_words(prepared, name):
            covered[start:end] = b"\1" * (end - start)
    return [
        token
        for token in wanted
        if not all(covered[token.start - span[0] : token.end - span[0]])
        and not token.equals & numbers
        and not any(_shares(token, name, words, token.end - span[0]) for name in said)
    ]


def _shares(token: Token, name: str, words: str, end: int) -> bool:
    """Tell whether a token begins a name whose rest is printed after that of another name."""
    rest = name.removeprefix(f"{token.printed} ")
    if rest == name:
        return False
    between = re.match(
        rf"(?:,| and| or| as well as).{{0,{SHARED}}}?\b{re.escape(rest)}\b",
        _SPACE.sub(" ", words[end:]),
    )
    return between is not None


def _names(match: re.Match[str], span: Range, spelled: Spelling, known: set[str]) -> bool:
    """Tell whether a capitalised word is a name where it stands."""
    word = match[0]
    if (
        not word[0].isupper()
        or word in SMALL
        or word in ADDRESS
        or word in CONTACT
        or (len(word) == 1 and word.isalpha())
    ):
        return False
    acronym = sum(map(str.isupper, word)) > 1 or any(map(str.isdigit, word))
    if acronym or not OPENING.search(match.string[span[0] : match.start()]):
        return True
    if word.lower() in spelled.small:
        return False
    return word in known or word in spelled.inside


def _equals(match: re.Match[str]) -> frozenset[Decimal]:
    if not match["number"]:
        return frozenset()
    digits = re.sub(r"[ \u00a0,]", "", match["number"].lower())
    value = VALUES.get(digits) or Decimal(digits)
    scaled = {value * SCALES[match["scale"]]} if match["scale"] else set()
    return frozenset({value} | scaled)
