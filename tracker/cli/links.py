"""`tracker links`: check whether cited addresses still respond."""

import os
import sys
import time
from collections import Counter, defaultdict
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from tracker import __version__
from tracker.citations.matching.searchable_text import SearchableText
from tracker.cli import command, common, fail, print_json
from tracker.cli.options import path_argument
from tracker.cli.text import print_template
from tracker.i18n import t
from tracker.links.archive import Archive
from tracker.links.checker import CheckerOutcome, CheckerSettings, check_links
from tracker.links.site_links import check_site, read_site
from tracker.model.citation import Source
from tracker.model.dataset import Dataset, find_citations
from tracker.model.diagnostics import SourceLocation
from tracker.model.lockfiles import LINKS, LinkState, format_lock, is_date, is_url
from tracker.model.un_documents import find_derived_addresses
from tracker.project import Project

_BROKEN = ("dead", "soft-404", "changed", "refused")


@command
@path_argument
@click.option("--write", "save", is_flag=True, help="Record the results in data/links.lock.")
@click.option("--today", help="Date of the results, such as 2026-11-24; by default, today.")
@click.option(
    "--budget",
    type=click.FloatRange(min=1),
    default=1800,
    metavar="SECONDS",
    help="Time limit for the whole run; addresses not reached keep their status.",
)
@click.option("--only", metavar="URL_PART", default="", help="Only addresses that contain this.")
@common.format_option("text", "json", help="For people, or for programs.")
@click.option("--archive", is_flag=True, help="Look up an archived copy where none is known.")
@click.option("--capture", is_flag=True, help="Request an archived copy where there is none.")
@click.option(
    "--site",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Check the links inside a built site instead, without a network.",
)
@click.option(
    "--base", help="With --site: the path of the site on its host; by default, that of SITE_URL."
)
@click.option(
    "--contact", envvar="REPO_URL", default="", help="Contact shown to owners of servers."
)
def links(
    path: Path,
    save: bool,
    today: str | None,
    budget: float,
    only: str,
    style: str,
    archive: bool,
    capture: bool,
    site: Path | None,
    base: str | None,
    contact: str,
) -> None:
    """Check the cited addresses, or the links inside a built site."""
    if site:
        _check_site(site, base=_parse_site_path() if base is None else base, style=style)
        return
    # Unlike the day of a build, this is the clock's: the pages are fetched now.
    day = common.parse_today(today) or datetime.now(UTC).date()
    project = _open_valid(common.find_root(path))
    settings = CheckerSettings(user_agent=_make_user_agent(contact), budget=budget)
    outcome = _run_checker(project, settings, day=day, only=only)
    if outcome.observations and all(
        result.state == "failing:dns" for result in outcome.observations
    ):
        fail(
            "no host name could be resolved: this computer seems to be offline",
            "Nothing was recorded. Try again when you are online.",
        )
    if archive or capture:
        outcome = _add_archived_copies(outcome, settings, day=day, capture=capture)
    if save:
        _write(project.root, outcome)
    data = _to_data(outcome, project)
    if style == "json":
        print_json(data)
    else:
        print_template("links", **data)
    sys.exit(1 if any(row.state in _BROKEN for row in outcome.states) else 0)


def _check_site(folder: Path, *, base: str, style: str) -> None:
    """Print every broken link, repeated id and request to another host; exit with 1 if any."""
    with common.exit_on_os_error():
        files = read_site(folder)
    pages = sum(file.endswith(".html") for file in files)
    if not pages:
        fail(f"no pages in {folder}", "Build the site first: make site")
    whole_site = SourceLocation(str(folder), 1, 1)
    found = check_site(files, base=base)
    located = [d if d.location else replace(d, location=whole_site) for d in found]
    common.print_located_diagnostics(located, style=style)
    if located:
        sys.exit(1)
    if style == "text":
        click.echo(f"{pages} pages, no broken links")


def _parse_site_path() -> str:
    """Return the path of SITE_URL, below which the site will be published."""
    address = os.environ.get("SITE_URL", "")
    try:
        return urlsplit(address).path or "/"
    except ValueError:
        fail(
            f"SITE_URL is not a web address: {address}",
            "Write it like https://owner.github.io/tracker/",
        )


def _open_valid(root: Path) -> Project:
    """Open the project; exit if a record or a row of the link lock cannot be read."""
    project = common.open_project(root)
    loaded = project.loaded
    if loaded.problems or (loaded.links and loaded.links.problems):
        fail(
            f"some records or lines of {LINKS} cannot be read, so links could be missed",
            "Fix what `tracker check` reports, then try again.",
        )
    return project


