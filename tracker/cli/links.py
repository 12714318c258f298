"""`tracker links`: asks the web whether what is cited still stands there."""

import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from tracker.cli.common import changing, fail, find_root, open_project, parse_today
from tracker.cli.site_check import check_pages
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.links.checker import CheckerOutcome
    from tracker.model import Dataset
    from tracker.model.lockfiles import LinkState

_BAD = ("dead", "soft-404", "changed", "refused")


@click.command(
    epilog="""\b
Examples:
  tracker links                      ask all, and tell what changed
  tracker links --write              and remember it in data/links.lock
  tracker links --only example.org   only the addresses that hold this
  tracker links --archive --write    and look up archived copies
  tracker links --site site          every link inside the site that was built

\b
Exit codes: 0 all is well, 1 an address is dead or altered, or a link of the site leads nowhere,
2 could not run."""
)
@click.argument("path", required=False, type=click.Path(path_type=Path), default=".")
@click.option("--write", is_flag=True, help="Remember what was seen in data/links.lock.")
@click.option("--today", help="The day to note, as 2026-11-24; else that of the clock.")
@click.option(
    "--budget",
    type=click.FloatRange(min=1),
    default=1800,
    metavar="SECONDS",
    help="Seconds for the whole run; what is not reached stays as it was.",
)
@click.option("--only", metavar="URL_PART", default="", help="Only addresses that hold this.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people, or for programs.",
)
@click.option("--archive", is_flag=True, help="Look up an archived copy where none is known.")
@click.option("--capture", is_flag=True, help="Ask the archive for a copy where there is none.")
@click.option(
    "--site",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Check the links inside a built site instead: no network is used.",
)
@click.option(
    "--base", help="With --site: the path of the site on its host; without it, that of SITE_URL."
)
@click.option("--contact", envvar="REPO_URL", default="", help="Where servers' owners can write.")
def links(
    path: Path,
    write: bool,
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
    """Ask the web for every cited address of the project at PATH. Records never change."""
    if site:
        check_pages(site, base=_path_of_site() if base is None else base, style=style)
        return
    # What the web answers is seen now: unlike a build, this takes the clock's day.
    day = parse_today(today) or datetime.now(UTC).date()
    root = find_root(path)
    data, memory = _read(root)
    outcome = _run_checker(data, memory, day=day, budget=budget, only=only, contact=contact)
    if outcome.observations and all(seen.state == "failing:dns" for seen in outcome.observations):
        fail(t("links.offline"), t("links.offline.fix"))
    if archive or capture:
        outcome = _add_archived_copies(
            outcome, day=day, agent=_make_user_agent(contact), capture=capture, budget=budget
        )
    if write:
        _write(root, outcome)
    told = _to_json if style == "json" else _to_text
    click.echo(told(outcome, memory))
    sys.exit(1 if any(row.state in _BAD for row in outcome.states) else 0)


def _path_of_site() -> str:
    """Return the path below which the site was built to be published, as mkdocs.yml reads it."""
    address = os.environ.get("SITE_URL", "")
    try:
        return urlsplit(address).path or "/"
    except ValueError:
        fail(t("links.site-url", got=address), t("links.site-url.fix"))


def _read(root: Path) -> tuple["Dataset", Mapping[str, "LinkState"]]:
    """The records, and what is known of their links; stops if a part cannot be read."""
    from tracker.model.lockfiles import LINKS

    loaded = open_project(root).loaded
    if loaded.problems or (loaded.links and loaded.links.problems):
        fail(t("links.unsound", file=LINKS), t("links.unsound.fix"))
    return loaded.dataset, loaded.links.rows if loaded.links else {}


def _collect_cited(data: "Dataset") -> dict[str, tuple[str, ...]]:
    """Every address that is cited, and the figures that are said to stand there."""
    from tracker.model import Source, find_citations

    figures: dict[str, list[str]] = defaultdict(list)
    for _, record in data.records():
        for _, citation in find_citations(record):
            figures[citation.source] += [s.printed for s in citation.states if s.printed]
    found: dict[str, tuple[str, ...]] = {}
    for source in data.of(Source):
        if source.url and source.access != "not-citable":
            found[source.url] = (*found.get(source.url, ()), *figures[source.id])
    return found


def _run_checker(
    data: "Dataset",
    memory: Mapping[str, "LinkState"],
    *,
    day: date,
    budget: float,
    only: str,
    contact: str,
) -> "CheckerOutcome":
    from tracker.links.checker import CheckerSettings, check_links
    from tracker.model import Source

    cited = _collect_cited(data)
    return check_links(
        [url for url in cited if only in url],
        known=memory,
        today=day,
        settings=CheckerSettings(user_agent=_make_user_agent(contact), budget=budget),
        figures=cited,
        overrides={
            source.url: source.link.state
            for source in data.of(Source)
            if source.url and source.link and day <= source.link.until.last
        },
        progress=_show_progress,
    )


def _make_user_agent(contact: str) -> str:
    from tracker import __version__

    project = f"covenant-tracker/{__version__}"
    return t("links.agent", project=project, contact=contact) if contact else project


def _show_progress(done: int, total: int, url: str) -> None:
    if sys.stderr.isatty():
        line = t("links.progress", done=done, total=total, url=url)
        click.echo(f"\r\033[K{line[:78]}" + ("\n" if done == total else ""), nl=False, err=True)


def _add_archived_copies(
    outcome: "CheckerOutcome", *, day: date, agent: str, capture: bool, budget: float
) -> "CheckerOutcome":
    """The outcome with a copy for each link that has none and that there is one of.

    As much time again as for the links; those that come too late have theirs the next week.
    """
    from tracker.links.archive import Archive

    key, secret = (os.environ.get(f"IA_{name}_KEY", "") for name in ("ACCESS", "SECRET"))
    if capture and not (key and secret):
        fail(t("links.no-keys"), t("links.no-keys.fix"))
    from tracker.model.lockfiles import is_date, is_url

    service = Archive(agent)
    rows = []
    end = time.monotonic() + budget
    for row in outcome.states:
        copy = None
        if not row.archived and row.state != "refused" and time.monotonic() < end:
            copy = service.find(row.url, near=date.fromisoformat(row.first_seen))
            # Only a page that was there today: an archived error would prove nothing.
            if copy is None and capture and row.last_alive == day.isoformat():
                copy = service.capture(row.url, key=key, secret=secret)
        if copy and is_url(copy.url) and is_date(copy.day):
            row = replace(row, archived=copy.url, archived_on=copy.day)
        rows.append(row)
    return replace(outcome, states=tuple(rows))


def _merge_states(
    data: "Dataset", memory: Mapping[str, "LinkState"], outcome: "CheckerOutcome"
) -> dict[str, "LinkState"]:
    """All that is known of what is cited now."""
    cited = _collect_cited(data)
    known = {**memory, **{row.url: row for row in outcome.states}}
    return {url: row for url, row in known.items() if url in cited}


def _write(root: Path, outcome: "CheckerOutcome") -> None:
    """Add what was seen to the lock file as it is now: the run may have taken half an hour."""
    from tracker.model.lockfiles import LINKS, LinkState, format_lock

    with changing(root) as changes:
        changes.read(LINKS)
        rows = _merge_states(*_read(root), outcome)
        lock = format_lock(rows.values(), kind=LinkState, note=t("links.note"))
        changes.add(LINKS, lock.encode())
    click.echo(t("links.written", file=LINKS), err=True)


def _find_changes(
    outcome: "CheckerOutcome", memory: Mapping[str, "LinkState"]
) -> list[tuple[str, str, str]]:
    """The links whose state is another than before: state, state, address."""
    pairs = ((memory[r.url].state if r.url in memory else "", r) for r in outcome.states)
    return [(before, row.state, row.url) for before, row in pairs if before != row.state]


def _to_json(outcome: "CheckerOutcome", memory: Mapping[str, "LinkState"]) -> str:
    changes = [
        {"before": before, "after": after, "url": url}
        for before, after, url in _find_changes(outcome, memory)
    ]
    answer = {
        "states": dict(sorted(Counter(row.state for row in outcome.states).items())),
        "changes": changes,
        "unreached": outcome.unreached,
        "details": {seen.url: seen.detail for seen in outcome.observations if seen.detail},
        "links": [asdict(row) for row in outcome.states],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _to_text(outcome: "CheckerOutcome", memory: Mapping[str, "LinkState"]) -> str:
    lines = [
        t("links.count", count=count, state=_format_state(state))
        for state, count in sorted(Counter(row.state for row in outcome.states).items())
    ]
    changed = [
        t("links.change", before=_format_state(before), after=_format_state(after), url=url)
        for before, after, url in _find_changes(outcome, memory)
    ]
    lines = lines or [t("links.none")]
    lines += ["", t("links.changed"), *changed] if changed else ["", t("links.unchanged")]
    if outcome.unreached:
        lines += [t("links.unreached", count=len(outcome.unreached))]
    return "\n".join(lines)


def _format_state(state: str) -> str:
    name, _, cause = state.partition(":")
    return t(f"links.state.{name}", cause=cause) if state else t("links.new")
