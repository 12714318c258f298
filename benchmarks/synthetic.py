"""Generate synthetic records for benchmarks, reproducible by number and seed.

Proportions and lengths are realistic: most recommendations are imported, every tenth is assessed,
and findings, indicators and events have several citations.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib.resources import files as resources
from typing import Any

from tracker.model import hash_text
from tracker.records.formatter import format_records
from tracker.records.yaml_reader import read_yaml
from tracker.records.yaml_tree import to_node

_SHARES = {"sources": 0.18, "findings": 0.15, "indicators": 0.15, "events": 0.12}
"""Shares of the collections; all other records are recommendations."""
RECOMMENDATIONS = 1 - sum(_SHARES.values())
"""The share of recommendations."""
_SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "ro",
    "su",
    "ta",
    "ve",
    "wi",
    "po",
    "ka",
)
_MAX_RECORDS_PER_FILE = 5000
"""About 5 MB; the loader refuses files over 8 MB."""
_NUMBER_OF_TERMS = 8
"""The number of rights, and of groups."""

Row = dict[str, Any]


def generate_data(number: int, *, seed: int = 1) -> dict[str, bytes]:
    """Return the data files of an invented State by path, with `number` records and vocabulary."""
    generator = _Generator(number, random.Random(seed))
    makers: dict[str, Callable[[int], Row]] = {
        "sources": generator.make_source,
        "findings": generator.make_finding,
        "indicators": generator.make_indicator,
        "events": generator.make_event,
        "recommendations": generator.make_recommendation,
    }
    records = {
        name: [make(n) for n in range(generator.counts[name])] for name, make in makers.items()
    }
    records["vocabulary"] = [*_read_terms(), *generator.make_terms()]
    return {
        f"data/{file}.yml": format_records(name, to_node(part)).encode()
        for name, rows in sorted(records.items())
        for file, part in _split_files(name, rows)
    }


def _split_files(name: str, rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Yield one file, or a folder of several if one would be too large for the loader."""
    if len(rows) <= _MAX_RECORDS_PER_FILE:
        yield name, rows
        return
    for number, start in enumerate(range(0, len(rows), _MAX_RECORDS_PER_FILE), 1):
        yield f"{name}/{number:02}", rows[start : start + _MAX_RECORDS_PER_FILE]


def _read_terms() -> Iterator[Row]:
    """Yield the statuses, reasons, speakers and source types of the example project."""
    file = resources("tracker") / "example/data/vocabulary.yml"
    kinds = ("status", "reason", "authority", "body", "mechanism", "source-type")
    for word in read_yaml(file.read_bytes(), file=file.name).content:
        if word["kind"] in kinds:
            yield {name: content for name, content in word.items() if name != "citations"}


