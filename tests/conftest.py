"""Shared fixtures: a snapshot of real records, and the site built from it.

No test reads the live records under data/. `tests/frozen` is a copy of them at a fixed date, so
changes to records never require changes to tests.
"""

import fcntl
import gc
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import FLAGS, find_browser, serving
from tests.command import commit_all
from tracker.records import loader
from tracker.records.loader import LoadResult, load, read_files
from tracker.records.yaml_reader import read_yaml

# No deadline, because a busy machine is slow. Every run uses the same examples.
settings.register_profile(
    "thorough", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fast", settings.get_profile("thorough"), max_examples=30)
settings.load_profile("fast")
expect.set_options(timeout=60_000)

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "tracker" / "example"
FROZEN = ROOT / "tests" / "frozen"
"""A project with only the snapshot: its `data/` is a copy of the live records."""
FROZEN_ON = date(2026, 11, 30)
"""The date of the snapshot, and the reference date of the built site."""
CONFIG = """\
site_name: Harbour Tracker
theme: {name: material, font: false}
plugins:
- tracker
- macros: {module_name: macros, on_undefined: strict, on_error_fail: true}
"""
"""The configuration of a tracker of an invented State."""
PUBLISHER = '{name: "Desk <1>", mail: desk@example.org, key: 0123 ABCD}'
HARBOUR_URL = "https://example.org/harbour/"
SCRIPT = "document.title = 'taken'"
TITLE = 'Homes <b>"for" &amp; newcomers'
HARBOUR = {
    "data/events.yml": {
        "title: The harbour opened": "title: Sığınacaq açıldı",
        "summary: The harbour opened.": "summary: <b>Məhkəmə</b> & others",
        "title: The register opened": 'title: "</title><img src=x> &lt;img&gt;"',
        "summary: The register opened at the harbour.":
            'summary: "<script>alert(1)</script> {{ cycler.__init__ }} {% raw %}"',
    },
    "data/recommendations.yml": {"title: Homes for newcomers": f"title: '{TITLE}'"},
}  # fmt: skip
"""The changes of `harbour` to the records of the example: markup and foreign letters."""
CODE = (
    *("docs", "overrides", "schemas", ".ci", ".github", ".vscode", "macros.py", "mkdocs.yml"),
    *("pyproject.toml", "README.md", "LICENSE", "LICENSES", ".editorconfig", ".gitattributes"),
    *("SECURITY.md", "requirements.lock", "requirements-test.lock"),
)
"""The files of a project other than its records and the package."""

# Collecting garbage among thousands of collected tests would cost a tenth of the run.
gc.set_threshold(100_000, 20, 50)

DESELECTED_SLOW = pytest.StashKey[int]()
"""The number of slow tests that were deselected."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests that need a built site last, so that one worker builds while the others test."""
    items.sort(key=lambda item: "create_once" in getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    """Exclude the collected tests from garbage collection."""
    gc.collect()
    gc.freeze()


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Count the deselected slow tests. An xdist worker reports them through `workeroutput`."""
    config = items[0].config
    slow = sum(item.get_closest_marker("slow") is not None for item in items)
    config.stash[DESELECTED_SLOW] = config.stash.get(DESELECTED_SLOW, 0) + slow
    if hasattr(config, "workeroutput"):
        config.workeroutput["deselected_slow"] = config.stash[DESELECTED_SLOW]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[DESELECTED_SLOW] = getattr(node, "workeroutput", {}).get("deselected_slow", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if deselected_slow := config.stash.get(DESELECTED_SLOW, 0):
        terminalreporter.write_line(
            f"Left out {deselected_slow} slow tests; to run all: make test ALL=1"
        )


CreateOnce = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session", autouse=True)
def _parse_once() -> Iterator[None]:
    """Cache parsed data files by content: most tests change one file only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "read_yaml", lru_cache(maxsize=200)(read_yaml))
        yield


@pytest.fixture(scope="session")
def real() -> LoadResult:
    """The records of the snapshot."""
    return load(read_files(FROZEN))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example project."""
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    return tmp_path


@pytest.fixture
def committed(project: Path) -> Path:
    """A copy of the example project with all files committed."""
    commit_all(project)
    return project


def build(root: Path, target: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Build the project at `root` with MkDocs. `more` are environment variables."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"} | more
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="session")
def create_once(tmp_path_factory: pytest.TempPathFactory) -> CreateOnce:
    """Return a function that creates a folder once for all worker processes of the run."""
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def create(name: str, make: Callable[[Path], None]) -> Path:
        folder, marker = common / name, common / f"{name}.done"
        with (common / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not marker.exists():
                make(folder)
                marker.touch()
        return folder

    return create


@pytest.fixture(scope="session")
def epoch() -> str:
    """SOURCE_DATE_EPOCH for the date of the snapshot, so that builds are reproducible."""
    return str(int(datetime.combine(FROZEN_ON, time(), UTC).timestamp()))


def write_project(target: Path) -> None:
    """Write a project with the code of this checkout and the records of the snapshot."""
    target.mkdir()
    for name in CODE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name)
        else:
            shutil.copy(ROOT / name, target / name)
    shutil.copytree(FROZEN / "data", target / "data")
    (target / "tracker").mkdir()  # watched by mkdocs.yml; the installed package is used
    for page in target.glob("docs/**/*.md"):
        page.write_text(remove_newer_maps(page.read_text("utf-8")), "utf-8")


def remove_newer_maps(prose: str) -> str:
    """Return prose without the maps of sources that the snapshot lacks.

    Nothing else in docs/ refers to a record, because MkDocs cannot resolve links to their pages.
    """

    def keep_known(call: re.Match[str]) -> str:
        return call[0] if (FROZEN / f"data/maps/{call[1]}.yml").is_file() else ""

    return re.sub(r"""{{ *source_map\(["']([\w-]+)["']\) *}}""", keep_known, prose)


@pytest.fixture(scope="session")
def checkout(create_once: CreateOnce) -> Path:
    """A project with the code of this checkout and the records of the snapshot. Do not change it.

    It is outside the repository, so that no commit sets its reference date.
    """
    return create_once("checkout", write_project)


@pytest.fixture(scope="session")
def site(create_once: CreateOnce, checkout: Path, epoch: str) -> Path:
    """The built site of `checkout`."""

    def make(target: Path) -> None:
        result = build(checkout, target, SOURCE_DATE_EPOCH=epoch)
        assert result.returncode == 0, result.stdout + result.stderr
        target.with_suffix(".log").write_text(result.stderr, "utf-8")

    return create_once("site", make)


def write_harbour(root: Path) -> None:
    """Write and build a small project with markup and foreign letters in its texts."""
    shutil.copytree(EXAMPLE / "data", root / "data")
    shutil.copytree(ROOT / "overrides", root / "overrides")
    shutil.copy(ROOT / "macros.py", root)
    for file, changes in HARBOUR.items():
        text = (root / file).read_text("utf-8")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new, 1)
        (root / file).write_text(text, "utf-8")
    config = CONFIG.replace("font: false", "font: false, custom_dir: overrides")
    config += f"site_url: {HARBOUR_URL}\nsite_description: Recommendations to a harbour.\n"
    config += f"extra: {{publisher: {PUBLISHER}}}\n"
    (root / "mkdocs.yml").write_text(config, "utf-8")
    pages = {
        "index.md": "# Harbour\n\nBir sığınacaq.\n\n{{ state_of_play() }}\n\n{{ findings() }}\n",
        "script.md": f"# Script\n\n<script>{SCRIPT}</script>\n",
        "recommendations/index.md": "# Register\n",
    }
    for name, text in pages.items():
        (root / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "docs" / name).write_text(text, "utf-8")
    result = build(root, root / "site")
    assert result.returncode == 0, result.stdout + result.stderr
    (root / "build.log").write_text(result.stderr, "utf-8")


@pytest.fixture(scope="session")
def harbour(create_once: CreateOnce) -> Path:
    """A small project of an invented State, built into `site/`. Do not change it.

    `build.log` has the warnings of the build.
    """
    return create_once("harbour", write_harbour)


@pytest.fixture(scope="session")
def host(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to serve, with the site in a subfolder, as on GitHub Pages."""
    folder = tmp_path_factory.mktemp("host")
    (folder / "tracker").symlink_to(site)
    return folder


@pytest.fixture(scope="session")
def address(host: Path) -> Iterator[str]:
    """The URL of the served site."""
    with serving(host) as base:
        yield f"{base}tracker/"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of a process: Playwright cannot be started twice at once.

    A new page takes half a second, so tests in a file share one if possible.
    """
    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page for all tests of a module."""
    page = browser.new_page()
    yield page
    page.close()
