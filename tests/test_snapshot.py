"""Rules of the check on many real records at once: the snapshot passes, and a slip in it is found.

The live records are covered by `tracker fmt --check`, `tracker check`, `tracker verify`, the build
of the site and the check of its links.
"""

from tests.conftest import FROZEN, FROZEN_ON
from tracker.checks import check
from tracker.records.loader import LoadResult, load, read_files


def test_snapshot_passes_every_rule(real: LoadResult) -> None:
    """No rule refuses what editors have written."""
    problems = [*real.problems, *check(real.dataset, today=FROZEN_ON)]
    assert [(p.record, p.code) for p in problems] == []


def test_id_of_any_kind_is_known(real: LoadResult) -> None:
    """Also in a list that may name records of every collection."""
    files = read_files(FROZEN)
    file = "data/discrepancies.yml"
    wrong = files[file].replace(b"  about:\n  - ", b"  about:\n  - nobody-", 1)
    assert wrong != files[file]
    loaded = load(files | {file: wrong})
    assert [p.code for p in check(loaded.dataset)] == ["unknown-id"]
