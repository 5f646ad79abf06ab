"""What is asked: the competency queries, one point each, and fourteen typical ones by weight."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from migkg.settings import Data

TYPICAL = Path(__file__).parent / "queries"
ROWS, TRIPLES = "application/sparql-results+json", "application/n-triples"
_HEADER = re.compile(r"^#\+ ([a-z-]+): *(.*)$", re.MULTILINE)
_FORM = re.compile(r"^(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.MULTILINE | re.IGNORECASE)
_ORDERED = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """A query with its weight in the mix; `up_to`: the largest enlargement it is asked at."""

    name: str
    text: str
    weight: int
    typical: bool
    up_to: int = 1_000_000

    @property
    def accept(self) -> str:
        """The media type to ask for."""
        form = _FORM.search(self.text)
        assert form, f"{self.name} has no query form at the start of a line"
        return ROWS if form[1].upper() in ("SELECT", "ASK") else TRIPLES

    @property
    def ordered(self) -> bool:
        """Whether the order of rows is part of the answer."""
        return _ORDERED.search(self.text) is not None and self.accept == ROWS

    def request(self, path: str) -> bytes:
        """The bytes of a request that keeps its connection open."""
        return get(f"{path}?query={quote(self.text)}", self.accept)


def get(target: str, accept: str) -> bytes:
    """The bytes of a GET request."""
    return (
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n"
        "Connection: keep-alive\r\n\r\n"
    ).encode()


def questions(seed: int = 1) -> Sequence[Question]:
    """All questions: the typical ones by weight, then the others in a seeded order."""
    typical = sorted(map(_question, TYPICAL.glob("*.rq")), key=lambda q: (-q.weight, q.name))
    others = [_question(file) for file in sorted((Data().folder / "queries").glob("*.rq"))]
    random.Random(seed).shuffle(others)
    return [*typical, *others]


def _question(file: Path) -> Question:
    text = file.read_text()
    header = dict(_HEADER.findall(text))
    typical = file.parent == TYPICAL
    weight = int(header["weight"]) if typical else 1
    return Question(file.stem, text, weight, typical, int(header.get("up-to", 1_000_000)))