class _Generator:
    """Generates records from a random number generator."""

    def __init__(self, number: int, rng: random.Random) -> None:
        self.rng = rng
        self.counts = {name: max(2, int(number * share)) for name, share in _SHARES.items()}
        self.counts["recommendations"] = max(2, number - sum(self.counts.values()))
        self._citation_count = 0

    def make_terms(self) -> Iterator[Row]:
        for n in range(_NUMBER_OF_TERMS):
            for kind, more in (("right", {"review_months": 24}), ("group", {})):
                word = {"id": f"{kind}-{n}", "title": self.make_title(), "kind": kind}
                yield word | {"definition": self.make_text(100)} | more

    def make_source(self, n: int) -> Row:
        return {
            "id": f"source-{n}",
            "title": self.make_title(),
            "type": ("un-document", "law", "study")[min(n, 2)],
            "author": self.make_title(),
            "date": self.make_date(),
            "url": f"https://example.org/{n}",
            "access": "public",
            "identified": "verified",
            "summary": self.make_text(170),
        }

    def make_finding(self, n: int) -> Row:
        return {
            "id": f"finding-{n}",
            "title": self.make_title(),
            "kind": self.rng.choice(("progress", "problem")),
            "summary": self.make_text(265),
            "bears_on": [f"recommendation-{self.rng.randrange(self.counts['recommendations'])}"],
            "groups": [self.pick_group()],
            "citations": self.make_citations(3),
        }

    def make_indicator(self, n: int) -> Row:
        day, value = self.make_date(), self.rng.randrange(100, 99_999)
        stated = [_make_figure(value), {"value": day, "printed": day}]
        return {
            "id": f"indicator-{n}",
            "title": self.make_title(),
            "counts": self.make_text(85),
            "population": self.make_text(60),
            "unit": "persons",
            "role": "outcome",
            "as_of": day,
            "figure": _make_figure(value),
            "rights": [self.pick_right()],
            "citations": self.make_citations(1, states=stated),
        }

    def make_event(self, n: int) -> Row:
        day = self.make_date()
        bears_on = f"recommendation-{self.rng.randrange(self.counts['recommendations'])}"
        return {
            "id": f"event-{n}",
            "title": self.make_title(),
            "kind": "practice",
            "date": day,
            "summary": self.make_text(148),
            "bears_on": [bears_on],
            "citations": self.make_citations(2, states=[{"value": day, "printed": day}]),
        }

    def make_recommendation(self, n: int) -> Row:
        assessed = n % 10 == 0
        request = self.make_text(140)
        row: Row = {
            "id": f"recommendation-{n}",
            "title": self.make_title(),
            "made_by": "committee",
            "made_on": "2013",
            "made_on_note": "The year of the session.",
            "document": "source-0",
            "paragraph": f"paragraph {n + 1}",
            "summary": request,
            "official_text": {"missing": "Nobody has typed it."},
            "citations": [{"source": "source-0", "locator": f"paragraph {n + 1}"}],
            "rights": [self.pick_right()],
            "groups": [self.pick_group()],
            "positions": [self.make_position(n, part) for part in range(4 if assessed else 1)],
        }
        if assessed:
            row["done_when"] = {k: self.make_text(80) for k in ("law", "measures", "results")}
            row["assessments"] = [self.make_assessment(n, row["groups"])]
            return row
        return row | {"imported": self.make_import_facts(request)}

    def make_position(self, n: int, part: int) -> Row:
        return {
            "id": f"recommendation-{n}-p{part}",
            "speaker": "home-office" if part else "foundation",
            "mode": "direct",
            "undated": "The source has no date.",
            "says": self.make_text(120),
            "citations": self.make_citations(1),
        }

    def make_assessment(self, n: int, groups: list[str]) -> Row:
        def part(state: str, states: list[Any] | None = None) -> Row:
            citations = self.make_citations(2, states=states)
            return {"state": state, "why": self.make_text(90), "citations": citations}

        return {
            "id": f"recommendation-{n}-a1",
            "date": "2024-01-15",
            "groups": groups,
            "status": "partly-implemented",
            "law": part("begun"),
            "measures": {"state": "unknown", "why": self.make_text(60)},
            "results": part("absent", states=["There are no results."]),
            "why": self.make_text(160),
            "evidence_up_to": "2020-07-27",
            "evidence_basis": "The latest date in the sources.",
            "independent_sources": 1,
            "method": "Read.",
        }

    def make_import_facts(self, request: str) -> Row:
        return {
            "source": "source-1",
            "addressed": ["Arland"],
            "session": "16",
            "recommending": ["Borland"],
            "response": "supported",
            "themes": [self.make_title()],
            "text_sha256": hash_text(request),
            "status": "insufficient-information",
            "reason": "not-assessed",
        }

    def make_citations(self, number: int, states: list[Any] | None = None) -> list[Row]:
        """Return citations of the sources in rotation, so that each source is cited."""
        citations = []
        for _ in range(number):
            self._citation_count += 1
            locator = f"paragraph {self.rng.randrange(1, 400)}"
            cited: Row = {"source": f"source-{self._citation_count % self.counts['sources']}"}
            citations.append(cited | {"locator": locator})
        if states:
            citations[0]["states"] = states
        return citations

    def make_date(self) -> str:
        return str(date(2010, 1, 1) + timedelta(days=self.rng.randrange(3600)))

    def pick_right(self) -> str:
        return f"right-{self.rng.randrange(_NUMBER_OF_TERMS)}"

    def pick_group(self) -> str:
        return f"group-{self.rng.randrange(_NUMBER_OF_TERMS)}"

    def make_title(self) -> str:
        return self.make_text(45).rstrip(".")

    def make_text(self, length: int) -> str:
        """Return a sentence of invented words with about `length` characters."""
        words: list[str] = []
        size = 0
        while size < length:
            word = "".join(self.rng.choices(_SYLLABLES, k=self.rng.randrange(1, 5)))
            words.append(word)
            size += len(word) + 1
        return " ".join(words).capitalize() + "."


def _make_figure(value: int) -> Row:
    return {"value": value, "printed": f"{value:,}"}
