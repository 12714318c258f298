"""What several test files use: the real records, and the site built from them once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tracker.load import Loaded, load, read_files

# A busy machine is no fault of what is tested; the runs themselves are the same each time.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

ROOT = Path(__file__).parent.parent
REPORT = ROOT.parent / "shared" / "report" / "report.txt"


@pytest.fixture(scope="session")
def real() -> Loaded:
    """The real records."""
    return load(read_files(ROOT))


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
