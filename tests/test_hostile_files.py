"""Untrusted repositories: links, pipes and oversized files where a command reads or writes."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

from tests.command import git, run
from tests.conftest import EXAMPLE
from tracker.export.archive import SUMS, compute_digest

SECRET = "the-decoy-was-read"
RECORD = f"- id: {SECRET}\n  title: {SECRET}\n"
CONFIG = (
    "site_name: Example\ntheme:\n  name: material\n  custom_dir: overrides\nplugins: [tracker]\n"
)
INPUT = (
    *("data", "data/events.yml", "data/maps", "data/maps/report.yml", "data/citations.lock"),
    *("data/links.lock", "data/imported", "data/imported/recommendations"),
)
PAGES = ("docs", "docs/index.md", "docs/assets", "docs/stolen.md", "overrides", "overrides/x.html")
OUTPUT = ("site", "site/index.html", "site/assets", "dist", "dist/x.zip", "dist/SHA256SUMS")
OTHER = ("schemas", "schemas/findings.json", "tracker.local.toml", ".vscode/settings.json")


def link(place: Path, decoy: Path) -> None:
    place.symlink_to(os.path.relpath(decoy / ("a" if place.suffix else ""), place.parent))


def chain(place: Path, decoy: Path) -> None:
    (place.parent / ".step").symlink_to(decoy / ("a" if place.suffix else ""))
    place.symlink_to(".step")


def dangling(place: Path, decoy: Path) -> None:
    place.symlink_to(decoy / "not-there-yet")


def pipe(place: Path, decoy: Path) -> None:
    os.mkfifo(place)


def folder(place: Path, decoy: Path) -> None:
    place.mkdir()
    (place / "x.yml").write_text("- id: x\n")


def huge(place: Path, decoy: Path) -> None:
    with place.open("wb") as file:
        file.truncate(3_000_000_000)


DAILY = ("data/events.yml", "docs/index.md")
DAILY_LINKS = (
    *("data", "data/events.yml", "data/maps", "data/links.lock", "docs", "docs/index.md"),
    *("overrides", "site", "site/index.html", "dist", "dist/x.zip", "tracker.local.toml"),
)
KINDS: dict[Callable[[Path, Path], None], tuple[str, ...]] = {
    link: (*INPUT, *PAGES, *OUTPUT, *OTHER),
    chain: ("data/events.yml", "data/maps", "docs/assets", "docs/index.md", "site", "dist"),
    dangling: ("data/events.yml", "data/links.lock", "docs/stolen.md", "site", "dist/x.zip"),
    pipe: ("data/events.yml", "data/links.lock", "docs/index.md", "tracker.local.toml"),
    folder: ("data/events.yml", "data/citations.lock", "data/maps/report.yml"),
    huge: ("data/events.yml", "data/citations.lock", "docs/index.md"),
}
HOSTILE = [
    # All use the same functions: some places of each kind are enough for every run.
    pytest.param(
        kind,
        place,
        marks=() if place in (DAILY_LINKS if kind is link else DAILY) else pytest.mark.slow,
    )
    for kind, places in KINDS.items()
    for place in places
]
UPR = "Recommendation,Response\n"


@pytest.fixture
def decoy(tmp_path: Path) -> Path:
    """A folder outside the project that looks like a project and a site."""
    decoy = tmp_path / "home/Documents"
    decoy.mkdir(parents=True)
    for name in ("a", "index.html", "index.md", "events.yml", "report.yml", "precious.txt", SUMS):
        (decoy / name).write_text(RECORD)
    (decoy / "assets").mkdir()
    (decoy / "assets/a.css").write_text(SECRET)
    return decoy


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A project that was built and can be built again."""
    root = tmp_path / "home/project"
    shutil.copytree(EXAMPLE / "data", root / "data")
    for name in ("docs/assets", "overrides", "site/assets", "dist", "schemas", ".vscode"):
        (root / name).mkdir(parents=True)
    (root / "docs/index.md").write_text("# Home\n")
    (root / "mkdocs.yml").write_text(CONFIG)
    (root / "export.csv").write_text(UPR)
    (root / "site/index.html").write_text("<html></html>")
    (root / f"site/{SUMS}").write_text(f"{compute_digest(b'<html></html>')}  index.html\n")
    return root


