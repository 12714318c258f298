"""`tracker pack`: pack a built site into one zip file."""

from pathlib import Path

import click

from tracker import files
from tracker.cli import command, fail
from tracker.cli.common import exit_on_os_error, write_named
from tracker.export.archive import (
    SUMS,
    compute_digest,
    format_checksums,
    pack_site,
    parse_checksums,
)
from tracker.i18n import t

_MAX_NAMED = 5
"""Changed files that an error message names."""


@command
@click.argument("site", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The zip to write.",
)
def pack(site: Path, target: Path) -> None:
    """Write a built site into a zip, with its checksums."""
    if target.resolve().is_relative_to(site.resolve()):
        fail(
            f"{target} is inside {site} and would become part of the next archive",
            "Name a file outside it: --to dist/covenant-tracker.zip",
        )
    contents = _read_site(site)
    data = pack_site(contents, folder=target.stem)
    write_named(target, data, siblings={SUMS: format_checksums([(target.name, data)])})
    size = f"{len(data) / 1e6:.1f} MB"
    click.echo(t("pack.written", file=target, files=f"{len(contents):,}", size=size))


def _read_site(site: Path) -> dict[str, bytes]:
    """Return each file that the build wrote, by path; exit if one has changed since."""
    with exit_on_os_error():
        folder = files.resolve_path(site)
        checksums = parse_checksums(files.read_if_exists(folder, SUMS) or b"")
        contents = {name: files.read_file(folder, name) for name in checksums}
    if "index.html" not in contents:
        fail(f"no pages in {site}", "Build the site first: make site")
    changed = [name for name, data in contents.items() if compute_digest(data) != checksums[name]]
    if changed:
        fail(
            f"{site} has changed since it was built: {', '.join(changed[:_MAX_NAMED])}",
            "Build the site first: make site",
        )
    return contents
