"""Replies of the organisation and of the State to records."""

from typing import Literal

from pydantic import Field

from tracker.model.base import FrozenModel, Text, require
from tracker.model.citation import Citation
from tracker.model.dates import PartialDate


class Reply(FrozenModel):
    """A reply to a record, by the organisation whose report it uses or by the State."""

    who: Literal["organisation", "state"] = Field(
        description="Who replies: the organisation whose report it is, or the State."
    )
    on: PartialDate = Field(description="The day of the reply.")
    text: Text | None = Field(None, description="The reply, in our own words.")
    quote: Text | None = Field(None, description="The reply, in the original words.")
    citations: tuple[Citation, ...] = Field((), description="Its citations, if it is published.")

    _words = require("reply-words", lambda r: r.text is not None or r.quote is not None)
