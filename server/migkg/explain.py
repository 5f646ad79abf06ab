"""Turns the engine's word on a query it cannot read into a sentence with line and column."""

import re
from collections.abc import Callable

from migkg.errors import QuerySyntax
from migkg.query_tokens import NEAR, Token, place, tokens, undeclared
from migkg.terms import PREFIXES

_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_SENTENCE = re.compile(r"(?:^|, )([A-Z][A-Za-z]*(?: [\w*'-]+){2,})")
_ODD_SPACE = re.compile(r"[^\S \t\r\n]")
_BROKEN_IRI = "IRI parsing failed"
_BOUND = re.compile(r"\bAS\s+([?$]\w+)\s*\)\s*$", re.IGNORECASE)
_IRI_HINT = 'An IRI has no space, and none of " { } | ^ ` and the backslash.'
_OTHER_HINT = "Take a variable not yet used."
# What to do about a sentence of the engine that has this word.
_HINTS = {
    "unbound": "Every variable selected must be grouped by or aggregated.",
    "overrides": _OTHER_HINT,
    "Duplicated": _OTHER_HINT,
    "Repeated": _OTHER_HINT,
    "rows": "Give each row one value for each variable, UNDEF where it has none.",
    "authorized": "Name the variables after SELECT.",
}
_FORMS_HINT = "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE."
_OPEN_HINT = "Look for a bracket to close."
_END_HINT = "Write the rest of it, or take out its last words."
_GENERAL_HINT = "Look at it and at what stands just before it."


def explain(text: str, parse: Callable[[str], object]) -> QuerySyntax:
    """Return the fault of a query text that `parse` refuses with a SyntaxError."""
    spread, offsets = _spread(text)
    try:
        parse(spread)
    except SyntaxError as error:
        message = str(error)
    else:
        return _unread(text)
    found = _PLACE.match(message)
    if found is None:
        return QuerySyntax(f"the engine says: {message}.", *place(text, 0))
    at = _offset(spread, int(found[1]), int(found[2]))
    start = max((pair for pair in offsets if pair[0] <= at), default=offsets[0])[1]
    start, reason, hint = _reason(text, start, found)
    near = next(tokens(text[start:]), None)
    word = near.text[:NEAR] if near else ""
    return QuerySyntax(reason, *place(text, start), hint, word)


def _unread(text: str) -> QuerySyntax:
    """Return the fault of a text that only other spaces between its tokens make readable."""
    odd = _ODD_SPACE.search(text)
    if odd is None:
        return QuerySyntax("the engine cannot read the query.", *place(text, 0))
    said = f"U+{ord(odd[0]):04X} is no space in SPARQL."
    return QuerySyntax(said, *place(text, odd.start()), "Put a plain space there.")


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _reason(text: str, start: int, said: re.Match[str]) -> tuple[int, str, str]:
    """Return the offset of the fault, which may lie before `start`, what it is, and a hint."""
    expected = said[3]
    near = next(tokens(text[start:]), None)
    if name := _undeclared_name(text, start, behind="Prefix not found" in expected):
        return name.start, *_undeclared(name.text.partition(":")[0])
    if _BROKEN_IRI in expected and near and near.kind == "iri":
        return start, "this is no IRI.", _IRI_HINT
    if _BROKEN_IRI in expected and "<" in text[:start]:
        # One with a space or the like is no token, and the engine tells the place behind it.
        return text.rindex("<", 0, start), "this is no IRI.", _IRI_HINT
    # A clash of names is told as if one odd word were missing behind it.
    if (bound := _BOUND.search(text, 0, start)) and "one of" not in said[0]:
        return bound.start(1), f"{bound[1]} has a value already.", _OTHER_HINT
    if sentence := _SENTENCE.search(expected):
        hints = (hint for word, hint in _HINTS.items() if word in sentence[1])
        return start, f"{_begun(sentence[1])}.", next(hints, _GENERAL_HINT)
    if near is None:
        reason = "the query ends here, before it is complete."
        return start, reason, _OPEN_HINT if _is_open(text) else _END_HINT
    hint = _FORMS_HINT if "CONSTRUCT" in expected else _GENERAL_HINT
    if text[:start].rstrip().upper().endswith("PREFIX"):
        hint = f"A prefix ends with a colon: {near.text[:NEAR]}:"
    return start, f"“{near.text[:NEAR]}” cannot stand here.", hint


def _undeclared_name(text: str, start: int, *, behind: bool) -> Token | None:
    """Return the name at an offset whose prefix is not declared, or the last one before it.

    `behind`: the engine tells the place behind the name.
    """
    prefixes = undeclared(text)
    for token in reversed([token for token in tokens(text) if token.start <= start]):
        if token.kind == "name" and token.text.partition(":")[0] in prefixes:
            return token if behind or token.start == start else None
    return None


def _begun(sentence: str) -> str:
    """Return a sentence that begins with a small letter, but for a keyword."""
    return sentence if sentence[1].isupper() else f"{sentence[0].lower()}{sentence[1:]}"


def _is_open(text: str) -> bool:
    """Tell whether a bracket of a text is not closed."""
    signs = [token.text for token in tokens(text) if token.kind == "sign"]
    return sum(map(signs.count, "{([")) > sum(map(signs.count, "})]"))


def _undeclared(prefix: str) -> tuple[str, str]:
    line = f"PREFIX {prefix}: <{PREFIXES.get(prefix, '…')}>"
    other = ", or over HTTP ask with prefixes=1" if prefix in PREFIXES else ""
    return f"the prefix {prefix}: is not declared.", f"Put {line} at the top of the query{other}."


def _spread(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the text with wide gaps at spaces and brackets, and (new, old) offsets of its tokens.

    The engine tells the place of a failed keyword too far right by the keyword's length: with
    wide gaps that place still lies inside the gap behind the right token.
    """
    parts: list[str] = []
    offsets: list[tuple[int, int]] = []
    length, end = 0, 0
    for token in tokens(text):
        bracket = token.text in ("{", "}", "(", ")")
        if token.start > end or bracket or (parts and parts[-1] in ("{", "}", "(", ")")):
            parts.append(" " * 20)
            length += 20
        offsets.append((length, token.start))
        parts.append(token.text)
        length, end = length + len(token.text), token.end
    offsets.append((length + 20, len(text.rstrip())))
    return "".join(parts) + " " * 20, offsets
