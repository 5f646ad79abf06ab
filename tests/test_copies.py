from pathlib import Path

import pytest

import harbour
from migkg import copies, evidence
from migkg.turtle import read_turtle

SOURCE = (
    "The Treaty on the Care of Boats and Crews of the North was signed by all the old har-\n"
    "bour towns that keep a fleet, and nobody has broken it since the day of the feast."
)
TREATY = "Treaty on the Care of Boats and Crews of the North"


def found(folder: Path, body: str) -> list[tuple[str, str]]:
    path = folder / "facts.ttl"
    path.write_text(harbour.HEAD + body, "utf-8")
    triples = read_turtle(path)
    runs, names = copies.runs_of([SOURCE]), copies.names_of(triples)
    hits = copies.in_triples(triples, runs, names)
    return [(hit.subject.rsplit("/", 1)[-1], hit.words) for hit in hits]


def test_eight_words_in_a_row_are_a_copy_and_seven_are_not(tmp_path: Path) -> None:
    eight = 'mgi:a skos:definition "It was signed by all the old harbour towns, it is said." .'
    assert found(tmp_path, eight) == [("a", "was signed by all the old harbour towns")]
    seven = 'mgi:a skos:definition "It was signed by all the old harbour folk." .'
    assert found(tmp_path, seven) == []


def test_case_punctuation_and_line_breaks_hide_no_copy(tmp_path: Path) -> None:
    body = 'mgi:a skos:definition "SIGNED - by all the “old” har-bour towns; that keep!" .'
    assert found(tmp_path, body) == [("a", "signed by all the old harbour towns that keep")]


def test_each_stretch_is_one_finding_with_all_its_words(tmp_path: Path) -> None:
    body = f'mgi:a skos:definition "{" ".join(SOURCE.split()[-14:])} Then. {TREATY}" .'
    assert [len(words.split()) for _, words in found(tmp_path, body)] == [14, 11]


@pytest.mark.parametrize("kind", ["name", "title", "heading", "web-address"])
def test_a_name_form_with_its_passage_may_be_taken_over(tmp_path: Path, kind: str) -> None:
    form = f"""mgi:n a mgo:NameForm ; mgo:printedForm "{TREATY}" ; mgo:isNameOf mgi:t ;
        mgo:hasNameKind mgc:namekind-{kind} ; mgo:hasEvidence mgi:psg-009-1-9 ."""
    label = f'mgi:t rdfs:label "{TREATY}" ; skos:definition "The {TREATY}, signed by all." .'
    assert found(tmp_path, form + label) == []


@pytest.mark.parametrize(
    "form",
    [
        f'mgi:t rdfs:label "{TREATY}" .',
        f'mgi:t mgo:printedForm "{TREATY}" ; mgo:hasEvidence mgi:psg-009-1-9 .',
        f'mgi:t mgo:printedForm "{TREATY}" ; mgo:hasNameKind mgc:namekind-title .',
        f"""mgi:t mgo:printedForm "{TREATY}" ; mgo:hasNameKind mgc:namekind-acronym ;
            mgo:hasEvidence mgi:psg-009-1-9 .""",
    ],
)
def test_a_long_name_without_kind_or_passage_is_a_copy(tmp_path: Path, form: str) -> None:
    assert found(tmp_path, form) == [("t", TREATY.casefold())]


def test_a_name_does_not_hide_the_words_around_it(tmp_path: Path) -> None:
    name = 'mgi:n a mgo:Instrument ; rdfs:label "Care of Boats and Crews" .'
    fine = 'mgi:a skos:definition "The Care of Boats and Crews of the North" .'
    assert found(tmp_path, name + fine) == []
    short = 'mgi:a skos:definition "The Treaty on the Care of Boats and Crews of" .'
    assert len(found(tmp_path, name + short)) == 1
    tail = " ".join(SOURCE.split()[5:20])
    hits = found(tmp_path, f'{name} mgi:a skos:definition "{tail}" .')
    assert [subject for subject, _ in hits] == ["a"]


def test_short_names_and_labels_of_statements_hide_nothing(tmp_path: Path) -> None:
    eight = 'mgi:a skos:definition "was signed by all the old harbour towns" .'
    short = 'mgi:n a mgo:Instrument ; rdfs:label "all the old" .'
    assert len(found(tmp_path, short + eight)) == 1
    own = 'mgi:n a mgo:Initiative ; rdfs:label "signed by all the old" .'
    assert len(found(tmp_path, own + eight)) == 1


def test_a_postal_address_may_be_taken_over(tmp_path: Path) -> None:
    address = f'mgi:c mgo:postalAddress "{" ".join(SOURCE.split()[-14:])}" .'
    assert found(tmp_path, address) == []


def test_queries_and_other_texts_are_guarded_too() -> None:
    runs = copies.runs_of([SOURCE])
    text = "#+ summary: nobody has broken it since the day of joy\nASK {}"
    assert list(copies.in_text(text, runs, copies.Names())) == [
        "nobody has broken it since the day of"
    ]


def test_the_real_texts_have_runs(sources: Path) -> None:
    instances = Path(__file__).resolve().parents[1] / "instances"
    documents = evidence.read_documents(instances, sources)
    runs = copies.runs_of(document.require_text() for document in documents.values())
    assert len(runs) > 30_000
