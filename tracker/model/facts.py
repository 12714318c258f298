"""Records of facts: findings, indicators, events, reporting cycles and discrepancies."""

import re
from typing import Annotated, Literal

from pydantic import Field

from tracker.model.assessment import Group
from tracker.model.base import FrozenModel, Line, Record, Ref, Review, Text, require
from tracker.model.citation import Citation, Figure
from tracker.model.dates import ImpreciseDate, PartialDate
from tracker.model.recommendation import Right, Speaker
from tracker.model.replies import Reply

RecommendationId = Annotated[str, Ref("recommendations")]


class Finding(Record):
    """A finding of a source: a problem, progress, or a neutral fact."""

    kind: Literal["problem", "progress", "neutral"] = Field(
        description="As the source presents it."
    )
    summary: Text = Field(description="The finding, in our own words, with figures as cited below.")
    groups: tuple[Group, ...] = Field((), description="The groups concerned.")
    rights: tuple[Right, ...] = Field((), description="The rights concerned.")
    period: ImpreciseDate | None = Field(
        None, description="The period that it describes, if stated."
    )
    bears_on: tuple[RecommendationId, ...] = Field(
        (), description="The recommendations that it is relevant to."
    )
    indicators: tuple[Annotated[str, Ref("indicators")], ...] = Field(
        (), description="The related indicators."
    )
    citations: tuple[Citation, ...] = Field(description="Its citations.")
    reply: tuple[Reply, ...] = Field(
        (), description="Replies of the organisation or the State to this record."
    )
    note: Text | None = Field(None, description="A caution for readers.")


_NATIONALITY = re.compile(r"(?i)\b(?:nation|citizen|countr|origin|ethnic)")


class BreakdownPart(Figure):
    """A part of a breakdown."""

    label: Text = Field(description="What this part counts.", examples=["women", "18–35", "Arland"])
    kind: Literal["named", "residual"] = Field(
        "named",
        description="`residual` for the part that combines all others, such as “other countries”.",
    )


class Breakdown(FrozenModel):
    """A breakdown of a figure into parts that add up to it, or to 100 if they are shares."""

    by: Line = Field(
        description="The attribute that it is broken down by.",
        examples=["sex", "age", "nationality", "permit"],
    )
    unit: Literal["same", "percent"] = Field(
        "same", description="The unit of the figure, or shares as percentages."
    )
    parts: tuple[BreakdownPart, ...] = Field(description="The parts, as printed.")

    @property
    def by_nationality(self) -> bool:
        """Whether the parts are nationalities or countries of origin."""
        return bool(_NATIONALITY.search(self.by))


class Indicator(Record):
    """A statistic: what was counted, in which population and when, with its citations."""

    counts: Text = Field(description="What exactly is counted, and who counts it.")
    population: Text = Field(description="The population counted.")
    unit: Line = Field(description="The unit.", examples=["persons", "percent", "countries"])
    role: Literal["structure", "process", "outcome", "context"] = Field(
        description="What it measures: laws in place, efforts, results for people, or context."
    )
    groups: tuple[Group, ...] = Field((), description="The groups counted.")
    rights: tuple[Right, ...] = Field((), description="The rights concerned.")
    as_of: PartialDate | None = Field(None, description="The date of the count.")
    period: ImpreciseDate | None = Field(None, description="The period that the count covers.")
    undated: Text | None = Field(None, description="Why there is neither a date nor a period.")
    figure: Figure = Field(description="The figure: its value, and as printed.")
    breakdowns: tuple[Breakdown, ...] = Field((), description="How the source breaks it down.")
    listed: tuple[Line, ...] = Field(
        (), description="Names that the source lists (nationalities), in alphabetical order."
    )
    review: Review | None = Field(
        None, description="Only if its review interval differs from that of its rights."
    )
    series: Line | None = Field(
        None, description="A name shared by all indicators that measure the same thing over time."
    )
    citations: tuple[Citation, ...] = Field(description="Its citations.")
    reply: tuple[Reply, ...] = Field(
        (), description="Replies of the organisation or the State to this record."
    )
    note: Text | None = Field(None, description="A caution for readers.")

    _time = require("one-time", lambda i: [i.as_of, i.period, i.undated].count(None) < 3)
    _one = require(
        "one-time", lambda i: [i.as_of, i.period, i.undated].count(None) > 1, hint="both"
    )


