"""The commands export, schema, serve and doctor, and rules for all commands."""

import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from tests.command import change, run
from tests.conftest import FROZEN, ROOT
from tracker.cli import COMMANDS, GROUPS, main
from tracker.export.json_schema import KINDS, make_schema_file
from tracker.records.loader import load, read_files
from tracker.site.command_reference import describe_commands

TRACKER = Path(sys.executable).parent / "tracker"
DESCRIBED = {command.name: command for command in describe_commands(main)}
HEAVY = {"pydantic", "yaml", "jinja2", "mkdocs", "requests", "pypdf", "PIL", "tracker.model"}


def test_export_equals_the_published_file(site: Path, epoch: str, tmp_path: Path) -> None:
    """The command writes the same bytes as the file on the site."""
    published = (site / "data/tracker.json").read_bytes()
    environment = {"SOURCE_DATE_EPOCH": epoch}
    result = CliRunner(env=environment).invoke(main, ["export", str(FROZEN)])
    assert result.stdout_bytes == published
    for output in (f"{tmp_path}/new/", f"{tmp_path}/all.json"):
        CliRunner(env=environment).invoke(main, ["export", str(FROZEN), "--output", output])
    assert (tmp_path / "new/tracker.json").read_bytes() == published
    assert (tmp_path / "all.json").read_bytes() == published


