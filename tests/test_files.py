"""Commands write together or not at all, one after another, and never over what others wrote."""

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


def added(project: Path) -> list[str]:
    """The ids of the events that were added, each in a file of its own."""
    return sorted(file.stem for file in (project / "data/events").glob("*.yml"))


def files_in(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def test_edit_made_meanwhile_is_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What others save while `tracker new` asks its questions stays, and no id is given twice."""
    fill_missing = new._fill_missing

    def answered_slowly(*_: Any) -> None:
        monkeypatch.setattr(new, "_fill_missing", fill_missing)
        change(project, "events.yml", "title: The register opened", "title: It was opened")
        assert run("new", "event", "--project", project, *EVENT).exit_code == 0

    monkeypatch.setattr(new, "_fill_missing", answered_slowly)
    done = run("new", "event", "--project", project, *EVENT)
    assert done.exit_code == 0, done.output
    assert "title: It was opened" in (project / "data/events.yml").read_text("utf-8")
    assert added(project) == ["a-second-event", "a-second-event-2"]


def test_edit_at_the_last_moment_is_not_overwritten(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that changed after it was read stays as it is, with every other; and it is said."""
    change(project, "events.yml", "title: The register", "title:  The register")
    change(project, "findings.yml", "title: The harbour", "title:  The harbour")
    before = (project / "data/events.yml").read_bytes()
    write = FileChanges._write

    def late(self: FileChanges) -> None:
        change(project, "findings.yml", "title:  The harbour", "title:  The port")
        write(self)

    monkeypatch.setattr(FileChanges, "_write", late)
    done = run("fmt", project)
    assert (done.exit_code, "findings.yml changed while" in done.stderr) == (2, True)
    assert "Run the command again." in done.stderr
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
    assert (found[0].exit_code, added(project)) == (0, ["a-second-event"]), found[0].output
    assert "is waiting" in found[0].stderr


@pytest.mark.parametrize("name", ["a.txt", "new/b.txt", "z.txt"])
def test_all_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Where one file cannot take its place, those before it are as they were, or gone."""
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
def test_names_stay_below(tmp_path: Path, name: str) -> None:
    """No name leads out of the folder."""
    with pytest.raises(RefusedError), FileChanges(tmp_path) as changes:
        changes.add(name, b"x")


def test_project_is_started_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder may be the one that one is in; it stays the same folder."""
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    names = ("--state", "Borland", "--committee", "the Committee", "--title", "Tracker")
    assert run("init", ".", *names).exit_code == 0
    assert tmp_path.stat().st_ino == before
    assert (tmp_path / "data/vocabulary.yml").is_file()
    assert not list(tmp_path.glob(".tracker-*"))


@pytest.mark.parametrize("name", ["COLUMNS", "LINES", "NO_COLOR", "LANG", "LC_ALL"])
def test_page_of_commands_is_always_the_same(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """It is made of the help texts, which a terminal wraps."""
    from tracker.cli import main

    before = describe_commands(main)
    monkeypatch.setenv(name, "20")
    assert describe_commands(main) == before
