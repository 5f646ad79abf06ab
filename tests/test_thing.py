from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from migkg import thing
from migkg.errors import NotFound
from migkg.execute import Pool
from migkg.rows import Row
from migkg.settings import Data, Limits, Server
from migkg.terms import MGC, MGI
from migkg.texts import Texts
from migkg.thing import Thing
from serving import HEAD, MGO, write_data

MORE = """
    mgi:part-001-guild a mgo:Participation ; mgo:hasAgent mgi:org-guild ;
        mgo:hasRole mgc:role-partner ;
        mgo:participatesIn mgi:init-001-a ; mgo:hasEvidence mgi:psg-001-3-9 .
    mgi:anomaly-001-a a mgo:SourceAnomaly ; rdfs:label "Slip" ; skos:definition "It is misspelt." ;
        mgo:isAnomalyOf mgi:init-001-a ; mgo:hasEvidence mgi:psg-001-3-9 .
    mgi:name-001-guild a mgo:NameForm ; mgo:isNameOf mgi:org-guild ; mgo:printedForm "THE GUILD" .
    mgi:contact-001-oslo a mgo:ContactPoint ; mgo:isContactOf mgi:office-oslo ; mgo:telephone "12" .
    """
NUMBERS = """
    mgi:excuse-001-a a mgo:Excuse ; mgo:excuses mgi:psg-001-3-9 ; mgo:excusesForm "Page" .
    mgi:fund-001-a a mgo:FundingRequirement ; rdfs:label "Oslo" ; mgo:amount 7000.0 ;
        mgo:printedForm "7 000" ; mgo:isStatedIn mgi:doc-001 .
    mgi:init-001-a mgo:supportsInstrument mgi:inst-law ; mgo:involvesInstrument mgi:inst-law .
    mgi:init-001-b mgo:involvesInstrument mgi:inst-law .
    mgi:place-bergen a mgo:Place ; mgo:isWithin mgi:place-norway .
    mgi:init-001-b mgo:takesPlaceIn mgi:place-bergen .
    """
OTHERS = {
    "reference/guild.ttl": """
        mgi:org-guild a mgo:Organization ; rdfs:label "Sailors’ Guild" .
        mgi:place-norway mgo:isoAlpha3 "NOR" ; skos:exactMatch wd:Q20 .
        """,
    "editor/themes.ttl": "mgi:init-001-a mgo:hasTheme mgc:theme-care .",
    "001-plan/more.ttl": MORE,
    "001-plan/numbers.ttl": NUMBERS,
}
CONCEPTS = """
    mgc:role-partner a skos:Concept ; skos:prefLabel "partner" .
    mgc:theme-care a skos:Concept ; skos:prefLabel "care" .
    """


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    root = write_data(tmp_path_factory.mktemp("data"))
    (root / "instances/editor").mkdir()
    for name, text in OTHERS.items():
        (root / "instances" / name).write_text(HEAD + text)
    (root / "ontology/concepts/more.ttl").write_text(HEAD + CONCEPTS)
    with closing(Pool(Data(root=str(root)), Limits())) as made:
        yield made


@pytest.fixture
def sources(tmp_path: Path) -> Texts:
    return Texts(Data(root=str(tmp_path)), Server())


def row(found: Thing, phrase: str) -> Row:
    (row,) = [row for group in found.groups for row in group.rows if row.phrase == phrase]
    return row


def test_headings_stand_apart_from_facts(pool: Pool, sources: Texts) -> None:
    found = thing.read(pool, sources, MGI + "office-oslo")
    assert (found.label, [kind.text for kind in found.kinds]) == ("IOM Oslo", ["office"])
    (value,) = row(found, "acts for or comes from").values
    assert (value.text, value.iri) == ("Norway <&>", MGI + "place-norway")
    phrases = [row.phrase for group in found.groups for row in group.rows]
    assert phrases[:2] == ["has 1 thing under it", "acts for or comes from"]


def test_referrers_are_counted_by_class(pool: Pool, sources: Texts) -> None:
    found = row(thing.read(pool, sources, MGI + "office-oslo"), "has 1 thing under it")
    assert (found.total, found.listing) == (1, (MGO + "underOffice", MGO + "Initiative"))
    assert [value.iri for value in found.values] == [MGI + "init-001-a"]


def test_each_value_says_who_says_it(pool: Pool, sources: Texts) -> None:
    found = thing.read(pool, sources, MGI + "init-001-a")
    themes = {value.text: value.basis for value in row(found, "theme").values}
    assert themes == {"return": "stated", "care": "editor"}