def _collect_cited(data: Dataset) -> dict[str, tuple[str, ...]]:
    """Return every cited or derived URL with the figures that its page should contain.

    Derived ones have none: the site of the UN shows its documents in a viewer.
    """
    figures: dict[str, list[str]] = defaultdict(list)
    for _, record in data.records():
        for _, citation in find_citations(record):
            figures[citation.source] += [s.printed for s in citation.states if s.printed]
    cited: dict[str, tuple[str, ...]] = {}
    for source in data.of(Source):
        if source.url and source.access != "not-citable":
            cited[source.url] = (*cited.get(source.url, ()), *figures[source.id])
    return dict.fromkeys(find_derived_addresses(data).values(), ()) | cited


@lru_cache(maxsize=8)  # pages are checked by several threads, each with several statements
def _read_page(text: str) -> SearchableText:
    return SearchableText(text)


def _contains(text: str, statement: str) -> bool:
    """Return whether a page contains a statement, as when a citation is verified."""
    return any(_read_page(text).find_printed(statement))


def _run_checker(
    project: Project, settings: CheckerSettings, *, day: date, only: str
) -> CheckerOutcome:
    cited = _collect_cited(project.dataset)
    return check_links(
        [url for url in cited if only in url],
        known=project.link_states,
        today=day,
        settings=settings,
        figures=cited,
        contains=_contains,
        overrides={
            source.url: source.link.state
            for source in project.dataset.of(Source)
            if source.url and source.link and day <= source.link.until.last
        },
        progress=_show_progress,
    )


def _make_user_agent(contact: str) -> str:
    project = f"covenant-tracker/{__version__}"
    return t("links.agent", project=project, contact=contact) if contact else project


def _show_progress(done: int, total: int, url: str) -> None:
    if sys.stderr.isatty():
        line = f"{done} of {total}: {url}"
        click.echo(f"\r\033[K{line[:78]}" + ("\n" if done == total else ""), nl=False, err=True)


def _add_archived_copies(
    outcome: CheckerOutcome, settings: CheckerSettings, *, day: date, capture: bool
) -> CheckerOutcome:
    """Return the outcome with an archived copy of each link that has none so far.

    Takes as long as the check itself at most; the remaining links are left to the next run.
    """
    key, secret = (os.environ.get(f"IA_{name}_KEY", "") for name in ("ACCESS", "SECRET"))
    if capture and not (key and secret):
        fail(
            "--capture needs IA_ACCESS_KEY and IA_SECRET_KEY in the environment",
            "Get them at https://archive.org/account/s3.php",
        )
    service = Archive(settings.user_agent)
    rows = []
    end = time.monotonic() + settings.budget
    for row in outcome.states:
        copy = None
        if not row.archived and row.state != "refused" and time.monotonic() < end:
            copy = service.find(row.url, near=date.fromisoformat(row.first_seen))
            # Only pages that responded today, because an archived error page would be no evidence.
            may_capture = capture and row.url not in service.unanswered
            if copy is None and may_capture and row.last_alive == day.isoformat():
                copy = service.capture(row.url, key=key, secret=secret)
        if copy and is_url(copy.url) and is_date(copy.day):
            row = replace(row, archived=copy.url, archived_on=copy.day)
        rows.append(row)
    if service.unanswered:
        count = len(service.unanswered)
        click.echo(f"The archive did not respond for {count} of the links.", err=True)
    return replace(outcome, states=tuple(rows))


def _write(root: Path, outcome: CheckerOutcome) -> None:
    """Merge the outcome into the link lock, which may have changed during the run."""
    with common.open_changes(root) as changes:
        changes.read(LINKS)
        project = _open_valid(root)
        cited = _collect_cited(project.dataset)
        states = {**project.link_states, **{row.url: row for row in outcome.states}}
        rows = [row for url, row in states.items() if url in cited]
        changes.add(LINKS, format_lock(rows, kind=LinkState, note=t("links.note")).encode())
    click.echo(f"{LINKS} written.", err=True)


def _to_data(outcome: CheckerOutcome, project: Project) -> dict[str, Any]:
    """Return the outcome as JSON data; `changes` has the links whose state is another."""
    known = project.link_states
    derived = set(find_derived_addresses(project.dataset).values())
    before = {row.url: known[row.url].state if row.url in known else "" for row in outcome.states}
    return {
        "states": dict(sorted(Counter(row.state for row in outcome.states).items())),
        "changes": [
            {
                "before": before[row.url],
                "after": row.state,
                "url": row.url,
                "derived": row.url in derived,
            }
            for row in outcome.states
            if before[row.url] != row.state
        ],
        "unreached": outcome.unreached,
        "details": {result.url: result.detail for result in outcome.observations if result.detail},
        "links": [asdict(row) | {"derived": row.url in derived} for row in outcome.states],
    }
