import re

import pytest

from migkg import errors
from migkg.errors import BrokenTurtle, MigkgError, QuerySyntax, Refused


def tree(error: type[MigkgError]) -> list[type[MigkgError]]:
    return [error, *(below for child in error.__subclasses__() for below in tree(child))]


OWN = [error for error in tree(MigkgError) if error.__module__ == errors.__name__]


def test_docstring_draws_the_tree() -> None:
    drawn = re.findall(r"(?:── |^ *(?=MigkgError))(\w+)", str(errors.__doc__), re.MULTILINE)
    assert drawn == [error.__name__ for error in OWN]


@pytest.mark.parametrize("error", OWN)
def test_status_is_an_error_and_the_title_is_said(error: type[MigkgError]) -> None:
    assert 400 <= error.status <= 599
    assert error.title


@pytest.mark.parametrize("error", OWN)
def test_drawn_status_is_the_status(error: type[MigkgError]) -> None:
    drawn = re.search(rf"── {error.__name__} +(\d+)", str(errors.__doc__))
    parent = error.__mro__[1]
    assert (
        int(drawn[1]) == error.status if drawn else error.status == getattr(parent, "status", 500)
    )


def test_body_has_the_one_shape() -> None:
    assert MigkgError("What happened.", "What to do.").body() == {
        "error": {
            "status": 500,
            "title": "Internal error",
            "detail": "What happened.",
            "hint": "What to do.",
        }
    }


def test_text_says_what_and_what_to_do() -> None:
    assert str(MigkgError("What happened.", "What to do.")) == "What happened. What to do."
    assert str(MigkgError("What happened.")) == "What happened."


def test_query_syntax_names_its_place() -> None:
    error = QuerySyntax("expected a dot", 3, 7)
    assert (error.line, error.column, error.status) == (3, 7, 400)
    assert str(error) == "Line 3, column 7: expected a dot"


def test_body_of_a_syntax_fault_names_the_place() -> None:
    error = QuerySyntax("no.", 3, 7, "Do.", "}")
    body = {"status": 400, "title": "Query syntax error", "detail": "Line 3, column 7: no."}
    assert error.body()["error"] == {**body, "hint": "Do.", "line": 3, "column": 7, "near": "}"}


def test_place_behind_a_prologue_is_that_of_the_text_alone() -> None:
    error = QuerySyntax("no.", 1, 27, "Do.", "}").without("PREFIX a: <b:> ")
    assert (error.line, error.column, error.word) == (1, 12, "}")
    assert str(error) == "Line 1, column 12: no. Do."
    assert QuerySyntax("no.", 2, 7).without("PREFIX a: <b:> ").column == 7


def test_any_fault_may_have_a_place() -> None:
    fault = Refused("Not that.", "Do this.")
    assert fault.place() == {}
    assert fault.at(2, 5, "LOAD") is fault
    assert str(fault) == "Line 2, column 5: Not that. Do this."
    assert fault.place() == {"line": 2, "column": 5, "near": "LOAD"}


def test_broken_turtle_names_its_place() -> None:
    error = BrokenTurtle("a.ttl", 3, 7, "a dot is expected")
    assert (error.file, error.line, error.column) == ("a.ttl", 3, 7)
    assert str(error).startswith("a.ttl, line 3, column 7: a dot is expected. Mend the file")
