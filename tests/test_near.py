from collections.abc import Iterator
from contextlib import closing

import pytest

from migkg import near
from migkg.execute import Pool
from migkg.settings import Data, Limits
from migkg.terms import MGI
from serving import write_data


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    root = write_data(tmp_path_factory.mktemp("data"))
    with closing(Pool(Data(root=str(root)), Limits())) as made:
        yield made


@pytest.mark.parametrize("name", ["office-olso", "Oslo", "office-oslo-2", "IOM-OSLO"])
def test_slug_or_label_comes_close(pool: Pool, name: str) -> None:
    assert near.nearest(pool, name)[0] == (MGI + "office-oslo", "IOM Oslo")


@pytest.mark.parametrize("name", ["", "-", "zzzzqqqq", "%%%"])
def test_nothing_comes_close_to_nonsense(pool: Pool, name: str) -> None:
    assert near.nearest(pool, name) == []