class Event(Record):
    """An event: a law, a review, a decision, a programme."""

    kind: Literal["law", "treaty", "review", "decision", "programme", "statement", "practice"] = (
        Field(description="The kind of event.")
    )
    date: ImpreciseDate | None = Field(None, description="Its date, as precise as in the source.")
    undated: Text | None = Field(None, description="Why there is no date.")
    summary: Text = Field(description="What happened, in our own words.")
    who: tuple[Speaker, ...] = Field((), description="Who acted.")
    groups: tuple[Group, ...] = Field((), description="The groups concerned.")
    rights: tuple[Right, ...] = Field((), description="The rights concerned.")
    bears_on: tuple[RecommendationId, ...] = Field(
        (), description="The recommendations whose timelines show it."
    )
    citations: tuple[Citation, ...] = Field(description="Its citations.")
    reply: tuple[Reply, ...] = Field(
        (), description="Replies of the organisation or the State to this record."
    )
    note: Text | None = Field(None, description="A caution for readers.")

    _date = require("undated", lambda e: e.date is not None or e.undated is not None)
    _one = require("undated", lambda e: e.date is None or e.undated is None, hint="both")


_FACTS = ("source", "due", "received", "issued", "held", "adopted", "detail")


class Stage(FrozenModel):
    """A stage of a reporting cycle: its dates and documents, or why they are unknown."""

    source: Annotated[str, Ref("sources")] | None = Field(None, description="Its document.")
    due: PartialDate | None = Field(None, description="The due date.")
    received: PartialDate | None = Field(
        None, description="When the State's document was received."
    )
    issued: PartialDate | None = Field(None, description="When the document was issued.")
    held: ImpreciseDate | None = Field(None, description="When the meeting or meetings took place.")
    adopted: PartialDate | None = Field(None, description="When it was adopted.")
    detail: Text | None = Field(
        None, description="Other details, such as meeting or paragraph numbers."
    )
    unknown: Text | None = Field(None, description="Why nothing is known.")
    citations: tuple[Citation, ...] = Field((), description="Citations for these facts.")

    _known = require(
        "known-or-why",
        lambda s: any(getattr(s, name) is not None for name in _FACTS) == (s.unknown is None),
    )


class Cycle(Record):
    """A review of the State by a mechanism, from its report to the next due date."""

    body: Annotated[str, Ref("vocabulary", ("mechanism",))] = Field(description="The mechanism.")
    number: Line = Field(
        description="The number of the review of this State.", examples=["3", "2-4"]
    )
    state_report: Stage = Field(description="The State's report.")
    list_of_issues: Stage = Field(description="The list of issues.")
    replies: Stage = Field(description="The State's replies.")
    meetings: Stage = Field(description="The meetings with the State's delegation.")
    concluding_observations: Stage = Field(description="The outcome document.")
    next_report: Stage = Field(description="The next report due.")
    follow_up: Stage = Field(description="The paragraphs selected for follow-up.")
    note: Text | None = Field(None, description="A caution for readers.")

    def stages(self) -> tuple[tuple[str, Stage], ...]:
        """Return the seven stages with their field names, in the order of a review."""
        return tuple((name, value) for name, value in self if isinstance(value, Stage))


class Side(FrozenModel):
    """One of the passages in a discrepancy."""

    says: Text = Field(
        description="What the passage says, in our own words, with its figure as printed."
    )
    citation: Citation = Field(description="The passage.")


class Discrepancy(Record):
    """Passages that contradict each other, or a name, term or text that cannot be right."""

    kind: Literal[
        "contradiction",
        "against-source",
        "within-sentence",
        "name-or-term",
        "missing-text",
        "caution",
    ] = Field(description="The kind of discrepancy.")
    summary: Text = Field(description="The discrepancy, in one or two sentences.")
    weight: Literal["high", "medium", "low", "slip"] | None = Field(
        None,
        description="How much it matters to readers. A slip of spelling, look-alike letters or "
        "separators changes nothing of substance.",
    )
    meaning: Text | None = Field(None, description="What it means for readers.")
    sides: tuple[Side, ...] = Field(description="The passages, and what each says.")
    right: Text | None = Field(None, description="Which is right, if a source shows it.")
    right_citations: tuple[Citation, ...] = Field((), description="The source that shows it.")
    state: Literal["open", "explained", "settled"] = Field(
        description="Open: not known. Explained: there is a likely explanation. Settled: a source "
        "decides it."
    )
    explanation: Text | None = Field(None, description="The likely explanation, and whose it is.")
    about: tuple[Annotated[str, Ref("")], ...] = Field((), description="The records concerned.")
    reply: tuple[Reply, ...] = Field(
        (), description="Replies of the organisation or the State to this record."
    )
