from decimal import Decimal
from pathlib import Path

import pytest

import harbour
from migkg import reach
from migkg.reach import Says, Statements
from migkg.terms import MGI
from migkg.turtle import read_turtle

FACTS = """
mgi:init a mgo:Initiative ; rdfs:label "Help for the Guild"@en ; mgo:printedForm "Boat Aid" ;
    mgo:isPartOfInitiative mgi:programme ;
    mgo:takesPlaceIn mgi:place ; mgo:hasTheme mgc:theme ; mgo:inPeriod mgi:period ;
    mgo:hasEvidence mgi:psg-009-1-9 ; mgo:isRestatedIn mgi:psg-009-20-30 .
mgi:place a mgo:Locality ; rdfs:label "Nordhavn"@en ; mgo:isWithin mgi:land ; mgo:m49Code "077" .
mgi:land rdfs:label "Norland"@en ; mgo:isWithin mgi:world . mgi:world rdfs:label "World"@en .
mgi:name a mgo:NameForm ; rdfs:label "odd"@en ; mgo:printedForm "N’havn" ; mgo:isNameOf mgi:place .
mgi:period a mgo:Period ; rdfs:label "2030"@en ; mgo:startYear 2030 ;
    mgo:startDate "2030-10-29"^^xsd:date ; mgo:endDate "no day"^^xsd:date .
mgc:theme skos:prefLabel "boats"@en ; skos:definition "Not a Name." .
mgi:programme mgo:printedForm "Fleet" ; mgo:hasActor mgi:guild . mgi:guild rdfs:label "Guild"@en .
mgi:figure a mgo:Figure ; rdfs:label "Crews"@en ; mgo:figureValue 12.0 ; mgo:isAbout mgi:init ;
    mgo:hasEvidence mgi:psg-009-1-9 .
mgi:excuse mgo:excuses mgi:psg-009-40-50, mgi:psg-009-60-70 ; mgo:hasReason mgc:excuse-credit .
mgi:form mgo:excuses mgi:psg-009-1-9 ; mgo:excusesForm "Two", "IT" ; mgo:hasReason mgc:excuse-x .
"""


@pytest.fixture
def statements(tmp_path: Path) -> Statements:
    path = tmp_path / "facts.ttl"
    path.write_text(harbour.HEAD + FACTS, "utf-8")
    return reach.arrange(read_turtle(path))


@pytest.fixture
def said(statements: Statements) -> Says:
    return reach.says(statements, MGI + "init")


def test_names_within_two_steps_are_said(said: Says) -> None:
    assert {"Nordhavn", "Norland", "boats", "2030"} <= said.names
    assert "World" not in said.names


def test_name_forms_of_what_is_reached_are_said(said: Says) -> None:
    assert "N’havn" in said.names


def test_a_statements_own_label_is_no_name_but_its_printed_form_is(said: Says) -> None:
    assert "Boat Aid" in said.names
    assert "Help for the Guild" not in said.names


def test_what_it_is_part_of_is_said_elsewhere(said: Says) -> None:
    assert not {"Fleet", "Guild"} & said.names


def test_definitions_and_codes_are_no_names(said: Says) -> None:
    assert not {"Not a Name.", "077"} & said.names


def test_dates_say_day_month_and_year(said: Says) -> None:
    assert {"October", "Oct"} <= said.names
    assert said.numbers == {Decimal(2030), Decimal(29)}


def test_numbers_are_said_by_value(statements: Statements) -> None:
    assert Decimal(12) in reach.says(statements, MGI + "figure").numbers


def test_evidence_and_restatement_cite(statements: Statements) -> None:
    assert sorted(statements.citing["009"]) == [
        ((1, 9), MGI + "figure"),
        ((1, 9), MGI + "init"),
        ((20, 30), MGI + "init"),
    ]


def test_excuses_set_aside_ranges_or_single_forms(statements: Statements) -> None:
    assert [(e.span, e.forms, e.reason) for e in statements.excuses["009"]] == [
        ((40, 50), (), "excuse-credit"),
        ((60, 70), (), "excuse-credit"),
        ((1, 9), ("IT", "Two"), "excuse-x"),
    ]


def test_contact_says_its_numbers_and_the_lines_of_its_address(tmp_path: Path) -> None:
    path = tmp_path / "facts.ttl"
    path.write_text(
        harbour.HEAD
        + 'mgi:contact mgo:postalAddress "Quay 3, 1000 Nordhavn" ; mgo:telephone "+9 12 34" ;'
        ' mgo:fax "+9 12 35" ; mgo:webPage "www.nordhavn.example" .',
        "utf-8",
    )
    said = reach.says(reach.arrange(read_turtle(path)), MGI + "contact")
    assert said.names == {"Quay 3", "1000 Nordhavn", "+9 12 34", "+9 12 35", "www.nordhavn.example"}
