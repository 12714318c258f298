"""Invented records: sound, of the number asked for, and the same each time."""

import pytest

from benchmarks.synthetic import synthetic
from tracker.checks import check
from tracker.records.formatter import format_file
from tracker.records.loader import load


@pytest.mark.parametrize("number", [30, 400])
def test_as_many_as_asked_for_and_sound(number: int) -> None:
    """Beside the words that they use, in canonical form."""
    files = synthetic(number)
    loaded = load(files)
    assert [*loaded.problems, *check(loaded.dataset)] == []
    made = loaded.dataset.collections
    assert sum(len(records) for name, records in made.items() if name != "vocabulary") == number
    for file, data in files.items():
        assert format_file(data, file=file).data == data


def test_many_stand_in_several_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loader takes no file of more than eight million bytes."""
    whole = load(synthetic(300)).dataset
    monkeypatch.setattr("benchmarks.synthetic._MOST", 100)
    files = synthetic(300)
    assert {"data/recommendations/01.yml", "data/recommendations/02.yml"} < {*files}
    assert load(files).dataset.collections == whole.collections


def test_a_seed_decides() -> None:
    """The same numbers, the same bytes; another seed, others."""
    assert synthetic(50) == synthetic(50, seed=1)
    assert synthetic(50) != synthetic(50, seed=2)
