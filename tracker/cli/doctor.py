"""`tracker doctor`: what of the set-up is there, what is missing, and what to type."""

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
from typing import Any, Literal, NamedTuple

import click

from tracker.cli.common import explain_os_error, fail, find_root, open_project
from tracker.cli.texts import CONFIGURATION, read_configured_folders
from tracker.i18n import t

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""What a browser for the tests may be called."""
_NAMED = 4
"""So many packages are named of those that differ."""
_COLOURS = {"ok": "green", "missing": "red", "optional": "yellow"}


class DoctorCheck(NamedTuple):
    """One thing looked for: the key of its words, how it stands, and their facts.

    Optional is what is not there and need not be.
    """

    key: str
    state: Literal["ok", "missing", "optional"]
    facts: dict[str, Any] = {}  # noqa: RUF012  # never changed


@click.command(
    epilog="""\b
Examples:
  tracker doctor                         the project around this folder
  tracker doctor | grep -v ^ok           only what is not there
  tracker doctor ~/other-tracker         another project

\b
It changes nothing and asks no network. A name or mail address is never printed, so that what it
says can be shown to others.
Exit codes: 0 nothing needed is missing, 1 something is, 2 could not run."""
)
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
def doctor(path: Path) -> None:
    """Tell what of the set-up of the project at PATH is missing, and what to type for it."""
    needed = True
    try:
        for row in _run_checks(path):
            needed = needed and row.state != "missing"
            click.echo(_format_check(row))
    except ImportError as error:  # in an environment that was never finished
        click.echo(_format_check(DoctorCheck("import", "missing", {"name": error.name})))
        needed = False
    sys.exit(0 if needed else 1)


def _format_check(row: DoctorCheck) -> str:
    word = click.style(f"{t(f'doctor.{row.state}'):9}", fg=_COLOURS[row.state])
    what = word + t(f"doctor.{row.key}", **row.facts)
    if row.state == "ok":
        return what
    return f"{what}\n{'':9}{t(f'doctor.{row.key}.fix', **row.facts)}"


def _run_checks(path: Path) -> Iterator[DoctorCheck]:
    yield _check_python()
    root = find_root(path)
    yield _check_packages(root, "requirements.lock", needed=True)
    yield _check_packages(root, "requirements-test.lock", needed=False)
    yield _check_browser()
    yield from _check_git(root)
    yield from _check_records(root)
    yield from _check_settings(root)
    yield _check_texts(root)
    yield _check_editor(root)


def _check_python() -> DoctorCheck:
    from packaging.specifiers import SpecifierSet

    got = platform.python_version()
    wanted = metadata.metadata("covenant-tracker")["Requires-Python"]
    sound = SpecifierSet(wanted).contains(got, prereleases=True)
    return DoctorCheck("python", "ok" if sound else "missing", {"got": got, "wanted": wanted})


def _check_packages(root: Path, lock: str, *, needed: bool) -> DoctorCheck:
    """Whether each package of a lock file is installed in the very version."""
    text = _text(root, lock)
    if text is None:
        return DoctorCheck("no-lock", "optional", {"file": lock})
    locked = dict(_read_lock(text))
    installed = {name: _get_version(name) for name in locked}
    differing = [
        t("doctor.package", name=name, got=installed[name] or "–", wanted=version)
        for name, version in locked.items()
        if installed[name] != version
    ]
    if not differing:
        return DoctorCheck("packages", "ok", {"count": len(locked), "file": lock})
    facts = {"count": len(differing), "file": lock, "named": differing[:_NAMED]}
    target = "site" if needed else "test"
    state: Literal["missing", "optional"] = "missing" if needed else "optional"
    return DoctorCheck("packages.differ", state, facts | {"target": target})


def _read_lock(text: str) -> Iterator[tuple[str, str]]:
    """Each package that this Python needs, with its version."""
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
    found = next(filter(shutil.which, [chosen] if chosen else BROWSERS), None)
    return DoctorCheck("browser", "ok" if found else "optional", {"name": found})


def _check_git(root: Path) -> Iterator[DoctorCheck]:
    def told(*arguments: str) -> str:
        with suppress(OSError):
            command = ["git", "-C", str(root), *arguments]
            done = subprocess.run(command, capture_output=True, text=True)
            return done.stdout.strip() if done.returncode == 0 else ""
        return ""

    yield DoctorCheck("git", "ok" if shutil.which("git") else "missing")
    if not told("rev-parse", "--git-dir"):
        yield DoctorCheck("repository", "optional", {"folder": root})
        return
    named = told("config", "user.name") and told("config", "user.email")
    yield DoctorCheck("identity", "ok" if named else "optional")
    hook = root / told("rev-parse", "--git-path", "hooks/pre-commit")
    typed = {"file": shlex.quote(str(hook)), "folder": shlex.quote(str(hook.parent))}
    yield DoctorCheck("hook", "ok" if hook.is_file() else "optional", typed)


def _check_records(root: Path) -> Iterator[DoctorCheck]:
    from tracker.model.lockfiles import CITATIONS, LINKS

    project = open_project(root)
    files, loaded = project.files, project.loaded
    facts = {
        "count": sum(1 for _ in loaded.dataset.records()),
        "files": len(files.keys() - {CITATIONS, LINKS}),
        "problems": len(loaded.problems),
    }
    yield (
        DoctorCheck("records.unread", "missing", facts)
        if loaded.problems
        else DoctorCheck("records", "ok", facts)
    )
    for key, file in (("proofs", CITATIONS), ("links", LINKS)):
        yield DoctorCheck(key, "ok" if file in files else "optional", {"file": file})


def _check_settings(root: Path) -> Iterator[DoctorCheck]:
    """What mkdocs.yml leaves open, and what the site lacks without it."""
    text = _text(root, "mkdocs.yml")
    if text is None:
        yield DoctorCheck("no-site", "optional", {"folder": root})
        return
    settings = _read_settings(text)
    for key in ("site_url", "repo_url"):
        yield DoctorCheck(key, "ok" if settings.get(key) else "optional", {"name": key.upper()})


def _read_settings(text: str) -> dict[str, Any]:
    """mkdocs.yml, with `!ENV` filled in as MkDocs does; other tags are nothing to us."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Knows the tags that MkDocs knows."""

    def variable(loader: Any, node: Any) -> Any:
        names = loader.construct_sequence(node) if node.id == "sequence" else [node.value, None]
        found = (os.environ[name] for name in names[:-1] if name in os.environ)
        return next(found, names[-1])

    Loader.add_constructor("!ENV", variable)
    Loader.add_multi_constructor("", lambda *_: None)
    try:
        settings = yaml.load(text, Loader=Loader)
    except yaml.YAMLError:
        return {}
    return settings if isinstance(settings, dict) else {}


