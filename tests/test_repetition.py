"""Repeated recommendations: by other bodies or in later cycles, on the same right and group."""

from dataclasses import replace
from typing import Any

import pytest

from tests.test_overviews import get_text
from tests.test_render import make_context
from tracker.analysis.repetition import find_repetitions
from tracker.model import Dataset, ImpreciseDate, Recommendation
from tracker.site.render import render_record_page

CONTEXT = make_context()
FIRST = CONTEXT.view.find("asked-1")
assert isinstance(FIRST, Recommendation)


def later(name: str = "again", **changed: Any) -> Recommendation:
    """Return a later recommendation of another body on the same right and group."""
    assert isinstance(FIRST, Recommendation)
    update = {
        "id": name,
        "title": f"Title of {name}",
        "made_by": "other",
        "made_on": ImpreciseDate.parse("2014"),
        "part_of": None,
        "split_by": None,
    }
    return FIRST.model_copy(update={**update, **changed})


def repeated(*others: Recommendation) -> list[str]:
    assert isinstance(FIRST, Recommendation)
    return [other.id for other in find_repetitions(FIRST, others)]


def test_oldest_first() -> None:
    """Repetitions have later dates and are in chronological order."""
    newest = later("newest", made_on=ImpreciseDate.parse("2020-03-01"))
    assert repeated(newest, later(), newest) == ["again", "newest"]


@pytest.mark.parametrize(
    "changed",
    [
        {"made_on": None},
        {"made_on": ImpreciseDate.parse("2013-05-17")},
        {"made_on": ImpreciseDate.parse("2013")},  # perhaps earlier
        {"rights": ("right-other",)},
        {"groups": ("others",)},
        {"made_by": "committee"},  # in the same document
    ],
)
def test_other_recommendations_are_not_repetitions(changed: dict[str, Any]) -> None:
    """Undated or earlier recommendations are excluded, as are those on other subjects."""
    assert repeated(later(**changed)) == []


def test_same_body_in_another_cycle() -> None:
    """A body can repeat its recommendation in a later cycle."""
    assert repeated(later(made_by="committee", cycle="cycle-2")) == ["again"]


def test_parts_replace_their_paragraph() -> None:
    """A paragraph is not listed if its parts are."""
    part = later("part", part_of="again", split_by="tracker")
    assert repeated(later(), part) == ["part"]


def test_page_names_date_and_body() -> None:
    """The page lists only mechanisms, because proposals are not recommendations."""
    assert isinstance(FIRST, Recommendation)
    others = (
        later(made_by="committee", cycle="cycle-2"),
        later("proposal", made_by="foundation"),
    )
    collections = CONTEXT.view.data.collections
    records = (*collections["recommendations"], *others)
    data = Dataset({**collections, "recommendations": records})
    context = replace(CONTEXT, view=replace(CONTEXT.view, data=data))
    html = render_record_page(context, "recommendations", FIRST).html
    part = get_text(html[html.index('id="repeated"') :].split("</ol>")[0])
    assert "2014 Title of again The Committee, E/C.12/EXA/CO/1, paragraph 5" in part
    assert "proposal" not in part
