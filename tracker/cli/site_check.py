"""`tracker links --site`: every link inside a built site."""

import sys
from pathlib import Path

import click

from tracker.cli.common import explain_os_error, fail, print_located_diagnostics
from tracker.i18n import t


def check_pages(folder: Path, *, base: str, style: str) -> None:
    """Print every broken link, repeated id and request to another host; exit code 1 if any."""
    from tracker.links.site_links import check_site, read_site
    from tracker.model.diagnostics import SourceLocation

    try:
        files = read_site(folder)
    except OSError as error:
        fail(*explain_os_error(error))
    if not any(file.endswith(".html") for file in files):
        fail(t("site.none", folder=folder), t("site.none.fix"))
    problems = list(check_site(files, base=base))
    print_located_diagnostics(
        [(p.location or SourceLocation(str(folder), 1, 1), p) for p in problems], style=style
    )
    if problems:
        sys.exit(1)
    if style == "text":
        pages = sum(file.endswith(".html") for file in files)
        click.echo(t("site.sound", pages=pages))
