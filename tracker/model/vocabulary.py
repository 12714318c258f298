"""Defined terms, exemptions from rules, and maps of the blocks of a source."""

from typing import Annotated, Literal

from pydantic import Field

from tracker.model.base import Count, FrozenModel, Line, Record, Ref, Sha256, Text, require
from tracker.model.citation import Citation
from tracker.model.dates import PartialDate
from tracker.model.recommendation import SPEAKERS

TermKind = Literal[
    "status",
    "reason",
    "right",
    "group",
    "authority",
    "body",
    "mechanism",
    "article",
    "source-type",
    "term",
]

Voice = Literal["state", "state-linked", "committee", "states", "independent", "civil-society"]


class Term(Record):
    """A term with its definition: a status, a right, a group, an authority …"""

    kind: TermKind = Field(description="The kind of term.")
    definition: Text = Field(description="Its meaning in the tracker.")
    evidence: Text | None = Field(None, description="For a status: the evidence it needs.")
    decided_by: Text | None = Field(None, description="For a group: who decides on membership.")
    citizenship: Literal["citizens", "non-citizens"] | None = Field(
        None,
        description="For a group: whether its members are citizens by law. Groups that differ are "
        "never rated together. Omit it if the group has both, or if it is not known.",
    )
    small_population: Text | None = Field(
        None,
        description="For a group so small that a table cell could identify a person: its size. "
        "Counts of one to five people, and nationalities, are refused for such a group.",
    )
    index_label: Line | None = Field(
        None, description="The matching label in the UN's Universal Human Rights Index."
    )
    labels: tuple[Line, ...] = Field(
        (), description="Its names in other databases, by which imports recognize it."
    )
    also: tuple[Line, ...] = Field(
        (),
        description="Other names that readers search for: abbreviations, synonyms, short forms.",
        examples=["IDP"],
    )
    voice: Voice | None = Field(
        None,
        description="For an authority, body or mechanism: for whom it speaks. A council or "
        "institution set up under the State's authorities is `state-linked`, and other States, "
        "their ministries and reviews by States are `states`: neither is independent.",
    )
    review_months: Count | None = Field(
        None,
        description="For a right, a status or a type of source: the months until evidence is due "
        "for review.",
    )
    only_quoted: tuple[Line, ...] = Field(
        (), description="Words that our texts use only in quotation marks."
    )
    citations: tuple[Citation, ...] = Field((), description="Citations for the term.")
    note: Text | None = Field(None, description="A caution for readers.")

    _voice = require("voice", lambda t: (t.kind in SPEAKERS) == (t.voice is not None))


class Exemption(Record):
    """An exemption of one record from a rule, with a reason and an end date."""

    rule: Line = Field(description="The code of the rule.", examples=["shares-sum"])
    record: Annotated[str, Ref("")] = Field(description="The exempted record.")
    why: Text = Field(description="The reason.")
    until: PartialDate = Field(description="The last day on which it applies.")


class Footnote(FrozenModel):
    """A footnote marker in a block, and its source."""

    marker: Line = Field(description="The marker.", examples=["m9"])
    source: Annotated[str, Ref("sources")] = Field(description="The source, even if it is lost.")
    note: Text | None = Field(None, description="How certain the match is.")


class Block(FrozenModel):
    """A block of a source, which citations refer to by its id."""

    id: Line = Field(description="The block's id, as used in citations.", examples=["P6.3"])
    lines: Line = Field(description="Its lines in the text, such as `56` or `34-35`.")
    heading: Line | None = Field(None, description="The topic, in a few words of our own.")
    records: tuple[Annotated[str, Ref("")], ...] = Field(
        (),
        description="Computed from the citations. A list in the file is ignored, and `tracker fmt` "
        "removes it.",
        json_schema_extra={"deprecated": True},
    )
    context: Text | None = Field(None, description="Why no record cites it.")
    withheld: Text | None = Field(
        None,
        description="Only if the tracker withholds a detail of this block to protect people: what "
        "kind of detail it is, and why, without disclosing it.",
    )
    footnotes: tuple[Footnote, ...] = Field((), description="Its footnote markers.")


class SourceMap(FrozenModel):
    """The map of a source that is cited by block."""

    source: Annotated[str, Ref("sources")] = Field(description="The source.")
    sha256: Sha256 = Field(description="The SHA-256 of the text that the line numbers refer to.")
    blocks: tuple[Block, ...] = Field(description="Every block, in the order of the text.")
