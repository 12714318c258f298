"""Maps of sources: which records cite a block is derived; the rest is kept by hand."""

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


def map_of(project: Path) -> SourceMap:
    (found,) = load(read_files(project)).dataset.maps
    return found


def test_blocks_list_what_cites_them(project: Path) -> None:
    """In the order of the files, and a new citation is there without an edit of the map."""
    first = {block.id: block.records for block in map_of(project).blocks}
    assert first["B1"] == ("found-1", "count-1", "act", "gap-1")
    assert first["B0"] == ()
    cited = "harbour opened.\n  citations:\n  - source: report\n    locator: "
    change(project, "events.yml", f"{cited}B2", f"{cited}B1")
    after = {block.id: block.records for block in map_of(project).blocks}
    assert after["B1"] == ("found-1", "count-1", "harbour-opened", "act", "gap-1")
    assert "harbour-opened" not in after["B2"]


def test_every_citing_record_of_the_data_is_listed(real: LoadResult) -> None:
    """And no other; glossary terms and reviews are left out."""
    for source_map in real.dataset.maps:
        listed = {(block.id, key) for block in source_map.blocks for key in block.records}
        cited = {(c.locator, r.id) for r, _, c in real.dataset.citing(source_map.source)}
        assert listed <= cited
        left_out = {real.dataset.collection_of(key) for _, key in cited - listed}
        assert left_out <= {"vocabulary", "cycles"}


def test_block_that_nothing_cites_says_why(project: Path) -> None:
    """The message names the block, and what to type."""
    change(project, "maps/report.yml", "  context: A greeting.\n", "")
    done = run("check", project)
    assert done.exit_code == 1
    assert "data/maps/report.yml:4:7" in done.stdout
    assert "no record cites passage B0 [carried-or-context]" in done.stdout
    assert "context: …" in done.stdout


def test_lists_of_older_maps_are_ignored_and_removed(project: Path) -> None:
    """They are valid, whatever they name; `tracker fmt` removes those without comments."""
    file = project / "data/maps/report.yml"
    file.write_text(OLD, encoding="utf-8")
    assert run("check", project).exit_code == 0
    assert "nobody" not in str(map_of(project))
    new = format_file(OLD.encode(), file="data/maps/report.yml").data.decode()
    assert new == OLD.replace("  records:\n  - count-1\n  - nobody\n", "")


def test_misshapen_map_is_no_traceback(project: Path) -> None:
    """The formatter leaves it as it is, and the check says what is wrong."""
    for text in (
        "- id: B0\n",
        "blocks: none\n",
        "blocks:\n- B0\n",
        "blocks:\n  a:\n    records: b\n",
    ):
        assert format_file(text.encode(), file="data/maps/report.yml").data == text.encode()
        (project / "data/maps/report.yml").write_text(text, encoding="utf-8")
        assert run("check", project).exit_code == 1
