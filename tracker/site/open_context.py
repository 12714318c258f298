"""Open a project as the context that its pages are rendered with."""

from pathlib import Path

from tracker.checks.report import format_diagnostics
from tracker.project import Project
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView


class InvalidRecordsError(Exception):
    """Raised for invalid records. The message lists every problem."""


def open_context(root: Path, **settings: str) -> SiteContext:
    """Open and check a project. `settings` are fields of SiteContext.

    Raises InvalidRecordsError, or OSError if a file cannot be read.
    """
    project = Project.open(root)
    loaded = project.loaded
    problems = loaded.locate_all(p for p in project.check() if p.is_blocking)
    if problems:
        raise InvalidRecordsError(format_diagnostics(problems, lines=loaded.get_line))
    view = DatasetView(
        project.dataset,
        project.reference_date(),
        loaded.record_lines,
        verifications=loaded.verifications.rows if loaded.verifications else {},
        link_states=loaded.links.rows if loaded.links else {},
    )
    return SiteContext(view, **settings)
