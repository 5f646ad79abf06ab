from migkg import likeness


def test_names_spelt_alike_are_offered_the_best_first() -> None:
    names = ["serve", "search", "reserve", "check"]
    assert likeness.hint("serv", names) == "Did you mean serve, reserve, search?"


def test_nothing_is_offered_for_what_is_like_nothing() -> None:
    assert likeness.hint("zzz", ["serve"]) == likeness.hint("x", []) == ""


def test_names_are_told_in_one_wording() -> None:
    assert likeness.meant(["serve", "check"]) == "Did you mean serve, check?"
    assert likeness.meant([]) == ""
