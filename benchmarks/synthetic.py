"""Invented records of realistic length, for measuring: the same number and seed, the same records.

Their proportions and lengths are those of a State's record: most recommendations were taken from
databases, every tenth is assessed; findings, figures and events cite sources, several times each.
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
"""Of all records; what is left are recommendations."""
RECOMMENDATIONS = 1 - sum(_SHARES.values())
"""Their share."""
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
_MOST = 5000
"""So many records in a file: some 5 million bytes."""
_FEW = 8
"""So many rights, and so many groups."""

Row = dict[str, Any]


def synthetic(number: int, *, seed: int = 1) -> dict[str, bytes]:
    """The data files of an invented State with so many records beside its vocabulary, by path."""
    made = _Maker(number, random.Random(seed))
    kinds: dict[str, Callable[[int], Row]] = {
        "sources": made.source,
        "findings": made.finding,
        "indicators": made.indicator,
        "events": made.event,
        "recommendations": made.recommendation,
    }
    found = {name: [make(n) for n in range(made.counts[name])] for name, make in kinds.items()}
    found["vocabulary"] = [*_words(), *made.terms()]
    return {
        f"data/{file}.yml": format_records(name, to_node(part)).encode()
        for name, rows in sorted(found.items())
        for file, part in _files(name, rows)
    }


def _files(name: str, rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """One file, or a folder of several where one would be larger than the loader takes."""
    if len(rows) <= _MOST:
        yield name, rows
        return
    for number, start in enumerate(range(0, len(rows), _MOST), 1):
        yield f"{name}/{number:02}", rows[start : start + _MOST]


def _words() -> Iterator[Row]:
    """The statuses, reasons and speakers of the project of an invented State in this package."""
    file = resources("tracker") / "example/data/vocabulary.yml"
    kept = ("status", "reason", "authority", "body", "mechanism", "source-type")
    for word in read_yaml(file.read_bytes(), file=file.name).content:
        if word["kind"] in kept:
            yield {name: content for name, content in word.items() if name != "citations"}


class _Maker:
    """Makes one record after the other from one row of random numbers."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.chance = chance
        self.counts = {name: max(2, int(number * share)) for name, share in _SHARES.items()}
        self.counts["recommendations"] = max(2, number - sum(self.counts.values()))
        self._cited = 0

    def terms(self) -> Iterator[Row]:
        for n in range(_FEW):
            for kind, more in (("right", {"review_months": 24}), ("group", {})):
                word = {"id": f"{kind}-{n}", "title": self.title(), "kind": kind}
                yield word | {"definition": self.text(100)} | more

    def source(self, n: int) -> Row:
        return {
            "id": f"source-{n}",
            "title": self.title(),
            "type": ("un-document", "law", "study")[min(n, 2)],
            "author": self.title(),
            "date": self.day(),
            "url": f"https://example.org/{n}",
            "access": "public",
            "identified": "verified",
            "summary": self.text(170),
        }

    def finding(self, n: int) -> Row:
        return {
            "id": f"finding-{n}",
            "title": self.title(),
            "kind": self.chance.choice(("progress", "problem")),
            "summary": self.text(265),
            "bears_on": [f"recommendation-{self.chance.randrange(self.counts['recommendations'])}"],
            "groups": [self.group()],
            "citations": self.citations(3),
        }

    def indicator(self, n: int) -> Row:
        day, value = self.day(), self.chance.randrange(100, 99_999)
        stated = [_printed(value), {"value": day, "printed": day}]
        return {
            "id": f"indicator-{n}",
            "title": self.title(),
            "counts": self.text(85),
            "population": self.text(60),
            "unit": "persons",
            "role": "outcome",
            "as_of": day,
            "figure": _printed(value),
            "rights": [self.right()],
            "citations": self.citations(1, states=stated),
        }

    def event(self, n: int) -> Row:
        day = self.day()
        bears_on = f"recommendation-{self.chance.randrange(self.counts['recommendations'])}"
        return {
            "id": f"event-{n}",
            "title": self.title(),
            "kind": "practice",
            "date": day,
            "summary": self.text(148),
            "bears_on": [bears_on],
            "citations": self.citations(2, states=[{"value": day, "printed": day}]),
        }

    def recommendation(self, n: int) -> Row:
        assessed = n % 10 == 0
        asked = self.text(140)
        row: Row = {
            "id": f"recommendation-{n}",
            "title": self.title(),
            "made_by": "committee",
            "made_on": "2013",
            "made_on_note": "The year of the session.",
            "document": "source-0",
            "paragraph": f"paragraph {n + 1}",
            "summary": asked,
            "official_text": {"missing": "Nobody has typed it."},
            "citations": [{"source": "source-0", "locator": f"paragraph {n + 1}"}],
            "rights": [self.right()],
            "groups": [self.group()],
            "positions": [self.position(n, part) for part in range(4 if assessed else 1)],
        }
        if assessed:
            row["done_when"] = {k: self.text(80) for k in ("law", "measures", "results")}
            row["assessments"] = [self.assessment(n, row["groups"])]
            return row
        return row | {"imported": self.imported(asked)}

    def position(self, n: int, part: int) -> Row:
        return {
            "id": f"recommendation-{n}-p{part}",
            "speaker": "home-office" if part else "foundation",
            "mode": "direct",
            "undated": "The source has no date.",
            "says": self.text(120),
            "citations": self.citations(1),
        }

    def assessment(self, n: int, groups: list[str]) -> Row:
        def part(state: str) -> Row:
            return {"state": state, "why": self.text(90), "citations": self.citations(2)}

        return {
            "id": f"recommendation-{n}-a1",
            "date": "2024-01-15",
            "groups": groups,
            "status": "partly-implemented",
            "law": part("begun"),
            "measures": {"state": "unknown", "why": self.text(60)},
            "results": part("absent"),
            "why": self.text(160),
            "evidence_up_to": "2020-07-27",
            "evidence_basis": "The latest date in the sources.",
            "independent_sources": 1,
            "method": "Read.",
        }

    def imported(self, asked: str) -> Row:
        return {
            "source": "source-1",
            "addressed": ["Arland"],
            "session": "16",
            "recommending": ["Borland"],
            "response": "supported",
            "themes": [self.title()],
            "text_sha256": hash_text(asked),
            "status": "insufficient-information",
            "reason": "not-assessed",
        }

    def citations(self, number: int, states: list[Any] | None = None) -> list[Row]:
        """One source after the other is cited, so that none is left out."""
        found = []
        for _ in range(number):
            self._cited += 1
            place = f"paragraph {self.chance.randrange(1, 400)}"
            cited: Row = {"source": f"source-{self._cited % self.counts['sources']}"}
            found.append(cited | {"locator": place})
        if states:
            found[0]["states"] = states
        return found

    def day(self) -> str:
        return str(date(2010, 1, 1) + timedelta(days=self.chance.randrange(3600)))

    def right(self) -> str:
        return f"right-{self.chance.randrange(_FEW)}"

    def group(self) -> str:
        return f"group-{self.chance.randrange(_FEW)}"

    def title(self) -> str:
        return self.text(45).rstrip(".")

    def text(self, length: int) -> str:
        """Sentences of invented words, about so many characters long."""
        words: list[str] = []
        size = 0
        while size < length:
            word = "".join(self.chance.choices(_SYLLABLES, k=self.chance.randrange(1, 5)))
            words.append(word)
            size += len(word) + 1
        return " ".join(words).capitalize() + "."


def _printed(value: int) -> Row:
    return {"value": value, "printed": f"{value:,}"}
