"""Find the source texts that `tracker verify` reads."""

import tomllib
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from tracker.checks.report import format_message
from tracker.citations.source_text import SourceText, find_text_files, read_text
from tracker.citations.status import get_text_hashes
from tracker.cli import fail
from tracker.cli.common import exit_on_os_error
from tracker.files import read_if_exists, resolve_path, walk_safely
from tracker.i18n import t
from tracker.model.citation import Source
from tracker.model.diagnostics import Diagnostic
from tracker.project import Project, list_tracked

CONFIGURATION = "tracker.local.toml"
"""Names folders of texts: `texts = ["../texts"]`. Git ignores it, as it is local."""


def read_configured_folders(root: Path) -> Iterator[Path]:
    """Yield the folders named in the configuration; exit if it is not valid."""
    file = root / CONFIGURATION
    try:
        with exit_on_os_error():
            content = read_if_exists(root, CONFIGURATION)
        settings = tomllib.loads(content.decode()) if content is not None else {}
    except ValueError as error:
        fail(f"cannot use {file}: {error}", 'Write one line, for example: texts = ["../texts"]')
    if content is None:
        return
    # Only the user may specify folders outside the project, not a proposed change.
    if CONFIGURATION in list_tracked(root):
        fail(*format_message(Diagnostic("committed-output", params={"file": CONFIGURATION})))
    names = settings.get("texts")
    if (
        not isinstance(names, list)
        or not all(isinstance(n, str) for n in names)
        or len(settings) > 1
    ):
        reason = ", ".join(settings) or "–"
        fail(f"cannot use {file}: {reason}", 'Write one line, for example: texts = ["../texts"]')
    for folder in (root / Path(name).expanduser() for name in names or ()):
        if not folder.is_dir():
            fail(f"{folder}, named in {file}, is not a folder")
        yield folder


def find_available_texts(project: Project, folders: Iterable[Path]) -> dict[str, SourceText]:
    """Return the text of each source that has one; print a warning for each unusable file."""
    folders = tuple(folders)
    data = project.dataset
    known = {source.id: get_text_hashes(data, source) for source in data.of(Source)}
    with exit_on_os_error():
        for folder in folders:
            real = resolve_path(folder)
            if real.is_relative_to(project.root):
                click.echo(
                    (
                        f"{folder} is inside the project. Keep other people’s texts outside it, "
                        "so that they are never published."
                    ),
                    err=True,
                )
                deque(walk_safely(real), maxlen=0)
        texts = {
            source: text
            for source, files in find_text_files(folders, known).items()
            if (text := _read_first_usable(data.find(source), files)) is not None
        }
    if folders and not texts:
        click.echo(
            (
                f"No file in {', '.join(map(str, folders))} belongs to a source. "
                "Name each text after the ID of its source, for example report.txt."
            ),
            err=True,
        )
    return texts


def _read_first_usable(source: object, files: Iterable[Path]) -> SourceText | None:
    """Return the text of the first usable file; else that of the first, with its error."""
    language = source.language if isinstance(source, Source) else None
    first = None
    for file in files:
        text = read_text(file.read_bytes(), suffix=file.suffix, language=language)
        if not text.error:
            return text
        click.echo(t("verify.fault", file=file, why=t(f"reason.{text.error}")), err=True)
        first = first or text
    return first
