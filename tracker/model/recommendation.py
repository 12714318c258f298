"""Recommendations with positions of speakers and the tracker's assessments."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from tracker.model.base import (
    Count,
    FrozenModel,
    Id,
    Line,
    Record,
    Ref,
    Review,
    Sha256,
    Text,
    require,
)
from tracker.model.citation import Citation
from tracker.model.dates import ImpreciseDate, PartialDate

SPEAKERS = ("authority", "body", "mechanism")

Status = Literal[
    "implemented",
    "partly-implemented",
    "planned",
    "not-implemented",
    "regressed",
    "insufficient-information",
]
Reason = Literal[
    "no-later-evidence", "contradictory", "unsourced", "silent", "group-not-covered", "not-assessed"
]
RowState = Literal["in-place", "begun", "absent", "unknown"]
NamedBy = Literal["document", "tracker"]

Group = Annotated[str, Ref("vocabulary", ("group",))]
Right = Annotated[str, Ref("vocabulary", ("right",))]
Speaker = Annotated[str, Ref("vocabulary", SPEAKERS)]


class OfficialText(FrozenModel):
    """Words of the body itself. Where we do not have them, the reason stands in their place."""

    text: Text | None = Field(None, description="The official wording, copied exactly.")
    missing: Text | None = Field(None, description="Why the wording is not here yet.")
    citations: tuple[Citation, ...] = Field((), description="Where the wording stands.")

    _text = require("text-or-reason", lambda t: (t.text is None) != (t.missing is None))


class Paraphrase(FrozenModel):
    """What somebody else reports the recommendation to say. Never a quotation."""

    reported_by: Speaker = Field(description="Who paraphrases.")
    says: Text = Field(description="What the paraphrase asks for, in our own words.")
    citations: tuple[Citation, ...] = Field(description="Where it stands.")


class NamedArticle(FrozenModel):
    """An article of a treaty that the recommendation rests on."""

    article: Annotated[str, Ref("vocabulary", ("article",))] = Field(description="The article.")
    named_by: NamedBy = Field(description="Named by the document, or added by the tracker.")


class NamedAuthority(FrozenModel):
    """A body that the recommendation is addressed to, or that has the power to act on it."""

    authority: Annotated[str, Ref("vocabulary", ("authority", "body"))] = Field(
        description="The authority."
    )
    named_by: NamedBy = Field(description="Named by the document, or added by the tracker.")


class DoneWhen(FrozenModel):
    """What would count as done. Written before the status."""

    law: Text = Field(description="In law and policy.")
    measures: Text = Field(description="In measures taken.")
    results: Text = Field(description="In results for the people concerned.")


class Relation(FrozenModel):
    """How this recommendation stands to another."""

    kind: Literal["same-text", "follows-up", "repeats", "similar"] = Field(
        description="The same text told twice, a follow-up, a repetition in a later cycle, or a "
        "similar recommendation of another body."
    )
    to: Annotated[str, Ref("recommendations")] = Field(description="The other recommendation.")
    note: Text | None = Field(None, description="What is alike and what is not.")


class Position(FrozenModel):
    """What one speaker says of it, on a date. Never merged with another's."""

    id: Id = Field(
        description="An id of its own, never changed.", examples=["asked-1-p1", "asked-1-p2"]
    )
    speaker: Speaker = Field(description="Whose position it is.")
    reported_by: Speaker | None = Field(
        None, description="Who reports it, unless the speaker's own document is cited."
    )
    mode: Literal["direct", "reported", "inferred"] = Field(
        description="Said by the speaker, reported by another, or inferred by the tracker."
    )
    when: ImpreciseDate | None = Field(None, description="When it was said or done.")
    undated: Text | None = Field(None, description="Why there is no date.")
    says: Text = Field(description="What the position is, in our own words.")
    groups: tuple[Group, ...] = Field(
        (), description="Whom it is about, if not everyone concerned."
    )
    citations: tuple[Citation, ...] = Field(description="Where it stands.")

    _reporter = require("reporter", lambda p: (p.mode == "reported") == (p.reported_by is not None))
    _date = require("undated", lambda p: p.when is not None or p.undated is not None)


class CriterionRow(FrozenModel):
    """One of the three rows that a status follows from."""

    state: RowState = Field(description="In place, begun, absent or unknown.")
    why: Text = Field(description="What the evidence shows, in one or two sentences.")
    citations: tuple[Citation, ...] = Field((), description="The evidence.")


