"""The rules of the check on many records: the snapshot passes, and a mistake in it is found.

The live records are covered by `tracker fmt --check`, `tracker check`, `tracker verify`, the build
of the site and the check of its links.
"""

from tests.conftest import FROZEN, FROZEN_ON
from tracker.checks import check
from tracker.records.loader import LoadResult, load, read_files


def test_snapshot_passes_every_rule(real: LoadResult) -> None:
    """The records of the snapshot break no rule."""
    problems = [*real.problems, *check(real.dataset, today=FROZEN_ON)]
    assert [(p.record, p.code) for p in problems] == []


def test_id_of_any_kind_is_known(real: LoadResult) -> None:
    """Ids are known even in lists that can refer to any collection."""
    files = read_files(FROZEN)
    file = "data/discrepancies.yml"
    wrong = files[file].replace(b"  about:\n  - ", b"  about:\n  - nobody-", 1)
    assert wrong != files[file]
    loaded = load(files | {file: wrong})
    assert [p.code for p in check(loaded.dataset)] == ["unknown-id"]
