"""The documents' texts where they are at hand and may be shown, with private ranges masked.

A text is found by the SHA-256 of its bytes among the files of one folder, whatever their names.
"""

import ipaddress
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

from migkg import evidence
from migkg.errors import SourcesMissing
from migkg.segments import Range
from migkg.settings import Data, Server

Result = TypeVar("Result")

MASK = "█"
AROUND = 160
_LETTER = re.compile(r"\w")
_LONE_BREAK = re.compile(r"(?<!\n)\n(?!\s*(?:\n|[-•*]))")
_SPACES = re.compile(r"\s+")
NO_FOLDER = "Name the folder that holds the text file with --sources or MIGKG_SOURCES."
NOT_PUBLIC = (
    "This server is reached from elsewhere, so the text is shown only with --publish-sources yes."
)


@dataclass(frozen=True)
class Quote:
    """Words of a text with what stands before and after them."""

    before: str
    words: str
    after: str


@dataclass
class Texts:
    """The texts by the digest of their files, read when first asked for."""

    data: Data
    server: Server
    _found: dict[str, str] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _remembered: dict[tuple[str, str], Any] = field(default_factory=dict)

    def text(self, digest: str) -> str | None:
        """Return a document's text as it stands, None where it is not at hand or not shown."""
        if not may_show(self.server):
            return None
        with self._lock:
            if self._found is None:
                self._found = _read(self.data)
            return self._found.get(digest)

    def remember(self, digest: str, name: str, make: Callable[[], Result]) -> Result:
        """Return what `make` makes of the texts and of data with a digest, kept under a name.

        With the digest '' the data may change, and nothing is kept.
        """
        if (digest, name) in self._remembered:
            found: Result = self._remembered[digest, name]
            return found
        made = make()
        if digest:
            self._remembered[digest, name] = made
        return made

    @property
    def missing(self) -> str:
        """Return what to do so that a text that is not shown will be."""
        return NO_FOLDER if may_show(self.server) else NOT_PUBLIC


def may_show(server: Server) -> bool:
    """Tell whether texts may be shown: to readers on this machine, to others only if set so."""
    hosts = {server.host, urlsplit(server.base_url).hostname or ""}
    # A proxy is there for readers from elsewhere.
    only_here = all(map(_is_loopback, hosts)) and not server.proxies
    return server.publish_sources or only_here


def masked(text: str, private: Iterable[Range]) -> str:
    """Return a text of the same length without the letters and digits of private ranges."""
    for start, end in private:
        text = text[:start] + _LETTER.sub(MASK, text[start:end]) + text[end:]
    return text


def quote(text: str, span: Range, around: int = AROUND) -> Quote:
    """Return the words of a range with up to `around` characters of whole words on both sides."""
    start, end = span
    first = 0 if start <= around else text.find(" ", start - around, start) + 1 or start
    last = len(text) if end + around >= len(text) else text.rfind(" ", end, end + around)
    last = end if last < end else last
    parts = (text[first:start], text[start:end], text[end:last])
    before, words, after = (_SPACES.sub(" ", part) for part in parts)
    return Quote(
        ("… " if first else "") + before.lstrip(),
        words,
        after.rstrip() + (" …" if last < len(text) else ""),
    )


def flowing(text: str) -> str:
    """Return a text of the same length in which the ends of wrapped lines are blanks."""
    return _LONE_BREAK.sub(" ", text)


def _read(data: Data) -> dict[str, str]:
    try:
        return evidence.texts_by_digest(data.source_folder)
    except SourcesMissing:
        return {}


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
