import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import count

import pytest

from migkg.background import Background, patient
from migkg.callers import CALLER, Caller
from migkg.errors import Unavailable
from migkg.exchange import PATIENCE, Answer, Query


def test_what_is_kept_is_counted_once() -> None:
    numbers = count(1)
    counted = Background(lambda: next(numbers), keep=True, patience=5, name="It")
    with ThreadPoolExecutor(4) as threads:
        assert {*threads.map(lambda _: counted.get(), range(8))} == {1}
    again = Background(lambda: next(numbers), keep=False, patience=5, name="It")
    assert [again.get(), again.get()] == [2, 3]


def test_request_does_not_wait_for_long_and_the_counting_goes_on() -> None:
    go = threading.Event()
    counted = Background(lambda: go.wait(20), keep=True, patience=0.05, name="The sum")
    for _ in range(2):
        with pytest.raises(Unavailable, match="The sum is still being counted"):
            counted.get()
    go.set()
    future = counted._counted
    assert future is not None
    assert future.result(20)
    assert counted.get()


def test_fault_is_told_and_the_next_request_tries_again() -> None:
    faults: list[Exception] = [ValueError("no"), TimeoutError("late")]

    def make() -> int:
        if faults:
            raise faults.pop(0)
        return 1

    counted = Background(make, keep=True, patience=5, name="It")
    for kind in (ValueError, TimeoutError):
        with pytest.raises(kind):
            counted.get()
    assert counted.get() == 1


def test_who_counts_is_nobody_s_client() -> None:
    context = copy_context()
    context.run(CALLER.set, Caller("1.1.1.1"))
    assert context.run(Background(CALLER.get, keep=True, patience=5, name="It").get) is None


def test_own_questions_have_time() -> None:
    class Heard:
        digest = "d"

        def run(self, query: Query) -> Answer:
            assert query.patient
            return Answer(query.text.encode(), "", False, False)

    backend = patient(Heard())  # type: ignore[arg-type]
    assert (backend.digest, backend.run(Query("ASK", "")).body) == ("d", b"ASK")


@pytest.mark.parametrize(("asked", "seconds"), [(None, 20), (5, 5), (100, 20), (0.5, 0.5)])
def test_client_asks_for_less_time_and_never_more(asked: float | None, seconds: float) -> None:
    assert Query("ASK {}", "", timeout=asked).seconds(20) == seconds
    assert Query("ASK {}", "", timeout=asked, patient=True).seconds(20) == 20 * PATIENCE
