import hashlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path

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


def test_log_can_be_off() -> None:
    assert not access.open_log("off")


def test_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="No such file"):
        access.open_log(str(tmp_path / "none" / "access.log"))
