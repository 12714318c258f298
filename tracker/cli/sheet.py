"""A record with all that touches it, as a terminal shows it and as programs read it."""

import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.diff import Titles
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.analysis.freshness import ReviewStatus
    from tracker.analysis.lookup import RecordDetails, RecordMatch
    from tracker.citations.claims import Claim
    from tracker.citations.status import CitationStatus
    from tracker.model import Assessment, Dataset, FrozenModel, Position
    from tracker.model.diagnostics import SourceLocation
    from tracker.model.lockfiles import LinkState

_WIDEST = 100
_APART = ("id", "title", "positions", "assessments", "citations", "right_citations", "citation")
"""Fields that a sheet shows in another place."""


def describe_kind(found: "RecordMatch") -> str:
    """What a record is, or what part of one, in a word."""
    if found.part:
        return t("show.rating" if found.path[0] == "assessments" else "show.position")
    return t(f"search.kind.{found.collection}")


def describe_status(found: "RecordMatch", data: "Dataset") -> str:
    """How a record stands, in words; empty where nothing is to be told."""
    from tracker.analysis.lookup import format_status, has_parts

    record = found.record
    split = has_parts(record, data)
    return format_status(record, title=Titles(data, data).of, translate=t, in_parts=split)


def to_data(sheet: "RecordDetails", data: "Dataset", place: "SourceLocation") -> dict[str, Any]:
    """A sheet as one JSON document; what is not there is left out of `record`, empty elsewhere."""
    from tracker.export.json_export import to_link_row, to_review_row, to_verification_row

    found, titles = sheet.match, Titles(data, data)

    def reference(key: str, path: tuple[str | int, ...]) -> dict[str, Any]:
        return {"id": key, "title": titles.of(key), "path": list(path)}

    return {
        "collection": found.collection,
        "id": found.value.id,
        "of": found.record.id if found.part else None,
        "title": titles.of(found.record.id),
        "status": describe_status(found, data),
        "file": place.file,
        "line": place.line,
        "record": found.value.model_dump(mode="json", exclude_none=True),
        "names": [reference(r.to, r.path) for r in sheet.references],
        "named_by": [reference(r.record, r.path) for r in sheet.backlinks],
        "freshness": [
            {"of": a.item.id, **to_review_row(a.status)} for a in sheet.reviews if a.status
        ],
        "proof": [to_verification_row(*pair) for pair in sheet.claims],
        "link": to_link_row(sheet.link) if sheet.link else None,
    }


