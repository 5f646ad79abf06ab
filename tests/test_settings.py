import re
from dataclasses import fields
from pathlib import Path

import pytest

from migkg.errors import BadSetting, DataMissing, SourcesMissing
from migkg.settings import Data, Limits, Server, read, rows

README = Path(__file__).resolve().parents[1] / "README.md"


def test_default_without_a_variable_or_flag() -> None:
    assert read(Limits, {}) == Limits()


def test_variable_goes_before_the_default() -> None:
    limits = read(Limits, {"MIGKG_TIMEOUT": "2.5", "MIGKG_QUERY_BYTES": "10", "MIGKG_QUEUE": "0"})
    assert limits == Limits(timeout=2.5, query_bytes=10, queue=0)


def test_cache_may_be_off() -> None:
    assert read(Limits, {"MIGKG_CACHE_BYTES": "0"}).cache_bytes == 0


def test_flag_goes_before_the_variable() -> None:
    server = read(Server, {"MIGKG_PORT": "1", "MIGKG_HOST": "h"}, {"port": "2", "host": None})
    assert (server.port, server.host) == (2, "h")


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("MIGKG_ROWS", "many"),
        ("MIGKG_ROWS", "1.5"),
        ("MIGKG_ROWS", "0"),
        ("MIGKG_ROWS", "-1"),
        ("MIGKG_ROWS", ""),
        ("MIGKG_TIMEOUT", "nan"),
        ("MIGKG_TIMEOUT", "inf"),
        ("MIGKG_TIMEOUT", "0"),
    ],
)
def test_value_that_is_no_amount_is_refused(variable: str, text: str) -> None:
    with pytest.raises(BadSetting, match=rf"is {text!r}. Give .* number .* or {variable}\."):
        read(Limits, {variable: text})


def test_yes_and_no_are_the_only_truths() -> None:
    assert read(Server, {"MIGKG_PUBLISH_SOURCES": "yes"}).publish_sources
    assert not read(Server, {"MIGKG_PUBLISH_SOURCES": "no"}).publish_sources
    with pytest.raises(BadSetting, match="Give yes or no in its flag or MIGKG_PUBLISH_SOURCES"):
        read(Server, {"MIGKG_PUBLISH_SOURCES": "1"})


@pytest.mark.parametrize("text", ["-1", "65536", "http"])
def test_value_that_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(BadSetting, match="MIGKG_PORT"):
        read(Server, {"MIGKG_PORT": text})


def test_port_zero_lets_the_system_choose() -> None:
    assert read(Server, {"MIGKG_PORT": "0"}).port == 0


@pytest.mark.parametrize(
    "text", ["example.org", "ftp://a.org", "http://", "http://a/?q", "http://[::1"]
)
def test_public_url_is_an_address(text: str) -> None:
    with pytest.raises(BadSetting, match="MIGKG_PUBLIC_URL"):
        read(Server, {"MIGKG_PUBLIC_URL": text})


def test_host_is_not_empty() -> None:
    with pytest.raises(BadSetting, match="MIGKG_HOST"):
        read(Server, {"MIGKG_HOST": ""})


def test_trusted_proxies_are_networks() -> None:
    server = read(Server, {"MIGKG_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8,"})
    assert [str(network) for network in server.proxies] == ["127.0.0.1/32", "10.0.0.0/8"]
    assert Server().proxies == ()
    with pytest.raises(BadSetting, match="MIGKG_TRUSTED_PROXIES"):
        read(Server, {"MIGKG_TRUSTED_PROXIES": "proxy.example"})


def test_base_url_is_where_the_server_listens() -> None:
    assert Server().base_url == "http://127.0.0.1:8000"


def test_base_url_keeps_the_public_path() -> None:
    assert Server(public_url="https://example.org/kg/").base_url == "https://example.org/kg"


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_base_url_of_all_addresses_is_one_to_go_to(host: str) -> None:
    assert Server(host=host).base_url == "http://localhost:8000"


def test_base_url_of_an_ipv6_host_has_brackets() -> None:
    assert Server(host="::1").base_url == "http://[::1]:8000"


def test_each_row_has_a_name_of_its_own_and_a_help() -> None:
    table = list(rows(Server, Limits, Data))
    assert len({row.flag for row in table}) == len({row.variable for row in table}) == len(table)
    assert len(table) == sum(len(fields(group)) for group in (Server, Limits, Data))
    assert all(row.help for row in table)


def test_named_folder_goes_before_what_is_found(tiny: Path) -> None:
    assert Data(root=str(tiny)).folder == tiny


def test_named_folder_without_the_data_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="does not hold the folders"):
        _ = Data(root=str(tmp_path)).folder


def test_sources_lie_beside_the_checkout(tiny: Path) -> None:
    folder = tiny.parent / "shared" / "sources"
    with pytest.raises(SourcesMissing, match="--sources or MIGKG_SOURCES"):
        _ = Data(root=str(tiny)).source_folder
    folder.mkdir(parents=True)
    assert Data(root=str(tiny)).source_folder == folder
    assert Data(root=str(tiny), sources=str(tiny)).source_folder == tiny


def test_readme_table_is_the_rows() -> None:
    table = re.findall(
        r"^\| `(\w+)` \| (?:`(.*?)`)? *\| (.*?) \|$", README.read_text(), re.MULTILINE
    )
    wanted = [(row.variable, row.default, row.help) for row in rows(Server, Limits, Data)]
    assert [row for row in table if row[0].startswith("MIGKG_")] == wanted
