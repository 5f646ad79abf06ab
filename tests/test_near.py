from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from migkg import near
from migkg.execute import Pool
from migkg.settings import Data, Limits
from migkg.terms import MGI, RDFS
from serving import write_data


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    root = write_data(tmp_path_factory.mktemp("data"))
    with closing(Pool(Data(root=str(root)), Limits())) as made:
        yield made


@pytest.mark.parametrize("name", ["office-olso", "Oslo", "office-oslo-2", "IOM-OSLO"])
def test_slug_or_label_comes_close(pool: Pool, name: str) -> None:
    assert near.nearest(pool, name)[0] == (MGI + "office-oslo", "IOM Oslo")


def test_what_is_spelt_most_alike_comes_first(tmp_path: Path) -> None:
    root = write_data(tmp_path)
    lines = "".join(
        f'<{MGI}{slug}> rdfs:label "{label}" .\n'
        for slug, label in [("contact-1-oslo", "Contact of IOM Oslo"), ("place-oslo", "Oslo")]
    )
    (root / "instances/reference/more.ttl").write_text(f"@prefix rdfs: <{RDFS}> .\n{lines}")
    with closing(Pool(Data(root=str(root)), Limits())) as pool:
        found = [iri.removeprefix(MGI) for iri, _ in near.nearest(pool, "office-oslp")]
        assert found[:2] == ["office-oslo", "place-oslo"]
        assert near.nearest(pool, "place-oslp")[0] == (MGI + "place-oslo", "Oslo")


@pytest.mark.parametrize("name", ["", "-", "zzzzqqqq", "%%%"])
def test_nothing_comes_close_to_nonsense(pool: Pool, name: str) -> None:
    assert near.nearest(pool, name) == []
