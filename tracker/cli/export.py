"""`tracker export`: all records as the site publishes them."""

import sys
from pathlib import Path

import click

from tracker.cli.common import open_project, parse_today, write_named
from tracker.i18n import t

NAME = "tracker.json"
"""As the file is called beside the site's pages."""


@click.command(
    epilog="""\b
Examples:
  tracker export | jq '.recommendations | length'
  tracker export --output build/all.json
  tracker export --output build/         as build/tracker.json
  tracker export --today 2026-11-24      with ages counted to that day

\b
Exit codes: 0 handed out, 1 the records have problems (see tracker check), 2 could not run."""
)
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
@click.option("--output", metavar="FILE|FOLDER/", help="Write it there, not to the terminal.")
@click.option("--today", help="The day to count ages to, as 2026-11-24.")
def export(path: Path, output: str | None, today: str | None) -> None:
    """Hand out every record of the project at PATH as one JSON document.

    The same bytes as data/tracker.json of the site that is built on the same day.
    """
    from tracker.analysis.reference_date import find_reference_date
    from tracker.checks import check as check_data
    from tracker.citations.status import VerificationSummary
    from tracker.export.json_export import to_json

    project = open_project(path)
    root, loaded = project.root, project.loaded
    data = loaded.dataset
    if loaded.problems or any(problem.is_blocking for problem in check_data(data)):
        click.echo(t("export.unsound"), err=True)
        sys.exit(1)
    proofs = loaded.verifications.rows if loaded.verifications else {}
    links = loaded.links.rows if loaded.links else {}
    day, _ = find_reference_date(root, data, given=parse_today(today))
    document = to_json(VerificationSummary(data, proofs, links), today=day)
    if output is None:
        click.echo(document, nl=False)
    else:
        write_named(_get_target(output), document)


def _get_target(output: str) -> Path:
    """The file that is meant, also by a folder; stops the command at one that is no place."""
    path = Path(output)
    if path.is_dir() or output.endswith(("/", "\\")):
        return path / NAME
    return path
