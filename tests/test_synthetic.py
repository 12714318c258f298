"""Synthetic records are valid, reproducible, and as many as requested."""

import pytest

from benchmarks.synthetic import generate_data
from tracker.checks import check
from tracker.records.formatter import format_file
from tracker.records.loader import load


@pytest.mark.parametrize("number", [30, pytest.param(400, marks=pytest.mark.slow)])
def test_records_are_valid_formatted_and_complete(number: int) -> None:
    """The requested number does not include the vocabulary."""
    files = generate_data(number)
    loaded = load(files)
    assert [*loaded.problems, *check(loaded.dataset)] == []
    collections = loaded.dataset.collections
    assert (
        sum(len(records) for name, records in collections.items() if name != "vocabulary") == number
    )
    for file, data in files.items():
        assert format_file(data, file=file).data == data


@pytest.mark.slow
def test_large_collections_are_split_into_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are split, because the loader refuses more than eight million bytes."""
    whole = load(generate_data(300)).dataset
    monkeypatch.setattr("benchmarks.synthetic._MAX_RECORDS_PER_FILE", 100)
    files = generate_data(300)
    assert {"data/recommendations/01.yml", "data/recommendations/02.yml"} < {*files}
    assert load(files).dataset.collections == whole.collections


def test_data_depends_only_on_number_and_seed() -> None:
    assert generate_data(50) == generate_data(50, seed=1)
    assert generate_data(50) != generate_data(50, seed=2)
