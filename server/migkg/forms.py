"""What is known of queries of a form: those with the same text but for names and literals."""

from collections import OrderedDict

# All times are in seconds. A query that runs longer than this is long.
SHORT = 0.1
# The most that is expected of a form that was not long before, and of any, lest it be so for ever.
MOST = 4 * SHORT
_MOST_KNOWN = 5.0
# What is expected of a form that nobody asked before.
_UNKNOWN = SHORT / 2
# The weight of the newest time in what is expected; the number of forms that are remembered.
_NEWEST = 0.2
_FORMS = 4096

# Names and literals mostly consist of these, and keywords, which most write in capitals, do not.
_NAMING = b"abcdefghijklmnopqrstuvwxyz0123456789-_."


def shape(text: str) -> int:
    """Return the number of a text's form: mostly the same where only names and literals differ."""
    return hash(text.encode().translate(None, _NAMING))


class Forms:
    """How long queries of each form took, the forms asked last."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, float] = OrderedDict()

    def expected(self, form: int) -> float:
        """Return the processor time that a query of a form is expected to take."""
        return self._known.get(form, _UNKNOWN)

    def learn(self, form: int, spent: float) -> None:
        """Move what is expected of a form towards what it took; one odd time decides nothing."""
        before = self._known.pop(form, min(spent, MOST))
        most = MOST if before < SHORT else _MOST_KNOWN
        self._known[form] = before + (min(spent, most) - before) * _NEWEST
        if len(self._known) > _FORMS:
            self._known.popitem(last=False)
