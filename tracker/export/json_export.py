"""The published JSON files: each record, and all records."""

import json
from collections.abc import Callable, Iterable
from datetime import date

from tracker.analysis.freshness import ReviewStatus, iter_review_statuses
from tracker.analysis.labels import to_label_rows
from tracker.citations.claims import Claim
from tracker.citations.status import CitationStatus, VerificationSummary, get_link_state
from tracker.model import FrozenModel, Recommendation, Record
from tracker.model.assessment import StatusLabel
from tracker.model.lockfiles import LinkState

FormatLabel = Callable[[StatusLabel], str]
"""Returns the full label of a rating."""

FORMAT = 1
"""The version of tracker.json.

It rises by one when a program that reads the current format correctly could fail or be wrong with
the new one: a collection, list or field is removed or renamed, a field's type, unit or meaning
changes, or a field that was always there may be missing. It does not rise for new records,
collections, lists, fields or values. CHANGELOG.md lists each rise under "Upgrading".
"""


def record_to_json(record: Record, *, collection: str, label: FormatLabel) -> bytes:
    """Return one record with its collection as JSON, without empty fields.

    A recommendation also has the computed list `labels`, as in `to_json`.
    """
    head = f'"collection":"{collection}"'
    if isinstance(record, Recommendation) and record.assessments:
        head += f',"labels":{_dumps(to_label_rows(record, label))}'
    return f"{{{head},{_dump(record)[1:]}\n".encode()


def to_json(verification: VerificationSummary, *, today: date, label: FormatLabel) -> bytes:
    """Return all records as JSON, one per line, sorted by collection and id.

    The document is `{"format": 1, "as_of": day, "<collection>": [records…], "maps": […],
    "proof": […], "links": […], "freshness": […], "labels": […]}`. Records have no empty fields.
    Computed data is separate: the status of each citation and link, the day on which the evidence
    of each rating, position, figure and source is due for review, and the label of each rating.
    """
    data = verification.data
    lists: dict[str, Iterable[str]] = {
        name: map(_dump, sorted(data.collections[name], key=lambda record: record.id))
        for name in sorted(data.collections)
    }
    lists["maps"] = map(_dump, sorted(data.maps, key=lambda source_map: source_map.source))
    claims = sorted(verification.claims, key=lambda pair: pair[0].key)
    lists["proof"] = (_dumps(to_verification_row(*pair)) for pair in claims)
    links = sorted(verification.links.values(), key=lambda link: link.url)
    lists["links"] = (_dumps(to_link_row(link)) for link in links)
    lists["freshness"] = (
        _dumps({"of": name, "kind": kind, **to_review_row(status)})
        for kind, name, status in iter_review_statuses(data, today=today)
        if status
    )
    lists["labels"] = (
        _dumps(row)
        for recommendation in sorted(data.of(Recommendation), key=lambda record: record.id)
        for row in to_label_rows(recommendation, label)
    )
    head = f'{{"format":{FORMAT},"as_of":"{today}"'
    parts = (f',\n"{name}":[\n' + ",\n".join(lines) + "\n]" for name, lines in lists.items())
    return f"{head}{''.join(parts)}}}\n".encode()


def _dump(model: FrozenModel) -> str:
    return model.model_dump_json(exclude_none=True)


_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_verification_row(claim: Claim, status: CitationStatus) -> dict[str, str]:
    """Return the status of one citation."""
    return {
        "citation": claim.key,
        "record": claim.record.id,
        "result": status.state,
        "since": status.since,
        "by": status.by,
        "reason": status.reason,
    }


def to_link_row(link: LinkState) -> dict[str, str]:
    """Return the state of one link."""
    state = get_link_state(link)
    return {"url": link.url, "state": state, "since": link.since, "archived": link.archived}


def to_review_row(review: ReviewStatus) -> dict[str, str]:
    """Return the review status of evidence and its due date."""
    return {
        "evidence": review.evidence.text,
        "due_on": review.due_on.isoformat(),
        "state": review.state,
    }
