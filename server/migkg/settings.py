"""Three frozen groups of settings; a row is name, default and help, in the code and the README."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from migkg.errors import BadSetting, DataMissing, SourcesMissing
from migkg.setting_kinds import (
    COUNT,
    HOST,
    PORT,
    PROXIES,
    ROOM,
    SECONDS,
    TEXT,
    YES_NO,
    Kind,
    Network,
    address,
    networks,
)

OFF = "off"
Value = str | int | float
Group = TypeVar("Group", bound="Server | Limits | Data")


def _row(default: Value, kind: Kind, meaning: str, *, name: str = "") -> Any:
    """Return a setting as a field; `name` is that in flag and variable, if it is another."""
    return field(default=default, metadata={"kind": kind, "help": meaning, "name": name})


@dataclass(frozen=True)
class Server:
    """Where and how the server listens."""

    host: str = _row("127.0.0.1", HOST, "address to listen on")
    port: int = _row(8000, PORT, "port to listen on")
    public_url: str = _row(
        "",
        address("https://example.org/migkg"),
        "address that readers see, with path; empty: http://host:port",
    )
    threads: int = _row(4, COUNT, "threads that serve requests")
    stop: float = _row(
        5.0, SECONDS, "seconds that running answers get when the server is told to end"
    )
    trusted_proxies: str = _row(
        "", PROXIES, "addresses or networks whose Forwarded header names the client, comma between"
    )
    access_log: str = _row(OFF, TEXT, "access log, a JSON object a line: off, stderr or a file")
    backend: str = _row(
        "",
        address("https://example.org/sparql"),
        "SPARQL 1.1 endpoint to ask instead of the own files; empty: own files",
    )
    publish_sources: bool = _row(
        False, YES_NO, "yes: show the documents' texts to readers on other machines too"
    )

    @property
    def base_url(self) -> str:
        """Return the public address without a slash at its end."""
        # All addresses of a machine are none that a reader could go to.
        host = "localhost" if self.host in ("0.0.0.0", "::") else self.host
        host = f"[{host}]" if ":" in host else host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def logs(self) -> bool:
        """Tell whether requests are logged."""
        return self.access_log != OFF

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Return the trusted proxies as networks; raises ValueError for what is none."""
        return networks(self.trusted_proxies)


@dataclass(frozen=True)
class Limits:
    """What one query, and all of them together, may use."""

    timeout: float = _row(20.0, SECONDS, "seconds until a query is stopped")
    memory: int = _row(1024, COUNT, "MiB of memory for one query process")
    rows: int = _row(100_000, COUNT, "rows or triples in one answer")
    bytes: int = _row(67_108_864, COUNT, "bytes in one answer")
    query_bytes: int = _row(65_536, COUNT, "bytes in one query text")
    depth: int = _row(100, COUNT, "brackets inside brackets in one query text")
    concurrent_queries: int = _row(
        8,
        COUNT,
        "query processes at work at one time; fewer if memory holds fewer copies of the data",
    )
    queue: int = _row(256, ROOM, "queries that wait while all processes are busy")
    client_queries: int = _row(240, COUNT, "queries of one client that run or wait at one time")
    long_answers: int = _row(
        256, COUNT, "answers above 1 MiB read at one time; one client: half of them"
    )
    cache_bytes: int = _row(67_108_864, ROOM, "bytes of answers kept for the next to ask; 0: none")


@dataclass(frozen=True)
class Data:
    """Where the files are; an empty text means: found automatically."""

    root: str = _row(
        "",
        TEXT,
        "folder that holds ontology, instances, shapes and queries; empty: found",
        name="data",
    )
    sources: str = _row("", TEXT, "folder of the documents' text files; empty: ../shared/sources")

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
                flag="--" + _name(item).replace("_", "-"),
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


def _name(item: Field[Any]) -> str:
    return item.metadata["name"] or item.name


def _variable(item: Field[Any]) -> str:
    return f"MIGKG_{_name(item).upper()}"


def _value(item: Field[Any], text: str) -> Value:
    kind: Kind = item.metadata["kind"]
    with suppress(ValueError):
        value: Value = kind.read(text)
        if kind.allowed(value):
            return value
    raise BadSetting(
        f"The setting {item.name} is {text!r}.",
        f"Give {kind.wanted.format(item.default)} in its flag or {_variable(item)}.",
    )
