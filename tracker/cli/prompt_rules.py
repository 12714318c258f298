"""Rules for the optional fields that `tracker new` prompts for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tracker.model.assessment import Assessment, CriterionRow
from tracker.model.base import FrozenModel
from tracker.model.citation import Citation, Figure, Source
from tracker.model.facts import Event, Finding, Indicator, Stage
from tracker.model.fields import describe_fields
from tracker.model.recommendation import (
    SPEAKERS,
    OfficialText,
    Position,
    Recommendation,
)
from tracker.model.replies import Reply
from tracker.model.vocabulary import Term


@dataclass(frozen=True, slots=True)
class Need:
    """When to ask for an optional field."""

    required: bool = False
    when: str = ""
    """Only if this field has one of `values`."""
    values: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    """Only if none of these fields has a value."""


_OFFER = Need()
_DATE = {"date": _OFFER, "undated": Need(True, unless=("date",))}
_STAGE = ("source", "due", "received", "issued", "held", "adopted", "detail")
_SOURCE = ("author", "publisher", "symbol", "language", "url")
_NEEDS: Mapping[type[FrozenModel], Mapping[str, Need]] = {
    Source: {**dict.fromkeys(_SOURCE, _OFFER), **_DATE},
    Event: {**_DATE, "bears_on": _OFFER},
    Finding: {"groups": _OFFER, "rights": _OFFER, "bears_on": _OFFER},
    Indicator: {
        **{"groups": _OFFER, "rights": _OFFER, "as_of": _OFFER},
        "period": Need(unless=("as_of",)),
        "undated": Need(True, unless=("as_of", "period")),
    },
    Figure: {"printed": Need(True)},
    Position: {
        "reported_by": Need(True, "mode", ("reported",)),
        "when": _OFFER,
        "undated": Need(True, unless=("when",)),
    },
    Citation: {"states": _OFFER},
    CriterionRow: {"citations": Need(True, "state", ("in-place", "begun", "absent"))},
    Assessment: {
        "reason": Need(True, "status", ("insufficient-information",)),
        "baseline": Need(True, "reason", ("nothing-later-found", "not-searched")),
        "commitment": Need(True, "status", ("planned",)),
        "evidence_up_to": _OFFER,
    },
    Reply: {"text": _OFFER, "quote": Need(True, unless=("text",))},
    OfficialText: {"text": _OFFER, "missing": Need(True, unless=("text",))},
    Recommendation: {
        "made_on": _OFFER,
        "made_on_note": Need(True, unless=("made_on",)),
        "citations": _OFFER,
    },
    Stage: {**dict.fromkeys(_STAGE, _OFFER), "unknown": Need(True, unless=_STAGE)},
    Term: {"voice": Need(True, "kind", SPEAKERS)},
}


def order_fields(model: type[FrozenModel], names: Iterable[str]) -> list[str]:
    """Return names of fields in the order of prompts: each after the fields it depends on."""
    order = list(names)
    for name, need in _NEEDS.get(model, {}).items():
        before = [order.index(other) for other in (need.when, *need.unless) if other in order]
        if name in order and before and order.index(name) < max(before):
            order.remove(name)
            order.insert(max(before), name)
    return order


def get_prompt_mode(
    model: type[FrozenModel], name: str, answers: Mapping[str, Any]
) -> Literal["must", "may", "no"]:
    """Return whether to prompt for a field after these answers, and whether it can be skipped."""
    if describe_fields(model)[name].required:
        return "must"
    need = _NEEDS.get(model, {}).get(name)
    if need is None or any(answers.get(other) for other in need.unless):
        return "no"
    if need.when and answers.get(need.when) not in need.values:
        return "no"
    return "must" if need.required else "may"