def read_tree(root: Path) -> dict[str, bytes | None]:
    """Return the content of every file below a root; None for folders and large files.

    Links are not followed.
    """

    def content(path: Path) -> bytes | None:
        return path.read_bytes() if path.is_file() and path.stat().st_size < 1_000_000 else None

    paths = (path for path in sorted(root.rglob("*")) if not path.is_symlink())
    return {str(path.relative_to(root)): content(path) for path in paths}


def list_commands(root: Path) -> Iterator[tuple[str | Path, ...]]:
    yield "check", root
    yield "fmt", root
    yield "verify", root, "--write", "--today", "2026-11-24"
    yield "export", root, "--output", root / "dist/x.zip"
    yield "schema", "--project", root, "--write"
    yield "import", root / "export.csv", root
    yield "links", "--site", root / "site"
    yield "pack", root / "site", "--to", root / "dist/x.zip"
    yield "doctor", root
    new = ("--set", "title=New", "--set", "kind=law", "--set", "date=2014", "--set", "summary=New.")
    yield "new", "event", "--project", root, *new


def load_for_build(root: Path, **settings: Any) -> MkDocsConfig:
    """Load the configuration as `mkdocs build` does.

    MkDocs keeps one plugin per process, in which an earlier test may have started a preview.
    """
    config = load_config(str(root / "mkdocs.yml"), **settings)
    config.plugins.on_startup(command="build", dirty=False)
    return config


def start_build(root: Path) -> str:
    """Build in this process; return the error message, or "" if it succeeds."""
    try:
        build(load_for_build(root, strict=True))
    except Abort as ended:
        return str(ended.code)
    return ""


@pytest.mark.parametrize(("kind", "place"), HOSTILE, ids=lambda one: getattr(one, "__name__", one))
def test_commands_never_leave_the_project(
    hostile: Path, decoy: Path, kind: Callable[[Path, Path], None], place: str
) -> None:
    """No command changes, deletes, prints or publishes an outside file, or waits for a pipe."""
    target = hostile / place
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        shutil.rmtree(target)
    target.unlink(missing_ok=True)
    kind(target, decoy)
    before = read_tree(decoy)
    signal.alarm(60)  # ends a command that waits for a pipe
    try:
        output = ""
        for command in list_commands(hostile):
            result = run(*command)
            assert result.exception is None or isinstance(result.exception, SystemExit), command
            output += result.output
            if command[0] == "check":
                inside = place.startswith(("site/", "dist/"))  # not read by `check`
                code = 2 if place == "data" else 0 if inside else 1  # not a project
                assert (result.exit_code, place in result.output) == (code, not inside)
        if place in (*INPUT, *PAGES, *OUTPUT[:3]):
            assert start_build(hostile) == "1"
    finally:
        signal.alarm(0)
    assert read_tree(decoy) == before
    content = b"".join(content for content in read_tree(hostile).values() if content)
    assert SECRET not in output
    assert SECRET.encode() not in content


RESERVED = (
    *("GNUmakefile", "makefile", "pytest.ini", "conftest.py", "sitecustomize.py"),
    *("usercustomize.py", "setup.py", "mypy.ini", "Conftest.py"),
)


@pytest.mark.parametrize("name", RESERVED)
def test_files_that_run_automatically_are_refused(project: Path, name: str) -> None:
    """Files that make, pip, pytest or Python run are a problem, with or without git."""
    (project / name).write_text("")
    result = run("check", project)
    assert (result.exit_code, "[reserved-file]" in result.stdout) == (1, True)
    (project / name).unlink()
    (project / "tests").mkdir()
    for ours in ("Makefile", "tests/conftest.py"):
        (project / ours).write_text("")
    assert run("check", project).exit_code == 0


