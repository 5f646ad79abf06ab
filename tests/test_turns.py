from urllib.parse import quote

import pytest

from migkg.errors import Busy, TooManyRequests
from migkg.forms import SHORT, shape
from migkg.kinds import KINDS
from migkg.settings import Limits
from migkg.turns import Turn, Turns

LOOKUP, SORT, NEW = 1, 2, 3


def made(most: int = 8, queue: int = 100, share: int = 100, cores: int = 2) -> Turns:
    """Turns that know two forms of query: a short one and a long one."""
    limits = Limits(concurrent_queries=most, queue=queue, client_queries=share)
    turns = Turns(limits, cores)
    for form, spent in ((LOOKUP, 0.001), (SORT, 20.0)):
        turn = turns.enter("", form, 0)
        assert turns.next(0) is turn
        turns.leave(turn, spent, 0)
    return turns


def started(turns: Turns, now: float) -> list[Turn]:
    return list(iter(lambda: turns.next(now), None))


def test_first_come_first_served_among_equals() -> None:
    turns = made(most=1)
    waiting = [turns.enter("", LOOKUP, 0.001 * number) for number in range(3)]
    for turn in waiting:
        assert turns.next(1) is turn
        assert turns.next(1) is None
        turns.leave(turn, 0.001, 0)


def test_short_query_goes_before_those_that_took_longer() -> None:
    turns = made(most=1)
    turns.enter("a", SORT, 0)
    turns.enter("a", NEW, 1)
    lookup = turns.enter("a", LOOKUP, 2)
    assert turns.next(2) is lookup


def test_nobody_waits_for_ever() -> None:
    turns = made(most=1)
    new = turns.enter("", NEW, 0)
    turns.enter("", LOOKUP, 60)
    assert turns.next(60) is new


def test_query_that_can_end_in_time_goes_before_one_that_cannot() -> None:
    turns = made(most=1)
    late, able = turns.enter("", SORT, 0, 1.0), turns.enter("", SORT, 0.5, 20)
    assert turns.next(0.9) is able
    turns.leave(able, 0.5, 1.4)
    assert turns.next(1.4) is late, "nobody else waits"


def test_query_has_less_time_where_others_slow_it_down() -> None:
    turns = made(most=1)
    beside = turns.enter("", SORT, 0)
    assert turns.next(0) is beside
    turns.leave(beside, 0.4, 16)  # it took forty times as long as alone
    first, second = turns.enter("", SORT, 16, 18), turns.enter("", SORT, 16, 60)
    assert turns.next(16) is second
    assert first.since == 0


def test_what_is_known_of_a_long_form_stays_when_its_query_grows_long() -> None:
    turns = made(most=1)
    for _ in range(40):
        turn = turns.enter("", SORT, 0)
        assert turns.next(0) is turn
        turns.grown(turn)
        turns.leave(turn, 3.0, 3)
    assert turns.forms.expected(SORT) == pytest.approx(3.0, rel=0.1)


def test_client_with_many_queries_goes_after_one_with_few() -> None:
    turns = made(most=1)
    turns.enter("many", LOOKUP, 0)
    for _ in range(50):
        turns.enter("many", LOOKUP, 0)
    few = turns.enter("few", LOOKUP, 0.01)
    before = 0
    while (turn := turns.next(1)) is not few:
        assert turn
        turns.leave(turn, 0.001, 0)
        before += 1
    # A millisecond for each of the other's queries: those of them that were due until then.
    assert before == 11


def test_few_short_queries_run_for_each_core() -> None:
    turns = made(cores=1)
    for form in range(10, 15):
        turns.enter("", form, 0)
    first = started(turns, 0)
    assert len(first) == KINDS["medium"].at_once
    for turn in first:
        turns.grown(turn)
    assert len(started(turns, 1)) == KINDS["medium"].at_once


def test_more_quick_queries_run_for_each_core() -> None:
    turns = made(cores=1)
    waiting = [turns.enter("", LOOKUP, 0) for _ in range(6)]
    assert started(turns, 0) == waiting[: KINDS["quick"].at_once]
    assert {turn.kind for turn in turns.running} == {"quick"}


