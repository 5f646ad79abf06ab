import click
import pytest
from click.testing import CliRunner

from migkg.options import takes
from migkg.settings import Data, Limits, Server


@click.command()
@click.argument("word")
@takes(Server, Data)
def command(word: str, server: Server, data: Data) -> None:
    click.echo(f"{word} {server.port} {data.root}")


def test_groups_arrive_filled_from_flags() -> None:
    result = CliRunner().invoke(command, ["w", "--port", "5", "--data", "d"], env={})
    assert result.output == "w 5 d\n"


def test_groups_arrive_filled_from_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIGKG_PORT", "6")
    monkeypatch.setenv("MIGKG_DATA", "e")
    assert CliRunner().invoke(command, ["w"]).output == "w 6 e\n"


def test_help_names_flag_variable_and_default() -> None:
    text = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    assert "--port TEXT port to listen on (MIGKG_PORT; default 8000)" in text
    assert "--timeout" not in text


def test_one_setting_alone_can_be_taken() -> None:
    @click.command()
    @takes(Limits, only=("timeout",))
    def other(limits: Limits) -> None:
        click.echo(f"{limits.timeout} {limits.rows}")

    assert CliRunner().invoke(other, ["--timeout", "3"]).output == f"3.0 {Limits().rows}\n"
    assert "--rows" not in CliRunner().invoke(other, ["--help"]).output
