"""Yes and no in the parameters of a URL."""

from migkg.errors import BadRequest

FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def flag(name: str, text: str) -> bool:
    """Return what a parameter says; raises BadRequest for what says neither yes nor no."""
    if text.lower() not in FLAGS:
        raise BadRequest(f"The parameter {name} is {text[:40]!r}.", "Give 1 for yes or 0 for no.")
    return FLAGS[text.lower()]
