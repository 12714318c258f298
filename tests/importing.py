"""Helpers that import an export into a project and inspect the result."""

import hashlib
import json
from pathlib import Path
from typing import Any

from click.testing import Result

from tests.command import run
from tracker.model import Recommendation
from tracker.records.loader import load, read_files


def run_import(project: Path, data: bytes, *options: str) -> Result:
    """Import an export; return the output and exit code."""
    file = project / "export"
    file.write_bytes(data)
    return run("import", file, project, *options)


def import_summary(project: Path, data: bytes, *options: str) -> dict[str, Any]:
    """Import an export; return the summary."""
    found: dict[str, Any] = json.loads(run_import(project, data, "--json", *options).stdout)
    return found


def notes(summary: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Return the code, row and column of each note."""
    return [(note["code"], note["row"], note["column"]) for note in summary["notes"]]


def imported(project: Path) -> dict[str, Recommendation]:
    """Return the imported records by id; the whole project must be valid."""
    checked = run("check", project)
    assert checked.exit_code == 0, checked.output
    found = load(read_files(project)).dataset.of(Recommendation)
    return {record.id: record for record in found if record.imported}


def file_hashes(project: Path) -> dict[str, str]:
    """Return the hash of every file of the import."""
    folder = project / "data" / "imported"
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(f): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def records_file(project: Path, name: str = "arland-upr") -> Path:
    return project / "data" / "imported" / "recommendations" / f"{name}.yml"
