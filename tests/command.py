"""Run `tracker` and git as a user would, and change data files."""

import os
import subprocess
from pathlib import Path

from click.testing import CliRunner, Result

from tracker.cli import main


def run(*arguments: str | Path) -> Result:
    """Run `tracker` in this process, and return its output and exit code."""
    return CliRunner().invoke(main, [str(a) for a in arguments])


def change(project: Path, file: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a data file."""
    path = project / "data" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def git(folder: Path, *arguments: str, at: str = "") -> None:
    """Run git in a folder as an invented person; `at` is the date of a commit."""
    people = {
        f"GIT_{role}_{name}": value
        for role in ("AUTHOR", "COMMITTER")
        for name, value in (("NAME", "A"), ("EMAIL", "a@example.org"), ("DATE", at))
        if value
    }
    subprocess.run(
        ["git", "-C", folder, *arguments], env=os.environ | people, check=True, capture_output=True
    )


def commit_all(folder: Path, *, at: str = "") -> None:
    """Commit every file of a folder, in a new repository if it has none."""
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "published", at=at)
