"""Records → the bytes of each published file."""

import json
from collections.abc import Iterable
from datetime import date

from tracker.analysis.freshness import ReviewStatus, everything_ageing
from tracker.citations.claims import Claim
from tracker.citations.status import CitationStatus, VerificationSummary, link_state
from tracker.model import FrozenModel, Record
from tracker.model.lockfiles import LinkState

FORMAT = 1


def record_json(record: Record, *, collection: str) -> bytes:
    """One record as the model gives it, with its collection; fields that are empty left out."""
    return f'{{"collection":"{collection}",{_json(record)[1:]}\n'.encode()


def to_json(health: VerificationSummary, *, today: date) -> bytes:
    """Every record of every kind, collections and records in the order of their ids, a line each.

    The document is `{"format": 1, "as_of": day, "<collection>": [records…], "maps": […],
    "proof": […], "links": […], "freshness": […]}`; each record as the model gives it, with fields
    that are empty left out. What is computed stands apart from the records: how each citation
    stands, what each address answered, and when the evidence of each rating, position, figure and
    source is due for review, counted to the day `as_of`.
    """
    data = health.data
    lists: dict[str, Iterable[str]] = {
        name: map(_json, sorted(data.collections[name], key=lambda record: record.id))
        for name in sorted(data.collections)
    }
    lists["maps"] = map(_json, sorted(data.maps, key=lambda source_map: source_map.source))
    lists["proof"] = map(_dumps, _proof(health))
    lists["links"] = map(_dumps, _links(health))
    lists["freshness"] = map(_dumps, _freshness(health, today=today))
    head = f'{{"format":{FORMAT},"as_of":"{today}"'
    parts = (f',\n"{name}":[\n' + ",\n".join(lines) + "\n]" for name, lines in lists.items())
    return f"{head}{''.join(parts)}}}\n".encode()


def _json(model: FrozenModel) -> str:
    return model.model_dump_json(exclude_none=True)


_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _proof(health: VerificationSummary) -> list[dict[str, str]]:
    return [proof_row(*pair) for pair in sorted(health.claims, key=lambda pair: pair[0].key)]


def proof_row(claim: Claim, standing: CitationStatus) -> dict[str, str]:
    """How one citation stands."""
    return {
        "citation": claim.key,
        "record": claim.record.id,
        "result": standing.state,
        "since": standing.since,
        "by": standing.by,
        "reason": standing.reason,
    }


def _links(health: VerificationSummary) -> list[dict[str, str]]:
    return [link_row(link) for link in sorted(health.links.values(), key=lambda link: link.url)]


def link_row(link: LinkState) -> dict[str, str]:
    """What is known of one address."""
    state = link_state(link)
    return {"url": link.url, "state": state, "since": link.since, "archived": link.archived}


def _freshness(health: VerificationSummary, *, today: date) -> list[dict[str, str]]:
    return [
        {"of": name, "kind": kind, **ageing_row(found)}
        for kind, name, found in everything_ageing(health.data, today=today)
        if found
    ]


def ageing_row(ageing: ReviewStatus) -> dict[str, str]:
    """How a date of evidence stands."""
    return {
        "evidence": ageing.evidence.text,
        "due_on": ageing.due_on.isoformat(),
        "state": ageing.state,
    }
