"""Text that commands print: titles, kinds and status of records, and templates of output."""

import re
import shutil
import sys
import textwrap
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.analysis.diff import to_plain_text
from tracker.analysis.freshness import ReviewStatus
from tracker.analysis.labels import format_evidence_date, format_label
from tracker.analysis.lookup import RecordMatch, find_closest_id, format_status, has_parts
from tracker.i18n import t
from tracker.model.assessment import StatusLabel
from tracker.model.dataset import Dataset

_LONGEST = 200
_WIDEST = 100
_TEMPLATES = Path(__file__).parent.parent / "templates/cli"


def exit_without_record(words: str, data: Dataset) -> NoReturn:
    """Say that no record has an id, and which one may be meant; exit with 1."""
    near = find_closest_id(data, words)
    hint = f"Did you mean “{near}”?" if near else "To search for words, type: tracker find WORDS"
    click.echo(f"there is no record {words}\n    {hint}", err=True)
    sys.exit(1)


def print_template(name: str, **context: Any) -> None:
    """Print a text made by a template of templates/cli/."""
    click.echo(render_template(name, **context))


def render_template(name: str, **context: Any) -> str:
    """Return a text made by a template of templates/cli/."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["bold"] = partial(click.style, bold=True)
    environment.filters["wrap"] = _wrap
    environment.globals["t"] = t
    return environment.get_template(f"{name}.txt").render(context).rstrip("\n")


def _wrap(line: str, depth: int = 1) -> str:
    """Wrap and indent a line for the terminal."""
    return textwrap.fill(
        line,
        min(shutil.get_terminal_size().columns, _WIDEST),
        initial_indent="  " * depth,
        subsequent_indent="  " * (depth + 2),
        break_long_words=False,  # URLs stay whole, so that they can be clicked
        break_on_hyphens=False,
    )


class Titles:
    """Titles of records by id, from the first dataset that has the record."""

    def __init__(self, *datasets: Dataset) -> None:
        self._datasets = datasets

    def of(self, key: str) -> str:
        """Return the title on one line, or the id if the record does not exist."""
        found = next((r for r in (data.find(key) for data in self._datasets) if r), None)
        return format_line(found.title) if found else key

    def label(self, label: StatusLabel) -> str:
        """Return the full label of a rating: its status and qualifiers."""
        return format_label(label, title=self.of, translate=t)

    def all(self, keys: Iterable[str]) -> str:
        """Return several titles, joined."""
        return "; ".join(map(self.of, keys)) or "–"


def describe_kind(match: RecordMatch) -> str:
    """Return the name of a record's kind, or of a part's."""
    if match.part:
        return t("show.rating" if match.path[0] == "assessments" else "show.position")
    return t(f"search.kind.{match.collection}")


def describe_status(match: RecordMatch, data: Dataset) -> str:
    """Return the status of a record in words; empty for records without a status."""
    record = match.record
    split = has_parts(record, data)
    return format_status(record, title=Titles(data).of, translate=t, in_parts=split)


def describe_evidence(status: ReviewStatus) -> str:
    """Return the date of evidence, with the kind of document if that is undated."""
    document = to_plain_text(status.undated) if status.undated else ""
    return format_evidence_date(str(status.evidence), document, t)


def format_line(value: Any) -> str:
    """Format a value on one line of at most 200 printable characters."""
    text = ", ".join(value) if isinstance(value, tuple) else to_plain_text(value)
    text = "".join(c if c.isprintable() else " " for c in text)
    text = " ".join(text.split()) or "–"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def escape_markdown(text: str) -> str:
    """Escape text for Markdown: no markup, no link, no mention of an account."""
    text = re.sub(r"([\\`*_{}\[\]()#+!|~>-])", r"\\\1", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    # A zero-width space keeps an address from becoming a link and a name from being notified.
    return re.sub(r"(@|:(?=//)|www(?=\.))", "\\1\u200b", text)
