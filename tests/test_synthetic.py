"""Invented records: sound, of the number asked for, and the same each time."""

from pathlib import Path

import pytest

from tests.command import run
from tracker.checks import check
from tracker.form import formed
from tracker.load import load
from tracker.synthetic import synthetic


@pytest.mark.parametrize("number", [30, 400])
def test_as_many_as_asked_for_and_sound(number: int) -> None:
    """Beside the words that they use, in canonical form."""
    files = synthetic(number)
    loaded = load(files)
    assert [*loaded.problems, *check(loaded.dataset)] == []
    made = loaded.dataset.collections
    assert sum(len(records) for name, records in made.items() if name != "vocabulary") == number
    for file, data in files.items():
        assert formed(data, file=file).data == data


def test_many_stand_in_several_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loader takes no file of more than eight million bytes."""
    whole = load(synthetic(300)).dataset
    monkeypatch.setattr("tracker.synthetic._MOST", 100)
    files = synthetic(300)
    assert {"data/recommendations/01.yml", "data/recommendations/02.yml"} < {*files}
    assert load(files).dataset.collections == whole.collections


def test_a_seed_decides() -> None:
    """The same numbers, the same bytes; another seed, others."""
    assert synthetic(50) == synthetic(50, seed=1)
    assert synthetic(50) != synthetic(50, seed=2)


def test_command_writes_where_nothing_is(tmp_path: Path) -> None:
    """And never over what is there."""
    folder = tmp_path / "new"
    assert run("bench", "data", "40", "--to", folder).exit_code == 0
    assert (folder / "data/recommendations.yml").read_bytes() == synthetic(40)[
        "data/recommendations.yml"
    ]
    again = run("bench", "data", "40", "--to", folder)
    assert again.exit_code == 2
    assert "holds something already" in again.stderr
