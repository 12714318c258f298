"""Fixtures that several test files share: a snapshot of real records, and the site built from it.

No test reads the live records under data/. `tests/frozen` holds a copy of them as they once were,
so that whoever adds or changes a record never has to change a test.
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
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import FLAGS, find_browser, serving
from tests.command import commit_all
from tracker.records import loader
from tracker.records.loader import LoadResult, load, read_files
from tracker.records.yaml_reader import read_yaml

# A busy machine is no fault of what is tested; the runs themselves are the same each time.
settings.register_profile(
    "thorough", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fast", settings.get_profile("thorough"), max_examples=30)
settings.load_profile("fast")
expect.set_options(timeout=60_000)

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "tracker" / "example"
FROZEN = ROOT / "tests" / "frozen"
"""A project with nothing but the snapshot. `data/` in it is a copy of the live records."""
FROZEN_ON = date(2026, 11, 30)
"""The day of the snapshot: on the reference date of the built site, nothing in it is ahead."""
CONFIG = """\
site_name: Harbour Tracker
theme: {name: material, font: false}
plugins:
- tracker
- macros: {module_name: macros, on_undefined: strict, on_error_fail: true}
"""
"""The configuration of a tracker of an invented State."""
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
"""What `harbour` changes in the records of the example."""
CODE = (
    *("docs", "overrides", "schemas", ".ci", ".github", ".vscode", "macros.py", "mkdocs.yml"),
    *("pyproject.toml", "README.md", "LICENSE", "LICENSES", ".editorconfig", ".gitattributes"),
    *("SECURITY.md", "requirements.lock", "requirements-test.lock"),
)
"""What a project has besides its records and the package."""

# Collecting garbage among thousands of collected tests would cost a tenth of the run.
gc.set_threshold(100_000, 20, 50)

LEFT_OUT = pytest.StashKey[int]()
"""The number of slow tests that were deselected."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what needs a built site last, so that one worker builds while the others test."""
    items.sort(key=lambda item: "once" in getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    """Exclude what was collected from later garbage collections."""
    gc.collect()
    gc.freeze()


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Count those that are slow. From a worker of xdist only `workeroutput` reaches the summary."""
    config = items[0].config
    slow = sum(item.get_closest_marker("slow") is not None for item in items)
    config.stash[LEFT_OUT] = config.stash.get(LEFT_OUT, 0) + slow
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = config.stash[LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if left_out := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"Left out {left_out} slow tests; to run all: make test ALL=1")


Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session", autouse=True)
def _parse_once() -> Iterator[None]:
    """Parse the same content of a data file once per process: most tests change one file only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "read_yaml", lru_cache(maxsize=200)(read_yaml))
        yield


@pytest.fixture(scope="session")
def real() -> LoadResult:
    """Real records, as they were when the snapshot was taken."""
    return load(read_files(FROZEN))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example project."""
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    return tmp_path


@pytest.fixture
def committed(project: Path) -> Path:
    """The example project, with everything committed."""
    commit_all(project)
    return project


def build(root: Path, target: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Build the project at `root` as an editor would, into `target`; `more` is environment."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"} | more
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes a folder, given its name and its maker, in one process of the run, for all of them."""
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], None]) -> Path:
        folder, done = common / name, common / f"{name}.done"
        with (common / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def epoch() -> str:
    """SOURCE_DATE_EPOCH for the day of the snapshot, so that two builds are the same."""
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
        page.write_text(without_newer_maps(page.read_text("utf-8")), "utf-8")


def without_newer_maps(prose: str) -> str:
    """Return prose without the maps of sources that the snapshot lacks.

    Nothing else in docs/ names a record: MkDocs does not know their pages, so no link leads there.
    """

    def kept(call: re.Match[str]) -> str:
        return call[0] if (FROZEN / f"data/maps/{call[1]}.yml").is_file() else ""

    return re.sub(r"""{{ *source_map\(["']([\w-]+)["']\) *}}""", kept, prose)


@pytest.fixture(scope="session")
def checkout(once: Once) -> Path:
    """A project with the code of this checkout and the records of the snapshot. Do not change it.

    It lies outside the repository, so that no commit decides which day it is.
    """
    return once("checkout", write_project)


@pytest.fixture(scope="session")
def site(once: Once, checkout: Path, epoch: str) -> Path:
    """The site of `checkout`, built."""

    def make(target: Path) -> None:
        done = build(checkout, target, SOURCE_DATE_EPOCH=epoch)
        assert done.returncode == 0, done.stdout + done.stderr

    return once("site", make)


def write_harbour(root: Path) -> None:
    """Write a small project with markup and foreign letters in its texts, and build it."""
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
    config += f"site_url: {HARBOUR_URL}\nsite_description: What a harbour was asked.\n"
    (root / "mkdocs.yml").write_text(config, "utf-8")
    pages = {
        "index.md": "# Harbour\n\nBir sığınacaq.\n\n{{ state_of_play() }}\n\n{{ findings() }}\n",
        "script.md": f"# Script\n\n<script>{SCRIPT}</script>\n",
        "recommendations/index.md": "# Register\n",
    }
    for name, text in pages.items():
        (root / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "docs" / name).write_text(text, "utf-8")
    done = build(root, root / "site")
    assert done.returncode == 0, done.stdout + done.stderr
    (root / "build.log").write_text(done.stderr, "utf-8")


@pytest.fixture(scope="session")
def harbour(once: Once) -> Path:
    """A small project of an invented State, built into `site/`. Do not change it.

    `build.log` has what the build reported.
    """
    return once("harbour", write_harbour)


@pytest.fixture(scope="session")
def host(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to be served, with the site below a path of its own, as project sites are."""
    folder = tmp_path_factory.mktemp("host")
    (folder / "tracker").symlink_to(site)
    return folder


@pytest.fixture(scope="session")
def address(host: Path) -> Iterator[str]:
    """Where the site is served."""
    with serving(host) as base:
        yield f"{base}tracker/"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a process: Playwright cannot be started twice at once.

    A new window costs half a second: tests of a file share one where they can.
    """
    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
