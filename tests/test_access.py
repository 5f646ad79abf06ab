import hashlib
import json
import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migkg import access
from migkg.errors import BadSetting
from serving import DIRECT, FORM

TEXT = "ASK { ?s ?p 'é' }"
HASH = hashlib.sha256(TEXT.encode()).hexdigest()[:16]
ENCODED = "query=ASK+%7B+%3Fs+%3Fp+%27%C3%A9%27+%7D"


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    for handler in logging.getLogger("migkg.access").handlers:
        handler.close()
    logging.getLogger("migkg.access").handlers = []


@pytest.mark.parametrize(
    ("query_string", "content_type", "body"),
    [
        (f"a=b&{ENCODED}", "", b""),
        ("", f"{FORM}; charset=utf-8", ENCODED.encode()),
        ("", DIRECT, TEXT.encode()),
    ],
)
def test_query_has_one_name_however_it_comes(
    query_string: str, content_type: str, body: bytes
) -> None:
    assert access.query_hash(query_string, content_type, body) == HASH


@pytest.mark.parametrize("query_string", ["", "a=b", "%ff=%fe", "query", "&&=;"])
def test_request_without_a_query_has_none(query_string: str) -> None:
    assert access.query_hash(query_string, "", b"") is None


def test_line_is_json_with_a_time(tmp_path: Path) -> None:
    file = tmp_path / "access.log"
    assert access.open_log(str(file))
    access.write(path="/é\n", status=200)
    (line,) = file.read_text().splitlines()
    row = json.loads(line)
    assert (row["path"], row["status"]) == ("/é\n", 200)
    assert row["time"].endswith("+00:00")


def test_reader_who_does_not_read_holds_nobody_up_and_is_told_what_he_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end, begin = os.pipe()
    with os.fdopen(end), os.fdopen(begin, "w") as writer:
        monkeypatch.setattr(sys, "stderr", writer)
        assert access.open_log("stderr")
        # A write that would wait ends the test.
        timer = threading.Timer(10, os._exit, [1])
        timer.start()
        for number in range(2_000):
            access.write(path="/" + "é" * 60_000, method="G" * 60_000, status=number)
        timer.cancel()
        seen = rows(os.read(end, 2**20))
        assert [row["status"] for row in seen] == [*range(len(seen))]
        access.write(path="/", method="GET", status=0)
        writer.close()
        told, last = rows(os.read(end, 2**20))
    assert told["missed"] == 2_000 - len(seen) > 0
    assert last["status"] == 0


def rows(text: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_log_can_be_off() -> None:
    assert not access.open_log("off")


def test_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="No such file"):
        access.open_log(str(tmp_path / "none" / "access.log"))
