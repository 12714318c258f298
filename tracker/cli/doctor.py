"""`tracker doctor`: check the setup, and print how to fix it."""

import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

from tracker import files
from tracker.cli import command
from tracker.cli.options import path_argument
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.project import Project

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Names of a browser that the tests can use, the fastest first."""
_MAX_NAMED = 4
"""Packages of another version that a message names."""
_COLOURS = {"ok": "green", "missing": "red", "optional": "yellow"}

State = Literal["ok", "missing", "optional"]


class DoctorCheck(NamedTuple):
    """The result of one check: the key of its message, its state, and the facts of the message.

    The state is `optional` for a missing item that is not required.
    """

    key: str
    state: State
    facts: dict[str, Any] = {}  # noqa: RUF012  # never changed


@command
@path_argument
def doctor(path: Path) -> None:
    """Print each check of the setup, and how to fix problems."""
    complete = True
    try:
        for result in _run_checks(path):
            complete = complete and result.state != "missing"
            click.echo(_format_check(result))
    except ImportError as error:  # the environment is incomplete
        click.echo(_format_check(DoctorCheck("import", "missing", {"name": error.name})))
        complete = False
    sys.exit(0 if complete else 1)


def _format_check(check: DoctorCheck) -> str:
    label = click.style(f"{t(f'doctor.{check.state}'):9}", fg=_COLOURS[check.state])
    line = label + t(f"doctor.{check.key}", **check.facts)
    if check.state == "ok":
        return line
    return f"{line}\n{'':9}{t(f'doctor.{check.key}.fix', **check.facts)}"


def _run_checks(path: Path) -> Iterator[DoctorCheck]:
    yield _check_python()
    # These modules need packages that an incomplete environment lacks.
    from tracker.cli.common import find_root, open_project

    root = find_root(path)
    yield _check_packages(root, "requirements.lock", required=True)
    if (root / "requirements-test.lock").exists():  # a project from `tracker init` has no tests
        yield _check_packages(root, "requirements-test.lock", required=False)
        yield _check_browser()
    yield from _check_git(root)
    project = open_project(root)
    yield from _check_records(project)
    yield from _check_settings(root)
    yield _check_texts(root)
    yield _check_editor(project)


def _check_python() -> DoctorCheck:
    from packaging.specifiers import SpecifierSet

    got = platform.python_version()
    wanted = metadata.metadata("covenant-tracker")["Requires-Python"]
    supported = SpecifierSet(wanted).contains(got, prereleases=True)
    return DoctorCheck("python", "ok" if supported else "missing", {"got": got, "wanted": wanted})


def _check_packages(root: Path, lock: str, *, required: bool) -> DoctorCheck:
    """Check that each package of a lock file is installed in exactly that version."""
    text = _read_text(root, lock)
    if text is None:
        return DoctorCheck("no-lock", "optional", {"file": lock})
    locked = dict(_parse_lock(text))
    installed = {name: _get_version(name) for name in locked}
    differing = [
        f"{name} {installed[name] or '–'} instead of {version}"
        for name, version in locked.items()
        if installed[name] != version
    ]
    if not differing:
        return DoctorCheck("packages", "ok", {"count": len(locked), "file": lock})
    facts = {"count": len(differing), "file": lock, "named": differing[:_MAX_NAMED]}
    state: State = "missing" if required else "optional"
    return DoctorCheck("packages.differ", state, facts | {"target": "site" if required else "test"})


def _parse_lock(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and version of each package that this Python needs."""
    from packaging.requirements import Requirement

    for line in text.splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.rstrip("\\ "))
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement.name, str(requirement.specifier).removeprefix("==")


def _get_version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _check_browser() -> DoctorCheck:
    chosen = os.environ.get("CHROMIUM")
    name = next(filter(shutil.which, [chosen] if chosen else BROWSERS), None)
    return DoctorCheck("browser", "ok" if name else "optional", {"name": name})


