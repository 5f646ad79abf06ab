import pytest

from migkg.clients import client_of
from migkg.settings import Server

TRUSTED = Server(trusted_proxies="127.0.0.1, 10.0.0.0/8, ::1").proxies


@pytest.mark.parametrize(
    ("peer", "client"),
    [
        ("127.0.0.1:5000", "127.0.0.1"),
        ("[::1]:5000", "::1"),
        ("::1", "::1"),
        ("6.6.6.6", "6.6.6.6"),
    ],
)
def test_peer_is_the_client(peer: str, client: str) -> None:
    assert client_of(peer, [], ()) == client


def test_header_of_somebody_else_is_not_believed() -> None:
    rows = [("x-forwarded-for", "1.1.1.1"), ("forwarded", "for=1.1.1.1")]
    assert client_of("6.6.6.6:1", rows, TRUSTED) == "6.6.6.6"
    assert client_of("127.0.0.1:1", rows, ()) == "127.0.0.1"


@pytest.mark.parametrize(
    ("rows", "client"),
    [
        ([], "127.0.0.1"),
        ([("x-forwarded-for", "2.2.2.2")], "2.2.2.2"),
        ([("x-forwarded-for", "forged, 2.2.2.2, 10.0.0.7")], "2.2.2.2"),
        ([("x-forwarded-for", "forged"), ("x-forwarded-for", "2.2.2.2:80")], "2.2.2.2"),
        ([("x-forwarded-for", "10.0.0.7, 10.0.0.8")], "10.0.0.7"),
        ([("x-forwarded-for", "")], "127.0.0.1"),
        ([("forwarded", 'for="[2001:db8::1]:80";proto=https, for=10.0.0.1')], "2001:db8::1"),
        ([("forwarded", "by=a;FOR=2.2.2.2")], "2.2.2.2"),
        ([("forwarded", "for=unknown")], "unknown"),
        ([("x-forwarded-for", "x" * 1000)], "x" * 64),
    ],
)
def test_trusted_proxy_names_the_client(rows: list[tuple[str, str]], client: str) -> None:
    assert client_of("127.0.0.1:5000", rows, TRUSTED) == client
