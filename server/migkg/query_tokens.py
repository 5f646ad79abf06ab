"""Cuts the text of a query into tokens: https://www.w3.org/TR/sparql11-query/#grammar.

The engine parses only inside a worker. What must be known of a query before that, or of a text that
the engine cannot parse, is told by its tokens, in one linear pass.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from migkg import terms

NEAR = 40  # characters of the text at the place of a fault that are told
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\r\n]*)
    |(?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    |(?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}
               |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<open>["'].*)
    |(?P<variable>[?$]\w+)
    |(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9-]+)?)
    |(?P<blank>_:\w[\w.-]*)
    |(?P<name>(?:[^\W\d_](?:[\w.-]{0,80}[\w-])?)?:
             (?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.!$&'()*+,;=/?\#@%-])*)
    |(?P<word>[^\W\d]\w*)
    |(?P<number>[0-9]+)
    |(?P<sign>\|\||&&|\^\^|[^\s])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Token(NamedTuple):
    """A piece of a query text: its kind, its text, where it stands, how deep in brackets."""

    kind: str
    text: str
    start: int
    depth: int

    @property
    def end(self) -> int:
        """Return the offset behind the token."""
        return self.start + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query in order, comments left out."""
    depth = 0
    for found in _TOKEN.finditer(text):
        kind, piece = found.lastgroup or "sign", found[0]
        if kind == "comment":
            continue
        if kind == "sign" and piece in "{([":
            depth += 1
        yield Token(kind, piece, found.start(), depth)
        if kind == "sign" and piece in "})]":
            depth -= 1


def unescape(text: str) -> str:
    """Return a text without its \\u escapes."""
    return _ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code < 0x110000 else found[0]


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, counted from 1, of an offset."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def undeclared(text: str) -> list[str]:
    """Return the prefixes that a query uses and does not declare."""
    used: dict[str, bool] = {}
    before = ""
    for token in tokens(text):
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            used[prefix] = used.get(prefix, False) or before == "PREFIX"
        before = token.text.upper()
    return [prefix for prefix, declared in used.items() if not declared]


def prologue(text: str) -> str:
    """Return declarations, in one line, of the declared prefixes that a query uses and lacks."""
    missing = [prefix for prefix in undeclared(text) if prefix in terms.PREFIXES]
    return terms.prologue(*missing)
