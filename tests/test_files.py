from pathlib import Path

import pytest

from migkg.errors import CannotRun
from migkg.files import turtle_files, write_whole


def test_folders_yield_their_turtle_files_in_order(tmp_path: Path) -> None:
    for name in ("b.ttl", "a/z.ttl", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list(turtle_files([tmp_path])) == [tmp_path / "a/z.ttl", tmp_path / "b.ttl"]
    assert list(turtle_files([tmp_path / "b.ttl"])) == [tmp_path / "b.ttl"]


def test_file_is_replaced_with_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    path.chmod(0o600)
    write_whole(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)


def test_new_file_can_be_read_by_all(tmp_path: Path) -> None:
    write_whole(tmp_path / "x", b"new")
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o644


def test_fault_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        write_whole(path, b"new")
    assert list(tmp_path.iterdir()) == [path]


def test_missing_folder_is_named_and_not_the_file_in_the_making(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"no folder .*/none\. Make it first"):
        write_whole(tmp_path / "none" / "x", b"new")


def test_fault_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as fault:
        write_whole(tmp_path, b"new")
    assert fault.value.filename == str(tmp_path)


def test_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"new"


def test_device_is_written_to_and_not_replaced() -> None:
    write_whole(Path("/dev/null"), b"gone")
    assert Path("/dev/null").is_char_device()
