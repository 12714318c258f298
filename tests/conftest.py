"""What several test files use: the real records, and the site built from them once."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.browser import FLAGS, find_browser, serving
from tracker.day import day_of
from tracker.load import Loaded, load, read_files

# A busy machine is no fault of what is tested; the runs themselves are the same each time.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "tracker" / "example"
REPORT = ROOT.parent / "shared" / "report" / "report.txt"

Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def real() -> Loaded:
    """The real records."""
    return load(read_files(ROOT))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example project."""
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    return tmp_path


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
def epoch(real: Loaded) -> str:
    """SOURCE_DATE_EPOCH of the day of the real site, so that two builds are the same."""
    day, _ = day_of(ROOT, real.dataset)
    return str(int(datetime.combine(day, time(), UTC).timestamp()))


@pytest.fixture(scope="session")
def site(once: Once, epoch: str) -> Path:
    """The real site, built."""

    def make(target: Path) -> None:
        done = build(ROOT, target, SOURCE_DATE_EPOCH=epoch)
        assert done.returncode == 0, done.stdout + done.stderr

    return once("site", make)


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
