"""`tracker pack`: a built site as one file to pass on."""

from pathlib import Path

import click

from tracker.cli.common import explain_os_error, fail, write_named
from tracker.i18n import t

_FEW = 5


@click.command(
    epilog="""\b
Examples:
  tracker pack site --to dist/covenant-tracker.zip
  cd dist && sha256sum -c SHA256SUMS

\b
The zip holds exactly what the build wrote, by the list SHA256SUMS that it left in the site.
Unzipped, the site can be read without any server: open index.html. Inside and beside the zip,
SHA256SUMS tells whether a copy is whole.

\b
Exit codes: 0 packed, 2 could not run."""
)
@click.argument("site", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The zip to write.",
)
def pack(site: Path, target: Path) -> None:
    """Pack a built site into a zip that can be read from a stick; always the same bytes."""
    from tracker.export import archive

    if target.resolve().is_relative_to(site.resolve()):
        fail(t("pack.inside", file=target, folder=site), t("pack.inside.fix"))
    files = _read(site)
    data = archive.pack(files, folder=target.stem)
    write_named(target, data, beside={archive.SUMS: archive.format_checksums({target.name: data})})
    click.echo(t("pack.written", file=target, files=f"{len(files):,}", size=_format_size(data)))


def _read(site: Path) -> dict[str, bytes]:
    """Each file that the build wrote, by its path; stops the command if one is another now."""
    from tracker import files
    from tracker.export import archive

    try:
        folder = files.resolve_path(site)
        listed = archive.listed(files.read_if_exists(folder, archive.SUMS) or b"")
        found = {name: files.read_file(folder, name) for name in listed}
    except OSError as error:
        fail(*explain_os_error(error))
    if "index.html" not in found:
        fail(t("site.none", folder=site), t("site.none.fix"))
    changed = [name for name, data in found.items() if archive.digest(data) != listed[name]]
    if changed:
        fail(t("pack.changed", folder=site, files=changed[:_FEW]), t("site.none.fix"))
    return found


def _format_size(data: bytes) -> str:
    return f"{len(data) / 1e6:.1f} MB"
