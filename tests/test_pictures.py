from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from migkg import pictures
from migkg.execute import Pool
from migkg.rows import Group, Row, Value
from migkg.settings import Data, Limits
from migkg.terms import MGI
from migkg.thing import Thing
from serving import HEAD, write_data

PLACES = """
    mgi:place-norway schema:latitude 62.0 ; schema:longitude 10.0 ; mgo:isoAlpha3 "NOR" .
    mgi:place-oslo rdfs:label "Oslo" ; schema:latitude 59.9 ; schema:longitude 10.7 .
    mgi:place-peru rdfs:label "Peru" ; schema:latitude -10.0 ; schema:longitude -76.0 ;
        mgo:isoAlpha3 "PER" .
    """


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    root = write_data(tmp_path_factory.mktemp("data"))
    (root / "instances/reference/places.ttl").write_text(HEAD + PLACES)
    with closing(Pool(Data(root=str(root)), Limits())) as made:
        yield made


def test_map_shows_the_region_where_all_lies_there(pool: Pool) -> None:
    found = pictures.map_of(pool, [MGI + "place-oslo"])
    assert found is not None
    dots = {dot.label: dot for dot in found.dots}
    assert dots.keys() == {"Oslo", "Norway <&>"}
    assert (dots["Oslo"].main, dots["Norway <&>"].main) == (True, False)
    assert dots["Oslo"].y > dots["Norway <&>"].y
    assert all(0 <= dot.x <= found.width and 0 <= dot.y <= found.height for dot in found.dots)


def test_map_shows_the_earth_for_a_place_far_away(pool: Pool) -> None:
    found = pictures.map_of(pool, [MGI + "place-peru"])
    assert found is not None
    assert {dot.label for dot in found.dots} == {"Peru", "Norway <&>"}


def test_small_label_that_a_large_one_would_run_into_is_left_out(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As drawn, the large label takes 74 pixels from its dot, the small one begins 66 from there.
    places = [("Hungary", "19.5"), ("Republic of Moldova", "28.5")]
    rows = [
        {"place": f"{MGI}place-{longitude}", "label": label, "isCountry": "true"}
        | {"latitude": "47.2", "longitude": longitude}
        for label, longitude in places
    ]
    monkeypatch.setattr(pictures, "ask", lambda *_: rows)
    found = pictures.map_of(pool, [rows[0]["place"]])
    assert found is not None
    assert {dot.label: dot.free for dot in found.dots} == {
        "Hungary": True,
        "Republic of Moldova": False,
    }


def test_no_map_without_coordinates(pool: Pool) -> None:
    assert pictures.map_of(pool, [MGI + "place-nowhere", MGI + "office-oslo"]) is None


def thing(incoming: int, outgoing: int) -> Thing:
    def row(name: str, number: int, listing: tuple[str, str] | None) -> Row:
        values = tuple(Value(f"{name}{n}", f"{MGI}{name}-{n}") for n in range(number))
        return Row(name, "p", values, number, listing)

    rows = (row("into", incoming, ("p", "")), row("out", outgoing, None))
    return Thing(MGI + "x", "X" * 40, "", (), (), (Group("G", rows),), (), (), None, (), ())


def test_neighbours_stand_left_and_right() -> None:
    found = pictures.neighbours(thing(2, 1))
    assert found is not None
    assert [(node.text, node.incoming) for node in found.nodes] == [
        ("into0", True), ("into1", True), ("out0", False),
    ]  # fmt: skip
    assert len({node.y for node in found.nodes if node.incoming}) == 2
    assert (found.more, len(found.label)) == (0, 26)


def test_neighbours_without_room_are_counted() -> None:
    found = pictures.neighbours(thing(9, 0))
    assert found is not None
    assert found.more == 9 - len(found.nodes) > 0


def test_thing_alone_has_no_picture() -> None:
    assert pictures.neighbours(replace(thing(0, 0))) is None


def test_side_without_neighbours_takes_no_room() -> None:
    both, left, right = (pictures.neighbours(thing(*n)) for n in ((1, 1), (1, 0), (0, 1)))
    assert both is not None
    assert left is not None
    assert right is not None
    assert (both.start, left.start, right.start) == (0, 0, both.left)
    assert left.width == right.width == both.right < both.width


def test_neighbour_with_a_long_phrase_has_a_shorter_text() -> None:
    long = Row("is a slip in what is said of", "p", (Value("X" * 50, MGI + "y"),), 1)
    alone = replace(thing(0, 0), groups=(Group("G", (long,)),))
    found = pictures.neighbours(alone)
    assert found is not None
    assert (found.nodes[0].phrase, len(found.nodes[0].text)) == (long.phrase, 22)
