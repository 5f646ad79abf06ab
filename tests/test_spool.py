"""What a spool holds, for whom, and for how long."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from migkg import spool
from migkg.errors import Busy, TooManyRequests
from migkg.spool import Spool


@contextmanager
def being_read(made: Spool, *clients: str) -> Iterator[None]:
    """Put an answer for each client, and open and close it as the HTTP server does."""
    readers: list[int] = []
    try:
        for client in clients:
            file = made.put(client, b"")
            readers.append(os.open(spool.path(file), os.O_RDONLY))
            made.close(file)
        yield
    finally:
        for reader in readers:
            os.close(reader)


def test_file_holds_the_answer_and_has_no_name() -> None:
    made = Spool(4)
    file = made.put("a", b"answer")
    place = Path(spool.path(file))
    assert place.read_bytes() == b"answer"
    assert not place.readlink().exists()
    made.close(file)


def test_client_has_a_half_and_others_have_the_rest() -> None:
    made = Spool(4)
    with being_read(made, "a", "a"):
        with pytest.raises(TooManyRequests, match="2 long answers"):
            made.put("a", b"")
        with being_read(made, "b", "c"), pytest.raises(Busy, match="4 long answers"):
            made.put("d", b"")
        with being_read(made, "d"):
            pass


def test_answer_that_was_read_counts_no_more() -> None:
    made = Spool(4)
    files = []
    for _ in range(3):
        files.append(made.put("a", b"answer"))
        assert Path(spool.path(files[-1])).read_bytes() == b"answer"
    for file in files:
        made.close(file)


def test_folder_without_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    with pytest.raises(Busy, match="no room"):
        Spool(4).put("a", b"")


def test_missing_folder_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(Busy, match="no folder") as found:
        Spool(4).put("a", b"")
    assert "TMPDIR" in found.value.hint
