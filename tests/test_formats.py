import pytest
from hypothesis import given
from hypothesis import strategies as st

from migkg.errors import NotAcceptable
from migkg.formats import BY_NAME, FORMATS, GRAPHS, TABLES, Format, negotiate

TURTLE, RDFXML = BY_NAME["ttl"], BY_NAME["rdfxml"]


def test_each_name_is_used_once() -> None:
    assert len(BY_NAME) == len(FORMATS)


@pytest.mark.parametrize("rows", [TABLES, GRAPHS])
def test_an_extension_names_one_format_of_a_kind(rows: tuple[Format, ...]) -> None:
    assert len({row.extension for row in rows}) == len(rows)


@pytest.mark.parametrize("accept", [None, "", "  ", ",", " ,\t, ", "*/*", "text/*;q=0.1, */*"])
def test_no_wish_takes_the_first_offer(accept: str | None) -> None:
    assert negotiate(accept, TABLES) == TABLES[0]


@pytest.mark.parametrize("row", FORMATS)
def test_own_media_type_takes_the_format(row: Format) -> None:
    offers = [other for other in FORMATS if other.kind == row.kind]
    assert negotiate(row.media_type, offers) == row


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("text/turtle;q=0.5, application/n-triples;q=0.6", "nt"),
        ("text/turtle;q=0.5, application/rdf+xml", "rdfxml"),
        ("application/rdf+xml, text/turtle", "ttl"),
        ("text/*, application/rdf+xml;q=0.9", "ttl"),
        ("*/*, text/*;q=0, application/n-triples;q=0.2", "jsonld"),
        ("*/*;q=0.1, text/turtle;q=0", "nt"),
        ("TEXT/TURTLE;Q=1.0", "ttl"),
        ("text/turtle;charset=utf-8", "ttl"),
        ('text/turtle;note="a,b;q=0";q=0.2, application/n-triples;q=0.1', "ttl"),
        ("text/turtle;q=2, application/n-triples", "nt"),
        ("nonsense, ;;, a/b/c, application/n-triples;q=0.001", "nt"),
        ("text/plain", "nt"),
        ("application/xml", "rdfxml"),
        ("text/turtle;q=0.3, text/turtle;q=0.9, application/n-triples;q=0.5", "ttl"),
    ],
)
def test_quality_then_the_order_of_offers(accept: str, name: str) -> None:
    assert negotiate(accept, GRAPHS).name == name


def test_a_browser_gets_the_page() -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
    assert negotiate(browser, [TURTLE, RDFXML, BY_NAME["html"]]).name == "html"


@pytest.mark.parametrize("accept", ["image/png", "text/turtle;q=0", "*/*;q=0", "nonsense", ",;"])
def test_a_wish_that_nothing_meets_names_what_is_offered(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="text/turtle, application/rdf\\+xml"):
        negotiate(accept, [TURTLE, RDFXML])


@given(accept=st.text(alphabet='atexurl/*;,q=01. "\\', max_size=60))
def test_any_header_is_answered_or_refused(accept: str) -> None:
    try:
        chosen = negotiate(accept, GRAPHS)
    except NotAcceptable:
        return
    assert chosen in GRAPHS
