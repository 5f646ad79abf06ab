"""What `make` says to someone whose machine lacks something: one sentence, and an exit code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder that holds what `make` reads, and nothing that it made."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(REPOSITORY / name, folder)
    return folder


def make(folder: Path, *arguments: str, **variables: str) -> tuple[int, list[str]]:
    """Run make in a bare environment; return its exit code and the lines of its own recipe."""
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env={"HOME": os.environ["HOME"], "PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        timeout=120,
    )
    lines = (done.stdout + done.stderr).splitlines()
    return done.returncode, [line for line in lines if not line.startswith("make")]


@pytest.mark.parametrize("target", ["serve", "test", ".venv"])
def test_python_that_is_too_old_or_missing_is_one_sentence(clone: Path, target: str) -> None:
    assert make(clone, target, "PYTHON=false") == (
        2,
        [
            "migkg: Python 3.11 or newer is needed: install it, or name it with "
            "'make PYTHON=/path/to/python3.12'."
        ],
    )


def test_missing_network_is_one_sentence(clone: Path) -> None:
    code, lines = make(
        clone, "serve", f"PYTHON={sys.executable}", PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull
    )
    assert code == 2
    assert lines[1:] == [
        "migkg: the locked packages could not be installed: check the network connection and run "
        "make again; for a Python newer than 3.14, install a C compiler and that Python's headers "
        "(pip's own words are in .venv/pip.log)."
    ]


def test_builder_is_there_before_what_it_may_have_to_build(clone: Path) -> None:
    folder = clone / ".venv/bin"
    folder.mkdir(parents=True)
    for name in ("pip", "python"):
        (folder / name).write_text('#!/bin/sh\necho "$@" >>.venv/calls\n')
        (folder / name).chmod(0o755)
    assert make(clone, ".venv/for-use", f"PYTHON={sys.executable}")[0] == 0
    calls = (clone / ".venv/calls").read_text().splitlines()
    assert [call.split()[-2:] for call in calls] == [
        ["-r", ".venv/builder.lock"],
        ["-r", "requirements.lock"],
        ["--editable", "."],
    ]
    pin, *hashes = (clone / ".venv/builder.lock").read_text().splitlines()
    assert pin.startswith("setuptools==")
    assert hashes
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)


def test_finished_environment_is_not_made_again(clone: Path) -> None:
    (clone / ".venv").mkdir()
    for stamp in ("for-use", "for-work"):
        (clone / ".venv" / stamp).touch()
    assert make(clone, ".venv", "PYTHON=false") == (0, [])


def test_help_lists_each_target(clone: Path) -> None:
    code, lines = make(clone)
    assert code == 0
    wanted = {*"help serve test test-system bench .venv figures lock clean".split()}
    assert {line.split()[1] for line in lines} == wanted


def test_locks_name_hashes_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (REPOSITORY / name).read_text()
        pins = [line for line in text.splitlines() if line[:1].isalnum()]
        assert pins
        assert all("==" in line and line.endswith("\\") for line in pins)
        assert "--hash=sha256:" in text
        assert "://" not in text
