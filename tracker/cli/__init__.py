"""The `tracker` command: reads arguments, prints, and picks the exit code."""

import os
from typing import Any

import click

from tracker import __version__
from tracker.cli.check import check
from tracker.cli.common import fail
from tracker.cli.diff import diff
from tracker.cli.doctor import doctor
from tracker.cli.due import due
from tracker.cli.explain import explain
from tracker.cli.export import export
from tracker.cli.find import find
from tracker.cli.fmt import fmt
from tracker.cli.import_ import import_
from tracker.cli.init import init
from tracker.cli.links import links
from tracker.cli.new import new
from tracker.cli.pack import pack
from tracker.cli.schema import schema
from tracker.cli.serve import serve
from tracker.cli.show import show
from tracker.cli.verify import verify
from tracker.i18n import t


class _Commands(click.Group):
    """Commands that say which package is missing, instead of ending in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit code 2 if a package that it needs is not installed."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            fail(t("package.missing", module=error.name), t("package.missing.fix"))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context) -> None:
    """Covenant Tracker: recommendations, what was done, and the proof.

    Exit codes: 0 all is well, 1 problems in the data or nothing found, 2 could not run.
    """
    if os.environ.get("NO_COLOR"):  # https://no-color.org; to a pipe click sends no colour anyway
        context.color = False


main.add_command(check)
main.add_command(diff)
main.add_command(doctor)
main.add_command(due)
main.add_command(explain)
main.add_command(export)
main.add_command(find)
main.add_command(fmt)
main.add_command(import_)
main.add_command(init)
main.add_command(links)
main.add_command(new)
main.add_command(pack)
main.add_command(schema)
main.add_command(serve)
main.add_command(show)
main.add_command(verify)
