"""Calls the command as a user would, on a project that may be spoilt."""

from pathlib import Path

from click.testing import CliRunner, Result

from tracker.cli import main


def run(*arguments: str | Path) -> Result:
    """What `tracker` prints and ends with."""
    return CliRunner().invoke(main, [str(a) for a in arguments])


def change(project: Path, file: str, old: str, new: str) -> None:
    """Replace a text of a data file, where it stands first."""
    path = project / "data" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
