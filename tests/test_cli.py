import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from migkg.cli import main

COMMANDS = main.list_commands(click.Context(main))  # type: ignore[attr-defined]
ALL = "SELECT ?s ?o { ?s <https://w3id.org/migkg/ontology#underOffice> ?o } ORDER BY ?s"


def run(*arguments: str | Path, typed: str | bytes = "") -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=typed)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Example: " in result.output
    assert f"migkg {name}" in result.output


def test_help_lists_the_commands() -> None:
    output = run("--help").output
    assert {"export", "format", "query"} <= set(COMMANDS)
    assert all(f"\n  {name} " in output for name in COMMANDS)


def test_version_is_that_of_the_package() -> None:
    assert run("--version").output == f"migkg {version('migkg')}\n"


def test_unknown_command_is_an_error() -> None:
    result = run("exprot")
    said = "migkg: There is no command 'exprot'. Did you mean export?\n"
    assert (result.exit_code, result.output) == (2, said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--foo"], "migkg: No such option '--foo'. See migkg --help.\n"),
        (["release", "--sinze"], "migkg: No such option '--sinze'. Did you mean '--since'? "
         "See migkg release --help.\n"),
        (["release"], "migkg: Missing argument 'FOLDER'. See migkg release --help.\n"),
        (["why", "a", "b"], "migkg: Got unexpected extra argument (b). See migkg why --help.\n"),
        (["check", "/none"], "migkg: Invalid value for '[PATHS]...': Path '/none' does not exist. "
         "See migkg check --help.\n"),
    ],
)  # fmt: skip
def test_misuse_has_the_shape_of_every_fault(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.output) == (2, said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "grahp.ttl"], "Did you mean graph?"),
        (["export", "zzz.ttl"], "There are: graph,"),
        (["query", "zzz"], "There are: under-office."),
        (["query", "under-ofice"], "Did you mean under-office?"),
    ],
)
def test_unknown_name_leads_on(tiny: Path, arguments: list[str], said: str) -> None:
    result = run(*arguments, "--data", tiny)
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert said in result.output


