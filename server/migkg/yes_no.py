"""The words for yes and no in the parameters of a URL."""

from migkg.errors import BadRequest

WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def yes_or_no(name: str, text: str) -> bool:
    """Return what a parameter of a URL says; raises BadRequest for what says neither yes nor no."""
    if text.lower() not in WORDS:
        raise BadRequest(f"The parameter {name} is {text[:40]!r}.", "Give 1 for yes or 0 for no.")
    return WORDS[text.lower()]
