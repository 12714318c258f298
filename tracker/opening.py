"""Open a project: load its records, check them, and build the view that pages are rendered from."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from tracker import telling
from tracker.checks import check
from tracker.day import Basis, day_of, day_told
from tracker.load import load, read_files
from tracker.render import Book


class Unsound(Exception):
    """Raised for invalid records; the message lists every problem."""


def book_of(root: Path, **site: str) -> Book:
    """Load and check a project for the site.

    Raises Unsound if any record is invalid, OSError if a file cannot be read.
    """
    return _book(root, tuple(read_files(root).items()), day_told(root), **site)


@lru_cache(maxsize=2)
def _book(
    root: Path, files: tuple[tuple[str, bytes], ...], told: tuple[date, Basis] | None, **site: str
) -> Book:
    """Shared by the plugin and the macros; reloaded when a file, the date or its source changes."""
    loaded = load(dict(files))
    # No date: rebuilding an old commit must not flag records dated later as errors.
    problems = [p for p in (*loaded.problems, *check(loaded.dataset)) if p.blocks]
    if problems:
        placed = [(loaded.locate(p), p) for p in problems]
        raise Unsound(telling.as_texts(placed, lines=loaded.line))
    day, _ = told or day_of(root, loaded.dataset)
    proofs = loaded.proofs.rows if loaded.proofs else {}
    links = loaded.links.rows if loaded.links else {}
    return Book(loaded.dataset, day, loaded.record_lines, proofs, links, **site)
