from itertools import pairwise
from xml.etree import ElementTree

import pytest

from migkg import charts
from migkg.tables import Table, Term
from migkg.terms import XSD

SVG = "{http://www.w3.org/2000/svg}"


def drawn(labels: list[str], **series: list[float | None]) -> ElementTree.Element:
    return ElementTree.fromstring(charts.bars("A title <&>", "What it shows", labels, series))


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_chart_has_a_title_and_a_description_that_name_it() -> None:
    root = drawn(["a"], n=[1])
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert [child.text for child in root][:2] == ["A title <&>", "What it shows"]
    ids = [child.get("id") for child in root][:2]
    assert root.get("aria-labelledby") == " ".join(map(str, ids))
    assert root.get("role") == "img"


def test_chart_needs_no_script_style_or_other_host() -> None:
    body = charts.bars("t", "d", ["a", "b"], {"n": [1, 2]}).decode()
    for word in ("<script", "<style", "style=", "class=", "onload", "href", "pygal", "<!--"):
        assert word not in body
    assert body.count("http") == body.count('xmlns="http') == 1


def test_chart_is_the_same_every_time() -> None:
    one, other = (charts.bars("t", "d", ["a", "b"], {"n": [1, 2.5]}) for _ in range(2))
    assert one == other


def test_labels_and_values_are_written_in_order() -> None:
    found = texts(drawn(["first", "second"], n=[1234567, 2]))
    assert found.index("second") < found.index("first")
    assert {"1,234,567", "2"} <= set(found)


def test_several_series_have_a_legend() -> None:
    assert {"then", "now"} <= set(texts(drawn(["a"], then=[1], now=[2])))
    assert "then" not in texts(drawn(["a"], then=[1]))


def test_value_that_is_not_there_has_no_bar() -> None:
    assert "None" not in "".join(texts(drawn(["a", "b"], n=[None, 3])))


@pytest.mark.parametrize("sign", ["<", "&", '"', "\u0001", "é", "💧"])
def test_any_label_can_be_drawn(sign: str) -> None:
    assert any("x" in text for text in texts(drawn([f"x{sign}"], n=[1])))


def test_table_gives_the_first_rows_with_labels() -> None:
    rows = tuple(
        {"x": Term("uri", f"a:{n}"), "n": Term("literal", str(n), datatype=XSD + "integer")}
        for n in range(50)
    )
    body = charts.of_table(Table(("x", "n"), rows), "x", ["n"], {"a:0": "Zero"}, "t")
    root = ElementTree.fromstring(body)
    assert "Zero" in texts(root)
    assert "a:49" not in texts(root)
    assert [child.text for child in root][1] == "Bars for 40 of 50 rows: n by x."


def test_one_column_alone_counts_its_rows() -> None:
    rows = tuple({"year": Term("literal", year)} for year in ("2006", "2004", "2006"))
    root = ElementTree.fromstring(charts.of_table(Table(("year",), rows), "year", [], {}, "t"))
    found = texts(root)
    assert found.index("2006") < found.index("2004")
    assert {"2", "1"} <= set(found)


def test_large_numbers_of_the_axis_have_room() -> None:
    root = drawn(
        ["A long name of an office, printed total", "a"],
        printed=[219_788_810, 1],
        computed=[222_998_026, 1],
    )
    marks = [
        (float(text.get("x", "0")), len(text.text or ""))
        for text in root.iter(f"{SVG}text")
        if text.get("text-anchor") == "middle" and (text.text or "").replace(",", "").isdigit()
    ]
    assert len(marks) > 2
    letter = 7.5
    for (left, length), (right, other) in pairwise(marks):
        assert right - left > letter * (length + other) / 2
