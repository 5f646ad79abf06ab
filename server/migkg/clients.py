"""Which client sends a request, through proxies that are trusted to tell.

https://www.rfc-editor.org/rfc/rfc7239 and the older X-Forwarded-For, both read from their end: what
stands further left was written by those who are not trusted.
"""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from migkg.setting_kinds import Network

_FOR = re.compile(r'(?:^|[;,\s])for\s*=\s*"?(\[[^]]*\]|[^";,\s]*)', re.IGNORECASE)


def client_of(peer: str, headers: Iterable[tuple[str, str]], trusted: tuple[Network, ...]) -> str:
    """Return the address of the client: the peer or, where that is trusted, whom it names."""
    client = _bare(peer)
    if not _is_among(client, trusted):
        return client
    for hop in reversed(list(_hops(headers))):
        client = hop
        if not _is_among(client, trusted):
            break
    return client


def _hops(headers: Iterable[tuple[str, str]]) -> Iterator[str]:
    rows = list(headers)
    forwarded = ",".join(value for name, value in rows if name == "forwarded")
    if forwarded:
        yield from (_bare(found) for found in _FOR.findall(forwarded))
        return
    listed = ",".join(value for name, value in rows if name == "x-forwarded-for")
    yield from (_bare(part.strip()) for part in listed.split(",") if part.strip())


def _bare(address: str) -> str:
    """Return an address without port and brackets; 64 characters of it at most."""
    if address.startswith("["):
        return address[1:].partition("]")[0][:64]
    host, colon, _ = address.rpartition(":")
    return (host if colon and ":" not in host else address)[:64]


def _is_among(address: str, networks: tuple[Network, ...]) -> bool:
    if not networks:
        return False
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)
