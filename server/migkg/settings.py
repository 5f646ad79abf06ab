"""Three frozen groups of settings; a row is name, default and help, in the code and the README."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from migkg.errors import BadSetting, DataMissing, SourcesMissing

Value = str | int | float
_YES_NO = {"yes": True, "no": False}
Network = IPv4Network | IPv6Network
_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
_EXAMPLES = {
    "public_url": "https://example.org/migkg",
    "backend": "https://example.org/sparql",
    "trusted_proxies": "127.0.0.1, 10.0.0.0/8",
}
_MAY_BE_ZERO = ("queue", "cache_bytes")
Group = TypeVar("Group", bound="Server | Limits | Data")


def _row(default: Value, meaning: str) -> Any:
    return field(default=default, metadata={"help": meaning})


@dataclass(frozen=True)
class Server:
    """Where and how the server listens."""

    host: str = _row("127.0.0.1", "address to listen on")
    port: int = _row(8000, "port to listen on")
    public_url: str = _row("", "address that readers see, with path; empty: http://host:port")
    threads: int = _row(4, "threads that serve requests")
    stop: float = _row(5.0, "seconds that running answers get when the server is told to end")
    trusted_proxies: str = _row(
        "", "addresses or networks whose Forwarded header names the client, comma between"
    )
    access_log: str = _row("off", "access log, a JSON object a line: off, stderr or a file")
    backend: str = _row("", "SPARQL 1.1 endpoint to ask instead of the own files; empty: own files")
    publish_sources: bool = _row(
        False, "yes: show the documents' texts to readers on other machines too"
    )

    @property
    def base_url(self) -> str:
        """Return the public address without a slash at its end."""
        # All addresses of a machine are none that a reader could go to.
        host = "localhost" if self.host in ("0.0.0.0", "::") else self.host
        host = f"[{host}]" if ":" in host else host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Return the trusted proxies as networks; raises ValueError for what is none."""
        return _networks(self.trusted_proxies)


@dataclass(frozen=True)
class Limits:
    """What one query, and all of them together, may use."""

    timeout: float = _row(20.0, "seconds until a query is stopped")
    memory: int = _row(1024, "MiB of memory for one query process")
    rows: int = _row(100_000, "rows or triples in one answer")
    bytes: int = _row(67_108_864, "bytes in one answer")
    query_bytes: int = _row(65_536, "bytes in one query text")
    depth: int = _row(100, "brackets inside brackets in one query text")
    concurrent_queries: int = _row(8, "queries that run at one time")
    queue: int = _row(256, "queries that wait while all processes are busy")
    client_queries: int = _row(240, "queries of one client that run or wait at one time")
    long_answers: int = _row(256, "answers above 1 MiB read at one time; one client: half of them")
    cache_bytes: int = _row(67_108_864, "bytes of answers kept for the next to ask; 0: none")


@dataclass(frozen=True)
class Data:
    """Where the files are; an empty text means: found automatically."""

    root: str = _row("", "folder that holds ontology, instances, shapes and queries; empty: found")
    sources: str = _row("", "folder of the documents' text files; empty: ../shared/sources")

    @property
    def folder(self) -> Path:
        """Return the folder of the graph's files: `root`, the checkout, or the installed package.

        Raises DataMissing.
        """
        here = Path(__file__).resolve()
        found = [Path(self.root)] if self.root else [here.parents[2], here.parent / "data"]
        for folder in found:
            if (folder / "ontology").is_dir() and (folder / "instances").is_dir():
                return folder
        raise DataMissing(
            f"{found[-1]} does not hold the folders ontology and instances.",
            "Name the folder that does with --data or MIGKG_DATA.",
        )

    @property
    def source_folder(self) -> Path:
        """Return the folder of the documents' text files; raises SourcesMissing."""
        folder = (
            Path(self.sources) if self.sources else self.folder.resolve().parent / "shared/sources"
        )
        if folder.is_dir():
            return folder
        raise SourcesMissing(
            f"The documents' text files are not in {folder}.",
            "Name their folder with --sources or MIGKG_SOURCES.",
        )


@dataclass(frozen=True)
class Row:
    """One setting as the README and `--help` show it."""

    name: str
    default: str
    help: str
    flag: str
    variable: str


def rows(*groups: type[Server] | type[Limits] | type[Data]) -> Iterator[Row]:
    """Yield the rows of the groups in the order of their fields."""
    for group in groups:
        for item in fields(group):
            yield Row(
                name=item.name,
                default="no" if item.default is False else str(item.default),
                help=item.metadata["help"],
                flag="--data" if item.name == "root" else "--" + item.name.replace("_", "-"),
                variable=_variable(item),
            )


def read(
    group: type[Group], environ: Mapping[str, str], flags: Mapping[str, str | None] | None = None
) -> Group:
    """Fill a group: a flag goes before its MIGKG_ variable, that before the default.

    Raises BadSetting.
    """
    values: dict[str, Value] = {}
    for item in fields(group):
        text = (flags or {}).get(item.name)
        if text is None:
            text = environ.get(_variable(item))
        if text is not None:
            values[item.name] = _value(item, text)
    return group(**values)  # type: ignore[arg-type]


def _variable(item: Field[Any]) -> str:
    return "MIGKG_DATA" if item.name == "root" else f"MIGKG_{item.name.upper()}"


def _value(item: Field[Any], text: str) -> Value:
    kind: type[Value] = type(item.default)  # type: ignore[assignment]
    if kind is bool:
        return _truth(item, text)
    try:
        value = kind(text)
    except ValueError:
        value = -1
    if _allowed(item.name, value):
        return value
    wanted = {int: "a whole number above zero", float: "a number above zero"}.get(kind, "one")
    raise BadSetting(
        f"The setting {item.name} is {text!r}.",
        f"Give {wanted} such as {_EXAMPLES.get(item.name, item.default)} in its flag or "
        f"{_variable(item)}.",
    )


def _truth(item: Field[Any], text: str) -> bool:
    if text in _YES_NO:
        return _YES_NO[text]
    raise BadSetting(
        f"The setting {item.name} is {text!r}.", f"Give yes or no in its flag or {_variable(item)}."
    )


def _allowed(name: str, value: Value) -> bool:
    if name == "port":
        return isinstance(value, int) and 0 <= value <= 65_535
    if name == "trusted_proxies":
        return _are_networks(str(value))
    if name == "host":
        return value != ""
    if name in _EXAMPLES and value:
        return is_address(str(value))
    if isinstance(value, str):
        return True
    return math.isfinite(value) and (value > 0 or (value == 0 and name in _MAY_BE_ZERO))


def is_address(text: str) -> bool:
    """Tell whether a text is an address of the web, with a host and without a query."""
    try:
        urlsplit(text)
    except ValueError:
        return False
    return _ADDRESS.fullmatch(text) is not None


def _are_networks(text: str) -> bool:
    try:
        _networks(text)
    except ValueError:
        return False
    return True


def _networks(text: str) -> tuple[Network, ...]:
    parts = (part.strip() for part in text.split(","))
    return tuple(ip_network(part) for part in parts if part)
