"""What somebody who knows the field looks for stands where it is seen first, in the real graph."""

from collections.abc import Iterator

import pytest

from migkg.execute import Pool
from migkg.search import Index
from migkg.search_result import Found, Question
from migkg.settings import Data, Limits
from migkg.terms import shorten

FIRST = [
    ("SMP", "mgi:inst-bosnia-and-herzegovina-smp"),
    ("AVR", "mgi:inst-avr"),
    ("FYROM", "mgi:place-north-macedonia"),
    ("FYR Macedonia", "mgi:place-north-macedonia"),
    ("Macedonia", "mgi:place-north-macedonia"),
    ("Macedonia, the Former Yugoslav Republic of", "mgi:place-north-macedonia"),
    ("BiH", "mgi:place-bosnia-and-herzegovina"),
    ("Bosnia", "mgi:place-bosnia-and-herzegovina"),
    ("EAR", "mgi:org-ear"),
    ("CARDS", "mgi:inst-cards"),
    ("IDPs", "mgi:group-internally-displaced-persons"),
    ("idp", "mgi:group-internally-displaced-persons"),
    ("UNHCR", "mgi:org-unhcr"),
    ("OSCE", "mgi:org-osce"),
    ("UNIDO", "mgi:org-unido"),
    ("ICMPD", "mgi:org-icmpd"),
    ("WHO", "mgi:org-who"),
    ("ODIHR", "mgi:org-osce-odihr"),
    ("EU", "mgi:org-eu"),
    ("IOM", "mgi:org-iom"),
    ("MARRI", "mgi:process-marri"),
    ("HIV/AIDS", "mgc:disease-hiv"),
    ("Kosovo", "mgi:place-kosovo"),
    ("Kosovo*", "mgi:place-kosovo"),
    ("UNSC 1244", "mgi:place-kosovo"),
    ("Moldova", "mgi:place-moldova"),
    ("Republic of Serbia", "mgi:place-serbia"),
    ("Yugoslavia", "mgi:place-yugoslavia"),
    ("Türkiye", "mgi:place-turkey"),
    ("Czechia", "mgi:place-czech-republic"),
    ("Prishtina", "mgi:place-pristina"),
    ("Zvecan", "mgi:place-zvecan"),
    ("Tirana", "mgi:place-tirana"),
    ("IOM Tirana", "mgi:office-albania"),
    ("albnia", "mgi:place-albania"),
    ("Azerbaidjan", "mgi:place-azerbaijan"),
    ("Kirgizstan", "mgi:place-kyrgyzstan"),
    ("Bucarest", "mgi:place-bucharest"),
    ("Молдова", "mgi:place-moldova"),
    ("Украина", "mgi:place-ukraine"),
    ("MKD", "mgi:place-north-macedonia"),
    ("ministry of interior albania", "mgi:org-albania-ministry-of-interior"),
    ("Interior Ministry Albania", "mgi:org-albania-ministry-of-interior"),
    ("ministr interior alban", "mgi:org-albania-ministry-of-interior"),
    ("counter-trafficking", "mgc:theme-counter-trafficking"),
    ("labour migration", "mgc:theme-labour-migration"),
    ("remittances", "mgc:theme-remittances"),
    ("victims of trafficking", "mgi:group-victims-of-trafficking"),
    ("Roma", "mgi:group-roma"),
    ("Western Balkans", "mgi:place-western-balkans"),
    ("Budapest Process", "mgi:process-budapest"),
    ("chief of mission", "mgc:role-chief-of-mission"),
    ("2006", "mgi:period-2006"),
    ("2006-2007", "mgi:period-2006-2007"),
    ("002", "mgi:doc-002"),
    ("document 002", "mgi:doc-002"),
    ("/doc/002", "mgi:doc-002"),
    ("leaflet", "mgi:doc-000"),
    ("office-albania", "mgi:office-albania"),
    ("migkg:office-albania", "mgi:office-albania"),
    ("/id/office-albania", "mgi:office-albania"),
    ("https://w3id.org/migkg/id/office-albania", "mgi:office-albania"),
    ("theme-return", "mgc:theme-return"),
    ("psg-002-71496-71574", "mgi:psg-002-71496-71574"),
    ("hasPartner", "mgo:hasPartner"),
    ("mgo:Office", "mgo:Office"),
    ("iomsofia@iom.int", "mgi:contact-002-bulgaria"),
    ("www.iom.pl", "mgi:contact-002-poland"),
    ("38128665022", "mgi:contact-002-zvecan"),
    ("3 209 216", "mgi:fund-001-turkey-o1"),
]
AMONG_FIVE = [
    ("+355 42 578 36", "mgi:contact-002-albania"),
    ("1,000,000", "mgi:fund-001-albania-o2"),
    ("USD 1,000,000", "mgi:fund-001-albania-o2"),
    ("Chief of Mission Albania", "mgi:member-002-albania-maurizio-busatti"),
    ("migrant workers convention", "mgi:inst-icrmw"),
    ("law on asylum", "mgi:group-asylum-seekers"),
    ("Pristina", "mgi:office-kosovo"),
    ("2020", "mgi:doc-001"),
]


@pytest.fixture(scope="module")
def index(data: Data) -> Iterator[Index]:
    pool = Pool(data, Limits())
    try:
        yield Index(pool)
    finally:
        pool.close()


def looked_up(index: Index, text: str) -> tuple[Found, list[str | None]]:
    found = index.find(Question(text, {}, limit=5))
    return found, [shorten(hit.iri) for hit in found.hits]


@pytest.mark.parametrize(("text", "thing"), FIRST)
def test_first_hit_is_what_is_meant(index: Index, text: str, thing: str) -> None:
    assert looked_up(index, text)[1][:1] == [thing]


@pytest.mark.parametrize(("text", "thing"), AMONG_FIVE)
def test_what_is_meant_is_seen_without_paging(index: Index, text: str, thing: str) -> None:
    assert thing in looked_up(index, text)[1]


def test_what_the_documents_do_not_name_is_not_made_up(index: Index) -> None:
    found, _ = looked_up(index, "Chişinău")
    assert (found.total, found.corrected) == (0, "")


def test_words_left_out_are_told(index: Index) -> None:
    assert looked_up(index, "law on asylum")[0].partial
    assert not looked_up(index, "IOM in Albania")[0].partial


def test_name_of_a_kind_leads_to_all_of_it(index: Index) -> None:
    found, _ = looked_up(index, "funding requirements")
    assert found.kind is not None
    assert (found.kind.value, found.kind.count) == ("FundingRequirement", 120)


@pytest.mark.parametrize("text", ["", "albania", "traficking"])
def test_each_facet_counts_what_it_leads_to(index: Index, text: str) -> None:
    chosen = {"document": ("002",)}
    facets = index.find(Question(text, chosen)).facets
    for dimension in ("kind", "place", "theme", "year"):
        for facet in facets[dimension][:5]:
            narrowed = index.find(Question(text, chosen | {dimension: (facet.value,)}))
            assert narrowed.total == facet.count, facet
