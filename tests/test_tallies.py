from migkg import tallies
from migkg.execute import Pool
from migkg.search import Index


def test_initiatives_are_counted_by_widest_theme_and_country(pool: Pool) -> None:
    found = tallies.initiatives(pool, Index(pool), "001")
    assert found.columns == (("place-sweden", "Sweden"),)
    assert [(line.label, line.counts) for line in found.groups[0].lines] == [("return", (1,))]
    assert tallies.initiatives(pool, Index(pool), "002").columns == ()


def test_larger_group_comes_first(pool: Pool) -> None:
    groups = tallies.by_organization(pool, Index(pool)).groups
    assert [len(group.lines) for group in groups] == sorted(
        (len(group.lines) for group in groups), reverse=True
    )
