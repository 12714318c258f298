"""How pages show source checks and link states."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import EXAMPLE
from tracker.export.json_export import to_json
from tracker.i18n import list_keys, t
from tracker.model import PAGED, Dataset
from tracker.model.lockfiles import RESULTS, LinkState, Verification
from tracker.records.loader import load, read_files
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.render import render_badge, render_record_page, render_view

LOADED = load(read_files(EXAMPLE))
URL = "https://example.org/observations"
LINK = LinkState(URL, "alive", "2026-11-01", "2026-10-01", "2026-11-01", "", "", "", "", "", "")


def make_context(**changes: Verification | LinkState) -> SiteContext:
    """Return the context of the example, with changed lock rows."""
    assert LOADED.verifications
    proofs = dict(LOADED.verifications.rows)
    links = {}
    for row in changes.values():
        if isinstance(row, Verification):
            proofs[row.key] = row
        else:
            links[row.url] = row
    return SiteContext(DatasetView(LOADED.dataset, date(2026, 11, 24), {}, proofs, links))


def render_page(context: SiteContext, record_id: str) -> str:
    record = context.view.data.find(record_id)
    assert record
    html = render_record_page(context, context.view.data.collection_of(record_id), record).html
    return " ".join(re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL).split())


def change_proof(key: str, **changes: str) -> Verification:
    assert LOADED.verifications
    return replace(LOADED.verifications.rows[key], **changes)


COUNT = "count-1/citations report B1"


def test_citation_shows_its_source_check() -> None:
    """A check is shown with its result, the name or role of the checker, and the date."""
    page = render_page(make_context(), "count-1")
    assert "found in source</span>" in page
    assert "checked on 24 November 2026 (maintainer)" in page
    accepted = change_proof(COUNT, result="accepted", by="<b>A. Name", text="", since="2026-12-01")
    text = render_page(make_context(proof=accepted), "count-1")
    assert "accepted without a check" in text
    assert "checked on 1 December 2026 (&lt;b&gt;A. Name" in text
    assert "counted by hand" in render_page(make_context(), "loose")


def test_changed_claim_is_suspect() -> None:
    """A claim that changed after its check is marked on its page and listed among the gaps."""
    context = make_context(proof=change_proof(COUNT, claim="0" * 16))
    assert t("result.suspect") in render_page(context, "count-1")
    gaps = render_view(context, "gaps", page_url="gaps/")
    assert re.search(r'id="suspect">[^<]*\(1\)', gaps)
    health = render_view(context, "health", page_url="health/")
    assert "Newcomers at the harbour" in health.partition('id="by-kind"')[0]


@pytest.mark.parametrize(
    "state",
    sorted({k.split(".")[2] for k in list_keys() if k.startswith("link.state.")} - {"none"}),
)
def test_every_link_state_has_a_label(state: str) -> None:
    """Each link state has a label on the source page, in the register and on the health page."""
    words = t(f"link.state.{state}")
    link = replace(
        LINK, state=state, failures="2026-11-01,2026-11-05", title="A <title>",
        archived="https://web.archive.org/web/2020/x", archived_on="2020-01-01",
    )  # fmt: skip
    context = make_context(link=link)
    source = render_page(context, "observations")
    assert f"{words}, since 1 November 2026" in source
    assert "A &lt;title&gt;" in source
    assert "https://web.archive.org/web/2020/x" in source
    assert words in render_view(context, "sources", page_url="sources/")
    assert words in render_view(context, "health", page_url="health/")


def test_health_lists_derived_addresses() -> None:
    """Addresses derived from UN symbols are listed separately with their state."""
    derived = "https://docs.un.org/en/E/C.12/EXA/CO/1"
    for link, words in (
        (replace(LINK, url=derived, state="blocked"), "blocks software, since 1 November 2026"),
        (LINK, "not checked"),
    ):
        health = render_view(make_context(link=link), "health", page_url="health/")
        section = health.partition('id="link-derived"')[2].partition("<h2")[0]
        assert "Concluding observations" in section
        assert words in " ".join(section.split())


def test_cause_of_a_failure_is_not_shown() -> None:
    """`failing:dns` is shown as not responding."""
    page = render_page(make_context(link=replace(LINK, state="failing:dns")), "observations")
    assert "not responding, since" in page


def test_every_record_page_with_every_result() -> None:
    """Every page can be rendered with every result of a source check."""
    for state in RESULTS:
        assert LOADED.verifications
        rows = {k: replace(p, result=state) for k, p in LOADED.verifications.rows.items()}
        for proofs in (rows, {}):
            context = SiteContext(DatasetView(LOADED.dataset, date(2026, 11, 24), {}, proofs))
            for name in PAGED:
                for record in context.view.data.collections[name]:
                    assert render_record_page(context, name, record).html


def test_counts_add_up(site: Path) -> None:
    """On the health page, each citation is counted once by kind and once by source."""
    page = (site / "health/index.html").read_text("utf-8")

    def total(part: str) -> int:
        return sum(int(n.replace(",", "")) for n in re.findall(r"<strong>([\d,]+)</strong>", part))

    head, rest = page.partition('id="proof"')[2].split('id="suspect"')
    kinds = rest.partition('id="by-kind"')[2].partition('id="by-source"')[0]
    sources = rest.partition('id="by-source"')[2].partition('id="links"')[0]
    assert total(head) == total(kinds) == total(sources) > 1_000


def test_badge_is_a_valid_image() -> None:
    """The badge is well-formed, has a text alternative, and loads nothing."""
    picture = render_badge(make_context()).decode()
    root = ElementTree.fromstring(picture)
    assert root.get("aria-label") == "citations: 5 of 18 found in source"
    assert "http" not in picture.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_export_has_source_checks_and_ages() -> None:
    """Computed data are separate from the records, with their date."""
    context = make_context(link=replace(LINK, state="dead"))
    view = context.view
    document = json.loads(to_json(view.verification, today=view.today, label=context.label))
    assert document["as_of"] == "2026-11-24"
    assert {p["citation"]: p["result"] for p in document["proof"]}[COUNT] == "proved"
    assert document["links"] == [
        {"url": URL, "state": "dead", "since": "2026-11-01", "archived": ""}
    ]
    assert {f["state"] for f in document["freshness"]} <= {"current", "due", "overdue"}


def test_project_without_source_checks() -> None:
    """Without a lock file, every citation is shown as not checked."""
    context = SiteContext(DatasetView(LOADED.dataset, date(2026, 11, 24)))
    counts = context.view.verification.count_statuses()
    stated = [c for c, _ in context.view.verification.claims if c.citation.states]
    assert counts["none"] == len(stated) == 7
    assert counts["none"] + counts["no-statement"] == sum(counts.values()) == 18
    assert t("result.none") in render_page(context, "count-1")


def test_gaps_list_overdue_items(site: Path) -> None:
    """The page of gaps lists items past their review date."""
    assert 'id="past-review"' in (site / "gaps/index.html").read_text("utf-8")


def test_startup_loads_no_heavy_packages() -> None:
    """`tracker check` loads neither PDF nor network packages."""
    program = (
        "import sys; from click.testing import CliRunner; from tracker.cli import main;"
        f"CliRunner().invoke(main, ['check', {str(EXAMPLE)!r}]);"
        "print([m for m in ('pypdf', 'requests', 'linkcheck', 'mkdocs') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout.strip() == "[]"


def test_empty_dataset() -> None:
    """An empty dataset causes no failure."""
    context = SiteContext(DatasetView(Dataset({}), date(2026, 11, 24)))
    assert sum(context.view.verification.count_statuses().values()) == 0
    assert b"0 of 0" in render_badge(context)
