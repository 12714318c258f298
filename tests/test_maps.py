"""Source maps: the records that cite a block are derived, and the rest is written by hand."""

from pathlib import Path

from tests.command import change, run
from tracker.model import SourceMap
from tracker.records.formatter import format_file
from tracker.records.loader import LoadResult, load, read_files

OLD = """\
source: report
sha256: 8f76b273b709b4ccb92049fd0745c5c6957ff7207d8469f05af5540688f13304
blocks:
- id: B0
  lines: '1'
  context: A greeting.
- id: B1
  lines: '1'
  records:
  - count-1
  - nobody
- id: B2
  lines: 2-3
  records: # by hand
  - found-1
"""


def load_map(project: Path) -> SourceMap:
    (found,) = load(read_files(project)).dataset.maps
    return found


def test_blocks_list_the_records_that_cite_them(project: Path) -> None:
    """The records are in file order, and a new citation requires no change of the map."""
    first = {block.id: block.records for block in load_map(project).blocks}
    assert first["B1"] == ("found-1", "count-1", "act", "gap-1")
    assert first["B0"] == ()
    cited = "harbour opened.\n  citations:\n  - source: report\n    locator: "
    change(project, "events.yml", f"{cited}B2", f"{cited}B1")
    after = {block.id: block.records for block in load_map(project).blocks}
    assert after["B1"] == ("found-1", "count-1", "harbour-opened", "act", "gap-1")
    assert "harbour-opened" not in after["B2"]


def test_blocks_list_every_citing_record(real: LoadResult) -> None:
    """Blocks list only citing records, not terms or reviews."""
    for source_map in real.dataset.maps:
        listed = {(block.id, key) for block in source_map.blocks for key in block.records}
        cited = {(c.locator, r.id) for r, _, c in real.dataset.citing(source_map.source)}
        assert listed <= cited
        left_out = {real.dataset.collection_of(key) for _, key in cited - listed}
        assert left_out <= {"vocabulary", "cycles"}


def test_uncited_block_is_reported(project: Path) -> None:
    """The message names the block, and shows how to fix it."""
    change(project, "maps/report.yml", "  context: A greeting.\n", "")
    result = run("check", project)
    assert result.exit_code == 1
    assert "data/maps/report.yml:4:7" in result.stdout
    assert "no record cites passage B0 [carried-or-context]" in result.stdout
    assert "add context:" in result.stdout


def test_records_lists_of_older_maps_are_removed(project: Path) -> None:
    """Such lists are valid, and `tracker fmt` removes those without comments."""
    file = project / "data/maps/report.yml"
    file.write_text(OLD, encoding="utf-8")
    assert run("check", project).exit_code == 0
    assert "nobody" not in str(load_map(project))
    new = format_file(OLD.encode(), file="data/maps/report.yml").data.decode()
    assert new == OLD.replace("  records:\n  - count-1\n  - nobody\n", "")


def test_invalid_map_is_reported(project: Path) -> None:
    """The formatter leaves an invalid map unchanged, and the check reports it."""
    for text in (
        "- id: B0\n",
        "blocks: none\n",
        "blocks:\n- B0\n",
        "blocks:\n  a:\n    records: b\n",
    ):
        assert format_file(text.encode(), file="data/maps/report.yml").data == text.encode()
        (project / "data/maps/report.yml").write_text(text, encoding="utf-8")
        assert run("check", project).exit_code == 1