def test_evidence_names_document_section_and_characters(pool: Pool, sources: Texts) -> None:
    (passage,) = thing.read(pool, sources, MGI + "init-001-a").passages
    assert passage.place == "Plan 2030, “Section A”, characters 3–9"
    assert (passage.number, passage.quote) == ("001", None)


def test_fact_between_two_things_reads_as_the_other_end(pool: Pool, sources: Texts) -> None:
    (value,) = row(thing.read(pool, sources, MGI + "init-001-a"), "who takes part: 1 thing").values
    assert (value.text, value.beside) == ("Sailors’ Guild", "partner")
    assert (value.fact, len(value.passages)) == (MGI + "part-001-guild", 1)


def test_anomaly_is_a_note_of_the_thing_and_a_flag_beside_it(pool: Pool, sources: Texts) -> None:
    (note,) = thing.read(pool, sources, MGI + "init-001-a").notes
    assert (note.text, note.iri) == ("It is misspelt.", MGI + "anomaly-001-a")
    office = thing.read(pool, sources, MGI + "office-oslo")
    assert row(office, "has 1 thing under it").values[0].flagged


def test_names_contacts_and_identifiers_stand_apart(pool: Pool, sources: Texts) -> None:
    (name,) = thing.read(pool, sources, MGI + "org-guild").names
    assert (name.text, name.fact) == ("THE GUILD", MGI + "name-001-guild")
    (contact,) = thing.read(pool, sources, MGI + "office-oslo").contacts
    assert (contact.phrase, contact.values[0].text) == ("telephone", "12")
    givers = {
        one.giver: one.value for one in thing.read(pool, sources, MGI + "place-norway").identifiers
    }
    assert givers == {"Wikidata": "Q20", "ISO 3166-1": "NOR"}


def headings(found: Thing) -> list[tuple[str, list[str]]]:
    return [(group.heading, [row.phrase for row in group.rows]) for group in found.groups]


def test_printed_form_stands_with_what_it_prints(pool: Pool, sources: Texts) -> None:
    found = headings(thing.read(pool, sources, MGI + "fund-001-a"))
    assert found == [("Money", ["as printed", "amount"])]
    names = headings(thing.read(pool, sources, MGI + "name-001-guild"))
    assert names[0] == ("Names", ["as printed"])


def test_place_begins_with_what_is_there(pool: Pool, sources: Texts) -> None:
    found = headings(thing.read(pool, sources, MGI + "place-bergen"))
    assert [heading for heading, _ in found] == ["Where", "In short"]


def test_words_set_aside_are_named_by_themselves(pool: Pool, sources: Texts) -> None:
    assert thing.read(pool, sources, MGI + "excuse-001-a").label == "“Page”, set aside"


def test_wider_link_in_repeats_no_closer_one(pool: Pool, sources: Texts) -> None:
    (group,) = thing.read(pool, sources, MGI + "inst-law").groups
    assert [(row.phrase, row.values[0].iri) for row in group.rows] == [
        ("supported by 1 thing", MGI + "init-001-a"),
        ("involved in 1 thing", MGI + "init-001-b"),
    ]


def test_thing_that_is_only_referred_to_has_a_page(pool: Pool, sources: Texts) -> None:
    found = thing.read(pool, sources, MGO + "Country")
    assert (found.label, found.definition) == ("mgo:Country", "")


def test_unknown_thing_is_not_found(pool: Pool, sources: Texts) -> None:
    with pytest.raises(NotFound, match="nobody"):
        thing.read(pool, sources, MGI + "nobody")
    with pytest.raises(NotFound, match="nobody"):
        thing.successor(pool, MGI + "nobody")


def test_deprecated_thing_names_what_stands_in_its_place(pool: Pool) -> None:
    assert thing.successor(pool, MGI + "office-kristiania") == MGI + "office-oslo"
    assert thing.successor(pool, MGI + "office-oslo") == ""


def test_list_beyond_its_end_is_not_found(pool: Pool, sources: Texts) -> None:
    wanted = (MGO + "underOffice", MGO + "Initiative")
    found = thing.listing(pool, sources, MGI + "office-oslo", wanted, (0, 5))
    assert [value.iri for value in found.values] == [MGI + "init-001-a"]
    with pytest.raises(NotFound, match="no such page"):
        thing.listing(pool, sources, MGI + "office-oslo", wanted, (5, 10))
    with pytest.raises(NotFound, match="no such page"):
        thing.listing(pool, sources, MGI + "office-oslo", (MGO + "x", MGC), (0, 5))
