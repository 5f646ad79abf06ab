"""The kinds of settings: how each is read from a text, and which values it may have."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from urllib.parse import urlsplit

Network = IPv4Network | IPv6Network
_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


def is_address(text: str) -> bool:
    """Tell whether a text is an address of the web, with a host and without a query."""
    try:
        urlsplit(text)
    except ValueError:
        return False
    return _ADDRESS.fullmatch(text) is not None


def networks(text: str) -> tuple[Network, ...]:
    """Return the networks of a list with commas between; raises ValueError for what is none."""
    parts = (part.strip() for part in text.split(","))
    return tuple(ip_network(part) for part in parts if part)


def _are_networks(text: str) -> bool:
    try:
        networks(text)
    except ValueError:
        return False
    return True


def _truth(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(text)
    return text == "yes"


@dataclass(frozen=True)
class Kind:
    """What a setting may be: its type, which of its values are allowed, and both in words.

    `read` raises ValueError for a text that is not of the type; `{}` in the words is the default.
    """

    read: Callable[[str], Any]
    allowed: Callable[[Any], bool]
    wanted: str


def address(example: str) -> Kind:
    """Return the kind of an address of the web, or none."""
    return Kind(str, lambda text: text == "" or is_address(text), f"one such as {example}")


TEXT = Kind(str, lambda _: True, "any text")
HOST = Kind(str, bool, "one such as {}")
PORT = Kind(int, lambda number: 0 <= number <= 65_535, "a port number such as {}")
COUNT = Kind(int, lambda number: number > 0, "a whole number above zero such as {}")
ROOM = Kind(int, lambda number: number >= 0, "a whole number from zero such as {}")
SECONDS = Kind(float, lambda number: 0 < number < math.inf, "a number above zero such as {}")
YES_NO = Kind(_truth, lambda _: True, "yes or no")
PROXIES = Kind(str, _are_networks, "one such as 127.0.0.1, 10.0.0.0/8")
