"""Which of the names that there are somebody may have meant who mistyped one."""

import difflib
from collections.abc import Iterable

_SHOWN = 5


def hint(name: str, among: Iterable[str]) -> str:
    """Return `Did you mean …?` with the names that are spelt like a name, or ''."""
    alike = difflib.get_close_matches(name, [*among], _SHOWN)
    return f"Did you mean {', '.join(alike)}?" if alike else ""
