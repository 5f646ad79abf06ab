from pathlib import Path

import pytest

import harbour
from migkg import coverage, coverage_page, reach
from migkg.turtle import read_turtle

START = harbour.TEXT.index("Two sailors")
CREDIT = harbour.TEXT.index("© Guild")
EXCUSES = f"""mgi:excuse-009-a mgo:excuses mgi:psg-009-{START}-{START + 11} ;
    mgo:hasReason mgc:excuse-privacy .
mgi:excuse-009-b mgo:excuses mgi:psg-009-{CREDIT}-{CREDIT + 12} ;
    mgo:hasReason mgc:excuse-credit .
mgi:excuse-009-c mgo:excuses mgi:psg-009-1-8 ; mgo:excusesForm "A<B" ;
    mgo:hasReason mgc:excuse-not-a-name .
"""


@pytest.fixture
def page(tmp_path: Path) -> str:
    harbour.make(tmp_path)
    path = harbour.write(tmp_path, "009-harbours/uncovered.ttl", EXCUSES)
    document = harbour.read(tmp_path)
    statements = reach.arrange(read_turtle(path))
    reports = {"009": coverage.measure(statements, document)}
    return coverage_page.page(reports, {"009": document}, statements.excuses)


def test_each_excuse_stands_with_its_reason_and_words(page: str) -> None:
    assert "<h3>Set aside: 3</h3>" in page
    assert "<td>credit</td><td>© Guild 2030</td>" in page


def test_private_words_are_not_shown(page: str) -> None:
    assert "<td>privacy</td><td>private, not shown</td>" in page
    assert "Two sailors" not in page


def test_forms_are_escaped(page: str) -> None:
    assert "<td>not a name</td><td>A&lt;B</td>" in page


def test_page_stands_alone(page: str) -> None:
    assert "<script" not in page
    assert "src=" not in page
    assert "href=" not in page
