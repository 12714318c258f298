"""No work grows faster than the records do: counted, not timed."""

import re
from typing import Any, SupportsIndex

import pytest

from benchmarks.synthetic import synthetic
from tests.conftest import FROZEN
from tracker.checks import check
from tracker.checks import suggest as rules
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.suggestions import closest_match
from tracker.records.loader import load, read_files


def spoilt(number: int, pattern: str, new: str) -> dict[str, bytes]:
    """Invented records, of which each has a mistake."""
    return {
        file: data if "vocabulary" in file else re.sub(pattern.encode(), new.encode(), data)
        for file, data in synthetic(number).items()
    }


def test_likeness_is_looked_for_a_hundred_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of however many ids that are wrong; each is told."""
    asked = []

    def noted(word: str, known: list[str]) -> str:
        asked.append(word)
        return closest_match(word, known[:1])

    monkeypatch.setattr(rules, "closest_match", noted)
    loaded = load(spoilt(900, r"source: source-(\d+)\n", r"source: recommendation-\1\n"))
    told = {p.params["got"] for p in check(loaded.dataset) if p.code == "wrong-kind"}
    assert len(told) > 150
    assert len(asked) == 100


def test_a_missing_part_of_a_file_has_one_cause() -> None:
    """However many ids are unknown because of it, and none of them is compared with others."""
    loaded = load(spoilt(900, r"source: source-(\d+)\n", r"source: \1-source\n"))
    told = [p for p in check(loaded.dataset) if p.code == "unknown-id"]
    assert len({p.params["got"] for p in told}) > 150
    assert {(p.cause, p.params["hint"]) for p in told} == {("cut", "cut")}


def test_a_file_is_divided_into_lines_once() -> None:
    """To show the lines of all its problems."""
    divided = []

    class Counted(bytes):
        def split(self, sep: Any = None, maxsplit: SupportsIndex = -1) -> list[bytes]:
            divided.append(sep)
            return super().split(sep, maxsplit)

    files = spoilt(100, r"\n  title:", r"\n  titel:")
    loaded = load({file: Counted(data) for file, data in files.items()})
    divided.clear()
    shown = {loaded.get_line(loaded.locate(problem)) for problem in loaded.problems}
    assert len(shown) == 100
    assert len(divided) <= len(files)


def test_the_record_of_a_place() -> None:
    """The record in whose lines it stands, of the first of a map's two names."""
    files = read_files(FROZEN)
    loaded = load(files)
    for key, where in loaded.locations.items():
        for line in (where.first_line, where.last_line):
            place = SourceLocation(where.file, line, 1)
            found = loaded.find_record(Diagnostic("any", location=place))
            assert found == key or loaded.locations[found] == where
    below = SourceLocation("data/events.yml", 10**6, 1)
    assert loaded.find_record(Diagnostic("any", location=below)) == ""