@pytest.mark.parametrize(
    ("spent", "kind"),
    [(0.001, "quick"), (0.005, "brief"), (0.05, "medium"), (0.2, "slow"), (2.0, "long")],
)
def test_kind_of_a_query_is_what_its_form_took(spent: float, kind: str) -> None:
    turns = made()
    for _ in range(20):
        turns.forms.learn(NEW, spent)
    turn = turns.enter("", NEW, 0)
    assert turns.next(0) is turn
    assert turn.kind == kind


def test_queries_of_one_kind_keep_none_of_another_waiting() -> None:
    turns = made(cores=1)
    turns.forms.learn(NEW, 0.01)
    brief = [turns.enter("", NEW, 0) for _ in range(3)]
    assert started(turns, 0) == brief[: KINDS["brief"].at_once]
    quick = turns.enter("", LOOKUP, 0)
    assert started(turns, 0) == [quick]


def test_quick_queries_take_no_more_places_than_there_are_cores() -> None:
    turns = made(most=6, cores=2)
    for _ in range(2 * KINDS["quick"].at_once):
        turns.enter("", LOOKUP, 0)
    assert len(started(turns, 0)) == 2 * KINDS["quick"].at_once
    for _ in range(6):
        turns.enter("", SORT, 0)
    assert len(started(turns, 0)) == 4


def test_quick_query_that_grows_long_is_of_that_kind() -> None:
    turns = made(cores=1)
    turn = turns.enter("", LOOKUP, 0)
    assert turns.next(0) is turn
    assert turn.kind == "quick"
    turns.grown(turn)
    assert turn.kind == "long"


def test_query_is_alone_where_no_other_runs_or_waits() -> None:
    turns = made(most=1)
    first = turns.enter("", LOOKUP, 0)
    assert turns.alone
    second = turns.enter("", SORT, 0)
    assert not turns.alone
    assert turns.next(0) is first
    turns.leave(second, None, 0)
    assert turns.alone


def test_query_of_an_unknown_form_runs_in_a_process_of_its_own() -> None:
    turns = made()
    new = turns.enter("", NEW, 0)
    assert turns.next(0) is new
    assert new.kind == "medium"


def test_short_query_that_gets_nowhere_holds_up_nobody() -> None:
    turns = made(most=4, cores=1)
    waiting = [turns.enter("", form, 0) for form in range(10, 14)]
    times = [number * KINDS["medium"].counted for number in range(4)]
    assert [turn for now in times for turn in started(turns, now)] == waiting
    lookup = turns.enter("", LOOKUP, times[-1])
    assert turns.overgrown(times[-1]) is None
    back = turns.overgrown(times[-1] + 2 * SHORT)
    assert back
    turns.send_back(back)
    assert started(turns, times[-1] + 2 * SHORT) == [lookup]


def test_form_that_grows_long_is_long_for_those_who_wait() -> None:
    turns = made()
    for _ in range(20):
        turns.enter("", NEW, 0)
    first = started(turns, 0)
    turns.grown(first[0])
    turns.grown(first[1])
    for now in (0, 1, 2):
        started(turns, now)
    assert len(turns.running) == 6
    lookup = turns.enter("", LOOKUP, 3)
    assert started(turns, 3) == [lookup]


def test_no_more_slow_queries_run_than_there_are_cores_as_long_as_they_are_slow() -> None:
    turns = made(cores=2)
    for _ in range(4):
        turns.forms.learn(NEW, 0.4)
        turns.enter("", NEW, 0)
    assert len(started(turns, 0)) == 2
    assert started(turns, 0.9) == []
    assert len(started(turns, 1.1)) == 2


def test_long_queries_leave_places_for_short_ones() -> None:
    turns = made()
    for _ in range(20):
        turns.enter("", SORT, 0)
    assert len(started(turns, 0)) == 6
    lookup = turns.enter("", LOOKUP, 0)
    assert started(turns, 0) == [lookup]


