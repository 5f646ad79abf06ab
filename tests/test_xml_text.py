from xml.etree import ElementTree

import pytest

from migkg.errors import NotAcceptable
from migkg.xml_text import lossless, shown, with_replacements

REFUSED = ["\0", "\x08", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff"]


@pytest.mark.parametrize("sign", REFUSED)
def test_what_xml_cannot_hold_is_refused_and_shown_as_a_sign(sign: str) -> None:
    with pytest.raises(NotAcceptable, match=f"XML cannot hold the character U.{ord(sign):04X}"):
        lossless(f"<a>é{sign}</a>".encode())
    assert shown(f"é{sign}") == "é\ufffd"


def test_table_has_a_sign_and_tells_how_often() -> None:
    body = with_replacements("<a>é\x01\r\ufffe</a>".encode())
    assert ElementTree.fromstring(body).text == "é\ufffd\r\ufffd"
    assert b"2 times" in body
    assert with_replacements(b"<a>b</a>") == b"<a>b</a>"


def test_what_xml_can_hold_comes_back_from_a_reader() -> None:
    text = "a\r\nb\rc\td\x7f\ufffd\ud7ff🌍"
    assert ElementTree.fromstring(lossless(f"<a>{text}</a>".encode())).text == text
    assert shown(text) == text


def test_half_of_a_pair_is_shown_as_a_sign() -> None:
    assert shown("a\ud800") == "a?"
