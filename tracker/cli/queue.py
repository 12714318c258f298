"""`tracker verify --queue`: list the citations that need checking, by source."""

import json
import sys
from typing import Any

import click

from tracker.citations.status import PendingSource
from tracker.i18n import t
from tracker.model.lockfiles import clean_text
from tracker.project import Project


def print_queue(project: Project, *, style: str) -> None:
    """Print the queue as text on a terminal, as JSON, or else as one line per citation."""
    if project.loaded.problems:
        click.echo(t("unread"), err=True)
    sources = [_to_data(entry) for entry in project.verification_summary().list_pending()]
    if style == "json":
        click.echo(json.dumps({"sources": sources}, ensure_ascii=False, indent=1))
    elif style == "text" and sys.stdout.isatty():
        click.echo("\n".join(_to_text(sources)))
    else:
        for item in (item for source in sources for item in source["citations"]):
            states = "; ".join(item["states"])
            cells = (item["source"], item["locator"], item["status"], states, item["key"])
            click.echo("\t".join(cells))


def _to_data(waiting: PendingSource) -> dict[str, Any]:
    """Return the queue of one source as JSON data, without control characters."""
    source = waiting.source
    title = source.title if isinstance(source.title, str) else next(iter(source.title.values()))
    return {
        "source": source.id,
        "title": clean_text(title),
        "url": source.url or "",
        "access": source.access,
        "files": [f"{source.id}{suffix}" for suffix in (".txt", ".html", ".pdf")],
        "texts": list(waiting.texts),
        "citations": [
            {
                "key": claim.key,
                "source": source.id,
                "locator": clean_text(claim.citation.locator),
                "status": status.state,
                "states": [clean_text(str(s.printed or s.value)) for s in claim.citation.states],
            }
            for claim, status in waiting.citations
        ],
    }


def _to_text(sources: list[dict[str, Any]]) -> list[str]:
    total = sum(len(source["citations"]) for source in sources)
    lines = [t("queue.count", citations=total, sources=len(sources))]
    for source in sources:
        lines += ["", t("queue.source", title=source["title"], count=len(source["citations"]))]
        access = t(f"access.{source['access']}")
        lines.append("  " + t("queue.text", files=source["files"], access=access))
        lines += [f"  {source['url']}"] if source["url"] else []
        lines += ["  " + t("queue.known", texts=source["texts"])] if source["texts"] else []
        for item in source["citations"]:
            result = t(f"result.{item['status']}")
            lines.append(f"    {item['locator']}: {'; '.join(item['states'])} ({result})")
            lines.append(f"        {item['key']}")
    return lines
