import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from migkg.terms import MGI, MGO
from serving import HEAD, Site, serving, write_data

PERIODS = """
    mgi:init-001-a mgo:inPeriod mgi:period-2030 . mgi:period-2030 rdfs:label "2030" .
    mgi:init-001-b a mgo:Initiative ; mgo:underOffice mgi:office-oslo ; mgo:hasTheme mgc:other ;
        mgo:inPeriod mgi:period-2030 . mgc:other skos:prefLabel "other" .
    """
CHOSEN = "in=mgo%3AunderOffice&theme=mgc%3Atheme-return&period=mgi%3Aperiod-2030"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = write_data(tmp_path_factory.mktemp("data"))
    (root / "instances/reference/periods.ttl").write_text(HEAD + PERIODS)
    with serving(root) as running:
        yield running


def test_many_referrers_stand_on_pages_of_their_own(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    lines = "".join(f"<a:s{n:02}> <{MGO}p> <{MGI}office-oslo> .\n" for n in range(70))
    lines += "".join(f"<a:s{n:02}> <a:r> <{MGI}place-norway> .\n" for n in range(9))
    (root / "instances" / "reference" / "many.ttl").write_text(lines)
    with serving(root) as many:
        assert "all 70" in many.get("/id/office-oslo.html").text
        first = many.get("/id/office-oslo.html?in=mgo:p").text
        assert "1–50 of 70" in first
        (after,) = re.findall(r'rel="next" href="(.*?)"', first)
        second = many.get(after.replace("&amp;", "&")).text
        assert "51–70 of 70" in second
        assert "a:s69" in second
        assert many.get("/id/office-oslo.html?in=mgo:p&page=3").status == 404
        (other,) = re.findall(r'href="(.*?)">all 9<', many.get("/id/place-norway.html").text)
        assert "1–9 of 9" in many.get(other.replace("&amp;", "&")).text


@pytest.mark.parametrize("query", ["in=x", "in=mgo:p&page=0", "in=mgo:p&page=x"])
def test_list_that_cannot_be_meant_is_refused(site: Site, query: str) -> None:
    assert site.get(f"/id/office-oslo.html?{query}").status == 400


def test_number_of_a_theme_leads_to_the_initiatives_that_it_counts(site: Site) -> None:
    page = site.get("/id/office-oslo.html").text
    assert f'?{CHOSEN.replace("&", "&amp;")}">1</a>' in page
    text = site.get(f"/id/office-oslo.html?{CHOSEN}").text
    assert "1–1 of 1, with the theme" in text
    assert re.search("<title>IOM Oslo: has 1 thing under it, return, .* · ", text)
    assert "/queries/planned-with-whom" not in text
    assert "Help with return" in text
    assert "init-001-b" not in text


@pytest.mark.parametrize(
    "query",
    [
        "in=mgo:underOffice&theme=mgc:theme-return",
        "in=mgo:underOffice&theme=mgc:theme-return&period=<x>%20{}",
        "in=mgo:servesPlace&theme=mgc:theme-return&period=mgi:period-2030",
    ],
)
def test_half_a_choice_is_refused(site: Site, query: str) -> None:
    assert site.get(f"/id/office-oslo.html?{query}").status == 400


def test_choice_that_nothing_meets_is_not_found(site: Site) -> None:
    query = CHOSEN.replace("2030", "1999")
    assert site.get(f"/id/office-oslo.html?{query}").status == 404


def test_list_offers_its_citation(site: Site) -> None:
    text = site.get("/id/place-norway.html?in=mgo:servesPlace&of=mgo:Office").text
    assert f"http://127.0.0.1:{site.port}/id/place-norway.html?in=mgo:servesPlace&amp;of=" in text
