from migkg.catalog import Order
from migkg.exchange import Answer
from migkg.export_cache import ExportCache

ROOM = 16 * 2 * 200


def answer(body: bytes, *, volatile: bool = False) -> Answer:
    return Answer(body, "text/x", more=False, volatile=volatile)


def order(title: str, coding: str = "") -> Order:
    return Order("network", "gexf", coding, title=title)


def kept(store: ExportCache, wanted: Order) -> bool:
    """Whether an order is not made anew."""
    made: list[Order] = []

    def make() -> Answer:
        made.append(wanted)
        return answer(b"new")

    store.get(wanted, make)
    return not made


def test_file_is_made_once_whatever_its_coding() -> None:
    store = ExportCache(ROOM)
    assert store.get(order("a", "gz"), lambda: answer(b"x" * 5000)).body == b"x" * 5000
    again = store.get(order("a"), lambda: answer(b"other"))
    assert again == answer(b"x" * 5000)
    assert not kept(store, order("b"))


def test_file_that_is_never_the_same_is_made_anew() -> None:
    store = ExportCache(ROOM)
    store.get(order("a"), lambda: answer(b"x", volatile=True))
    assert not kept(store, order("a"))


def test_file_used_longest_ago_makes_room() -> None:
    store = ExportCache(ROOM)
    half = bytes(range(170))
    for title in "ab":
        store.get(order(title), lambda: answer(half))
    assert kept(store, order("a"))
    store.get(order("c"), lambda: answer(half))
    assert kept(store, order("a"))
    assert not kept(store, order("b"))


def test_file_that_is_too_large_and_no_room_at_all_keep_nothing() -> None:
    for store, body in ((ExportCache(ROOM), bytes(range(256))), (ExportCache(0), b"x")):
        store.get(order("a"), lambda body=body: answer(body))  # type: ignore[misc]
        assert not kept(store, order("a"))
