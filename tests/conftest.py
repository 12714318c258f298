"""What several test files use: the real records, and the site built from them once."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.browser import FLAGS, find_browser, serving
from tracker.load import Loaded, load, read_files

# A busy machine is no fault of what is tested; the runs themselves are the same each time.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "tracker" / "example"
REPORT = ROOT.parent / "shared" / "report" / "report.txt"


@pytest.fixture(scope="session")
def real() -> Loaded:
    """The real records."""
    return load(read_files(ROOT))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example project."""
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    return tmp_path


def build(root: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Build the project at `root` as an editor would, into `target`."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site, built."""
    target = tmp_path_factory.mktemp("site")
    done = build(ROOT, target)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


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
    """One browser for all tests of a process: Playwright cannot be started twice at once."""
    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
