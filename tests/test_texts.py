import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from migkg import texts
from migkg.settings import Data, Server
from migkg.texts import Texts

TEXT = "Boats were few. The guild mends\nnets in Nordhavn, and Ada smiles."
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.fixture
def data(tmp_path: Path) -> Data:
    (tmp_path / "any name").write_text(TEXT)
    return Data(sources=str(tmp_path))


def test_text_is_found_by_its_digest_whatever_its_name(data: Data) -> None:
    assert Texts(data, Server()).text(DIGEST) == TEXT
    assert Texts(data, Server()).text("0" * 64) is None


def test_without_the_folder_no_text_and_what_to_do(tmp_path: Path) -> None:
    nowhere = Texts(Data(sources=str(tmp_path / "no")), Server())
    assert nowhere.text(DIGEST) is None
    assert "--sources" in nowhere.missing


@pytest.mark.parametrize(
    "server",
    [Server(host="0.0.0.0"), Server(host="::"), Server(host="192.0.2.1"),
     Server(public_url="https://example.org"), Server(host="myhost"),
     Server(trusted_proxies="127.0.0.1")],
)  # fmt: skip
def test_others_see_texts_only_where_it_is_set(data: Data, server: Server) -> None:
    assert Texts(data, server).text(DIGEST) is None
    assert "--publish-sources" in Texts(data, server).missing
    assert Texts(data, replace(server, publish_sources=True)).text(DIGEST) == TEXT


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_readers_on_this_machine_see_texts(host: str) -> None:
    assert texts.may_show(Server(host=host))


def test_private_ranges_are_masked_and_nothing_moves() -> None:
    start = TEXT.index("Ada")
    found = texts.masked(TEXT, [(start, start + 3)])
    assert "Ada" not in found
    assert (len(found), found[:start]) == (len(TEXT), TEXT[:start])


def test_quote_has_whole_words_around_it() -> None:
    start = TEXT.index("guild")
    found = texts.quote(TEXT, (start, start + 5), 12)
    assert (found.before, found.words, found.after) == ("… few. The ", "guild", " mends nets …")


def test_quote_of_the_whole_text_has_nothing_around_it() -> None:
    found = texts.quote(TEXT, (0, len(TEXT)))
    assert (found.before, found.after) == ("", "")


def test_wrapped_lines_flow_and_nothing_moves() -> None:
    text = "one\ntwo\n\nthree\n - four"
    assert texts.flowing(text) == "one two\n\nthree\n - four"
