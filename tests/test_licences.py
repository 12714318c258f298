"""Licences: the table of packages, and the separation from LinkChecker."""

import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

from tests.conftest import CONFIG, ROOT
from tests.test_architecture import MODULES, imported

PAGE = ROOT / "docs/licences.md"
STATED = {
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "MIT License AND Academic Free License (AFL)": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}
"""SPDX expressions of licence names in package metadata."""


def get_licence(package: str) -> str:
    """Return the SPDX expression of an installed package."""
    found = metadata(package)
    if "License-Expression" in found:
        return found["License-Expression"]
    classifiers = found.get_all("Classifier") or []
    names = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License")]
    stated = " AND ".join(names) or str(found["License"])
    return STATED.get(stated, stated)


def read_table() -> dict[str, str]:
    """Return the licence of each package in the table of the page."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return {name: licence for licence, names in rows[2:] for name in names.split(", ")}


def test_table_lists_installed_packages() -> None:
    """The table has each package of the lock file, with the licence in its metadata."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    table = read_table()
    assert set(table) == locked
    for name, licence in table.items():
        try:
            assert get_licence(name) == licence, name
        except PackageNotFoundError:
            assert re.search(rf"^{name}==\S+ ;", lock, re.MULTILINE), name  # for another platform


@pytest.mark.slow
def test_only_its_launcher_imports_linkchecker() -> None:
    """The launcher is under LinkChecker's licence, and no module imports it."""
    launcher = ROOT / "tracker/links/guarded_linkchecker.py"
    roots = {file: {name.partition(".")[0] for name in imported(file)} for file in MODULES}
    assert [file for file in MODULES if "linkcheck" in roots[file]] == [launcher]
    assert [file for file in MODULES if "tracker.links.guarded_linkchecker" in imported(file)] == []
    assert launcher.read_text("utf-8").startswith("# SPDX-License-Identifier: GPL-2.0-or-later\n")


MISSING = {
    "requests": ("links",),
    "linkcheck": ("links",),
    "selectolax": ("links", "--site", "."),
    "pypdf": ("verify", "--texts", "."),
}


@pytest.fixture
def project(project: Path) -> Path:
    """The example project, with a document and a page."""
    (project / "observations.pdf").write_bytes(b"%PDF-1.4")
    (project / "index.html").touch()
    return project


@pytest.mark.parametrize(
    ("module", "words"),
    [
        pytest.param(*case, id=case[0], marks=[] if case[0] == "pypdf" else pytest.mark.slow)
        for case in MISSING.items()
    ],
)
def test_command_reports_a_missing_package(
    project: Path, module: str, words: tuple[str, ...]
) -> None:
    """A command that needs a missing package names it and says what to type."""
    code = f"import sys; sys.modules[{module!r}] = None; from tracker.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=project, capture_output=True, text=True
    )
    assert result.returncode == 2, result.stderr
    assert re.search(rf"the Python module {module}\S* is required but not installed", result.stderr)
    assert "pip install" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_build_reports_a_missing_package(project: Path) -> None:
    """A build with images reports if Pillow is missing."""
    config = CONFIG + "site_url: https://example.org/\n"
    (project / "mkdocs.yml").write_text(config, encoding="utf-8")
    (project / "macros.py").write_bytes((ROOT / "macros.py").read_bytes())
    (project / "docs").mkdir()
    (project / "docs/index.md").write_text("# Harbour\n", encoding="utf-8")
    code = "import sys; sys.modules['PIL'] = None; from mkdocs.__main__ import cli; cli()"
    result = subprocess.run(
        [sys.executable, "-c", code, "build"], cwd=project, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert "the Python module PIL is required but not installed" in result.stderr
    assert "Traceback" not in result.stderr