class RecordText:
    """Words a sheet for a terminal, no wider than it."""

    def __init__(self, data: "Dataset", today: date) -> None:
        self._data = data
        self._today = today
        self._titles = Titles(data, data)
        self._width = min(shutil.get_terminal_size().columns, _WIDEST)

    def of(self, sheet: "RecordDetails", place: "SourceLocation") -> Iterator[str]:
        """The lines: head, fields, ratings and positions, age, who names it, proof, address."""
        yield from self._head(sheet.match, place)
        yield ""
        yield from self._fields(sheet.match.value)
        yield from self._parts(sheet)
        yield from self._section("show.named-by", self._named_by(sheet))
        yield from self._section("show.proof", self._proof(sheet))
        yield from self._section("show.address", self._address(sheet.link))

    def _head(self, found: "RecordMatch", place: "SourceLocation") -> Iterator[str]:
        kind, record = describe_kind(found), found.record
        title = self._titles.of(record.id)
        if found.part:
            facts = {"kind": kind, "id": found.part.id, "title": title, "record": record.id}
            yield click.style(t("show.part", **facts), bold=True)
        else:
            yield click.style(title, bold=True)
            yield t("show.record", kind=kind, id=record.id)
        yield t("show.place", file=place.file, line=place.line)
        status = "" if found.part else describe_status(found, self._data)
        if status:
            yield t("show.status", status=status)

    def _section(self, key: str, lines: list[str]) -> Iterator[str]:
        if lines:
            yield ""
            yield click.style(t(key), bold=True)
            for line in lines:
                yield from self._wrapped(line, 1)

    def _wrapped(self, line: str, depth: int) -> list[str]:
        first, further = "  " * depth, "  " * (depth + 2)
        # One that is long in itself is an address: it stays whole, so that it can be clicked.
        return textwrap.wrap(
            line,
            self._width,
            initial_indent=first,
            subsequent_indent=further,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _fields(self, value: "FrozenModel", depth: int = 0) -> Iterator[str]:
        """Each field that is filled in, by its name in the file; a part's fields are indented."""
        from tracker.model import FrozenModel, get_reference_fields

        marks = dict(get_reference_fields(type(value)))
        for name, info in type(value).model_fields.items():
            content = getattr(value, name)
            if name in _APART or content == info.default or content in (None, ()):
                continue
            items = content if isinstance(content, tuple) else (content,)
            if any(isinstance(item, FrozenModel) for item in items):
                for item in items:
                    yield "  " * depth + f"{name}:"
                    yield from self._fields(item, depth + 1)
            else:
                told = "; ".join(self._value(item, named=name in marks) for item in items)
                yield from self._wrapped(f"{name}: {told}", depth)

    def _value(self, item: Any, *, named: bool) -> str:
        from tracker.analysis.diff import to_plain_text

        if named:
            return f"{self._titles.of(item)} ({item})"
        return " ".join(to_plain_text(item).split())

    def _parts(self, sheet: "RecordDetails") -> Iterator[str]:
        """Ratings and positions with their age; or the age of what is none."""
        from tracker.model import Assessment, Position

        if sheet.match.part or sheet.match.collection != "recommendations":
            yield from self._section("show.age", [self._age(a.status) for a in sheet.reviews])
            return
        for key, kind in (("show.ratings", Assessment), ("show.positions", Position)):
            own = [
                (aged.item, aged.status) for aged in sheet.reviews if isinstance(aged.item, kind)
            ]
            told = ((self._part(part), ageing and self._age(ageing)) for part, ageing in own)
            yield from self._section(key, [line for pair in told for line in pair if line])

    def _part(self, part: "Assessment | Position") -> str:
        from tracker.analysis.diff import to_plain_text
        from tracker.model import Assessment

        if isinstance(part, Assessment):
            reason = f" ({self._titles.of(part.reason)})" if part.reason else ""
            about = f"{self._titles.of(part.status)}{reason}: {self._titles.all(part.groups)}"
        else:
            about = f"{self._titles.of(part.speaker)}: {' '.join(to_plain_text(part.says).split())}"
        return f"{about} [{part.id}]"

    def _age(self, ageing: "ReviewStatus | None") -> str:
        from tracker.analysis.freshness import compute_age, format_age

        if ageing is None:
            return t("show.ageless")
        state = t(f"fresh.{ageing.state}", day=ageing.due_on)
        age = format_age(compute_age(ageing.evidence, today=self._today), t)
        return t("show.evidence", day=ageing.evidence, age=age, state=state)

    def _named_by(self, sheet: "RecordDetails") -> list[str]:
        """Each record once, in the order of the collections."""
        lines = []
        for key in dict.fromkeys(reference.record for reference in sheet.backlinks):
            kind = t(f"search.kind.{self._data.collection_of(key)}")
            lines.append(t("show.named", kind=kind, title=self._titles.of(key), id=key))
        return lines

    def _proof(self, sheet: "RecordDetails") -> list[str]:
        """How many citations stand how, and each in which something was sought and not found."""
        from tracker.citations.status import STATUSES

        counted = Counter(standing.state for _, standing in sheet.claims)
        if not counted:
            return [t("show.proof.none")]
        totals = ", ".join(
            t("show.proof.counted", count=counted[state], result=t(f"result.{state}"))
            for state in STATUSES
            if counted[state]
        )
        unproved = (p for p in sheet.claims if p[1].state not in ("proved", "no-statement"))
        return [totals, *dict.fromkeys(_format_citation(*pair) for pair in unproved)]

    def _address(self, link: "LinkState | None") -> list[str]:
        from tracker.citations.status import get_link_state

        if link is None:
            return []
        state = t(f"link.state.{get_link_state(link)}")
        return [t("show.address.state", url=link.url, state=state, since=link.since)]


def _format_citation(claim: "Claim", standing: "CitationStatus") -> str:
    key = "show.citation" if standing.since else "show.citation.new"
    key += ".reason" if standing.reason else ""
    return t(
        key,
        source=claim.citation.source,
        locator=claim.citation.locator,
        result=t(f"result.{standing.state}"),
        since=standing.since,
        reason=t(f"reason.{standing.reason}") if standing.reason else "",
    )
