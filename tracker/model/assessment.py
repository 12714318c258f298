"""The tracker's assessments of a recommendation: statuses and the tests that determine them."""

import json
from hashlib import sha256
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, ValidatorFunctionWrapHandler, WrapValidator

from tracker.model.base import Count, FrozenModel, Id, Ref, Text, require
from tracker.model.citation import Citation
from tracker.model.dates import PartialDate

Status = Literal[
    "implemented",
    "partly-implemented",
    "planned",
    "not-implemented",
    "regressed",
    "insufficient-information",
]
FORMER_REASONS = ("no-later-evidence", "not-assessed")
"""Reasons that only superseded assessments still have. They load, so that history stays as it was,
but no form, prompt or schema offers them."""


def _accept_former(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    return value if value in FORMER_REASONS else validate(value)


Reason = Annotated[
    Literal[
        "nothing-later-found",
        "not-searched",
        "contradictory",
        "unsourced",
        "silent",
        "group-not-covered",
    ],
    WrapValidator(_accept_former),
]

RowState = Literal["in-place", "begun", "absent", "unknown"]
Group = Annotated[str, Ref("vocabulary", ("group",))]


class CriterionRow(FrozenModel):
    """One of the three tests that determine a status."""

    state: RowState = Field(description="In place, begun, absent or unknown.")
    why: Text = Field(description="What the evidence shows, in one or two sentences.")
    citations: tuple[Citation, ...] = Field((), description="The evidence.")


class Nearest(FrozenModel):
    """The nearest other status, and why it was not given."""

    status: Status = Field(description="The nearest other status.")
    reason: Reason | None = Field(
        None, description="The reason, if it is insufficient information."
    )
    why_not: Text = Field(description="Why it was not given.")


class Commitment(FrozenModel):
    """An official promise: `may` and `possible` do not count."""

    authority: Annotated[str, Ref("vocabulary", ("authority",))] = Field(
        description="Who made the promise."
    )
    act: Text = Field(description="The public act or pledge.")
    on: PartialDate = Field(description="Its date.")
    citations: tuple[Citation, ...] = Field(description="Its citations.")


class StatusLabel(NamedTuple):
    """A status with its qualifiers, which are shown wherever the status is."""

    status: str
    qualifiers: tuple[str, ...] = ()


class Assessment(FrozenModel):
    """The tracker's own rating for certain groups on a date. Appended, never overwritten."""

    id: Id = Field(
        description="Its own id. Never change it.", examples=["asked-1-a1", "asked-1-a2"]
    )
    date: PartialDate = Field(description="The day of the assessment.")
    groups: tuple[Group, ...] = Field(description="The groups it covers.")
    status: Status = Field(description="The status, as the vocabulary defines it.")
    reason: Reason | None = Field(
        None, description="For insufficient information: why it is insufficient."
    )
    baseline: Literal["absent", "begun", "contested", "unknown"] | None = Field(
        None, description="Without later evidence: the situation when it was made."
    )
    law: CriterionRow = Field(description="Law and policy.")
    measures: CriterionRow = Field(description="Measures taken.")
    results: CriterionRow = Field(description="Results for the people concerned.")
    why: Text = Field(description="Why it has this status, in one self-contained sentence.")
    nearest: Nearest | None = Field(
        None, description="The nearest other status, and why it was not given."
    )
    commitment: Commitment | None = Field(None, description="For planned: the commitment.")
    evidence_up_to: PartialDate | None = Field(
        None, description="The date of the latest evidence for this rating."
    )
    evidence_undated: Text | None = Field(
        None,
        description="If the latest evidence is in an undated document: what kind of document. "
        "`evidence_up_to` is then its year, and both are shown: “2020 (undated report)”.",
        examples=["undated report"],
    )
    evidence_basis: Text = Field(description="The basis of that date, or why there is none.")
    independent_sources: Count = Field(
        description="The number of cited sources independent of each other and of the State."
    )
    method: Text = Field(description="How it was assessed.")
    reviewed_by: Text | None = Field(
        None, description="The office of the lawyer who reviewed it. Omit it until then."
    )
    citations: tuple[Citation, ...] = Field(
        (), description="Evidence that belongs to no single test."
    )

    _undated = require(
        "evidence-undated",
        lambda a: (
            a.evidence_undated is None
            or (a.evidence_up_to is not None and a.evidence_up_to.precision == "year")
        ),
    )

    @property
    def label(self) -> StatusLabel:
        """The status with the qualifiers that the status definitions require."""
        qualifiers = []
        if self.status == "not-implemented" and self.independent_sources < 2:
            qualifiers.append("one-source")
        if self.status == "partly-implemented" and self.results.state == "unknown":
            qualifiers.append("results-not-shown")
        return StatusLabel(self.status, tuple(qualifiers))

    @property
    def version(self) -> str:
        """The first 8 digits of the SHA-256 of its content, which identify it in references.

        The content is that in the published JSON without empty fields, as JSON in UTF-8 with
        sorted keys and no spaces. Fields added to the model later do not change it.
        """
        content = _drop_empty(self.model_dump(mode="json", exclude={"recommendation"}))
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()[:8]

    def rows(self) -> tuple[tuple[str, CriterionRow], ...]:
        """Return the three tests with their field names."""
        return ("law", self.law), ("measures", self.measures), ("results", self.results)

    def all_citations(self) -> tuple[Citation, ...]:
        """Return every citation of the assessment, of its rows and of its commitment."""
        rows = tuple(c for _, row in self.rows() for c in row.citations)
        commitment = self.commitment.citations if self.commitment else ()
        return rows + commitment + self.citations


def _drop_empty(value: Any) -> Any:
    """Return a JSON value without fields that are null or empty lists."""
    if isinstance(value, dict):
        return {key: _drop_empty(item) for key, item in value.items() if item not in (None, [])}
    return [_drop_empty(item) for item in value] if isinstance(value, list) else value
