"""The built site: pages of all records, outside links, data and reproducible builds."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import CONFIG, EXAMPLE, ROOT, build
from tracker.model import PAGED, Recommendation
from tracker.records.loader import LoadResult
from tracker.site.plugin import macros


def test_every_record_has_a_page(site: Path, real: LoadResult) -> None:
    """The URL of a record consists of its collection and id."""
    for name in PAGED:
        for record in real.dataset.collections[name]:
            assert (site / name / record.id / "index.html").is_file()


def test_outside_links_reveal_nothing(site: Path) -> None:
    """A link to another site sends no referrer and does not expose the window."""
    for path in site.rglob("*.html"):
        main = path.read_text("utf-8").partition("<article")[2].partition("</article>")[0]
        for tag in re.findall(r"<a [^>]*href=\"https?://[^>]*>", main):
            assert "noreferrer" in tag


def test_export_has_every_record(site: Path, real: LoadResult) -> None:
    """`tracker.json` has a format and every record of every kind, sorted by id."""
    document = json.loads((site / "data/tracker.json").read_text(encoding="utf-8"))
    assert document["format"] == 1
    for name, records in real.dataset.collections.items():
        assert [r["id"] for r in document[name]] == sorted(r.id for r in records)


def test_status_has_its_author_and_age(site: Path, real: LoadResult) -> None:
    """Each status is shown with its author, the date of the evidence, and its age."""
    rated = [r for r in real.dataset.of(Recommendation) if r.assessments]
    assert rated
    for record in rated:
        text = (site / "recommendations" / record.id / "index.html").read_text("utf-8")
        text = " ".join(re.sub(r"<[^>]+>", " ", text).split())
        assert "Our rating" in text
        assert re.search(r"Evidence up to .{4,30} \( ?.*?(years?|months?)", text)
        assert "not yet reviewed by a lawyer" in text


@pytest.mark.slow  # `make same` builds the live records twice
def test_build_is_reproducible(site: Path, checkout: Path, tmp_path: Path, epoch: str) -> None:
    """Two builds with SOURCE_DATE_EPOCH have the same bytes."""
    assert build(checkout, tmp_path / "site", SOURCE_DATE_EPOCH=epoch).returncode == 0
    assert contents(site) == contents(tmp_path / "site")


def contents(site: Path) -> dict[Path, bytes]:
    return {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    """A tracker of an invented State, with ten lines of configuration and the example's records."""
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    shutil.copy(ROOT / "macros.py", tmp_path)
    (tmp_path / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text(
        "# Harbour\n\n{{ state_of_play() }}\n\n{{ findings() }}\n", encoding="utf-8"
    )
    return tmp_path


@pytest.mark.slow  # four builds
def test_rebuild_equals_a_clean_build(invented: Path) -> None:
    """A build over an older site leaves no old files."""
    fixed = {"SOURCE_DATE_EPOCH": "1750000000"}
    result = build(invented, invented / "site", **fixed)
    assert result.returncode == 0, result.stdout + result.stderr
    page = invented / "site/recommendations/asked-1/index.html"
    assert "Homes for newcomers" in page.read_text(encoding="utf-8")
    for path in (invented / "data").glob("*.yml"):
        path.write_text(path.read_text("utf-8").replace("asked-2", "asked-3"), "utf-8")
    assert build(invented, invented / "site", **fixed).returncode == 0
    assert build(invented, invented / "clean", **fixed).returncode == 0
    again = contents(invented / "site")
    assert Path("recommendations/asked-3/index.html") in again
    assert again == contents(invented / "clean")


def test_no_heading_is_empty(site: Path) -> None:
    """Text follows each heading of a section, not the next heading or the end of the page."""
    empty = re.compile(
        r"<(h[2-6])\b[^>]*>(?:(?!</\1>).)*</\1>\s*(?=<\1\b|<h2\b|</article>)", re.DOTALL
    )
    found = {
        file.relative_to(site).as_posix(): match[0]
        for file in site.rglob("index.html")
        if (match := empty.search(file.read_text("utf-8")))
    }
    assert found == {}


def test_macros_need_no_plugin(harbour: Path, tmp_path: Path) -> None:
    """A generator that uses only `macros.py`, not the plugin, shows the same registers."""
    alone = tmp_path / "alone"
    shutil.copytree(harbour, alone, ignore=shutil.ignore_patterns("site"))
    (alone / "mkdocs.yml").write_text(CONFIG.replace("- tracker\n", ""), "utf-8")
    assert build(alone, alone / "site").returncode == 0
    expected, found = (
        re.findall(r"(?s)<table.*?</table>", (root / "site/index.html").read_text("utf-8"))
        for root in (harbour, alone)
    )
    assert found == expected
    assert expected


def test_invalid_record_stops_the_build(invented: Path) -> None:
    """The build reports the location of an invalid record and a remedy, without a traceback."""
    path = invented / "data/events.yml"
    path.write_text(path.read_text("utf-8").replace("kind: programme", "kind: program"), "utf-8")
    result = build(invented, invented / "site")
    assert result.returncode == 1
    assert "data/events.yml:3:9" in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


def test_texts_of_records_are_escaped(harbour: Path) -> None:
    """Markup and template syntax in a record are shown as text."""
    page = (harbour / "site/events/opened/index.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ cycler.__init__ }}" in page
    assert "<script>alert(1)" not in page
    assert "<img" not in page


def test_macros_of_older_projects_work() -> None:
    """The `macros.py` of a project of version 0.1.0 imports the function from the package."""
    from tracker.site import macros as from_package

    assert from_package is macros
