"""Recommendations with positions of speakers and the tracker's assessments."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from tracker.model.assessment import Assessment, Group
from tracker.model.base import (
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
from tracker.model.replies import Reply
from tracker.model.searches import EvidenceSearch

SPEAKERS = ("authority", "body", "mechanism")

NamedBy = Literal["document", "tracker"]

Right = Annotated[str, Ref("vocabulary", ("right",))]
Speaker = Annotated[str, Ref("vocabulary", SPEAKERS)]


class OfficialText(FrozenModel):
    """The official wording of the body, or the reason why we do not have it."""

    text: Text | None = Field(None, description="The official wording, copied exactly.")
    missing: Text | None = Field(None, description="Why we do not have the wording yet.")
    citations: tuple[Citation, ...] = Field((), description="Citations for the wording.")

    _text = require("text-or-reason", lambda t: t.text is not None or t.missing is not None)
    _one = require("text-or-reason", lambda t: t.text is None or t.missing is None, hint="both")


class Paraphrase(FrozenModel):
    """A paraphrase of the recommendation by someone else. Never a quotation."""

    reported_by: Speaker = Field(description="Who paraphrases it.")
    says: Text = Field(
        description="What it asks for according to the paraphrase, in our own words."
    )
    citations: tuple[Citation, ...] = Field(description="Its citations.")


class NamedArticle(FrozenModel):
    """A treaty article on which the recommendation is based."""

    article: Annotated[str, Ref("vocabulary", ("article",))] = Field(description="The article.")
    named_by: NamedBy = Field(description="Named by the document, or added by the tracker.")


class NamedAuthority(FrozenModel):
    """An authority that the recommendation is addressed to, or that can act on it."""

    authority: Annotated[str, Ref("vocabulary", ("authority", "body"))] = Field(
        description="The authority."
    )
    named_by: NamedBy = Field(description="Named by the document, or added by the tracker.")


class DoneWhen(FrozenModel):
    """The criteria for implementation. Written before the status."""

    law: Text = Field(description="Criteria in law and policy.")
    measures: Text = Field(description="Criteria for measures taken.")
    results: Text = Field(description="Criteria for results for the people concerned.")


class Relation(FrozenModel):
    """The relation of a recommendation to another."""

    kind: Literal["same-text", "follows-up", "repeats", "similar"] = Field(
        description="The same text in two records, a follow-up, a repetition in a later cycle, or "
        "a similar recommendation by another body."
    )
    to: Annotated[str, Ref("recommendations")] = Field(description="The other recommendation.")
    note: Text | None = Field(None, description="What is the same and what differs.")


class Position(FrozenModel):
    """A speaker's position on a recommendation on a date. Never merged with another's."""

    id: Id = Field(
        description="Its own id. Never change it.", examples=["asked-1-p1", "asked-1-p2"]
    )
    speaker: Speaker = Field(description="Who makes the statement.")
    reported_by: Speaker | None = Field(
        None, description="Who reports it, unless you cite the speaker's own document."
    )
    mode: Literal["direct", "reported", "inferred"] = Field(
        description="Said by the speaker, reported by another, or inferred by the tracker."
    )
    when: ImpreciseDate | None = Field(None, description="When it was said or done.")
    undated: Text | None = Field(None, description="Why there is no date.")
    says: Text = Field(description="The position, in our own words.")
    groups: tuple[Group, ...] = Field((), description="The groups it is about, if not all of them.")
    citations: tuple[Citation, ...] = Field(description="Its citations.")

    _reporter = require("reporter", lambda p: (p.mode == "reported") == (p.reported_by is not None))
    _date = require("undated", lambda p: p.when is not None or p.undated is not None)


class _Separate(FrozenModel):
    """The fields that a part has only in its own file. They come first."""

    id: Id
    recommendation: Annotated[str, Ref("recommendations")] = Field(
        description="The recommendation it belongs to."
    )


class SeparatePosition(Position, _Separate):
    """A position in its own file, equivalent to an item in its recommendation's list."""


class SeparateAssessment(Assessment, _Separate):
    """An assessment in its own file, equivalent to an item in its recommendation's list."""


PARTS: Mapping[str, tuple[type[Position | Assessment], type[FrozenModel]]] = {
    "positions": (Position, SeparatePosition),
    "assessments": (Assessment, SeparateAssessment),
}
"""The lists of a recommendation whose items may have their own files, in the folder of `data/` with
this name. For each: the model of an item in the list, and of one in its own file."""


class Imported(FrozenModel):
    """Facts from an external database, which identify the row of a recommendation there."""

    source: Annotated[str, Ref("sources")] = Field(description="The database.")
    row: Line | None = Field(None, description="The row's id there, if it has one.")
    addressed: tuple[Line, ...] = Field(
        description="The States it is addressed to, as the database names them."
    )
    cycle: Line | None = Field(None, description="The cycle of reviews.", examples=["2"])
    session: Line | None = Field(None, description="The session.", examples=["16"])
    recommending: tuple[Line, ...] = Field(
        (), description="The States that made it, if States did."
    )
    response: Literal["supported", "noted"] | None = Field(
        None, description="The response of the State: its position, never a status."
    )
    action: Line | None = Field(
        None,
        description="UPR Info's category of action, a number from 1 to 5.",
        examples=["5"],
    )
    themes: tuple[Line, ...] = Field((), description="Its themes, as the database names them.")
    persons: tuple[Line, ...] = Field(
        (), description="The persons concerned, as the database names them."
    )
    text_sha256: Sha256 = Field(
        description="The SHA-256 of the letters and digits of the text, in NFKC form and lower "
        "case, with which the text can be verified later."
    )
    status: Literal["insufficient-information"] = Field(
        description="The status until it is assessed."
    )
    reason: Literal["not-assessed"] = Field(description="The reason for the status.")


