"""How to cite what a page or a download shows: title, dataset, version, address, passages."""

from collections.abc import Iterable

from migkg.about import TITLE
from migkg.passages import Passage

_NAMED = 3
_INNER = str.maketrans("“”", "‘’")


def cite(title: str, address: str, digest: str, passages: Iterable[Passage] = ()) -> str:
    """Return the citation of a page or an answer; `digest` is that of the data, '' if they change.

    Passages are named up to three; of more their number is told.
    """
    version = f"version {digest[:12]}" if digest else "over a store that may change"
    places = list(dict.fromkeys(passage.place for passage in passages))
    after = "; ".join(places) if len(places) <= _NAMED else f"{len(places)} passages named there"
    # A title with words in quotation marks has them inside its own.
    title = title.translate(_INNER)
    return f"“{title}”, {TITLE}, {version}, {address}" + (f", after: {after}." if places else ".")
