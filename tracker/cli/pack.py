"""`tracker pack`: a built site as one file to pass on."""

from pathlib import Path

import click

from tracker.cli.common import stop, write_whole
from tracker.words import say


@click.command(
    epilog="""\b
Examples:
  tracker pack site --to dist/covenant-tracker.zip
  cd dist && sha256sum -c SHA256SUMS

\b
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
    from tracker import packing

    if target.resolve().is_relative_to(site.resolve()):
        stop(say("pack.inside", file=target, folder=site), say("pack.inside.fix"))
    files = _read(site)
    if "index.html" not in files:
        stop(say("site.none", folder=site), say("site.none.fix"))
    data = packing.pack(files, folder=target.stem)
    write_whole(target, data)
    write_whole(target.with_name(packing.SUMS), packing.sums({target.name: data}))
    click.echo(say("pack.written", file=target, files=f"{len(files):,}", size=_size(data)))


def _read(site: Path) -> dict[str, bytes]:
    """Each file of the site by its path, but for links out of it."""
    found = (p for p in site.rglob("*") if p.is_file() and not p.is_symlink())
    try:
        return {path.relative_to(site).as_posix(): path.read_bytes() for path in found}
    except OSError as error:
        stop(say("check.unreadable", file=error.filename, why=error.strerror), "")


def _size(data: bytes) -> str:
    return f"{len(data) / 1e6:.1f} MB"
