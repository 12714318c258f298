"""The texts that `tracker verify` reads: in which folder, which file, and what is wrong with it."""

import tomllib
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.common import explain_os_error, fail
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.citations.source_text import SourceText
    from tracker.records.loader import LoadResult

CONFIGURATION = "tracker.local.toml"
"""Names folders of texts: `texts = ["../texts"]`. It belongs to one computer: git ignores it."""


def read_configured_folders(root: Path) -> Iterator[Path]:
    """The folders that the configuration names; stops the command if it cannot be followed."""
    from tracker.checks.report import format_message
    from tracker.files import read_if_exists
    from tracker.model.diagnostics import Diagnostic
    from tracker.project import list_tracked

    file = root / CONFIGURATION
    try:
        content = read_if_exists(root, CONFIGURATION)
        settings = tomllib.loads(content.decode()) if content is not None else {}
    except OSError as error:
        fail(*explain_os_error(error))
    except ValueError as error:
        fail(t("verify.configuration", file=file, why=error), t("verify.configuration.fix"))
    if content is None:
        return
    # Folders outside the project are named by the user, never by a proposal.
    if CONFIGURATION in list_tracked(root):
        fail(*format_message(Diagnostic("committed-output", params={"file": CONFIGURATION})))
    named = settings.get("texts")
    sound = isinstance(named, list) and all(isinstance(name, str) for name in named)
    if not sound or len(settings) > 1:
        fail(
            t("verify.configuration", file=file, why=", ".join(settings) or "–"),
            t("verify.configuration.fix"),
        )
    for folder in (root / Path(name).expanduser() for name in named or ()):
        if not folder.is_dir():
            fail(t("verify.no-folder", folder=folder, file=file), "")
        yield folder


def find_available_texts(
    root: Path, loaded: "LoadResult", folders: Iterable[Path]
) -> "dict[str, SourceText]":
    """The text of each source that has one, with a word about each file that is of no use."""
    from tracker.citations.source_text import find_text_files
    from tracker.files import resolve_path, walk_safely

    folders = tuple(folders)
    try:
        for folder in folders:
            real = resolve_path(folder)
            if real.is_relative_to(root):
                click.echo(t("verify.inside", folder=folder), err=True)
                deque(walk_safely(real), maxlen=0)
        found = find_text_files(folders, _collect_known_hashes(loaded))
        texts = {
            source: text
            for source, files in found.items()
            if (text := _find_first_readable(source, files, loaded)) is not None
        }
    except OSError as error:
        fail(*explain_os_error(error))
    if folders and not texts:
        click.echo(t("verify.no-texts", folders=", ".join(map(str, folders))), err=True)
    return texts


def _collect_known_hashes(loaded: "LoadResult") -> dict[str, tuple[str, ...]]:
    """For each source, the hashes of its known texts, or their beginnings."""
    from tracker.citations.status import get_text_hashes
    from tracker.model import Source

    data = loaded.dataset
    return {source.id: get_text_hashes(data, source) for source in data.of(Source)}


def _find_first_readable(
    source: str, files: tuple[Path, ...], loaded: "LoadResult"
) -> "SourceText | None":
    """The first of a source's files that has a text; else the first, with its fault."""
    from tracker.citations.source_text import read_text
    from tracker.model import Source

    record = loaded.dataset.find(source)
    language = record.language if isinstance(record, Source) else None
    first = None
    for file in files:
        text = read_text(file.read_bytes(), suffix=file.suffix, language=language)
        if not text.error:
            return text
        click.echo(t("verify.fault", file=file, why=t(f"reason.{text.error}")), err=True)
        first = first or text
    return first
