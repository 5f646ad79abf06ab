from pathlib import Path

import pytest

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
