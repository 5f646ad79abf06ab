"""What all tests share: where the source texts are, and that nothing is written into the tree."""

import os
from pathlib import Path

import hypothesis
import pytest

REPOSITORY = Path(__file__).resolve().parents[1]

hypothesis.settings.register_profile("migkg", database=None, deadline=None)
hypothesis.settings.load_profile("migkg")


@pytest.fixture(scope="session")
def sources() -> Path:
    """The folder of the documents' text files; without it a test skips, in CI it fails."""
    folder = Path(os.environ.get("MIGKG_SOURCES") or REPOSITORY.parent / "shared" / "sources")
    if folder.is_dir():
        return folder
    reason = f"the documents' text files are not in {folder}: set MIGKG_SOURCES to their folder"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; in CI nothing is skipped")
    pytest.skip(reason)
