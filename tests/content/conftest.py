"""The real graph, loaded once for all tests of the content."""

import os

import pytest
from snapshot import REPOSITORY

from migkg import dataset
from migkg.dataset import Dataset
from migkg.settings import Data


@pytest.fixture(scope="session")
def data() -> Data:
    return Data(root=str(REPOSITORY), sources=os.environ.get("MIGKG_SOURCES", ""))


@pytest.fixture(scope="session")
def graph(data: Data) -> Dataset:
    return dataset.load(data)
