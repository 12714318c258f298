"""Constraints between fields that forms check, and sites without forms."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tests.test_forms import to_form_values
from tracker.model import KINDS, FrozenModel, RecordKind
from tracker.model.replies import Reply
from tracker.records.loader import LoadResult
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.forms import FieldConstraint, iter_constraints
from tracker.site.render import iter_form_pages, render_record_page, render_view


def iter_violations(rule: FieldConstraint, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the values with each number of the fields that breaks the constraint."""
    pairs = [(name, value or "2020") for name, _, value in (f.partition("=") for f in rule.fields)]
    rest = {key: value for key, value in values.items() if key not in dict(pairs)}
    if rule.how != "all":
        yield rest
    if rule.how == "one":
        yield rest | dict(pairs)
    if rule.how == "all":
        yield rest | dict(pairs[:1])


INVENTED: dict[type[FrozenModel], dict[str, Any]] = {
    Reply: {"who": "state", "on": "2020-05-17", "text": "Homes were built."}
}
"""Values of models that do not occur in the frozen records."""


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_model_rejects_violations_of_form_constraints(real: LoadResult, kind: RecordKind) -> None:
    """The model has each constraint between fields that a form checks."""
    for model in {rule_model for rule_model, _ in iter_constraints(kind.model)}:
        values = next(iter_samples(real, model), INVENTED.get(model))
        assert values, model
        for owner, rule in iter_constraints(kind.model):
            for invalid in iter_violations(rule, values) if owner is model else ():
                with pytest.raises(ValidationError) as raised:
                    model.model_validate(invalid)
                assert rule.code in {e["type"] for e in raised.value.errors()}


def iter_samples(real: LoadResult, model: type[FrozenModel]) -> Iterator[dict[str, Any]]:
    """Yield all values of a model in the records."""

    def walk(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, model):
            yield to_form_values(value.model_dump(mode="json", exclude_none=True))
        for field in vars(value).values() if isinstance(value, FrozenModel) else ():
            for part in field if isinstance(field, tuple) else (field,):
                yield from walk(part)

    for _, record in real.dataset.records():
        yield from walk(record)


def test_site_without_edit_branch_has_no_forms(real: LoadResult) -> None:
    """Without the setting in mkdocs.yml, there are no form pages and no links to them."""
    lines = {"report": ("data/sources.yml", 1, 2)}
    off = SiteContext(DatasetView(real.dataset, date(2026, 11, 25), lines))
    assert list(iter_form_pages(off)) == []
    assert "edit/" not in render_record_page(off, "sources", off.view.source("report")).html
    assert render_view(off, "form-ways", page_url="").strip() == ""