@pytest.mark.parametrize("name", [".venv", ".cache", "site", "dist", "tracker.local.toml"])
def test_committed_output_is_refused(project: Path, name: str) -> None:
    """Output of tools may exist, but not in git; without git, it is not reported."""
    path = project / name if name.endswith(".toml") else project / name / "x.html"
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    assert run("check", project).exit_code == 0
    git(project, "init", "--quiet")
    assert run("check", project).exit_code == 0
    git(project, "add", "--force", name)
    result = run("check", project)
    assert (result.exit_code, "[committed-output]" in result.stdout) == (1, True)
    if name == "tracker.local.toml":
        assert run("verify", project).exit_code == 2


def test_committed_links_are_refused_everywhere(project: Path) -> None:
    """Links are refused even where no command reads, because reviewers overlook file modes."""
    (project / "tracker").mkdir()
    (project / "tracker/x.css").symlink_to("/etc/hostname")
    assert run("check", project).exit_code == 0
    git(project, "init", "--quiet")
    git(project, "add", "tracker")
    result = run("check", project, "--format", "json")
    assert (result.exit_code, '"tracker/x.css"' in result.stdout) == (1, True)


@pytest.mark.parametrize("folder", ["data", "data/findings", "docs"])
@pytest.mark.parametrize("name", [b"caf\xe9.yml", b"a\nb.yml", b"a\x1b[2Jb.yml"])
def test_names_that_cannot_be_printed(hostile: Path, folder: str, name: bytes) -> None:
    """A name that is not UTF-8 or has control characters causes one message, not a traceback."""
    (hostile / folder).mkdir(exist_ok=True)
    Path(os.fsdecode(os.fsencode(hostile / folder) + b"/" + name)).write_text("- id: x\n")
    for command in list_commands(hostile):
        result = run(*command)
        assert isinstance(result.exception, SystemExit | None), command
        assert "\x1b" not in result.output
    assert run("check", hostile).stdout.count("[file-name]") == 1
    assert start_build(hostile) == "1"


def test_earlier_names_that_cannot_be_printed(project: Path) -> None:
    """A commit that has such a name can be compared."""
    odd = Path(os.fsdecode(os.fsencode(project) + b"/data/caf\xe9.txt"))
    odd.write_text("x")
    git(project, "init", "--quiet")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "x")
    odd.unlink()
    git(project, "add", ".")
    assert run("check", project, "--against", "HEAD").exit_code == 0


def test_folder_of_other_files_is_not_cleared(hostile: Path, decoy: Path) -> None:
    """MkDocs clears its output folder, so it must be empty or have been written by a build."""
    before = read_tree(decoy)
    (decoy / SUMS).unlink()
    before.pop(SUMS)
    config = load_for_build(hostile, site_dir=str(decoy))
    with pytest.raises(Abort):
        build(config)
    assert read_tree(decoy) == before


@pytest.mark.parametrize("name", [".well-known/report.html", ".nojekyll"])
def test_files_of_no_build_are_not_published(hostile: Path, name: str) -> None:
    """MkDocs keeps names with a leading dot: a build refuses them, and no zip contains them."""
    planted = hostile / "site" / name
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(SECRET)
    assert start_build(hostile) == "1"
    result = run("pack", hostile / "site", "--to", hostile / "dist/x.zip")
    assert result.exit_code == 0
    assert name.encode() not in (hostile / "dist/x.zip").read_bytes()
    (hostile / "site/index.html").write_text(SECRET)
    result = run("pack", hostile / "site", "--to", hostile / "dist/y.zip")
    assert (result.exit_code, (hostile / "dist/y.zip").exists()) == (2, False)
    assert "index.html" in result.stderr
