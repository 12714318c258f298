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


class Term(Record):
    """A word of the tracker with its definition: a status, a right, a group, an authority …"""

    kind: TermKind = Field(description="What the word names.")
    definition: Text = Field(description="What it means here.")
    evidence: Text | None = Field(None, description="For a status: the evidence it needs.")
    decided_by: Text | None = Field(None, description="For a group: who decides who belongs to it.")
    small_population: Text | None = Field(
        None,
        description="For a group so small that one cell of a table could point at a person: how "
        "small it is. Counts of one to five people and nationalities of such a group are refused.",
    )
    index_label: Line | None = Field(
        None, description="The label of the UN's Universal Human Rights Index that it maps to."
    )
    labels: tuple[Line, ...] = Field(
        (), description="Names by which an import finds it: those of databases of others."
    )
    voice: Literal["state", "committee", "independent"] | None = Field(
        None, description="For whoever speaks: whose voice it is."
    )
    review_months: Count | None = Field(
        None,
        description="For a right, a status or a type of source: older evidence, in months, is due.",
    )
    only_quoted: tuple[Line, ...] = Field(
        (), description="Words that our texts use only inside quotation marks."
    )
    citations: tuple[Citation, ...] = Field((), description="Where the word comes from.")
    note: Text | None = Field(None, description="What a reader should be warned of.")

    _voice = require("voice", lambda t: (t.kind in SPEAKERS) == (t.voice is not None))


class Exemption(Record):
    """A rule set aside for one record, with a reason and an end."""

    rule: Line = Field(description="The code of the rule.", examples=["shares-sum"])
    record: Annotated[str, Ref("")] = Field(description="The record it is set aside for.")
    why: Text = Field(description="Why.")
    until: PartialDate = Field(description="The last day on which it holds.")


class Footnote(FrozenModel):
    """A footnote marker in a block, and the source it leads to."""

    marker: Line = Field(description="The marker.", examples=["m9"])
    source: Annotated[str, Ref("sources")] = Field(description="The source, also if it is lost.")
    note: Text | None = Field(None, description="How sure the match is.")


class Block(FrozenModel):
    """One block of a source: its lines, its subject, why no record cites it, what is withheld."""

    id: Line = Field(description="The block's name, as citations use it.", examples=["P6.3"])
    lines: Line = Field(description="Its lines in the text, as `56` or `34-35`.")
    heading: Line | None = Field(None, description="What the block is about, in our own few words.")
    records: tuple[Annotated[str, Ref("")], ...] = Field(
        (),
        description="Derived from the citations. A list in the file is ignored, and `tracker fmt` "
        "removes it.",
        json_schema_extra={"deprecated": True},
    )
    context: Text | None = Field(None, description="Why no record cites it.")
    withheld: Text | None = Field(
        None,
        description="Only if the tracker gives something in this block nowhere, to protect people: "
        "what kind of detail it is, and why, without disclosing it.",
    )
    footnotes: tuple[Footnote, ...] = Field((), description="The footnote markers in it.")


class SourceMap(FrozenModel):
    """The map of a source that is cited by block."""

    source: Annotated[str, Ref("sources")] = Field(description="The source.")
    sha256: Sha256 = Field(description="The SHA-256 of the text in which the lines count.")
    blocks: tuple[Block, ...] = Field(description="Every block, in the order of the text.")
