"""`tracker init` for another State: the project is valid and has nothing of this one."""

import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.command import git, run
from tests.conftest import ROOT
from tests.search_files import read_search_file
from tracker import __version__

# Names of this project's State, report and bodies, which belong only in its data.
OURS = re.compile(r"azerb|baku\b|\bcescr|constitution. research|\bAZE\b", re.IGNORECASE)


@pytest.fixture(scope="module", autouse=True)
def shared(checkout: Path) -> Iterator[None]:
    """A new project takes its shared files and vocabulary from the snapshot."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tracker.cli.scaffold.find_shared_folder", lambda: checkout)
        yield


@pytest.fixture(scope="module")
def new_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project of an invented State."""
    folder = tmp_path_factory.mktemp("init") / "borland"
    names = ("--state", "Borland", "--committee", "the Harbour Committee", "--title", "Borland's")
    result = run("init", folder, *names)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def built(new_project: Path) -> Path:
    """The built site of the new project, without broken links."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    result = subprocess.run(
        command, cwd=new_project, env=quiet, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr
    return new_project / "site"


def test_new_project_is_valid(new_project: Path) -> None:
    """The project passes the check, is formatted, and its schemas can be written."""
    assert run("check", new_project).exit_code == 0
    assert run("fmt", new_project, "--check").exit_code == 0
    assert run("schema", "--write", "--project", new_project).exit_code in (0, 2)


def test_example_has_a_page_and_search_entries(built: Path) -> None:
    """The example has the given names, and is marked as an example."""
    page = (built / "recommendations/example-1/index.html").read_text(encoding="utf-8")
    assert "Example: replace this recommendation" in page
    assert "the Harbour Committee asked Borland to do" in page
    home = (built / "index.html").read_text(encoding="utf-8")
    assert "Borland&#39;s" in home or "Borland's" in home
    words = read_search_file((built / "search/index.js").read_bytes())["words"].split()
    assert {"example", "replace", "recommendation"} <= set(words)


def test_first_added_record(new_project: Path) -> None:
    """The values in the guide create a valid source."""
    given = ("--set", "title=Observations", "--set", "type=un-document", "--set", "access=public")
    more = ("--set", "identified=as-cited", "--set", "date=2020", "--dry-run")
    result = run("new", "source", "--project", new_project, *given, *more)
    assert result.exit_code == 0, result.output


def test_new_project_has_nothing_of_this_one(new_project: Path, built: Path) -> None:
    """No file of the new project and no page of its site names our State or report."""
    texts = (
        p for p in new_project.rglob("*") if p.suffix in (".md", ".yml", ".html", ".json", ".txt")
    )
    named = [
        p.relative_to(new_project).as_posix() for p in texts if OURS.search(p.read_text("utf-8"))
    ]
    assert named == []


def test_workflows_use_the_same_actions(new_project: Path) -> None:
    """Actions are pinned to the same hashes as ours."""
    ours = "".join(p.read_text("utf-8") for p in (ROOT / ".github/workflows").glob("*.yml"))
    used = [
        line.strip(" -")
        for p in (new_project / ".github/workflows").glob("*.yml")
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
def test_invalid_names(tmp_path: Path, given: list[str]) -> None:
    """Invalid names are refused, and nothing is written."""
    result = run("init", tmp_path / "new", *given)
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with files is refused and unchanged; an empty one is used."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("mine", encoding="utf-8")
    result = run("init", tmp_path / "full")
    assert result.exit_code == 2
    assert "not empty" in result.stderr
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["notes.txt"]
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr("tracker.cli.init.make_wheel", lambda: b"")
    assert run("init", tmp_path / "empty").exit_code == 0
    assert (tmp_path / "empty/README.md").is_file()


def test_names_with_quotation_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project is valid, whatever its name."""
    monkeypatch.setattr("tracker.cli.init.make_wheel", lambda: b"")
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


WHEEL = f"covenant_tracker-{__version__}-py3-none-any.whl"


def test_program_is_installed_by_path_and_hash(new_project: Path) -> None:
    """Nothing installs the program by name, because the name is not registered on PyPI."""
    wheel = (new_project / "vendor" / WHEEL).read_bytes()
    lock = (new_project / "requirements.lock").read_text("utf-8")
    entries = re.sub(r"(?m)^#.*\n", "", lock).replace("\\\n", "").splitlines()
    first = f"./vendor/{WHEEL}     --hash=sha256:{hashlib.sha256(wheel).hexdigest()}"
    assert entries[0] == first
    assert all(" --hash=sha256:" in entry for entry in entries)
    assert not [entry for entry in entries if re.match("covenant.tracker", entry)]
    assert (
        "pip install -qq --require-hashes -r requirements.lock"
        in (new_project / "Makefile").read_text()
    )
    for file in new_project.rglob("*"):
        if file.suffix in (".yml", ".md", ".txt", ".toml", "") and file.is_file():
            assert "covenant-tracker==" not in file.read_text("utf-8")