def test_module_runs_as_the_command() -> None:
    command = [sys.executable, "-m", "migkg", "--version"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == f"migkg {version('migkg')}\n"


def test_command_loads_no_other(tmp_path: Path) -> None:
    code = (
        "import sys; from migkg.cli import main; "
        "main(['format', sys.argv[1]], standalone_mode=False);"
        "print([name for name in ('flask', 'rdflib', 'pyshacl') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_fault_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    result = run("export", "--data", tmp_path)
    assert result.exit_code == 2
    assert result.output == (
        f"migkg: {tmp_path} does not hold the folders ontology and instances. "
        "Name the folder that does with --data or MIGKG_DATA.\n"
    )


def test_file_that_cannot_be_written_is_one_sentence(tiny: Path) -> None:
    result = run("export", "--data", tiny, "-o", tiny / "none" / "x.ttl")
    assert result.exit_code == 2
    said = f"migkg: There is no folder {tiny / 'none'}. Make it first, or name another.\n"
    assert result.output == said
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("arguments", [["export"], ["export", "--list"]], ids=["bytes", "text"])
def test_full_disk_is_one_sentence(arguments: list[str], tiny: Path) -> None:
    command = [sys.executable, "-m", "migkg", *arguments, "--data", tiny]
    buffered = {name: said for name, said in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=buffered
        )
    assert (done.returncode, done.stderr) == (
        2,
        "migkg: The output: No space left on device.\n",
    )


def test_reader_who_leaves_early_is_no_fault(tiny: Path) -> None:
    code = "import sys; from migkg.cli import main; sys.argv[0] = 'migkg'; main()"
    command = [sys.executable, "-c", code, "export", "--list", "--data", str(tiny)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        assert running.stderr.read() == ""


def test_minus_means_standard_output(tiny: Path) -> None:
    options = ["export", "--format", "nq", "--data", str(tiny)]
    assert run(*options, "-o", "-").stdout_bytes == run(*options).stdout_bytes != b""


def test_output_needs_no_locale_and_no_home(tiny: Path) -> None:
    text = "SELECT ?l { ?x <http://www.w3.org/2000/01/rdf-schema#label> ?l }"
    command = [sys.executable, "-m", "migkg", "query", "--data", str(tiny), text]
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(command, env=plain, capture_output=True, check=True)
    assert "Büro «A»" in done.stdout.decode()


def test_no_module_is_taken_from_where_the_command_is_called(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not this one')")
    # As the installed command, which does not look there either.
    command = [sys.executable, "-P", "-m", "migkg", "query", "--data", str(tiny), "ASK {}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "true\n", "")


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("arguments", [["query", "ASK {}"], ["export"]], ids=["query", "export"])
def test_stream_that_is_closed_at_the_start_is_no_fault(
    tiny: Path, arguments: list[str], closed: str
) -> None:
    command = [sys.executable, "-m", "migkg", *arguments, "--data", str(tiny)]
    shell = ["sh", "-c", f'"$@" {closed}', "sh", *command]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_closed_standard_input_is_an_empty_query(tiny: Path) -> None:
    command = [sys.executable, "-m", "migkg", "query", "-", "--data", str(tiny)]
    shell = ["sh", "-c", '"$@" <&-', "sh", *command]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("arguments", [["query", "SELECT ('…' AS ?x) {}"], ["locate", "--help"]])
def test_output_is_utf_8_in_every_locale(tiny: Path, arguments: list[str]) -> None:
    western = {"PYTHONIOENCODING": "latin-1", "MIGKG_DATA": str(tiny)}
    command = [sys.executable, "-m", "migkg", *arguments]
    done = subprocess.run(command, env=western, capture_output=True, check=True)
    assert "…" in done.stdout.decode()


@pytest.mark.parametrize("arguments", [["query", "ASK {} # \udcff"], ["why", "\udcff"], ["\udcff"]])
def test_argument_that_is_not_utf_8_is_a_fault(arguments: list[str]) -> None:
    result = run(*arguments)
    said = "migkg: An argument is not UTF-8. Write it in UTF-8, as the data are.\n"
    assert (result.exit_code, result.output) == (2, said)


def test_query_may_stand_in_the_command(tiny: Path) -> None:
    assert run("query", "ASK { ?s ?p ?o }", "--data", tiny).output == "true\n"


def test_stored_queries_are_listed_with_their_parameters() -> None:
    output = run("query", "--list").output
    assert "offices-by-theme\n    " in output
    assert "    --param theme=…  " in output


def test_broken_file_is_one_sentence(tiny: Path) -> None:
    (tiny / "instances/001-one/facts.ttl").write_text("mgi:a")
    result = run("export", "--data", tiny)
    assert result.exit_code == 2
    assert "facts.ttl, line 1, column 1: The prefix mgi: has not been declared." in result.output


def test_export_to_a_file_is_what_is_printed(tiny: Path, tmp_path: Path) -> None:
    options = ["export", "--format", "nq", "--no-derived", "--data", tiny]
    printed = run(*options)
    assert run(*options, "-o", tmp_path / "x.nq").output == ""
    assert (tmp_path / "x.nq").read_bytes() == printed.stdout_bytes != b""


def test_query_prints_a_table(tiny: Path) -> None:
    result = run("query", "-", "--data", tiny, typed=ALL)
    assert result.output == (
        "s               o\n"
        "--------------  ------------\n"
        "mgi:fact-001-a  mgi:office-a\n"
        "mgi:fact-001-b  mgi:office-a\n"
        "mgi:fact-003-a  mgi:office-a\n"
    )


def test_query_prints_a_truth(tiny: Path) -> None:
    assert run("query", "-", "--data", tiny, typed="ASK { ?s ?p ?o }").output == "true\n"


def test_query_prints_turtle_for_a_graph(tiny: Path) -> None:
    text = "DESCRIBE <https://w3id.org/migkg/id/fact-003-a>"
    assert "mgi:fact-003-a" in run("query", "-", "--data", tiny, typed=text).output


def test_query_takes_a_file_and_a_format(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "x.rq").write_text(ALL)
    result = run("query", tmp_path / "x.rq", "--format", "json", "--data", tiny)
    assert len(json.loads(result.output)["results"]["bindings"]) == 3


def test_query_takes_a_stored_query_and_its_parameters(tiny: Path) -> None:
    stored = ["query", "under-office", "--data", tiny, "--format", "csv"]
    assert run(*stored).stdout_bytes.count(b"\r\n") == 4
    assert run(*stored, "--param", "office=mgi:fact-001-b").output == "fact,label\n"
    file = ["query", tiny / "queries/under-office.rq", *stored[2:]]
    assert run(*file, "--param", "office=mgi:fact-001-b").output == "fact,label\n"


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (["nothing"], "", "There is no stored query 'nothing'. There are: under-office."),
        (["under-office", "--param", "office"], "", "Write --param name=value."),
        (["under-office", "--param", "a=b"], "", "no parameter 'a'. It takes office, label."),
        (["under-office", "--param", "a=b", "--param", "a=c"], "", "--param a is given twice."),
        (["under-office", "--param", "office=mgi:ofice-a"], "", "which the graph does not know."),
        (["under-office", "--param", "office=mgi:ofice-a"], "", "mean mgi:office-a (Büro «A»)?"),
        (["under-office", "--param", "office=a b"], "", "which is no iri."),
        (["-", "--param", "a=b"], "ASK {}", "A typed query has no parameters."),
        (["-"], "SELECT * {\n ?a ?b }", "Line 2, column "),
        (["-"], b"\xff", "standard input, line 1, column 1: the text is not UTF-8."),
        (["-", "--timeout", "x"], "ASK {}", "The setting timeout is 'x'."),
        (["-", "--format", "csv"], "DESCRIBE <urn:x>", "csv cannot hold this query's answer."),
        (["-", "--format", "ttl"], "ASK {}", "turtle cannot hold this query's answer."),
    ],
)
def test_query_that_cannot_run_says_why(
    tiny: Path, arguments: list[str], typed: str | bytes, said: str
) -> None:
    result = run("query", *arguments, "--data", tiny, typed=typed)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_query_with_more_rows_than_asked_for_says_so(tiny: Path) -> None:
    result = run("query", "-", "--rows", "2", "--data", tiny, typed=ALL)
    assert result.exit_code == 1
    assert "there are more than 2 rows" in result.stderr


def test_default_data_can_be_exported() -> None:
    assert run("export", "--format", "nq").exit_code == 0
