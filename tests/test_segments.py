import itertools
from pathlib import Path

import pytest

import harbour
from migkg import segments


def cut(text: str) -> list[str]:
    return [" ".join(text[s.start : s.end].split()) for s in segments.cut(text)]


def test_the_made_up_document_falls_into_its_parts() -> None:
    assert [
        (s.kind, " ".join(harbour.TEXT[slice(*s.span)].split())) for s in segments.cut(harbour.TEXT)
    ] == [
        ("title", "Harbour Office North"),
        ("sentence", "Boats were few in 2030."),
        (
            "sentence",
            "The Harbour Office of Nordhavn will help 12 crews and the Sailors’ Guild to mend "
            "boats in Nordhavn and in Fjell- by, as the guild asked.",
        ),
        ("bullet", "Continue to mend nets."),
        ("bullet", "The net shop in Nordhavn will teach three crews."),
        ("bullet", "Paint hulls with the Guild"),
        ("sentence", "Two sailors smile."),
        ("credit", "© Guild 2030/Ada LOVE"),
        ("title", "Harbour Office South"),
        ("sentence", "Boats were few in 2030."),
        ("sentence", "Globally, it is so."),
        ("cell", "Nordhavn"),
        ("cell", "1 200"),
        ("cell", "-"),
        ("cell", "300"),
        ("cell", "2 400"),
        ("cell", "3 900"),
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Mr. Bo and Ms. Al met e.g. Cy. Then No. 5 sank.", 2),
        ("It sank in 2030.2 Then came others.", 2),
        ("He said “it sinks.” Then it sank.", 2),
        ("It grew by 3.6 million. Fine!", 2),
        ("The ships of the U.S. Navy came.", 1),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, parts: int) -> None:
    assert len(cut(text)) == parts


def test_a_sentence_goes_on_over_a_page_and_over_a_cut_word() -> None:
    page = "Boats will be mended by the crews of the northern \n port when the ice is gone.\n"
    assert len(cut(page)) == 1
    word = "Boats will be mended by all the crews, with legal as-\n\nsistance;\n nets come later.\n"
    assert cut(word) == [
        "Boats will be mended by all the crews, with legal as- sistance;",
        "nets come later.",
    ]


def test_a_heading_ends_where_the_next_word_would_have_fitted() -> None:
    text = (
        "Nordhavn\nIn 2030, the office will go on to help the crews of all the boats, in\n"
        "line with the plan for the harbours of the northern and the southern\nsea.\n"
    )
    assert cut(text)[0] == "Nordhavn"
    assert len(cut(text)) == 2


def test_a_line_that_waits_for_more_never_ends_a_block() -> None:
    text = (
        "The boats of all the crews that came to the harbour of Nordhavn and of\n"
        "Norland sailed with their friends to the\nSouthern Sea, where they fished.\n"
    )
    assert len(cut(text)) == 1


def test_contact_lines_stand_alone() -> None:
    text = "Harbour Office\nQuay Street 8\n\nTel: +1 22 333\nFax: +1 22 334\nE-mail: a@b.example\n"
    assert cut(text)[-3:] == ["Tel: +1 22 333", "Fax: +1 22 334", "E-mail: a@b.example"]


def test_in_shuffled_columns_an_empty_line_always_ends_a_segment() -> None:
    column = "Boats sail far and wide over the open sea.\n\nharbours too, they say\n\n"
    assert segments._shuffled(column * 3)
    assert not segments._shuffled(column)
    cut_off = "The boats of the\n\nharbours sail.\n\n"
    assert "The boats of the harbours sail." in cut(cut_off)
    assert "The boats of the" in cut(cut_off + column * 3)


def test_a_drop_capital_belongs_to_its_word_even_then() -> None:
    column = "Boats sail far and wide over the open sea.\n\nharbours too, they say\n\n"
    assert cut("H\n\naving sailed, they rest.\n\n" + column * 3)[0] == "H aving sailed, they rest."


def test_marks_of_a_list_are_no_segments() -> None:
    assert cut("1.\n2.\n\nBoats\n\nNets\n") == ["Boats", "Nets"]


def test_segments_do_not_overlap_and_hold_every_letter_once() -> None:
    found = segments.cut(harbour.TEXT)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    held = sum(segments.weight(harbour.TEXT[slice(*s.span)]) for s in found)
    assert held == segments.weight(harbour.TEXT)


def test_a_range_is_in_a_segment_or_crosses_a_boundary() -> None:
    found = segments.cut(harbour.TEXT)
    start = harbour.TEXT.index("Continue")
    whole = segments.at(found, (start + 9, start + 21))
    assert whole is not None
    assert whole.start == start
    assert segments.at(found, (start, start + 40)) is None
    assert segments.at(found, (0, 1)) is None


def test_every_letter_of_the_real_texts_is_in_one_segment(sources: Path) -> None:
    for path in sorted(sources.glob("*.txt")):
        text = path.read_bytes().decode()
        found = segments.cut(text)
        held = sum(segments.weight(text[slice(*s.span)]) for s in found)
        lost = segments.weight(text) - held
        assert lost <= 10, f"{path.name} loses {lost} letters beyond the marks of its list"
        assert max(s.end - s.start for s in found) < 900, path.name


def test_the_money_table_of_001_has_all_its_cells(sources: Path) -> None:
    (path,) = sources.glob("001_*.txt")
    cells = [s for s in segments.cut(path.read_bytes().decode()) if s.kind == "cell"]
    assert len(cells) == 21 * 8