def _check_texts(root: Path) -> DoctorCheck:
    folders: list[Path] | None = None
    with suppress(SystemExit):  # it has said on the error output what is wrong
        folders = list(read_configured_folders(root))
    if folders is None:
        return DoctorCheck("texts.unusable", "missing", {"file": CONFIGURATION})
    count = sum(1 for folder in folders for file in folder.iterdir() if file.is_file())
    return DoctorCheck(
        "texts", "ok" if count else "optional", {"count": count, "file": CONFIGURATION}
    )


def _check_editor(root: Path) -> DoctorCheck:
    """Whether an editor's program finds the schema of each data file, and it is the newest."""
    from tracker.export.json_schema import make_schema_files

    mapped: Any = {}
    with suppress(ValueError, AttributeError):
        mapped = json.loads(_text(root, ".vscode/settings.json") or "").get("yaml.schemas")
    made = make_schema_files(open_project(root).dataset)
    unmapped = [address for address in made if f"./{address}" not in (mapped or {})]
    old = [address for address, content in made.items() if _text(root, address) != content.decode()]
    if unmapped:
        return DoctorCheck("editor.unmapped", "optional", {"files": unmapped})
    return (
        DoctorCheck("editor.old", "optional", {"files": old})
        if old
        else DoctorCheck("editor", "ok")
    )


def _text(root: Path, name: str) -> str | None:
    """The text of a file of the project, None if there is none; stops at one not to be opened."""
    from tracker.files import read_if_exists

    try:
        content = read_if_exists(root, name)
    except OSError as error:
        fail(*explain_os_error(error))
    return None if content is None else content.decode("utf-8", "replace")
