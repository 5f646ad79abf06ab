"""The server that the tests of the protocol ask."""

from collections.abc import Iterator

import pytest

from serving import Site, serving, write_data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over the small data of `serving` that gives thirty rows at most."""
    with serving(write_data(tmp_path_factory.mktemp("data")), "--rows", "30") as running:
        yield running
