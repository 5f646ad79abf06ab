"""Writes what `compare` found for people: as text, or as a page that needs nothing beside it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from migkg.compare import Change, Part
from migkg.terms import prefixed

_WORDS = {"+": "added", "-": "removed", "~": "changed"}
_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 0; } code { font-size: 0.85em; color: #555; }
ul { list-style: none; margin: 0; padding-left: 1.2rem; overflow-wrap: anywhere; }
ins { color: #0a5c2b; text-decoration: none; } del { color: #8a1c1c; text-decoration: none; }
"""


def text(parts: Sequence[Part]) -> str:
    """Return the changes as lines, a thing's statements below it."""
    lines = [line for part in parts for line in _lines(part)]
    return "".join(f"{line}\n" for line in lines or ["Nothing changed."])


def html(parts: Sequence[Part], title: str) -> str:
    """Return the changes as a page."""
    body = "".join(map(_section, parts)) or "<p>Nothing changed.</p>"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{body}</body>\n</html>\n"
    )


def _title(part: Part) -> str:
    return f"Document {part.graph}" if part.graph.isdigit() else f"Graph {part.graph or 'default'}"


def _summary(part: Part) -> str:
    counts = Counter(change.sign for change in part.changes)
    things = ", ".join(f"{counts[sign]} {word}" for sign, word in _WORDS.items())
    come, gone = part.passages
    return f"{things}; passages: {come} added, {gone} removed"


def _lines(part: Part) -> Iterator[str]:
    yield f"{_title(part)}: {_summary(part)}"
    for change in part.changes:
        yield f"  {change.sign} {prefixed(change.iri)}{f'  {change.label}' if change.label else ''}"
        for sign, statement in _statements(change):
            yield f"      {sign} {statement}"
    yield ""


def _section(part: Part) -> str:
    changes = "".join(map(_article, part.changes))
    return f"<h2>{escape(_title(part))}</h2>\n<p>{escape(_summary(part))}</p>\n{changes}"


def _article(change: Change) -> str:
    tags = {"+": "ins", "-": "del"}
    items = "".join(
        f"<li><{tags[sign]}>{sign} {escape(statement)}</{tags[sign]}></li>\n"
        for sign, statement in _statements(change)
    )
    name, word = prefixed(change.iri), _WORDS[change.sign]
    head = f"{word}: {escape(change.label or name)} <code>{escape(name)}</code>"
    return f"<h3>{head}</h3>\n<ul>\n{items}</ul>\n"


def _statements(change: Change) -> Iterable[tuple[str, str]]:
    yield from (("-", one) for one in change.gone)
    yield from (("+", one) for one in change.come)
