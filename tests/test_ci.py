"""The steps of CI jobs, run locally: comparisons, publishing and proposals."""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

ZEROS = "0" * 40
BUILD = "Check the records, build the site twice, compare, check its links, and pack it"
SITE_URL = "https://owner.github.io/tracker/"
INSTALLED = "-o .venv/.site"
HOST = re.compile("GITHUB_|CI_|RUNNER_|BEFORE$|AGAINST$|SITE_URL$|REPO_URL$|GIT_|MAKE")
"""Variables of a CI host or of `make`, which would change the result."""


def environment(**more: str) -> dict[str, str]:
    person = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER")
              for what in ("NAME", "EMAIL")}  # fmt: skip
    clean = {name: value for name, value in os.environ.items() if not HOST.match(name)}
    return clean | person | {"GIT_CONFIG_GLOBAL": os.devnull} | more


def shell(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does by default."""
    command = ["bash", "-e", "-c", script]
    return subprocess.run(
        command, cwd=folder, env=environment(**more), capture_output=True, text=True, check=False
    )


def git(folder: Path, *arguments: str) -> str:
    result = shell(shlex.join(["git", *arguments]), folder)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def commit(folder: Path, path: str, text: str = "x") -> str:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", path)
    return git(folder, "rev-parse", "HEAD")


def load_jobs(file: Path) -> dict[str, Any]:
    jobs: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
    return jobs


def get_script(name: str, job: str, step: str, *, root: Path = ROOT) -> str:
    """Return the commands of a step."""
    found = load_jobs(root / f".github/workflows/{name}.yml")[job]["steps"]
    (script,) = (one["run"] for one in found if one.get("name") == step)
    return str(script)


class Repository:
    """A repository on a host, and a clone of it with one commit on main."""

    def __init__(self, folder: Path) -> None:
        self.origin, self.clone = folder / "origin", folder / "clone"
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        git(folder, "clone", "--quiet", str(self.origin), str(self.clone))
        git(self.clone, "switch", "--quiet", "--create", "main")
        self.first = commit(self.clone, "data/a.yml", "a\n")
        git(self.clone, "push", "--quiet", "origin", "main")

    def changes(self, **more: str) -> tuple[str, str]:
        """Return the output of .ci/changes: the commit to compare with, and if code changed."""
        result = shell(f"bash {shlex.quote(str(ROOT / '.ci/changes'))}", self.clone, **more)
        assert result.returncode == 0, result.stderr
        against, code = result.stdout.splitlines()
        return against.removeprefix("against="), code.removeprefix("code=")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_first_push_has_no_base(repository: Repository) -> None:
    """A new project has no earlier commit, so every check runs, on both hosts."""
    assert repository.changes(GITHUB_EVENT_NAME="push", BEFORE=ZEROS) == ("", "true")
    assert repository.changes(CI_COMMIT_BEFORE_SHA=ZEROS) == ("", "true")
    assert repository.changes(GITHUB_EVENT_NAME="workflow_dispatch", BEFORE="") == ("", "true")


def test_push_is_compared_with_the_commit_before_it(repository: Repository) -> None:
    """A push may have several commits, so its base is not the parent of the last one."""
    commit(repository.clone, "tracker/code.py")
    commit(repository.clone, "data/b.yml")
    expected = (repository.first, "true")
    assert repository.changes(GITHUB_EVENT_NAME="push", BEFORE=repository.first) == expected
    assert repository.changes(CI_COMMIT_BEFORE_SHA=repository.first) == expected


def test_forced_push_is_compared_with_the_replaced_commit(repository: Repository) -> None:
    """The clone lacks the replaced commit, so it is fetched from the host."""
    lost = commit(repository.clone, "data/b.yml")
    git(repository.clone, "push", "--quiet", "origin", "HEAD:refs/keep/lost")
    git(repository.origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    shutil.rmtree(repository.clone)
    git(repository.origin.parent, "clone", "--quiet", str(repository.origin), "clone")
    assert repository.changes(GITHUB_EVENT_NAME="push", BEFORE=lost) == (lost, "false")
    assert repository.changes(GITHUB_EVENT_NAME="push", BEFORE="1" * 40) == ("", "true")


def test_proposal_is_compared_with_its_base(repository: Repository) -> None:
    """New commits on main are not changes of the proposal."""
    git(repository.clone, "switch", "--quiet", "--create", "proposal")
    commit(repository.clone, "data/b.yml")
    git(repository.clone, "switch", "--quiet", "main")
    base = commit(repository.clone, "tracker/code.py")
    git(repository.clone, "merge", "--quiet", "--no-edit", "proposal")
    merged = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": repository.first}
    assert repository.changes(GITHUB_EVENT_NAME="pull_request") == (base, "false")
    assert repository.changes(**merged) == (repository.first, "true")
    assert repository.changes(**merged, CI_MERGE_REQUEST_TARGET_BRANCH_SHA=base) == (base, "false")


def test_manual_run_is_compared_with_main(repository: Repository) -> None:
    """A given commit is used instead; it must exist."""
    git(repository.clone, "switch", "--quiet", "--create", "proposal")
    second = commit(repository.clone, "data/b.yml")
    third = commit(repository.clone, "data/c.yml")
    assert repository.changes() == (repository.first, "false")
    assert repository.changes(AGAINST="HEAD~1") == (second, "false")
    assert repository.changes(AGAINST=third) == ("", "true")
    missing = shell(f"bash {ROOT}/.ci/changes", repository.clone, AGAINST="missing")
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    assert "no commit missing" in missing.stderr


@pytest.mark.parametrize("path", ["tracker/x.py", "docs/index.md", "Makefile", "data.yml"])
def test_other_files_count_as_code(repository: Repository, path: str) -> None:
    """A file moved from the code into the records counts as well."""
    before = commit(repository.clone, path)
    assert repository.changes(AGAINST=repository.first) == (repository.first, "true")
    git(repository.clone, "mv", path, "data/moved.yml")
    git(repository.clone, "commit", "--quiet", "--message", "move")
    assert repository.changes(AGAINST=before) == (before, "true")


@pytest.mark.parametrize(
    ("code", "results", "passes"),
    [
        ("true", "success success", True),
        ("false", "success skipped", True),
        ("true", "success skipped", False),
        ("false", "success failure", False),
        ("false", "success cancelled", False),
        ("", "failure skipped", False),
    ],
)
def test_all_checks(tmp_path: Path, code: str, results: str, passes: bool) -> None:
    """A job may be skipped only if no code changed."""
    (step,) = load_jobs(ROOT / ".github/workflows/check.yml")["all"]["steps"]
    assert (shell(step["run"], tmp_path, CODE=code, RESULTS=results).returncode == 0) is passes


class Bot:
    """The job that opens pull requests, with a fake GitHub that records requests."""

    PATHS = "data/links.lock"

    def __init__(self, repository: Repository, folder: Path) -> None:
        self.folder = repository.clone
        self.temp = folder / "temp"
        self.temp.mkdir()
        (folder / "bin").mkdir()
        (folder / "bin/gh").write_text('#!/bin/sh\necho "$@" >> "$RUNNER_TEMP/asked"\n')
        (folder / "bin/gh").chmod(0o755)
        self.environment = {
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        }

    def step(self, name: str, job: str, step: str, **more: str) -> bool:
        result = shell(get_script(name, job, step), self.folder, **self.environment, **more)
        return result.returncode == 0

    def apply(self, patch: str, *, paths: str = PATHS) -> bool:
        """Return True if the changes are accepted."""
        (self.temp / "proposal").mkdir(exist_ok=True)
        (self.temp / "proposal/changes.patch").write_text(patch, encoding="utf-8")
        step = "Apply the changes if they are limited to the given files"
        return self.step("propose", "propose", step, PATHS=paths)

    def propose(self) -> bool:
        step = "Open or update the pull request"
        return self.step("propose", "propose", step, BRANCH="links-lock", TITLE="Update links")


@pytest.fixture
def bot(repository: Repository, tmp_path: Path) -> Bot:
    return Bot(repository, tmp_path)


def test_link_states_are_proposed(bot: Bot, repository: Repository) -> None:
    """The proposal changes only the lock file, and its texts are escaped."""
    url = "https://example.org/@team`<b>\u202e\r\nx"
    changes = [{"before": "", "after": "dead", "url": url}]
    found = {"states": {"dead": 1}, "changes": changes}
    (bot.temp / "links.json").write_text(json.dumps(found), encoding="utf-8")
    (bot.folder / "data/links.lock").write_text("row\n", encoding="utf-8")
    (bot.folder / "data/a.yml").write_text("changed by a stranger\n", encoding="utf-8")
    assert bot.step("links", "ask", "Save the changes for the next job")
    output = (bot.temp / "output").read_text(encoding="utf-8").split()
    assert output == ["news=1", "changed=true"]
    patch = (bot.temp / "proposal/changes.patch").read_text(encoding="utf-8")
    git(bot.folder, "reset", "--quiet", "--hard")
    assert bot.apply(patch)
    assert bot.propose()
    files = git(repository.origin, "diff", "--name-only", "main", "links-lock")
    assert files == "data/links.lock"
    head, *lines = (bot.temp / "body.md").read_text(encoding="utf-8").splitlines()
    assert "Approve workflows to run" in head
    assert lines[:2] == ["", "    dead: 1"]
    assert all(line.startswith("    ") and line.isascii() for line in lines if line)
    assert "pr create --head links-lock" in (bot.temp / "asked").read_text(encoding="utf-8")


def new_file(path: str, mode: str = "100644") -> str:
    """Return a patch that creates a file of one line."""
    return f"diff --git a/{path} b/{path}\nnew file mode {mode}\n--- /dev/null\n+++ b/{path}\n" + (
        "@@ -0,0 +1 @@\n+../../x\n"
    )


HOSTILE = {
    "another file": new_file("data/findings.yml"),
    "code beside it": new_file("data/links.lock") + new_file("macros.py"),
    "a link": new_file("data/links.lock", "120000"),
    "a program": new_file("data/links.lock", "100755"),
    "out of the project": new_file("../links.lock"),
    "a hook": new_file(".git/hooks/pre-push", "100755"),
    "a workflow": new_file(".github/workflows/x.yml"),
    "no patch": "rm -rf ~\n",
    "nothing": "",
    "too much": new_file("data/links.lock").replace("+..", "+" + "x" * 5_000_000),
}


@pytest.mark.parametrize("patch", HOSTILE.values(), ids=HOSTILE)
def test_other_changes_are_refused(bot: Bot, patch: str) -> None:
    """A job that reads untrusted files can change only its own file."""
    assert bot.apply(new_file("data/links.lock"))
    git(bot.folder, "reset", "--quiet", "--hard")
    assert not bot.apply(patch)


def test_formatting_proposal_changes_records_only(bot: Bot) -> None:
    """Records may be added, changed and moved, and schemas updated; nothing else may change."""
    (bot.folder / "data/a.yml").rename(bot.folder / "data/b.yml")
    (bot.folder / "schemas").mkdir()
    (bot.folder / "schemas/events.json").write_text("{}\n", encoding="utf-8")
    (bot.folder / "macros.py").write_text("x = 1\n", encoding="utf-8")
    assert bot.step("tidy", "tidy", "Save the changes for the next job")
    patch = (bot.temp / "proposal/changes.patch").read_text(encoding="utf-8")
    assert "schemas/events.json" in patch
    assert "macros.py" not in patch
    git(bot.folder, "reset", "--quiet", "--hard")
    assert bot.apply(patch, paths="data schemas")
    assert not bot.apply(new_file("macros.py"), paths="data schemas")


def test_issue_about_reviews(bot: Bot) -> None:
    """Lines are not split, and control characters are removed."""
    (bot.temp / "due").mkdir()
    text = "## Due\x1b[2J\r\n" + "- Évaluation\n" * 9_000
    (bot.temp / "due/due.md").write_text(text, encoding="utf-8", newline="")
    assert bot.step("stale", "report", "Open, update or close the issue", COUNT="9000")
    body = (bot.temp / "body.md").read_text(encoding="utf-8")
    assert body.startswith("## Due[2J\n- É")
    assert len(body.encode()) < 60_000
    assert body.endswith("- Évaluation\n")
    assert "issue create" in (bot.temp / "asked").read_text(encoding="utf-8")
