import tracemalloc

from migkg.cache import AnswerCache
from migkg.response import Response

ETAG = ("etag", '"a"')


def response(body: bytes = b"x", *headers: tuple[str, str], status: int = 200) -> Response:
    return Response(status, headers, body)


def test_kept_answer_says_that_its_time_is_an_earlier_one() -> None:
    cache = AnswerCache(10_000)
    cache.put(("a",), response(b"x", ETAG, ("server-timing", "query;dur=1")))
    kept = cache.get(("a",))
    assert kept is not None
    assert kept.header("server-timing") == "query;dur=1, cache"
    assert (kept.header("etag"), kept.body) == (ETAG[1], b"x")


def test_answer_made_of_a_kept_one_says_so_once() -> None:
    cache = AnswerCache(10_000)
    cache.put(
        ("a",), Response(200, (("etag", '"1"'), ("server-timing", "query;dur=1, cache")), b"")
    )
    kept = cache.get(("a",))
    assert kept
    assert kept.header("server-timing") == "query;dur=1, cache"


def test_what_has_an_etag_is_kept() -> None:
    cache, kept = AnswerCache(10_000), response(b"x", ETAG)
    cache.put(("a",), kept)
    assert cache.get(("a",)) == kept
    assert cache.get(("b",)) is None


def test_what_has_none_or_is_a_fault_is_not_kept() -> None:
    cache = AnswerCache(10_000)
    cache.put(("a",), response())
    cache.put(("b",), response(b"x", ETAG, status=404))
    assert (cache.get(("a",)), cache.get(("b",))) == (None, None)


# With a body of 1,000 bytes and a key of one letter.
SIZE = 2026


def test_the_one_not_used_for_the_longest_time_goes_first() -> None:
    cache = AnswerCache(16 * SIZE)
    for name in "abcdefghijklmnop":
        cache.put((name,), response(b"x" * 1000, ETAG))
    assert cache.get(("a",))
    cache.put(("q",), response(b"x" * 1000, ETAG))
    assert [bool(cache.get((name,))) for name in "abcq"] == [True, False, True, True]


def test_what_would_take_out_many_others_is_not_kept() -> None:
    cache = AnswerCache(16 * SIZE)
    cache.put(("a",), response(b"x", ETAG))
    cache.put(("b",), response(b"x" * 5000, ETAG))
    assert cache.get(("b",)) is None
    assert cache.get(("a",))


def test_room_is_counted_once_for_each_key() -> None:
    cache = AnswerCache(16 * SIZE)
    for _ in range(100):
        cache.put(("a",), response(b"x" * 1000, ETAG))
    cache.put(("b",), response(b"x" * 1000, ETAG))
    assert cache.get(("a",))


def test_bytes_counted_are_those_that_the_answers_take() -> None:
    cache = AnswerCache(10**7)
    same = tuple((f"header-{number}", "the same in all answers") for number in range(10))
    tracemalloc.start()
    for number in range(1000):
        path = f"/sparql?query=ASK%7B%3Chttps%3A%2F%2Fexample.org%2F{number}%3E%3Fp%3Fo%7D"
        link = ("link", f'<http://127.0.0.1:8000{path}>; rel="cite-as"')
        own = [(name, f"{number:032}") for name in ("etag", "server-timing", "content-length")]
        cache.put((path, "*/*"), response(b"x" * 300 + path.encode(), *same, link, *own))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    _, counted = cache.size()
    assert 0.75 * taken < counted < 1.25 * taken
