"""The `tracker` command: reads arguments, prints, and picks the exit code."""

import click

from tracker import __version__
from tracker.cli.check import check
from tracker.cli.diff import diff
from tracker.cli.due import due
from tracker.cli.fmt import fmt
from tracker.cli.links import links
from tracker.cli.pack import pack
from tracker.cli.show import show
from tracker.cli.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Covenant Tracker: recommendations, what was done, and the proof.

    Exit codes: 0 all is well, 1 problems in the data, 2 could not run.
    """


main.add_command(check)
main.add_command(diff)
main.add_command(due)
main.add_command(fmt)
main.add_command(links)
main.add_command(pack)
main.add_command(show)
main.add_command(verify)
