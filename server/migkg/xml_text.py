"""What XML 1.0 can hold of a text, even escaped: https://www.w3.org/TR/xml/#charsets.

A file of data that would need more is refused, never changed. A table of results has U+FFFD instead
and a comment that says so, as one odd sign is no reason to have no answer; a picture shows U+FFFD.
"""

import re

from migkg.errors import NotAcceptable

_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


def with_replacements(xml: bytes) -> bytes:
    """Return XML in which U+FFFD stands for what XML cannot hold; a comment counts them."""
    whole, times = _NOT_XML.subn("\ufffd".encode(), xml)
    if times:
        whole += (
            f"<!-- U+FFFD stands {times} times for what XML cannot hold; JSON has it. -->".encode()
        )
    return lossless(whole)


def lossless(xml: bytes) -> bytes:
    """Return XML from which a reader gets back all its texts, carriage returns too.

    Raises NotAcceptable for a character that XML cannot hold.
    """
    if found := _NOT_XML.search(xml):
        raise NotAcceptable(
            f"XML cannot hold the character U+{ord(found[0].decode()):04X} of a text.",
            "Ask for another format, such as JSON, Turtle or CSV.",
        )
    # A reader takes a bare one for a line's end.
    return xml.replace(b"\r", b"&#xD;")


def shown(text: str) -> str:
    """Return a text as a picture shows it, with U+FFFD for what XML cannot hold."""
    return _NOT_XML.sub("\ufffd".encode(), text.encode(errors="replace")).decode()
