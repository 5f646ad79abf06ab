import gzip
from collections.abc import Callable

import brotli
import pytest
import zstandard

from migkg.codings import SMALLEST, Choice, choose, encode, is_coded, with_vary
from migkg.errors import NotAcceptable
from migkg.response import Response

TEXT = b"word " * SMALLEST
READERS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": zstandard.decompress,
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}


def response(body: bytes = TEXT, kind: str = "text/csv; charset=utf-8", *more: str) -> Response:
    rows = [("content-type", kind), ("etag", '"a"'), *(("link", value) for value in more)]
    return Response(200, tuple(rows), body)


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, ""),
        ("", ""),
        ("identity", ""),
        ("deflate", ""),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("zstd;q=0, br;q=0, gzip", "gzip"),
        ("*", "zstd"),
        ("*;q=0.1, gzip;q=0.5", "gzip"),
        ("*, zstd;q=0", "br"),
        ("gzip;q=0", ""),
        ("gzip;q=0.5, identity", ""),
        ("gzip, identity", "gzip"),
        ("gzip ; q = 0.5", "gzip"),
        ("gzip;q=nonsense", ""),
        ("gzip;q=2", ""),
        (", ,gzip,", "gzip"),
    ],
)
def test_coding_liked_best_is_taken(header: str | None, coding: str) -> None:
    assert choose(header) == Choice(coding, required=False)


@pytest.mark.parametrize("header", ["gzip, identity;q=0", "gzip, *;q=0", "identity;q=0.0, gzip"])
def test_plain_bytes_can_be_refused(header: str) -> None:
    assert choose(header) == Choice("gzip", required=True)
    assert is_coded(response(b"x", "image/png"), choose(header))


@pytest.mark.parametrize("header", ["identity;q=0", "*;q=0", "gzip;q=0, *;q=0", "lzw, *;q=0"])
def test_nothing_acceptable_is_a_fault(header: str) -> None:
    with pytest.raises(NotAcceptable, match="zstd, br, gzip, identity"):
        choose(header)


@pytest.mark.parametrize("coding", READERS)
def test_coded_bytes_can_be_read_back(coding: str) -> None:
    coded = encode(response(), coding)
    assert READERS[coding](coded.body) == TEXT
    assert coded.header("content-encoding") == coding
    assert coded.header("content-length") == str(len(coded.body))
    assert coded.header("etag") not in ("", response().header("etag"))
    assert encode(response(), coding) == coded


def test_answer_without_an_etag_gets_none() -> None:
    assert not encode(Response(200, (), TEXT), "gzip").header("etag")


def test_headers_that_stand_twice_are_kept() -> None:
    links = encode(response(TEXT, "text/csv", "<a>", "<b>"), "br").headers
    assert [value for name, value in links if name == "link"] == ["<a>", "<b>"]


@pytest.mark.parametrize(
    ("kind", "coded"),
    [
        ("text/turtle; charset=utf-8", True),
        ("application/sparql-results+json", True),
        ("application/sparql-results+xml", True),
        ("application/rdf+xml", True),
        ("application/ld+json", True),
        ("application/json", True),
        ("application/n-triples", True),
        ("application/n-quads", True),
        ("application/trig", True),
        ("image/svg+xml", True),
        ("image/png", False),
        ("application/zip", False),
        ("application/gzip", False),
        ("", False),
    ],
)
def test_only_texts_are_coded(kind: str, coded: bool) -> None:
    assert is_coded(response(TEXT, kind), choose("gzip")) is coded
    assert ("accept-encoding" in with_vary(response(TEXT, kind)).header("vary").lower()) is coded


def test_short_texts_and_coded_ones_stay_as_they_are() -> None:
    assert not is_coded(response(b"x" * (SMALLEST - 1)), choose("gzip"))
    assert not is_coded(encode(response(), "br"), choose("gzip"))
    assert not is_coded(response(b""), choose("gzip, *;q=0"))
    assert not is_coded(response(), choose("identity"))


def test_vary_names_what_it_named_before() -> None:
    tagged = Response(200, (("content-type", "text/csv"), ("vary", "Accept")), TEXT)
    assert with_vary(tagged).header("vary") == "Accept, Accept-Encoding"