def test_export_refuses_invalid_records(project: Path, tmp_path: Path) -> None:
    """Records with problems are not exported, and no file is written."""
    change(project, "recommendations.yml", "status: partly-implemented", "status: implemented")
    result = run("export", project, "--output", tmp_path / "all.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert not (tmp_path / "all.json").exists()


def test_schema_equals_the_published_one(project: Path) -> None:
    """The command prints the published schema of a kind; similar names are suggested."""
    data = load(read_files(project)).dataset
    for kind in KINDS:
        printed = run("schema", kind, "--project", project).stdout_bytes
        assert printed == make_schema_file(kind, data)
    assert run("schema", "--list", "--project", project).stdout.count("\n") == len(KINDS)
    wrong = run("schema", "finding", "--project", project)
    assert wrong.exit_code == 2
    assert "“findings”" in wrong.stderr
    run("schema", "--write", "--project", project)
    assert len(list((project / "schemas/v1").glob("*.json"))) == len(KINDS)


def test_serve_reports_a_used_port(project: Path) -> None:
    """A port that is in use is refused, and another one suggested."""
    (project / "mkdocs.yml").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", project, "--port", str(port))
    assert result.exit_code == 2
    assert f"--port {port + 1}" in result.stderr


@pytest.mark.parametrize(
    ("typed", "screen", "opens"),
    [((), "", False), ((), ":0", True), (("--no-open",), ":0", False), (("--open",), "", True)],
)
def test_serve_opens_a_browser_on_a_desktop(
    project: Path, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...], screen: str, opens: bool
) -> None:
    """A browser opens if there is a screen or with an option; the address is localhost."""
    started: list[list[str]] = []

    def start(command: list[str], root: Path) -> int:
        started.append(command)
        return 0

    (project / "mkdocs.yml").touch()
    for name in ("CI", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", screen)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("tracker.cli.serve.run_mkdocs", start)
    assert run("serve", project, "--port", "8799", *typed).exit_code == 0
    assert "127.0.0.1:8799" in started[0]
    assert ("--open" in started[0]) == opens


def test_doctor_accepts_this_project(checkout: Path) -> None:
    """Nothing required is missing, and optional items come with instructions."""
    result = run("doctor", checkout)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        assert line.startswith(("ok ", "optional ", " "))
        assert not line.startswith("optional ") or below.startswith(" ")


def test_doctor_reports_problems(project: Path) -> None:
    """A wrong version of a package and unreadable records exit with 1."""
    assert run("doctor", project).exit_code == 0
    (project / "requirements.lock").write_text(
        "click==0.0.1 \\\n    --hash=sha256:0\nnever-heard-of==2 ; python_version < '3'\n",
        encoding="utf-8",
    )
    result = run("doctor", project)
    assert result.exit_code == 1
    assert "click" in next(line for line in result.stdout.splitlines() if line[:7] == "missing")
    assert "never-heard-of" not in result.stdout
    (project / "requirements.lock").unlink()
    change(project, "events.yml", "kind: programme", "kind: program")
    assert run("doctor", project).exit_code == 1


def test_doctor_reads_settings(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting is read from mkdocs.yml, or from the environment variable named there."""
    monkeypatch.delenv("SITE_URL", raising=False)
    (project / "mkdocs.yml").write_text(
        'site_url: !ENV [SITE_URL, ""]\nrepo_url: https://example.org/\n'
        "x: !!python/name:os.path.join\n",
        encoding="utf-8",
    )

    def state(word: str) -> str:
        lines = run("doctor", project).stdout.splitlines()
        return next(line.split()[0] for line in lines if f"({word})" in line)

    assert (state("site_url"), state("repo_url")) == ("optional", "ok")
    monkeypatch.setenv("SITE_URL", "https://example.org/tracker/")
    assert state("site_url") == "ok"


def test_doctor_prints_no_personal_data(project: Path) -> None:
    """The output can be shared: it has no name or address from git."""
    for command in ("init -q", "config user.name Somebody", "config user.email s@example.org"):
        subprocess.run(["git", "-C", project, *command.split()], check=True)
    output = run("doctor", project).output
    assert "ok       name and email" in output
    assert "omebody" not in output
    assert "example.org" not in output


def test_doctor_reports_an_unusable_configuration(project: Path) -> None:
    """Missing folders of texts are reported, and the other checks still run."""
    (project / "tracker.local.toml").write_text('texts = ["nowhere"]', encoding="utf-8")
    result = run("doctor", project)
    assert result.exit_code == 1
    assert "nowhere" in result.stderr
    assert "schemas" in result.stdout


def find_command(name: str) -> click.Command:
    """Return the command with this name, which can be a subcommand."""
    found: click.Command = main
    for word in name.split():
        assert isinstance(found, click.Group)
        _, command, _ = found.resolve_command(click.Context(found), [word])
        assert command
        found = command
    return found


@pytest.mark.parametrize("name", DESCRIBED)
def test_help_of_every_command(name: str) -> None:
    """The help of each command has a description, exit codes and valid examples."""
    described = DESCRIBED[name]
    assert described.help
    assert described.codes
    assert all(described.options.values())
    command = find_command(name)
    typed = [line for line in described.examples.splitlines() if line.startswith("tracker ")]
    assert typed
    for line in typed:
        words = shlex.split(re.split(r" {2,}| \| ", line)[0])
        own = name.split()
        if words[1] != own[0]:  # what comes after it
            continue
        assert words[1 : 1 + len(own)] == own
        command.make_parser(click.Context(command)).parse_args(words[1 + len(own) :])


def test_help_lists_all_commands() -> None:
    """`tracker --help` lists commands by group, in 80 columns, without importing them."""
    assert [find_command(name).name for name in COMMANDS] == list(COMMANDS)
    code = "import sys; from tracker.cli import main; main(['--help'], standalone_mode=False);"
    result = subprocess.run(
        [sys.executable, "-c", code + "print(*sys.modules)"], capture_output=True, text=True
    )
    assert not HEAVY & set(result.stdout.split())
    lines = result.stdout.splitlines()
    for name, texts in COMMANDS.items():
        assert any(re.fullmatch(rf"  {name} +{re.escape(texts['short'])}", line) for line in lines)
    assert all(len(line) <= 80 for line in lines[:-1])  # the last part lists the modules
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(COMMANDS)
    assert [line[:-1] for line in lines if line[:-1] in GROUPS] == list(GROUPS)


def test_help_is_a_command() -> None:
    """`tracker help new` is `tracker new --help`; headings are bold on a terminal only."""
    for words, same in ((["help", "new"], ["new", "--help"]), (["help"], ["--help"])):
        assert run(*words).stdout == run(*same).stdout
    assert run("help", "nothing").exit_code == 2
    coloured = CliRunner(env={"NO_COLOR": None}).invoke(main, ["new", "--help"], color=True).stdout
    plain = CliRunner(env={"NO_COLOR": "1"}).invoke(main, ["new", "--help"], color=True).stdout
    assert "\x1b[1mOptions" in coloured
    assert plain == run("new", "--help").stdout


def test_every_command_takes_a_project(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A command with PATH also accepts --project, or a file in the project."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    for words in (["check"], ["due"], ["find", "homes"], ["show", "asked-1"], ["schema", "--list"]):
        here = run(*words, "--project", project)
        assert here.exit_code == 0, here.output
        assert here.stdout == run(*words, "--project", project / "data/events.yml").stdout
    assert run("check", "--project", project).stdout == run("check", project).stdout
    assert run("check", project, "--project", project).exit_code == 2
    named = {"check", "fmt", "verify", "links", "serve", "build", "export", "import", "doctor"}
    named |= {"new", "diff", "find", "show", "due", "schema"}
    for name in named:
        assert any("--project" in parameter.opts for parameter in find_command(name).params), name


def test_build_runs_mkdocs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings are errors, failures exit with 1, and without a site nothing runs."""
    started: list[list[str]] = []

    def start(command: list[str], root: Path) -> int:
        started.append(command)
        return 3

    monkeypatch.setattr("tracker.cli.build.run_mkdocs", start)
    assert run("build", project).exit_code == 2
    (project / "mkdocs.yml").touch()
    assert run("build", project).exit_code == 1
    assert run("build", project, "--to", project / "public").exit_code == 1
    assert started == [
        ["build", "--strict"],
        ["build", "--strict", "--site-dir", str((project / "public").resolve())],
    ]


def test_page_lists_all_commands(site: Path) -> None:
    """The page has the options, examples and exit codes of each command."""
    page = (site / "contributing/commands/index.html").read_text(encoding="utf-8")
    for described in DESCRIBED.values():
        part = page[page.index(f'<h2 id="{described.name.replace(" ", "-")}">') :].split(
            "</section>"
        )[0]
        for parameter in find_command(described.name).params:
            if isinstance(parameter, click.Option):
                assert re.search(rf"<code>[^<]*{parameter.opts[0]}\b", part)
        assert part.count("<pre") == 2
        assert "<b>Exit codes:</b>" in part


def test_startup_imports_few_packages() -> None:
    """Help and completion do not load the model, YAML, templates or network packages."""
    code = "import sys, tracker.cli; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert HEAVY & set(result.stdout.split()) == set()


@pytest.mark.parametrize("arguments", [("show", "cescr-2013-9"), ("find", "shelter"), ("doctor",)])
def test_colours_are_for_terminals_only(arguments: tuple[str, ...]) -> None:
    """With NO_COLOR or in a pipe there are no colours, and the text is the same."""
    typed = [
        *arguments,
        *([str(FROZEN)] if arguments[0] == "doctor" else ["--project", str(FROZEN)]),
    ]
    coloured = CliRunner(env={"NO_COLOR": None}).invoke(main, typed, color=True).stdout
    plain = CliRunner(env={"NO_COLOR": "1"}).invoke(main, typed, color=True).stdout
    assert "\x1b[" in coloured
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert "\x1b" not in run(*typed).stdout


def complete(shell: str, words: str, begun: str) -> list[str]:
    """Return the completions of the last word."""
    environment = os.environ | {"_TRACKER_COMPLETE": f"{shell}_complete", "COMP_WORDS": words}
    environment["COMP_CWORD"] = begun if shell == "fish" else str(len(words.split()) - 1)
    result = subprocess.run([TRACKER], cwd=FROZEN, env=environment, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    return re.split(r"[,\t\n]", result.stdout)


def test_ids_are_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each shell completes ids and kinds, with titles if the shell supports them."""
    ids = {f"cescr-2013-9-health-a{n}" for n in range(1, 5)}
    for shell in ("bash", "zsh", "fish"):
        begun = "cescr-2013-9-health-a"
        assert {w for w in complete(shell, f"tracker show {begun}", begun) if w in ids} == ids
    assert "Access to health care" in complete("zsh", "tracker show cescr-2013-9-health-a1", "")
    monkeypatch.chdir(FROZEN)
    completion = ShellComplete(main, {}, "tracker", "_TRACKER_COMPLETE")
    for words, value in (
        ("schema fi", "findings"),
        ("explain bad-d", "bad-date"),
        ("new even", "event"),
        ("new position --in cescr-2013-9-he", "cescr-2013-9-health"),
        ("new event --set kind=pr", "kind=practice"),
        ("import --right right-ho", "right-housing"),
        ("help sch", "schema"),
        ("diff HE", "HEAD"),
    ):
        *typed, begun = words.split()
        assert value in [item.value for item in completion.get_completions(typed, begun)]


def test_documented_completion_works() -> None:
    """The documented line for bash enables completion."""
    page = (ROOT / "docs/contributing/commands.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^eval .*bash_source.*$", page, re.MULTILINE)
    path = f"{TRACKER.parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        ["bash", "-c", f"{line}\ncomplete -p tracker"],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert "complete" in result.stdout, result.stderr
