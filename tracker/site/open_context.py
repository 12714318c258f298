"""Project → the context that its pages are rendered from."""

from pathlib import Path

from tracker.checks import report
from tracker.project import Project
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView


class InvalidRecordsError(Exception):
    """Raised for invalid records; the message lists every problem."""


def make_context(root: Path, **settings: str) -> SiteContext:
    """Open and check a project; `site` are the settings of the context.

    Raises Unsound if any record is invalid, OSError if a file cannot be read.
    """
    project = Project.open(root)
    loaded = project.loaded
    problems = [(loaded.locate(p), p) for p in project.check() if p.is_blocking]
    if problems:
        raise InvalidRecordsError(report.format_diagnostics(problems, lines=loaded.get_line))
    proofs = loaded.verifications.rows if loaded.verifications else {}
    links = loaded.links.rows if loaded.links else {}
    view = DatasetView(
        project.dataset, project.reference_date(), loaded.record_lines, proofs, links
    )
    return SiteContext(view, **settings)