class Nearest(FrozenModel):
    """The status that came nearest, and why it was not given."""

    status: Status = Field(description="The nearest other status.")
    reason: Reason | None = Field(None, description="Its reason, for insufficient information.")
    why_not: Text = Field(description="Why it was not given.")


class Commitment(FrozenModel):
    """An official promise: `may` and `possible` do not count."""

    authority: Annotated[str, Ref("vocabulary", ("authority",))] = Field(
        description="Who promised."
    )
    act: Text = Field(description="By what public act or pledge.")
    on: PartialDate = Field(description="When.")
    citations: tuple[Citation, ...] = Field(description="Where it stands.")


class Assessment(FrozenModel):
    """The tracker's own rating for named groups on a date. Appended, never overwritten."""

    id: Id = Field(
        description="An id of its own, never changed.", examples=["asked-1-a1", "asked-1-a2"]
    )
    date: PartialDate = Field(description="The day of the assessment.")
    groups: tuple[Group, ...] = Field(description="The groups it covers.")
    status: Status = Field(description="The status, as the vocabulary defines it.")
    reason: Reason | None = Field(
        None, description="For insufficient information: why there is not enough."
    )
    baseline: Literal["absent", "begun", "contested", "unknown"] | None = Field(
        None, description="Without later evidence: how things stood when it was asked."
    )
    law: CriterionRow = Field(description="Law and policy.")
    measures: CriterionRow = Field(description="Measures taken.")
    results: CriterionRow = Field(description="Results for the people concerned.")
    why: Text = Field(description="Why this status, in one sentence that stands alone.")
    nearest: Nearest | None = Field(None, description="The nearest other status, and why not.")
    commitment: Commitment | None = Field(None, description="For planned: the commitment.")
    evidence_up_to: PartialDate | None = Field(
        None, description="The date of the latest evidence cited."
    )
    evidence_basis: Text = Field(description="What that date rests on, or why there is none.")
    independent_sources: Count = Field(
        description="How many sources cited are independent of each other and of the State."
    )
    method: Text = Field(description="How it was assessed.")
    reviewed_by: Text | None = Field(
        None, description="The office of the lawyer who reviewed it. Left out until one has."
    )
    citations: tuple[Citation, ...] = Field((), description="Evidence that no single row holds.")

    def rows(self) -> tuple[tuple[str, CriterionRow], ...]:
        """Return the three rows with their field names."""
        return ("law", self.law), ("measures", self.measures), ("results", self.results)

    def all_citations(self) -> tuple[Citation, ...]:
        """Return every citation of the assessment, of its rows and of its commitment."""
        rows = tuple(c for _, row in self.rows() for c in row.citations)
        commitment = self.commitment.citations if self.commitment else ()
        return rows + commitment + self.citations


class _Separate(FrozenModel):
    """What a part has in a file of its own; these fields come first."""

    id: Id
    recommendation: Annotated[str, Ref("recommendations")] = Field(
        description="The recommendation that it belongs to."
    )


class SeparatePosition(Position, _Separate):
    """A position in a file of its own, as if it were in the list of its recommendation."""


class SeparateAssessment(Assessment, _Separate):
    """An assessment in a file of its own, as if it were in the list of its recommendation."""


PARTS: Mapping[str, tuple[type[Position | Assessment], type[FrozenModel]]] = {
    "positions": (Position, SeparatePosition),
    "assessments": (Assessment, SeparateAssessment),
}
"""The lists of a recommendation whose items may be in files of their own, in the folder of `data/`
with this name. For each: the model of an item in the list, and in a file of its own."""


class Imported(FrozenModel):
    """What a database of others says of a recommendation: facts by which its row is known again."""

    source: Annotated[str, Ref("sources")] = Field(description="The database.")
    row: Line | None = Field(None, description="The row's own id there, where it has one.")
    addressed: tuple[Line, ...] = Field(
        description="The States to which it is addressed, as the database names them."
    )
    cycle: Line | None = Field(None, description="The cycle of reviews.", examples=["2"])
    session: Line | None = Field(None, description="The session.", examples=["16"])
    recommending: tuple[Line, ...] = Field(
        (), description="The States that made it, where States do."
    )
    response: Literal["supported", "noted"] | None = Field(
        None, description="The answer of the State: its position, never a status."
    )
    themes: tuple[Line, ...] = Field((), description="Its themes, as the database names them.")
    persons: tuple[Line, ...] = Field(
        (), description="The persons concerned, as the database names them."
    )
    text_sha256: Sha256 = Field(
        description="The SHA-256 of the letters and digits of the text, in the form NFKC and in "
        "lower case, by which it can be proved later."
    )
    status: Literal["insufficient-information"] = Field(
        description="The status, as long as nobody has assessed it."
    )
    reason: Literal["not-assessed"] = Field(description="Its reason.")


