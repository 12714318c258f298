"""`tracker links --site`: check every link inside a built site."""

import sys
from pathlib import Path

import click

from tracker.cli import fail
from tracker.cli.common import exit_on_os_error, print_located_diagnostics
from tracker.i18n import t
from tracker.links.site_links import check_site, read_site
from tracker.model.diagnostics import SourceLocation


def check_pages(folder: Path, *, base: str, style: str) -> None:
    """Print every broken link, repeated id and request to another host; exit with 1 if any."""
    with exit_on_os_error():
        files = read_site(folder)
    if not any(file.endswith(".html") for file in files):
        fail(t("site.none", folder=folder), t("site.none.fix"))
    whole_site = SourceLocation(str(folder), 1, 1)
    located = [(d.location or whole_site, d) for d in check_site(files, base=base)]
    print_located_diagnostics(located, style=style)
    if located:
        sys.exit(1)
    if style == "text":
        pages = sum(file.endswith(".html") for file in files)
        click.echo(t("site.sound", pages=pages))