def test_wheel_has_the_files_of_the_program(new_project: Path) -> None:
    """The wheel has the files that a new project copies, and its RECORD lists each file."""
    with zipfile.ZipFile(new_project / "vendor" / WHEEL) as archive:
        names = set(archive.namelist())
    shared = ("SECURITY.md", "LICENSE", "requirements.lock", ".github/ISSUE_TEMPLATE/wrong.yml")
    assert {f"tracker/shared/{file}" for file in shared} < names
    assert {"tracker/starter/.ci/run", "tracker/starter/data/LICENSE"} < names
    assert {"tracker/citations/pairs/law.yml", "tracker/citations/pairs/scan.yml"} < names


def test_given_wheel_is_used(new_project: Path, tmp_path: Path) -> None:
    """The wheel is copied unchanged; other files or releases are refused."""
    wheel = new_project / "vendor" / WHEEL
    assert run("init", tmp_path / "new", "--wheel", wheel).exit_code == 0
    assert (tmp_path / "new/vendor" / WHEEL).read_bytes() == wheel.read_bytes()
    other = shutil.copy(wheel, tmp_path / "covenant_tracker-9.9.9-py3-none-any.whl")
    broken = tmp_path / WHEEL
    broken.write_bytes(b"PK")
    for file in (other, broken):
        result = run("init", tmp_path / "another", "--wheel", file)
        assert result.exit_code == 2
        assert f"{file} is not a wheel of this release" in result.stderr
        assert f"--wheel PATH/{WHEEL}" in result.stderr
    assert not (tmp_path / "another").exists()


def test_no_wheel_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without installed files or a build backend, the command says what to do."""
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    result = run("init", tmp_path / "new")
    assert result.exit_code == 2
    assert "no wheel can be made" in result.stderr
    assert "--wheel PATH" in result.stderr
    assert not (tmp_path / "new").exists()


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Change")


def remove_example(folder: Path) -> None:
    """Run the command that the README gives."""
    (command,) = re.findall(r"(?m)^git rm (data\S+)$", (folder / "README.md").read_text("utf-8"))
    git(folder, "rm", "--quiet", *(str(file) for file in sorted(folder.glob(command))))


def test_example_can_be_removed(new_project: Path, tmp_path: Path) -> None:
    """The example can be deleted even after publication; other records cannot."""
    folder = tmp_path / "new"
    shutil.copytree(new_project, folder, ignore=shutil.ignore_patterns("site", ".cache"))
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder)
    remove_example(folder)
    commit(folder)
    result = run("check", folder, "--against", "HEAD~1")
    assert result.exit_code == 0, result.output
    assert not list(folder.glob("data/**/example*"))
    term = ("id=home", "title=Home", "kind=right", "definition=A home.", "review_months=24")
    sets = [word for value in term for word in ("--set", value)]
    assert run("new", "term", "--project", folder, *sets).exit_code == 0
    commit(folder)
    (folder / "data/vocabulary/home.yml").unlink()
    result = run("check", folder, "--against", "HEAD")
    assert result.exit_code == 1
    assert "vanished-id" in result.stdout


def test_readme_names_each_placeholder(new_project: Path) -> None:
    """Each placeholder is listed with its file, and no name is filled in."""
    readme = (new_project / "README.md").read_text("utf-8")
    assert len(readme.splitlines()) <= 100
    rows = re.findall(r"(?m)^\| (.+) \| `(\S+)` \| .+ \|$", readme)
    found = {file: re.findall(r"`([^`]+)`|“?\"(\w+ \w+)", names) for names, file in rows}
    assert set(found) == {".github/CODEOWNERS", "data/LICENSE", "docs/about.md"}
    for file, placeholders in found.items():
        text = (new_project / file).read_text("utf-8")
        assert all((code or words) in text for code, words in placeholders), file
    for file in ("LICENSE", "SECURITY.md", ".github/PULL_REQUEST_TEMPLATE.md", ".ci/run"):
        assert (new_project / file).read_text("utf-8")
    assert len(list((new_project / ".github/ISSUE_TEMPLATE").glob("*.yml"))) == 4


def test_scripts_are_executable(new_project: Path) -> None:
    """Files with a shebang are executable."""
    for name in (".ci/run", ".ci/changes"):
        assert (new_project / name).stat().st_mode & stat.S_IXUSR


def test_workflows_call_targets_that_exist(new_project: Path) -> None:
    """Workflows are valid, have no default permissions, and call existing targets."""
    makefile = (new_project / "Makefile").read_text("utf-8")
    known = set(re.findall(r"^([a-z]+|\.venv/\.site):", makefile, re.MULTILINE))
    texts = [file.read_text("utf-8") for file in (new_project / ".github/workflows").glob("*.yml")]
    for text in texts:
        workflow = yaml.safe_load(text)
        assert workflow["permissions"] == {}
        assert all("permissions" in job for job in workflow["jobs"].values())
    assert yaml.safe_load((new_project / ".gitlab-ci.yml").read_text("utf-8"))["stages"]
    texts.append((new_project / ".gitlab-ci.yml").read_text("utf-8"))
    lines = re.findall(r"(?:run: |- )make (.+)", "\n".join(texts))
    words = {word for line in lines for word in line.partition(" ||")[0].split()}
    targets = {word for word in words if "=" not in word}
    targets |= set(re.findall(r"`make ([a-z]+)", (new_project / "README.md").read_text("utf-8")))
    assert targets >= {"ci", "zip", ".venv/.site"}
    assert targets <= known


def make_environment(folder: Path) -> Path:
    """Create an environment with the packages of this one, but without the program."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    # Python does not read the .pth files that would lead to this checkout.
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder / "bin"


