"""What somebody may have meant who mistyped a name, of the names that there are."""

from collections.abc import Iterable, Sequence

_MOST = 5
# Of a hundred, which are the same text.
_LIKE = 60


def alike(name: str, among: Iterable[str], count: int = _MOST) -> list[str]:
    """Return those of some names that are spelt most like a name, the best first."""
    # Only who loses the way needs it.
    from rapidfuzz import fuzz, process

    found = process.extract(name, [*among], scorer=fuzz.ratio, score_cutoff=_LIKE, limit=count)
    return [one[0] for one in found]


def meant(names: Sequence[str]) -> str:
    """Return `Did you mean …?`, '' for no names."""
    return f"Did you mean {', '.join(names)}?" if names else ""


def hint(name: str, among: Iterable[str]) -> str:
    """Return `Did you mean …?` with the names that are spelt like a name, or ''."""
    return meant(alike(name, among))