class Recommendation(Record):
    """Something that a body asked for, with all that is said and known of it."""

    made_by: Annotated[str, Ref("vocabulary", ("mechanism", "body"))] = Field(
        description="Who asked: any mechanism or body of the vocabulary."
    )
    made_on: PartialDate | None = Field(None, description="When it was asked.")
    made_on_note: Text | None = Field(
        None, description="What that date rests on, or why there is none."
    )
    document: Annotated[str, Ref("sources")] = Field(description="The document it stands in.")
    paragraph: Line = Field(
        description="Its place in the document.", examples=["paragraph 9", "P30"]
    )
    cycle: Annotated[str, Ref("cycles")] | None = Field(
        None, description="The review it came from."
    )
    summary: Text = Field(description="What is asked, in plain words of our own.")
    concern: Text | None = Field(None, description="The concern behind it, in our own words.")
    official_text: OfficialText = Field(description="The wording, or why it is missing.")
    paraphrases: tuple[Paraphrase, ...] = Field((), description="How others report its wording.")
    citations: tuple[Citation, ...] = Field((), description="Where it is asked.")
    articles: tuple[NamedArticle, ...] = Field((), description="Treaty articles it rests on.")
    addressees: tuple[NamedAuthority, ...] = Field((), description="Whom it is addressed to.")
    authorities: tuple[NamedAuthority, ...] = Field((), description="Who can act on it.")
    rights: tuple[Right, ...] = Field(description="The rights it is about.")
    groups: tuple[Group, ...] = Field(description="The rights-holder groups it covers.")
    part_of: Annotated[str, Ref("recommendations")] | None = Field(
        None, description="The parent record, where a paragraph was split."
    )
    split_by: Literal["committee", "tracker"] | None = Field(
        None, description="Who split it: the Committee's own numbering, or the tracker."
    )
    done_when: DoneWhen | None = Field(None, description="What would count as done.")
    indicators: tuple[Annotated[str, Ref("indicators")], ...] = Field(
        (), description="Figures that bear on it directly."
    )
    relations: tuple[Relation, ...] = Field((), description="Other recommendations it stands to.")
    committee_assessment: OfficialText | None = Field(
        None, description="The Committee's own assessment, in its words, or why there is none."
    )
    positions: tuple[Position, ...] = Field((), description="Who says what of it.")
    assessments: tuple[Assessment, ...] = Field(
        (), description="The tracker's ratings, oldest first."
    )
    review: Review | None = Field(None, description="Only if it ages otherwise than its rights do.")
    imported: Imported | None = Field(
        None, description="Where it was taken from, if from a database of others."
    )
    note: Text | None = Field(None, description="What a reader should be warned of.")

    @property
    def unassessed_import(self) -> bool:
        """Whether it was imported and has no assessment yet."""
        return self.imported is not None and not self.assessments

    _split = require("split", lambda r: (r.part_of is None) == (r.split_by is None))
    # An imported recommendation may concern no right or group of the vocabulary.
    _rights_and_groups = require("unplaced", lambda r: r.imported or (r.rights and r.groups))


def find_current_assessments(recommendation: Recommendation) -> tuple[Assessment, ...]:
    """Return the assessments that are the latest for a group, in order, limited to those groups."""
    latest: dict[str, Assessment] = {}
    for assessment in recommendation.assessments:
        for group in assessment.groups:
            other = latest.get(group)
            if other is None or assessment.date.last >= other.date.last:
                latest[group] = assessment
    return tuple(filter(None, (_limit_to_latest(a, latest) for a in recommendation.assessments)))


def _limit_to_latest(assessment: Assessment, latest: Mapping[str, Assessment]) -> Assessment | None:
    """Return the assessment for the groups whose latest it is; None if there are none."""
    groups = tuple(group for group in assessment.groups if latest[group] is assessment)
    if groups == assessment.groups:
        return assessment
    return assessment.model_copy(update={"groups": groups}) if groups else None