def install_into(environment: Path, *arguments: str | Path, cwd: Path) -> None:
    """Install from files only, without a package index."""
    command = [sys.executable, "-m", "pip", "--python", str(environment / "python"), "install"]
    command += ["-q", "--no-deps", "--no-index", *map(str, arguments)]
    subprocess.run(command, cwd=cwd, check=True)


@pytest.fixture(scope="module")
def program(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed from a wheel in a separate environment."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(checkout, source)
    code = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tracker", source / "tracker", dirs_exist_ok=True, ignore=code)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    command += ["--no-index", "--wheel-dir", str(folder), str(source)]
    subprocess.run(command, capture_output=True, check=True)
    shutil.rmtree(source)
    environment = make_environment(folder / "environment")
    install_into(environment, folder / WHEEL, cwd=folder)
    return environment / "tracker"


FIRST_RECORDS = (
    "term id=home title=Housing kind=right definition=Housing. review_months=24",
    "term id=tenants title=Tenants kind=group definition=Tenants.",
    "source id=co-3 title=Observations type=un-document date=2023-10-13 access=public "
    "identified=as-cited",
    "recommendation id=rent-law title=Rent made_by=committee made_on=2023-10-13 document=co-3 "
    "paragraph=paragraph 12 summary=Rent. rights=home groups=tenants citations.0.source=co-3 "
    "citations.0.locator=whole official_text.missing=Later. done_when.law=A done_when.measures=B "
    "done_when.results=C",
    "assessment id=rent-law-a1 date=2024-05-01 status=insufficient-information "
    "reason=not-searched groups=tenants law.state=unknown law.why=A measures.state=unknown "
    "measures.why=B results.state=unknown results.why=C why=D evidence_basis=document "
    "independent_sources=1 method=manual baseline=absent citations.0.source=co-3 "
    "citations.0.locator=whole evidence_up_to=2023-10-13",
)
"""Input for `tracker new`: a first rated recommendation."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "committee"),
    [
        ("Freeland", "the Committee on Economic, Social and Cultural Rights"),
        ("Arland", "the Committee on the Elimination of Discrimination against Women"),
    ],
)
def test_new_project_passes_from_first_commit_to_first_record(
    program: Path, tmp_path: Path, state: str, committee: str
) -> None:
    """A project created by an installed program installs the program from its own wheel."""
    folder = tmp_path / "new"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def call(*command: str | Path, cwd: Path = folder) -> str:
        result = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    call(program, "init", folder, "--state", state, "--committee", committee, cwd=tmp_path)
    local = make_environment(folder / ".venv")
    entry = (folder / "requirements.lock").read_text("utf-8").partition("\nannotated")[0]
    (tmp_path / "program.lock").write_text(entry, encoding="utf-8")
    install_into(local, "--require-hashes", "-r", tmp_path / "program.lock", cwd=folder)
    (local / "mkdocs").write_text(f'#!/bin/sh\nexec {local}/python -m mkdocs "$@"\n', "utf-8")
    (local / "mkdocs").chmod(0o755)
    (folder / ".venv/.site").touch()

    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder)
    assert "no problems" in call("bash", ".ci/run")
    remove_example(folder)
    commit(folder)
    assert "no problems" in call("make", "test", "AGAINST=HEAD~1")
    for record in FIRST_RECORDS:
        kind, *fields = re.split(r" (?=[\w.]+=)", record)
        to = ("--in", "rent-law") if kind == "assessment" else ()
        sets = [word for field in fields for word in ("--set", field)]
        call(local / "tracker", "new", kind, *to, *sets)
    commit(folder)
    assert "no problems" in call("make", "ci", "AGAINST=HEAD~1")
    call("make", "site")
    assert state in (folder / "site/index.html").read_text("utf-8")
    assert (folder / "site/recommendations/rent-law/index.html").is_file()
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "co-3.txt").write_text("12. Adopt a law on rent.", encoding="utf-8")
    assert "Citations: 2. Texts available: 1." in call("make", "verify", f"TEXTS={texts}")
