"""A tracker for another State: it builds and passes its check, and knows nothing of this one."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import run
from tests.conftest import ROOT

# Names of this project's State, report and bodies, which are data and no others' business.
OURS = re.compile(r"azerb|baku\b|\bcescr|constitution. research|\bAZE\b", re.IGNORECASE)


@pytest.fixture(scope="module", autouse=True)
def shared(checkout: Path) -> Iterator[None]:
    """What a new project shares with this one is taken from the snapshot, as is its vocabulary."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tracker.cli.scaffold.find_shared_folder", lambda: checkout)
        yield


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of an invented State, as the command writes it."""
    folder = tmp_path_factory.mktemp("init") / "borland"
    names = ("--state", "Borland", "--committee", "the Harbour Committee", "--title", "Borland's")
    done = run("init", folder, *names)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def built(begun: Path) -> Path:
    """Its site, in which nothing is wrong."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        command, cwd=begun, env=quiet, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return begun / "site"


def test_it_is_sound(begun: Path) -> None:
    """Nothing to mend, nothing to bring into form, and schemas for editors can be made."""
    assert run("check", begun).exit_code == 0
    assert run("fmt", begun, "--check").exit_code == 0
    assert run("schema", "--write", "--project", begun).exit_code in (0, 2)


def test_example_has_a_page_and_is_found(built: Path) -> None:
    """Under the names that were given, and marked as an example."""
    page = (built / "recommendations/example-1/index.html").read_text(encoding="utf-8")
    assert "Example: replace this recommendation" in page
    assert "the Harbour Committee asked Borland to do" in page
    home = (built / "index.html").read_text(encoding="utf-8")
    assert "Borland&#39;s" in home or "Borland's" in home
    words = json.loads((built / "search/index.json").read_text(encoding="utf-8"))["words"].split()
    assert {"example", "replace", "recommendation"} <= set(words)


def test_first_record_of_ones_own(begun: Path) -> None:
    """The words that the guide names lead to a source that the check takes once it is cited."""
    given = ("--set", "title=Observations", "--set", "type=un-document", "--set", "access=public")
    more = ("--set", "identified=as-cited", "--set", "date=2020", "--dry-run")
    done = run("new", "source", "--project", begun, *given, *more)
    assert done.exit_code == 0, done.output


def test_nothing_of_this_project_is_in_it(begun: Path, built: Path) -> None:
    """No file of the new project, and no page of its site, names our State or report."""
    texts = (p for p in begun.rglob("*") if p.suffix in (".md", ".yml", ".html", ".json", ".txt"))
    named = [p.relative_to(begun).as_posix() for p in texts if OURS.search(p.read_text("utf-8"))]
    assert named == []


def test_workflows_use_what_ours_use(begun: Path) -> None:
    """Actions are pinned, by the same hashes."""
    ours = "".join(p.read_text("utf-8") for p in (ROOT / ".github/workflows").glob("*.yml"))
    used = [
        line.strip(" -")
        for p in (begun / ".github/workflows").glob("*.yml")
        for line in p.read_text("utf-8").splitlines()
        if "uses:" in line
    ]
    assert len(used) == 5
    assert all(line in ours for line in used)


@pytest.mark.parametrize(
    "given",
    [
        ["--state", " Borland"],
        ["--title", "A\nB"],
        ["--committee", "\x07"],
        ["--state", "{{ gaps() }}"],
    ],
)
def test_what_cannot_be_a_name(tmp_path: Path, given: list[str]) -> None:
    """Nothing is written."""
    done = run("init", tmp_path / "new", *given)
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder that holds something stays as it is; an empty one is taken."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("mine", encoding="utf-8")
    done = run("init", tmp_path / "full")
    assert done.exit_code == 2
    assert "not empty" in done.stderr
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["notes.txt"]
    (tmp_path / "empty").mkdir()
    assert run("init", tmp_path / "empty").exit_code == 0
    assert (tmp_path / "empty/README.md").is_file()


def test_names_with_quotes_are_only_names(tmp_path: Path) -> None:
    """Whatever somebody calls it: the project is sound."""
    folder = tmp_path / "new"
    names = (
        "--state",
        "Côte d'Or: the “coast” # 1",
        "--committee",
        "$committee's",
        "--title",
        "a: 'b'",
    )
    assert run("init", folder, *names).exit_code == 0
    assert run("check", folder).exit_code == 0


@pytest.mark.slow
def test_wheel_holds_what_it_needs(checkout: Path, tmp_path: Path) -> None:
    """Installed from a wheel, the command finds what lies beside the package here."""
    source = tmp_path / "source"
    shutil.copytree(checkout, source)
    shutil.copytree(
        ROOT / "tracker",
        source / "tracker",
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    command += ["--no-index", "--wheel-dir", str(tmp_path), str(source)]
    subprocess.run(command, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    code = "import sys; from tracker.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "init", str(tmp_path / "new")],
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert run("check", tmp_path / "new").exit_code == 0
