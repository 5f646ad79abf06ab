import pytest

from migkg import search_address
from migkg.terms import GRAPH, MGC, MGI, MGO


@pytest.mark.parametrize(
    "text",
    [
        "mgi:office-albania",
        "https://w3id.org/migkg/id/office-albania",
        "<https://w3id.org/migkg/id/office-albania>",
        "http://127.0.0.1:8000/id/office-albania",
        "https://data.example.org/graph-of-migration/id/office-albania.ttl",
        "/id/office-albania",
        "id/office-albania.html",
        "  /id/office-albania/ ",
    ],
)
def test_address_of_a_thing_is_known_in_every_form(text: str) -> None:
    assert search_address.names(text) == ([MGI + "office-albania"], "office-albania")


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("/concept/theme-return", MGC + "theme-return"),
        ("mgc:theme-return", MGC + "theme-return"),
        ("https://w3id.org/migkg/ontology#Office", MGO + "Office"),
        ("mgo:hasPartner", MGO + "hasPartner"),
        ("/graph/derived-002", GRAPH + "derived-002"),
        ("/doc/002", MGI + "doc-002"),
    ],
)
def test_each_kind_of_page_has_its_names(text: str, iri: str) -> None:
    assert search_address.names(text)[0] == [iri]


@pytest.mark.parametrize("text", ["office-albania", "migkg:office-albania", "hasPartner"])
def test_short_name_may_be_in_each_namespace(text: str) -> None:
    local = text.removeprefix("migkg:")
    assert search_address.names(text) == ([MGI + local, MGC + local, MGO + local], local)


@pytest.mark.parametrize(
    "text", ["Albania", "IOM", "border police", "HIV/AIDS", "counter trafficking", "a:b", "", "<>"]
)
def test_words_are_no_address(text: str) -> None:
    assert search_address.names(text) == ([], "")


@pytest.mark.parametrize("text", ["/id/x> } #", "mgi:x<y", 'mgi:"', "/id/é", "mgo:a b"])
def test_what_no_iri_holds_is_no_address(text: str) -> None:
    assert search_address.names(text) == ([], "")
