"""Imports exports into a project, and looks at what came of it."""

import hashlib
import json
from pathlib import Path
from typing import Any

from click.testing import Result

from tests.command import run
from tracker.load import load, read_files
from tracker.model import Recommendation


def bring(project: Path, data: bytes, *options: str) -> Result:
    """What the import of an export prints and ends with."""
    file = project / "export"
    file.write_bytes(data)
    return run("import", file, project, *options)


def told(project: Path, data: bytes, *options: str) -> dict[str, Any]:
    """The summary of an import."""
    found: dict[str, Any] = json.loads(bring(project, data, "--json", *options).stdout)
    return found


def whats(summary: dict[str, Any]) -> list[tuple[str, int]]:
    return [(place["what"], place["line"]) for place in summary["told"]]


def imported(project: Path) -> dict[str, Recommendation]:
    """The imported records, by id; the whole project must be sound."""
    checked = run("check", project)
    assert checked.exit_code == 0, checked.output
    found = load(read_files(project)).dataset.of(Recommendation)
    return {record.id: record for record in found if record.imported}


def state(project: Path) -> dict[str, str]:
    """Every file of the import with its hash."""
    folder = project / "data" / "imported"
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def records_file(project: Path, name: str = "arland-upr") -> Path:
    return project / "data" / "imported" / "recommendations" / f"{name}.yml"
