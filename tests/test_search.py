"""What is found by which words, in which order, by all threads alike."""

import errno
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import asking
from migkg import search
from migkg.errors import Unavailable
from migkg.execute import Pool
from migkg.search import Index
from migkg.search_rank import spellings
from migkg.search_result import Question
from migkg.settings import Data, Limits


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    root = asking.write(tmp_path_factory.mktemp("data"))
    with closing(Pool(Data(root=str(root)), Limits())) as pool:
        yield pool


@pytest.fixture(scope="module")
def index(pool: Pool) -> Index:
    return Index(pool)


def labels(index: Index, text: str, **facets: tuple[str, ...]) -> list[str]:
    return [hit.label for hit in index.find(Question(text, facets)).hits]


def test_exact_name_goes_before_beginning_before_words(index: Index) -> None:
    assert labels(index, "sweden")[0] == "Sweden"
    assert labels(index, "nets against")[0] == "Nets against trafficking in Sweden"
    assert "Nets against trafficking in Sweden" in labels(index, "sweden")


def test_what_is_sought_by_name_goes_before_statements(index: Index) -> None:
    found = labels(index, "bergen")
    assert found[0] == "IOM Bergen"
    assert set(found[1:]) == {"Bergen, O1", "Bergen, O2"}


def test_definition_is_searched_last(index: Index) -> None:
    found = labels(index, "trafficking")
    assert found == ["Nets against trafficking in Sweden", "Sailors' Guild of Ørland"]


def test_acronym_finds_what_it_names_and_says_where_it_is_printed(index: Index) -> None:
    hit = index.find(Question("sg", {})).hits[0]
    assert (hit.label, hit.name, hit.name_kind) == ("Sailors' Guild of Ørland", "SG", "acronym")
    assert hit.documents == ("001",)


@pytest.mark.parametrize(("typed", "name"), [("SGØ", "SGØ"), ("sgo", "SGØ"), ("soe", "SØE")])
def test_initials_find_label_and_printed_name(index: Index, typed: str, name: str) -> None:
    hit = index.find(Question(typed, {})).hits[0]
    assert (hit.label, hit.name) == ("Sailors' Guild of Ørland", name)
    assert (hit.name_kind, hit.documents) == ("initials of the name", ())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("email of IOM Molde", "Molde quay"),
        ("phone number iom molde", "Molde quay"),
        ("money for Oslo", "Oslo, O1"),
        ("budget oslo", "Oslo, O1"),
        ("55 per cent", "Share of nets"),
        ("55 percent", "Share of nets"),
        ("typos on Molde", "No page of Molde"),
    ],
)
def test_statement_is_found_by_what_it_is_and_by_whom_it_tells_of(
    index: Index, text: str, label: str
) -> None:
    assert labels(index, text)[0] == label


def test_small_words_hide_nothing(index: Index) -> None:
    assert set(labels(index, "budget oslo")) <= set(labels(index, "a budget for oslo"))


def test_hit_names_the_one_document_that_tells_of_it(index: Index) -> None:
    (hit,) = index.find(Question("Border posts", {})).hits
    assert hit.source == "Plan 2030"
    assert index.find(Question("Sweden", {})).hits[0].source == "Plan 2030"
    assert index.find(Question("IOM Molde", {})).hits[0].source == ""


def test_name_forms_are_no_results_of_their_own(index: Index) -> None:
    assert "“SG” for the guild" not in labels(index, "guild")


def test_other_name_is_shown_with_the_hit(index: Index) -> None:
    (hit,) = index.find(Question("SMP posts", {})).hits
    assert (hit.label, hit.name) == ("Border posts", "SMP posts")


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Swedn", "Sweden"),
        ("Sewden", "Sweden"),
        ("SWEDEN", "Sweden"),
        ("swed", "Sweden"),
        ("sailor guild", "Sailors' Guild of Ørland"),
        ("iombergen", "IOM Bergen"),
        ("swe den", "Sweden"),
        ("bordr managment", "border management"),
    ],
)
def test_typing_errors_and_beginnings_are_forgiven(index: Index, typed: str, label: str) -> None:
    assert labels(index, typed)[0] == label


def test_correction_is_told(index: Index) -> None:
    assert index.find(Question("Swedn", {})).corrected == "sweden"
    assert index.find(Question("Sweden", {})).corrected == ""


def test_correction_prefers_letters_left_out_to_other_letters() -> None:
    assert spellings(["training", "tracking", "trafficking"], "trafiking") == [["trafficking"]]
    assert spellings(["turkish", "turkey"], "turkiye") == [["turkey"]]
    assert spellings(["marked", "market"], "markee") == [["marked", "market"]]


def test_nothing_found_gives_the_nearest_names(index: Index) -> None:
    found = index.find(Question("brdermanagmt", {}))
    assert found.total == 0
    assert "border management" in [hit.label for hit in found.meant]


