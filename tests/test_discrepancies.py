"""The page of discrepancies: sorted by weight, with slips folded into a note."""

from dataclasses import replace

from tests.test_overviews import get_text
from tests.test_render import make_context
from tracker.model import Dataset, Discrepancy
from tracker.site.context import SiteContext
from tracker.site.registers import find_neighbours
from tracker.site.render import render_record_page, render_view

WEIGHTS = (None, "slip", "low", "high", "medium", "high")
STATES = ("open", "open", "open", "settled", "explained", "open")


def make_weighted() -> SiteContext:
    """The example project with a discrepancy of each weight."""
    context = make_context()
    first = context.view.all(Discrepancy)[0]
    records = tuple(
        first.model_copy(
            update={
                "id": f"gap-{number}",
                "title": f"Gap {number}",
                "weight": weight,
                "state": state,
                "meaning": f"Meaning {number}.",
            }
        )
        for number, (weight, state) in enumerate(zip(WEIGHTS, STATES, strict=True))
    )
    data = Dataset({**context.view.data.collections, "discrepancies": records})
    return replace(context, view=replace(context.view, data=data))


def test_order_and_folded_slips() -> None:
    """Sections follow the weight, open ones first, each with its meaning; slips are folded."""
    html = render_view(make_weighted(), "discrepancies", page_url="discrepancies/")
    order = sorted(range(6), key=lambda number: html.index(f"Gap {number}"))
    assert order == [5, 3, 4, 2, 0, 1]
    folded = html[html.index("<details") : html.index("</details>")]
    assert [number for number in range(6) if f"Gap {number}" in folded] == [1]
    assert all(f"Meaning {number}." in html for number in range(6))
    for anchor in ("open", "explained", "settled"):
        assert f'id="{anchor}"' in html


def test_previous_and_next_follow_the_page() -> None:
    """The links to the previous and next discrepancy have the same order."""
    context = make_weighted()
    record = context.view.find("gap-4")
    assert record
    before, after = find_neighbours(context.view, "discrepancies", record)
    assert (before and before.id, after and after.id) == ("gap-3", "gap-2")


def test_record_shows_its_meaning() -> None:
    """The page of a discrepancy shows its meaning and weight."""
    context = make_weighted()
    record = context.view.find("gap-3")
    assert record
    text = get_text(render_record_page(context, "discrepancies", record).html)
    assert "What it means for readers. Meaning 3." in text
    assert "Changes what a reader would conclude" in text
