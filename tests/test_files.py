"""Commands write all files or none, one at a time, and never overwrite other changes."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.command import change, run
from tracker.cli import new
from tracker.files import FileChanges, RefusedError
from tracker.site.command_reference import describe_commands

EVENT = (
    *("--set", "title=A second event", "--set", "kind=programme", "--set", "undated=Not stated."),
    *("--set", "summary=It was held.", "--set", "groups=newcomers"),
    *("--set", "citations.0.source=report", "--set", "citations.0.locator=B2"),
)


def list_added_ids(project: Path) -> list[str]:
    """Return the ids of the events that were added, each in its own file."""
    return sorted(file.stem for file in (project / "data/events").glob("*.yml"))


def files_in(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def test_edit_during_prompts_is_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files saved during the prompts of `tracker new` are kept, and ids stay unique."""
    fill_missing = new._fill_missing

    def answer_slowly(*_: Any) -> None:
        monkeypatch.setattr(new, "_fill_missing", fill_missing)
        change(project, "events.yml", "title: The register opened", "title: It was opened")
        assert run("new", "event", "--project", project, *EVENT).exit_code == 0

    monkeypatch.setattr(new, "_fill_missing", answer_slowly)
    result = run("new", "event", "--project", project, *EVENT)
    assert result.exit_code == 0, result.output
    assert "title: It was opened" in (project / "data/events.yml").read_text("utf-8")
    assert list_added_ids(project) == ["a-second-event", "a-second-event-2"]


def test_edit_at_the_last_moment_is_not_overwritten(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a file changed after it was read, nothing is written, and a message says so."""
    change(project, "events.yml", "title: The register", "title:  The register")
    change(project, "findings.yml", "title: The harbour", "title:  The harbour")
    before = (project / "data/events.yml").read_bytes()
    write = FileChanges._write

    def late(self: FileChanges) -> None:
        change(project, "findings.yml", "title:  The harbour", "title:  The port")
        write(self)

    monkeypatch.setattr(FileChanges, "_write", late)
    result = run("fmt", project)
    assert (result.exit_code, "findings.yml changed while" in result.stderr) == (2, True)
    assert "Run the command again." in result.stderr
    assert "title:  The port" in (project / "data/findings.yml").read_text("utf-8")
    assert (project / "data/events.yml").read_bytes() == before
    assert not list(project.rglob(".tracker-*"))


def test_commands_wait_for_each_other(project: Path) -> None:
    """One command writes at a time, and the other says that it is waiting."""
    found: list[Result] = []
    other = threading.Thread(
        target=lambda: found.append(run("new", "event", "--project", project, *EVENT))
    )
    with FileChanges(project) as changes:
        other.start()
        other.join(0.5)
        events = changes.read("data/events.yml")
        assert events
        changes.add("data/events.yml", events + b"# Added by the first.\n")
    other.join()
    assert (project / "data/events.yml").read_bytes().endswith(b"# Added by the first.\n")
    assert (found[0].exit_code, list_added_ids(project)) == (0, ["a-second-event"]), found[0].output
    assert "is waiting" in found[0].stderr


@pytest.mark.parametrize("name", ["a.txt", "new/b.txt", "z.txt"])
def test_all_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """If a file cannot be replaced, the files before it are restored or deleted."""
    (tmp_path / "a.txt").write_bytes(b"old")
    (tmp_path / "z.txt").write_bytes(b"old")
    before = files_in(tmp_path)
    replace = os.replace

    def full(old: str, new: str, **where: Any) -> None:
        if new == name.rpartition("/")[2] and not old.endswith(".old"):
            raise OSError(28, "No space left on device")
        replace(old, new, **where)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"), FileChanges(tmp_path) as changes:  # noqa: PT012
        for one in ("a.txt", "new/b.txt", "z.txt"):
            changes.add(one, b"new")
    assert files_in(tmp_path) == before
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "", "a//b"])
def test_names_stay_in_the_folder(tmp_path: Path, name: str) -> None:
    """No name refers to a file outside the folder."""
    with pytest.raises(RefusedError), FileChanges(tmp_path) as changes:
        changes.add(name, b"x")


def test_project_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder can be the current one, which is not replaced."""
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    names = ("--state", "Borland", "--committee", "the Committee", "--title", "Tracker")
    assert run("init", ".", *names).exit_code == 0
    assert tmp_path.stat().st_ino == before
    assert (tmp_path / "data/vocabulary.yml").is_file()
    assert not list(tmp_path.glob(".tracker-*"))


@pytest.mark.parametrize("name", ["COLUMNS", "LINES", "NO_COLOR", "LANG", "LC_ALL"])
def test_page_of_commands_is_reproducible(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The page does not depend on the width of the terminal."""
    from tracker.cli import main

    before = describe_commands(main)
    monkeypatch.setenv(name, "20")
    assert describe_commands(main) == before