@pytest.mark.parametrize(
    "text",
    ['"', "AND", "NOT", "NEAR(a b)", "*", "sweden*", "label:sweden", "(((", "a OR", "-x", "^x",
     "{label} : x", "'; DROP TABLE items; --", "\x00", "💧", "ß", "a" * 200, " ".join("abc" * 60)],
)  # fmt: skip
def test_no_text_is_syntax(index: Index, text: str) -> None:
    assert index.find(Question(text, {})).total >= 0


@given(text=st.text(max_size=60))
def test_any_text_is_answered(index: Index, text: str) -> None:
    found = index.find(Question(text, {}))
    assert len(found.hits) <= 20 <= 20 + found.total


def test_quoted_operator_finds_what_the_plain_word_finds(index: Index) -> None:
    assert labels(index, '"sweden" *') == labels(index, "sweden")


def test_facets_count_the_whole_result_and_can_be_combined(index: Index) -> None:
    found = index.find(Question("", {"theme": ("theme-return",), "document": ("001",)}))
    assert {hit.label for hit in found.hits} == {
        "border management", "Nets against trafficking in Sweden", "Border posts",
    }  # fmt: skip
    counts = {facet.value: facet.count for facet in found.facets["kind"]}
    assert counts == {"Initiative": 2, "Concept": 1}
    both = index.find(Question("", {"theme": ("theme-border",), "place": ("place-sweden",)}))
    assert [hit.label for hit in both.hits] == ["Nets against trafficking in Sweden"]
    assert [facet.value for facet in both.facets["theme"] if facet.chosen] == ["theme-border"]


def test_years_of_a_period_are_counted_one_by_one(index: Index) -> None:
    assert labels(index, "", year=("2031",)) == ["2030–2031", "Nets against trafficking in Sweden"]


def test_kind_holds_its_narrower_kinds(index: Index) -> None:
    assert labels(index, "", kind=("Agent",))[:3] == ["IOM Bergen", "IOM Molde", "IOM Oslo"]
    assert index.knows("kind", "Agent")
    assert not index.knows("kind", "Ship")


def test_part_of_a_result_is_a_part_of_the_same_order(index: Index) -> None:
    whole = index.find(Question("", {"kind": ("Initiative",)}, limit=100))
    parts = [
        index.find(Question("", {"kind": ("Initiative",)}, limit=1, offset=n)).hits[0]
        for n in range(whole.total)
    ]
    assert tuple(parts) == whole.hits


def test_threads_share_one_index(index: Index) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: index.find(Question("sweden", {})), range(40)))
    assert all(one == found[0] for one in found)


def test_last_part_of_an_iri_finds_by_name_then_by_spelling(index: Index) -> None:
    assert index.meant("office-bergen-town", "office")[0].label == "IOM Bergen"
    assert index.meant("place-swedn", "place")[0].label == "Sweden"
    assert index.meant("office-norwegian", "office") != ()


@pytest.mark.parametrize("slug", ["office-olso", "Oslo", "office-oslo-2", "IOM-OSLO"])
def test_last_part_of_an_iri_finds_whatever_its_kind(index: Index, slug: str) -> None:
    found = index.meant(slug, slug.partition("-")[0])
    assert found[0].named == "mgi:office-oslo (IOM Oslo)"


@pytest.mark.parametrize("slug", ["", "-", "zzzzqqqq", "%%%"])
def test_nonsense_means_nothing(index: Index, slug: str) -> None:
    assert index.meant(slug, slug.partition("-")[0]) == ()


def test_database_is_closed_with_its_index(pool: Pool) -> None:
    index = Index(pool)
    database = index._ready()
    del index
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        database.execute("SELECT 1")


def test_database_of_a_store_elsewhere_is_closed_when_it_is_made_anew(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(pool)
    monkeypatch.setattr(Pool, "digest", "")
    monkeypatch.setattr(search, "_FRESH", -1.0)
    old = index._ready()
    assert index._ready().execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        old.execute("SELECT 1")


def test_index_without_a_folder_for_its_file_is_told(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    monkeypatch.setattr(tempfile, "tempdir", None)
    with pytest.raises(Unavailable, match="no room for its text index"):
        Index(pool).prepare()


def test_question_does_not_wait_for_ever_while_the_index_is_made(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_PATIENCE", 0.01)
    index = Index(pool)
    with index._lock, pytest.raises(Unavailable, match="still being made"):
        index.find(Question("Oslo", {}))
    assert index.find(Question("Oslo", {})).hits


def test_no_file_of_an_index_is_left(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    index = Index(pool)
    index.prepare()
    assert not [*tmp_path.iterdir()]
    assert index.find(Question("Oslo", {})).hits
