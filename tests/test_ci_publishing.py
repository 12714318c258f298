"""The publishing and release jobs, and the first checks of a new project."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.command import run
from tests.conftest import ROOT, CreateOnce
from tests.test_ci import BUILD, INSTALLED, SITE_URL, ZEROS, get_script, git, shell


class Published:
    """A new project, published at a URL with a path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "clone"
        self.tools = folder / "bin"
        self.site = folder / "temp/site"
        self.environment = {
            "PATH": f"{self.tools}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(folder / "temp"),
            "SITE_URL": SITE_URL,
            "REPO_URL": "https://example.org/owner/tracker",
        }

    @classmethod
    def make(cls, folder: Path) -> None:
        """Create the project, clone it, and build it as pages.yml does."""
        project = folder / "project"
        names = ("--state", "Borland", "--committee", "the Committee", "--title", "Borland's")
        assert run("init", project, *names).exit_code == 0
        for file in ("CHANGELOG.md", ".zenodo.json"):
            shutil.copyfile(ROOT / file, project / file)
        git(folder, "init", "--quiet", "--initial-branch=main", "project")
        git(project, "add", "--all")
        git(project, "commit", "--quiet", "--message", "Begin")
        git(folder, "clone", "--quiet", "project", "clone")
        published = cls(folder)
        published._install()
        built = published.shell(get_script("pages", "build", BUILD))
        assert built.returncode == 0, built.stdout + built.stderr

    def _install(self) -> None:
        """Copy our Makefile into the clone, and link this environment."""
        (self.folder / "Makefile").rename(self.folder / "starter.mk")
        shutil.copyfile(ROOT / "Makefile", self.folder / "Makefile")
        programs = self.folder / ".venv/bin"
        commands = {
            self.tools / "make": f'{shutil.which("make")} MAKE="$0" {INSTALLED} $FLAGS',
            programs / "tracker": f"{sys.executable} -c 'from tracker.cli import main; main()'",
            programs / "mkdocs": f"{sys.executable} -m mkdocs",
            programs / "python": sys.executable,
        }
        for file, command in commands.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
            file.chmod(0o755)

    def shell(self, script: str, **more: str) -> subprocess.CompletedProcess[str]:
        return shell(script, self.folder, **(self.environment | more))


@pytest.fixture(scope="module")
def published(create_once: CreateOnce) -> Published:
    """The project, which is built once for all worker processes."""

    def make(folder: Path) -> None:
        folder.mkdir()
        Published.make(folder)

    return Published(create_once("published", make))


@pytest.mark.slow
def test_error_page_works_below_a_path(published: Published) -> None:
    """The 404 page, which is shown at any depth, has valid links."""
    missing = (published.site / "404.html").read_text(encoding="utf-8")
    assert 'href="/tracker/' in missing
    assert f'href="{SITE_URL}' in (published.site / "index.html").read_text("utf-8")
    with zipfile.ZipFile(published.folder / "dist/covenant-tracker.zip") as archive:
        assert any(name.endswith("index.html") for name in archive.namelist())


@pytest.mark.slow
def test_links_of_the_site_follow_its_address(published: Published) -> None:
    """The same site has wrong links below another path."""
    command = '.venv/bin/tracker links --site "$RUNNER_TEMP/site"'
    assert published.shell(f"{command} --base /other/").returncode == 1
    bad = published.shell(command, SITE_URL="https://[x/")
    assert bad.returncode == 2
    assert bad.stderr.startswith("tracker: SITE_URL is not a web address: https://[x/")


@pytest.mark.slow
def test_release_has_all_its_files(published: Published) -> None:
    """A release has the site, notes, metadata and checksums."""
    builds = (get_script(name, "build", BUILD) for name in ("pages", "release"))
    assert len(set(builds)) == 1
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = re.findall(r"^## \[([^\]]+)\]", changelog, re.MULTILINE)[-1]
    notes = get_script("release", "build", "Extract the release notes from the changelog")
    assert published.shell(notes, TAG="v0.0.0-missing").returncode == 1
    for script in (notes, get_script("release", "build", "Add the metadata for Zenodo")):
        result = published.shell(script, TAG=f"v{version}")
        assert result.returncode == 0, result.stderr
    sums = get_script("release", "release", "Verify the checksums")
    result = shell(sums, published.folder / "dist")
    assert result.returncode == 0, result.stderr
    assert {file.name for file in (published.folder / "dist").iterdir()} == {
        "covenant-tracker.zip", "SHA256SUMS", "NOTES.md", "zenodo.json",
    }  # fmt: skip


@pytest.mark.slow
def test_first_push_of_a_new_project_passes(published: Published, tmp_path: Path) -> None:
    """Its workflow checks it without an earlier commit."""
    output = tmp_path / "output"
    find = get_script("check", "check", "Find the base commit", root=published.folder)
    more = {"GITHUB_EVENT_NAME": "push", "BEFORE": ZEROS, "GITHUB_OUTPUT": str(output)}
    assert published.shell(find, **more).returncode == 0
    assert output.read_text(encoding="utf-8") == "against=\ncode=true\n"
    check = get_script("check", "check", "Check the records", root=published.folder)
    result = published.shell(check, AGAINST="")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.slow
def test_first_push_to_gitlab_passes(published: Published) -> None:
    """The job writes an empty report of problems."""
    jobs = yaml.safe_load((published.folder / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    script = "\n".join(jobs["check"]["script"])
    result = published.shell(script, CI_COMMIT_BEFORE_SHA=ZEROS, FLAGS="-f starter.mk")
    assert result.returncode == 0, result.stdout + result.stderr
    report = published.folder / jobs["check"]["artifacts"]["reports"]["codequality"]
    assert json.loads(report.read_text(encoding="utf-8")) == []