def test_query_that_grew_long_in_a_kept_place_is_sent_back() -> None:
    turns = made(most=4, cores=1)
    waiting = [turns.enter("", form, 0) for form in range(10, 14)]
    for number in range(4):
        for turn in started(turns, number * KINDS["medium"].counted):
            turns.grown(turn)
    assert turns.running == set(waiting)
    assert turns.overgrown(1) is None
    lookup = turns.enter("", LOOKUP, 1)
    assert started(turns, 1) == []
    last = turns.overgrown(1)
    assert last in waiting[2:]
    assert last
    turns.send_back(last)
    assert started(turns, 1) == [lookup]
    assert turns.overgrown(1) is None
    turns.leave(lookup, 0.001, 0)
    assert started(turns, 2) == []
    for turn in waiting[:2]:
        turns.leave(turn, 2.0, 0)
    assert started(turns, 2) == [last]


def test_one_odd_time_does_not_make_a_form_long() -> None:
    turns = made(most=1)
    for spent, long in ((20.0, False), (20.0, True), (0.001, True), (0.001, False)):
        turn = turns.enter("", LOOKUP, 0)
        turns.next(0)
        turns.leave(turn, spent, 0)
        later = turns.enter("", LOOKUP, 0)
        assert turns.is_long(later) is long
        turns.leave(later, None, 0)


def test_full_queue_is_busy() -> None:
    turns = made(most=1, queue=1)
    for _ in range(2):
        turns.enter("", LOOKUP, 0)
    with pytest.raises(Busy, match="waiting places are taken"):
        turns.enter("", LOOKUP, 0)


def test_client_has_a_share() -> None:
    turns = made(share=2)
    first = turns.enter("a", LOOKUP, 0)
    turns.enter("a", LOOKUP, 0)
    with pytest.raises(TooManyRequests, match="2 queries here") as found:
        turns.enter("a", LOOKUP, 0)
    assert (found.value.status, found.value.retry_after) == (429, 1)
    turns.enter("b", LOOKUP, 0)
    turns.leave(first, None, 0)
    turns.enter("a", LOOKUP, 0)


def test_who_left_while_waiting_is_passed_over() -> None:
    turns = made(most=1)
    gone, there = turns.enter("", LOOKUP, 0), turns.enter("", LOOKUP, 0)
    turns.leave(gone, None, 0)
    assert turns.waiting == 1
    assert turns.next(0) is there
    assert (turns.waiting, len(turns.running)) == (0, 1)


def test_server_itself_has_no_share() -> None:
    turns = made(share=1)
    for _ in range(5):
        turns.enter("", LOOKUP, 0)
    assert turns.waiting == 5


def test_shape_is_that_of_the_form_and_not_of_the_names() -> None:
    one, same = "SELECT ?p {mgi:office-a ?p ?o} # 1", "SELECT ?p {mgi:place-b-c ?p ?o} # 22"
    assert shape(one) == shape(same)
    assert shape(quote(one)) == shape(quote(same))
    assert shape(one) != shape("SELECT ?p {{mgi:office-a ?p ?o} UNION {}}")


def test_those_who_asked_while_a_form_was_new_go_before_those_who_come_later() -> None:
    turns = made(cores=1)
    first, early = turns.enter("a", NEW, 0), turns.enter("a", NEW, 0)
    assert turns.next(0) is first
    turns.leave(first, 0.001, 0)
    late = turns.enter("a", NEW, 0.01)
    assert turns.next(0.01) is early
    turns.leave(early, 0.001, 0)
    assert turns.next(0.02) is late


def test_noise_in_the_time_of_quick_queries_changes_no_order() -> None:
    turns = made(cores=1)
    slower = turns.enter("a", NEW, 0)
    assert turns.next(0) is slower
    turns.leave(slower, 0.0015, 0)
    early, late = turns.enter("a", NEW, 1.0), turns.enter("b", LOOKUP, 1.01)
    assert turns.next(1.01) is early
    turns.leave(early, 0.001, 0)
    assert turns.next(1.01) is late
