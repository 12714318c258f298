"""Records of facts: findings, indicators, events, reporting cycles and discrepancies."""

from typing import Annotated, Literal

from pydantic import Field

from tracker.model.base import FrozenModel, Line, Record, Ref, Review, Text, require
from tracker.model.citation import Citation, Figure
from tracker.model.dates import ImpreciseDate, PartialDate
from tracker.model.recommendation import Group, Right, Speaker

RecommendationId = Annotated[str, Ref("recommendations")]


class Finding(Record):
    """One thing that a source found: a problem, progress, or a neutral fact."""

    kind: Literal["problem", "progress", "neutral"] = Field(
        description="As the source presents it."
    )
    summary: Text = Field(description="What was found, in our own words; figures as cited below.")
    groups: tuple[Group, ...] = Field((), description="Whom it concerns.")
    rights: tuple[Right, ...] = Field((), description="The rights it touches.")
    period: ImpreciseDate | None = Field(
        None, description="The time it speaks of, where that is stated."
    )
    bears_on: tuple[RecommendationId, ...] = Field(
        (), description="The recommendations that it says something about."
    )
    indicators: tuple[Annotated[str, Ref("indicators")], ...] = Field(
        (), description="The figures that belong to it."
    )
    citations: tuple[Citation, ...] = Field(description="Where it stands.")
    note: Text | None = Field(None, description="What a reader should be warned of.")


class BreakdownPart(Figure):
    """One part of a breakdown."""

    label: Text = Field(description="What this part counts.", examples=["women", "18–35", "Arland"])


class Breakdown(FrozenModel):
    """A figure divided into parts that must add up to it, or to 100 where they are shares."""

    by: Line = Field(
        description="Divided by what.", examples=["sex", "age", "nationality", "permit"]
    )
    unit: Literal["same", "percent"] = Field(
        "same", description="The unit of the figure itself, or shares in per cent."
    )
    parts: tuple[BreakdownPart, ...] = Field(description="The parts, as printed.")


class Indicator(Record):
    """A statistic: what was counted, for whom, when, and where it stands."""

    counts: Text = Field(description="What exactly is counted, and by whom.")
    population: Text = Field(description="Among whom.")
    unit: Line = Field(description="The unit.", examples=["persons", "percent", "countries"])
    role: Literal["structure", "process", "outcome", "context"] = Field(
        description="What it tells of: law in place, effort made, result for people, or context."
    )
    groups: tuple[Group, ...] = Field((), description="Whom it counts.")
    rights: tuple[Right, ...] = Field((), description="The rights it touches.")
    as_of: PartialDate | None = Field(None, description="The day the count stands for.")
    period: ImpreciseDate | None = Field(None, description="The period the count covers.")
    undated: Text | None = Field(None, description="Why there is neither.")
    figure: Figure = Field(description="The figure, as value and as printed.")
    breakdowns: tuple[Breakdown, ...] = Field((), description="How the source divides it.")
    listed: tuple[Line, ...] = Field(
        (), description="Names that the source lists (nationalities), in alphabetical order."
    )
    review: Review | None = Field(
        None, description="Only if it ages faster or slower than its rights do."
    )
    series: Line | None = Field(
        None, description="One name for all indicators that measure the same thing over time."
    )
    citations: tuple[Citation, ...] = Field(description="Where it stands.")
    note: Text | None = Field(None, description="What a reader should be warned of.")

    _time = require("one-time", lambda i: [i.as_of, i.period, i.undated].count(None) == 2)


class Event(Record):
    """A dated step: a law, a review, a decision, a programme."""

    kind: Literal["law", "treaty", "review", "decision", "programme", "statement", "practice"] = (
        Field(description="What kind of step it was.")
    )
    date: ImpreciseDate | None = Field(None, description="When, as precisely as the source says.")
    undated: Text | None = Field(None, description="Why there is no date.")
    summary: Text = Field(description="What happened, in our own words.")
    who: tuple[Speaker, ...] = Field((), description="Who acted.")
    groups: tuple[Group, ...] = Field((), description="Whom it concerns.")
    rights: tuple[Right, ...] = Field((), description="The rights it touches.")
    bears_on: tuple[RecommendationId, ...] = Field(
        (), description="The recommendations on whose timeline it belongs."
    )
    citations: tuple[Citation, ...] = Field(description="Where it stands.")
    note: Text | None = Field(None, description="What a reader should be warned of.")

    _date = require("undated", lambda e: (e.date is None) != (e.undated is None))


_FACTS = ("source", "due", "received", "issued", "held", "adopted", "detail")


class Stage(FrozenModel):
    """One part of a review: what is known of it, or why nothing is."""

    source: Annotated[str, Ref("sources")] | None = Field(None, description="Its document.")
    due: PartialDate | None = Field(None, description="When it is or was due.")
    received: PartialDate | None = Field(None, description="When the State's document came in.")
    issued: PartialDate | None = Field(None, description="When the document was issued.")
    held: ImpreciseDate | None = Field(None, description="When the meeting or meetings took place.")
    adopted: PartialDate | None = Field(None, description="When it was adopted.")
    detail: Text | None = Field(None, description="Numbers of meetings, paragraphs, anything else.")
    unknown: Text | None = Field(None, description="Why this part is empty.")
    citations: tuple[Citation, ...] = Field((), description="Where these facts stand.")

    _known = require(
        "known-or-why",
        lambda s: any(getattr(s, name) is not None for name in _FACTS) == (s.unknown is None),
    )


class Cycle(Record):
    """One review of the State by a mechanism, from its report to what is due next."""

    body: Annotated[str, Ref("vocabulary", ("mechanism",))] = Field(description="The mechanism.")
    number: Line = Field(description="Which review of this State it is.", examples=["3", "2-4"])
    state_report: Stage = Field(description="The State's report.")
    list_of_issues: Stage = Field(description="The list of issues.")
    replies: Stage = Field(description="The State's replies.")
    meetings: Stage = Field(description="The meetings at which the State was heard.")
    concluding_observations: Stage = Field(description="The outcome document.")
    next_report: Stage = Field(description="The next report due.")
    follow_up: Stage = Field(description="Paragraphs chosen for follow-up.")
    note: Text | None = Field(None, description="What a reader should be warned of.")

    def stages(self) -> tuple[tuple[str, Stage], ...]:
        """Return the seven stages with their field names, in the order of a review."""
        return tuple((name, value) for name, value in self if isinstance(value, Stage))


class Side(FrozenModel):
    """What one place says."""

    says: Text = Field(description="What it says, in our own words, with its figure as printed.")
    citation: Citation = Field(description="The place.")


class Discrepancy(Record):
    """Places that contradict each other, or a name, term or text that cannot be right."""

    kind: Literal[
        "contradiction",
        "against-source",
        "within-sentence",
        "name-or-term",
        "missing-text",
        "caution",
    ] = Field(description="What kind of discrepancy it is.")
    summary: Text = Field(description="What does not fit, in one or two sentences.")
    sides: tuple[Side, ...] = Field(description="The places, and what each says.")
    right: Text | None = Field(None, description="Which is right, where a source tells.")
    right_citations: tuple[Citation, ...] = Field((), description="The source that tells.")
    state: Literal["open", "explained", "settled"] = Field(
        description="Open: nobody knows. Explained: a likely reading exists. Settled: a source "
        "decides it."
    )
    explanation: Text | None = Field(
        None, description="How it may be read, and whose reading it is."
    )
    about: tuple[Annotated[str, Ref("")], ...] = Field(
        (), description="The records that it touches."
    )
