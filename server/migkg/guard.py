"""Whether a query may be handed to a worker, and what its tokens tell of it before it is parsed.

https://www.w3.org/TR/sparql11-query/#grammar
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeVar

from migkg.errors import BadRequest, MigkgError, QuerySyntax, Refused, TooLarge, Unprocessable
from migkg.query_tokens import NEAR, Token, place, tokens, unescape
from migkg.settings import Limits

REPEATS = 500
Fault = TypeVar("Fault", bound=MigkgError)
_COUNTED = frozenset(
    "OPTIONAL UNION MINUS EXISTS FILTER BIND GRAPH SELECT LATERAL || && / | ^ ! + - *".split()
)
_UPDATES = frozenset("INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH".split())
_FORMS = frozenset("SELECT ASK CONSTRUCT DESCRIBE".split())
_SHAPING = ("word", "sign")
_PROLOGUE = frozenset("BASE PREFIX VERSION".split())
_VOLATILE = frozenset("NOW RAND UUID STRUUID BNODE".split())


class Cut(NamedTuple):
    """Where the number of a query's LIMIT stands; with `number` None, where a LIMIT may be put."""

    start: int
    end: int
    number: int | None


@dataclass(frozen=True)
class Outline:
    """What the tokens tell: form ('' if none), dataset clause, stability, place of a LIMIT."""

    form: str
    names_dataset: bool
    volatile: bool
    cut: Cut | None = field(default=None, compare=False)

    @property
    def kind(self) -> str:
        """Return the kind of its answer, as in the table of formats."""
        return "graph" if self.form in ("CONSTRUCT", "DESCRIBE") else "table"


def inspect(text: str, limits: Limits) -> Outline:
    """Return the outline of a query that may be handed to a worker.

    Raises TooLarge, QuerySyntax (an unclosed string), BadRequest (too deep, too much of
    one thing), Unprocessable (SERVICE) and Refused (updates).
    """
    if len(text.encode()) > limits.query_bytes:
        raise TooLarge(
            f"The query is longer than {limits.query_bytes} bytes.",
            "Shorten it, or ask in several queries.",
        )
    return _inspect(text, limits.depth)


@lru_cache(maxsize=256)
def _inspect(text: str, depth: int) -> Outline:
    found = list(tokens(text))
    _check_strings(text, found)
    _check_size(text, found, depth)
    _check_service(text, found)
    words = [token.text.upper() for token in found if token.kind == "word"]
    form = next((word for word in words if word not in _PROLOGUE), "")
    if form in _UPDATES:
        fault = Refused(
            f"{form} would change the data, and this endpoint only reads.",
            "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
        )
        raise _placed(fault, text, next(one for one in found if one.text.upper() == form))
    blank = form == "CONSTRUCT" and any(t.kind == "blank" or t.text == "[" for t in found)
    return Outline(
        form=form if form in _FORMS else "",
        names_dataset="FROM" in words,
        volatile=not _VOLATILE.isdisjoint(words) or blank,
        cut=_cut(text, found) if "SELECT" in words else None,
    )


def _check_strings(text: str, found: list[Token]) -> None:
    for token in found:
        if token.kind == "open":
            line, column = place(text, token.start)
            said = "the string that begins here is not closed."
            raise QuerySyntax(said, line, column, "Add its closing quote.", token.text[:NEAR])


def _check_size(text: str, found: list[Token], depth: int) -> None:
    deepest = max((token.depth for token in found), default=0)
    if deepest > depth:
        fault = BadRequest(
            f"The query nests brackets {deepest} deep; the limit is {depth}.",
            "Take out brackets that are not needed, or ask in several queries.",
        )
        raise _placed(fault, text, next(token for token in found if token.depth > depth))
    if len(found) <= REPEATS:
        return
    counts = Counter(token.text.upper() for token in found if token.kind in _SHAPING)
    word = max(_COUNTED, key=lambda word: counts[word])
    if (times := counts[word]) > REPEATS:
        fault = BadRequest(
            f"The query uses {word} {times} times; the limit is {REPEATS}.",
            "A VALUES block or IN says the same in a shorter way.",
        )
        raise _placed(fault, text, [one for one in found if one.text.upper() == word][REPEATS])


def _placed(fault: Fault, text: str, token: Token) -> Fault:
    return fault.at(*place(text, token.start), token.text[:NEAR])


def _check_service(text: str, found: list[Token]) -> None:
    # The engine undoes \u escapes before it reads: what they hide must be seen as well.
    decoded = unescape(text)
    if "SERVICE" not in decoded.upper():
        return
    fault = Unprocessable(
        "SERVICE is not allowed: this endpoint sends no requests to other servers.",
        "Ask the other endpoint yourself and join the two answers.",
    )
    if token := _service(found):
        raise _placed(fault, text, token)
    if _service(list(tokens(decoded))):
        # What an escape hides has no place in the text as it was written.
        raise fault


def _service(found: list[Token]) -> Token | None:
    """Return the first token that the engine would read as SERVICE, None where there is none."""
    for before, token, after in zip([None, *found], found, [*found[1:], None], strict=False):
        # It reads SERVICESILENT and trueSERVICE as the keyword …
        if token.kind == "word" and "SERVICE" in token.text.upper():
            return token
        # … and SERVICE:x as the keyword and the name :x, where a group follows.
        if token.kind == "name" and "SERVICE" in token.text.split(":", 1)[0].upper():
            of_graph = before is not None and before.text.upper() == "GRAPH"
            if after is not None and after.text == "{" and not of_graph:
                return token
    return None


def _cut(text: str, found: list[Token]) -> Cut | None:
    """Return where the rows of a query can be limited, None where that is not so simple."""
    top = [token for token in found if token.depth == 0]
    words = [token.text.upper() if token.kind == "word" else "" for token in top]
    if "SELECT" not in words:
        return None
    if "LIMIT" in words:
        behind = top[words.index("LIMIT") + 1 :]
        if not behind or (number := behind[0]).kind != "number":
            return None
        # So many digits tell that it is above any limit.
        return Cut(number.start, number.end, int(number.text[:18]))
    end = top[words.index("VALUES")].start if "VALUES" in words else len(text)
    return Cut(end, end, None)


def limited(text: str, cut: Cut | None, rows: int) -> str:
    """Return a query, with the cut of its outline, that asks for at most `rows` rows."""
    if cut is None or (cut.number is not None and cut.number <= rows):
        return text
    piece = f"\nLIMIT {rows}\n" if cut.number is None else str(rows)
    return text[: cut.start] + piece + text[cut.end :]
