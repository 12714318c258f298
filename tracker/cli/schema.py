"""`tracker schema`: the JSON Schema of each kind of data file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.common import changing, fail, open_project, project_option
from tracker.i18n import t

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _complete_kind(
    context: click.Context, _: click.Parameter, begun: str
) -> "list[CompletionItem]":
    """For the shell: the kinds that begin so."""
    from click.shell_completion import CompletionItem

    from tracker.export.json_schema import KINDS

    return [CompletionItem(kind) for kind in KINDS if kind.startswith(begun)]


@click.command(
    epilog="""\b
Examples:
  tracker schema --list                  which kinds there are
  tracker schema findings                the schema of data/findings.yml
  tracker schema findings | jq '."$defs".Finding.properties | keys'
  tracker schema --write                 renew schemas/, as make schemas does

\b
Exit codes: 0 done, 2 no such kind, or could not run."""
)
@click.argument("kind", required=False, shell_complete=_complete_kind)
@project_option
@click.option("--list", "listed", is_flag=True, help="List the kinds with the address of each.")
@click.option("--write", is_flag=True, help="Write every schema into the project.")
def schema(kind: str | None, project: Path, listed: bool, write: bool) -> None:
    """Print the JSON Schema (2020-12) of one KIND of data file, as the site publishes it."""
    from tracker.export.json_schema import KINDS, make_schema_files
    from tracker.model.diagnostics import closest_match

    opened = open_project(project)
    root = opened.root
    files = dict(zip(KINDS, make_schema_files(opened.dataset).items(), strict=True))
    if write:
        _write(root, dict(files.values()))
    elif listed or kind is None:
        click.echo("\n".join(f"{name:16} {address}" for name, (address, _) in files.items()))
    elif kind in files:
        click.echo(files[kind][1], nl=False)
    else:
        near = closest_match(kind, KINDS)
        remedy = t("suggest", suggest=near) if near else t("schema.kinds", kinds=list(KINDS))
        fail(t("schema.none", got=kind), remedy)


def _write(root: Path, files: dict[str, bytes]) -> None:
    changed = 0
    with changing(root) as changes:
        for address, content in files.items():
            if changes.read(address) != content:
                changes.add(address, content)
                changed += 1
    click.echo(t("schema.written", files=len(files), changed=changed))