def _check_git(root: Path) -> Iterator[DoctorCheck]:
    def run_git(*arguments: str) -> str:
        with suppress(OSError):
            command = ["git", "-C", str(root), *arguments]
            done = subprocess.run(command, capture_output=True, text=True)
            return done.stdout.strip() if done.returncode == 0 else ""
        return ""

    yield DoctorCheck("git", "ok" if shutil.which("git") else "missing")
    if not run_git("rev-parse", "--git-dir"):
        yield DoctorCheck("repository", "optional", {"folder": root})
        return
    has_identity = run_git("config", "user.name") and run_git("config", "user.email")
    yield DoctorCheck("identity", "ok" if has_identity else "optional")
    hook = root / run_git("rev-parse", "--git-path", "hooks/pre-commit")
    facts = {"file": shlex.quote(str(hook)), "folder": shlex.quote(str(hook.parent))}
    yield DoctorCheck("hook", "ok" if hook.is_file() else "optional", facts)


def _check_records(project: "Project") -> Iterator[DoctorCheck]:
    from tracker.model.lockfiles import CITATIONS, LINKS

    problems = len(project.loaded.problems)
    facts = {
        "count": sum(1 for _ in project.dataset.records()),
        "files": len(project.files.keys() - {CITATIONS, LINKS}),
        "problems": problems,
    }
    state: State = "missing" if problems else "ok"
    yield DoctorCheck("records.unread" if problems else "records", state, facts)
    for key, file in (("proofs", CITATIONS), ("links", LINKS)):
        yield DoctorCheck(key, "ok" if file in project.files else "optional", {"file": file})


def _check_settings(root: Path) -> Iterator[DoctorCheck]:
    """Yield the optional settings of mkdocs.yml."""
    text = _read_text(root, "mkdocs.yml")
    if text is None:
        yield DoctorCheck("no-site", "optional", {"folder": root})
        return
    settings = _parse_settings(text)
    for key in ("site_url", "repo_url"):
        yield DoctorCheck(key, "ok" if settings.get(key) else "optional", {"name": key.upper()})


def _parse_settings(text: str) -> dict[str, Any]:
    """Parse mkdocs.yml, with `!ENV` replaced as MkDocs does; values of other tags are dropped."""
    import yaml

    class Loader(yaml.SafeLoader):
        """A loader that accepts the tags of MkDocs."""

    def read_variable(loader: Any, node: Any) -> Any:
        names = loader.construct_sequence(node) if node.id == "sequence" else [node.value, None]
        values = (os.environ[name] for name in names[:-1] if name in os.environ)
        return next(values, names[-1])

    Loader.add_constructor("!ENV", read_variable)
    Loader.add_multi_constructor("", lambda *_: None)
    try:
        settings = yaml.load(text, Loader=Loader)
    except yaml.YAMLError:
        return {}
    return settings if isinstance(settings, dict) else {}


def _check_texts(root: Path) -> DoctorCheck:
    from tracker.cli.texts import CONFIGURATION, read_configured_folders

    try:
        folders = list(read_configured_folders(root))
    except SystemExit:  # the reason has been printed on stderr
        return DoctorCheck("texts.unusable", "missing", {"file": CONFIGURATION})
    count = sum(1 for folder in folders for file in folder.iterdir() if file.is_file())
    facts = {"count": count, "file": CONFIGURATION}
    return DoctorCheck("texts", "ok" if count else "optional", facts)


def _check_editor(project: "Project") -> DoctorCheck:
    """Check that VS Code's settings name the schema of each data file, and that it is current."""
    from tracker.export.json_schema import make_schema_files

    mapped: Any = {}
    with suppress(ValueError, AttributeError):
        text = _read_text(project.root, ".vscode/settings.json")
        mapped = json.loads(text or "").get("yaml.schemas") or {}
    schemas = make_schema_files(project.dataset)
    if unmapped := [file for file in schemas if f"./{file}" not in mapped]:
        return DoctorCheck("editor.unmapped", "optional", {"files": unmapped})
    texts = {file: _read_text(project.root, file) for file in schemas}
    if old := [file for file, content in schemas.items() if texts[file] != content.decode()]:
        return DoctorCheck("editor.old", "optional", {"files": old})
    return DoctorCheck("editor", "ok")


def _read_text(root: Path, name: str) -> str | None:
    """Return the text of a file of the project; None if it does not exist."""
    from tracker.cli.common import exit_on_os_error

    with exit_on_os_error():
        content = files.read_if_exists(root, name)
    return None if content is None else content.decode("utf-8", "replace")
