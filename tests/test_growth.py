"""Work grows at most linearly with the number of records, measured by counting calls."""

import re
from typing import Any, SupportsIndex

import pytest

from benchmarks.synthetic import generate_data
from tests.conftest import FROZEN
from tracker.checks import check
from tracker.checks import suggest as rules
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.suggestions import closest_match
from tracker.records.loader import load, read_files


def generate_invalid(number: int, pattern: str, new: str) -> dict[str, bytes]:
    """Return synthetic records, each with a mistake."""
    return {
        file: data if "vocabulary" in file else re.sub(pattern.encode(), new.encode(), data)
        for file, data in generate_data(number).items()
    }


@pytest.mark.slow
def test_similar_ids_are_suggested_at_most_100_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wrong id is reported nevertheless."""
    calls = []

    def record_call(word: str, known: list[str]) -> str:
        calls.append(word)
        return closest_match(word, known[:1])

    monkeypatch.setattr(rules, "closest_match", record_call)
    loaded = load(generate_invalid(900, r"source: source-(\d+)\n", r"source: recommendation-\1\n"))
    reported = {p.params["got"] for p in check(loaded.dataset) if p.code == "wrong-kind"}
    assert len(reported) > 150
    assert len(calls) == 100


@pytest.mark.slow
def test_missing_part_of_a_file_has_one_cause() -> None:
    """The unknown ids are not compared with others."""
    loaded = load(generate_invalid(900, r"source: source-(\d+)\n", r"source: \1-source\n"))
    reported = [p for p in check(loaded.dataset) if p.code == "unknown-id"]
    assert len({p.params["got"] for p in reported}) > 150
    assert {(p.cause, p.params["hint"]) for p in reported} == {("cut", "cut")}


def test_file_is_split_into_lines_once() -> None:
    splits = []

    class CountingBytes(bytes):
        def split(self, sep: Any = None, maxsplit: SupportsIndex = -1) -> list[bytes]:
            splits.append(sep)
            return super().split(sep, maxsplit)

    files = generate_invalid(100, r"\n  title:", r"\n  titel:")
    loaded = load({file: CountingBytes(data) for file, data in files.items()})
    splits.clear()
    shown = {loaded.get_line(loaded.locate(problem)) for problem in loaded.problems}
    assert len(shown) == 100
    assert len(splits) <= len(files)


def test_find_record_by_location() -> None:
    """A map has two names; the first one is returned."""
    files = read_files(FROZEN)
    loaded = load(files)
    for key, where in loaded.locations.items():
        for line in (where.first_line, where.last_line):
            place = SourceLocation(where.file, line, 1)
            found = loaded.find_record(Diagnostic("any", location=place))
            assert found == key or loaded.locations[found] == where
    below = SourceLocation("data/events.yml", 10**6, 1)
    assert loaded.find_record(Diagnostic("any", location=below)) == ""