class Recommendation(Record):
    """A recommendation by a body, with positions on it and assessments of it."""

    made_by: Annotated[str, Ref("vocabulary", ("mechanism", "body"))] = Field(
        description="Who made it: a mechanism or body of the vocabulary."
    )
    also: tuple[Line, ...] = Field(
        (),
        description="Other names that readers search for: synonyms, short forms.",
        examples=["legal aid"],
    )
    made_on: PartialDate | None = Field(None, description="When it was made.")
    made_on_note: Text | None = Field(
        None, description="The basis of that date, or why there is none."
    )
    document: Annotated[str, Ref("sources")] = Field(description="The document that contains it.")
    paragraph: Line = Field(
        description="Its place in the document.", examples=["paragraph 9", "P30"]
    )
    cycle: Annotated[str, Ref("cycles")] | None = Field(
        None, description="The review it came from."
    )
    summary: Text = Field(description="What it asks for, in our own plain words.")
    concern: Text | None = Field(None, description="The concern behind it, in our own words.")
    official_text: OfficialText = Field(description="The wording, or why it is missing.")
    paraphrases: tuple[Paraphrase, ...] = Field((), description="Paraphrases by others.")
    citations: tuple[Citation, ...] = Field((), description="Its citations.")
    articles: tuple[NamedArticle, ...] = Field(
        (), description="The treaty articles it is based on."
    )
    addressees: tuple[NamedAuthority, ...] = Field(
        (), description="The authorities it is addressed to."
    )
    authorities: tuple[NamedAuthority, ...] = Field(
        (), description="The authorities that can act on it."
    )
    rights: tuple[Right, ...] = Field(description="The rights it is about.")
    groups: tuple[Group, ...] = Field(description="The rights-holder groups it covers.")
    part_of: Annotated[str, Ref("recommendations")] | None = Field(
        None, description="The parent record, if a paragraph was split."
    )
    split_by: Literal["committee", "tracker"] | None = Field(
        None, description="Who split it: the Committee, by its own numbering, or the tracker."
    )
    done_when: DoneWhen | None = Field(None, description="The criteria for implementation.")
    indicators: tuple[Annotated[str, Ref("indicators")], ...] = Field(
        (), description="Figures that are directly relevant to it."
    )
    relations: tuple[Relation, ...] = Field(
        (), description="Its relations to other recommendations."
    )
    committee_assessment: OfficialText | None = Field(
        None, description="The Committee's own assessment, quoted, or why there is none."
    )
    positions: tuple[Position, ...] = Field((), description="The positions on it.")
    assessments: tuple[Assessment, ...] = Field(
        (), description="The tracker's ratings, oldest first."
    )
    searches: tuple[EvidenceSearch, ...] = Field(
        (), description="The searches for later evidence on it, oldest first."
    )
    reply: tuple[Reply, ...] = Field(
        (), description="Replies of the organisation or the State to this record."
    )
    review: Review | None = Field(
        None, description="Only if its review interval differs from that of its rights."
    )
    imported: Imported | None = Field(
        None, description="Facts from the database that it was imported from, if any."
    )
    note: Text | None = Field(None, description="A caution for readers.")

    @property
    def unassessed_import(self) -> bool:
        """True if it was imported and has no assessment yet."""
        return self.imported is not None and not self.assessments

    @property
    def is_known_second_hand(self) -> bool:
        """True if its wording is missing and only paraphrases by others were read."""
        return self.official_text.text is None and bool(self.paraphrases)

    _split = require("split", lambda r: (r.part_of is None) == (r.split_by is None))
    # An imported recommendation may concern no right or group of the vocabulary.
    _rights_and_groups = require("unplaced", lambda r: r.imported or (r.rights and r.groups))


def find_current_assessments(recommendation: Recommendation) -> tuple[Assessment, ...]:
    """Return the latest assessment of each group, in order and limited to such groups.

    A group that the recommendation no longer names has none: its assessments are history.
    """
    latest: dict[str, Assessment] = {}
    for assessment in recommendation.assessments:
        for group in set(assessment.groups).intersection(recommendation.groups):
            other = latest.get(group)
            if other is None or assessment.date.last >= other.date.last:
                latest[group] = assessment
    return tuple(filter(None, (_limit_to_latest(a, latest) for a in recommendation.assessments)))


def _limit_to_latest(assessment: Assessment, latest: Mapping[str, Assessment]) -> Assessment | None:
    """Return the assessment limited to groups without a later one; None if there are none."""
    groups = tuple(group for group in assessment.groups if latest.get(group) is assessment)
    if groups == assessment.groups:
        return assessment
    return assessment.model_copy(update={"groups": groups}) if groups else None
