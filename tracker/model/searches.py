"""Searches for evidence on a recommendation, with or without a result."""

from typing import Any

from pydantic import Field, field_serializer, field_validator
from pydantic_core import PydanticCustomError

from tracker.model.base import FrozenModel, LanguageCode, Text
from tracker.model.citation import Citation
from tracker.model.dates import PartialDate

NOTHING = "nothing"
"""The word in `found` for a search without a result."""


class EvidenceSearch(FrozenModel):
    """A search for evidence on a date. One that found nothing counts too."""

    on: PartialDate = Field(description="The day of the search.")
    subject: Text = Field(description="What was searched for.")
    where: Text = Field(description="Where: the collections, sites or catalogues searched.")
    languages: tuple[LanguageCode, ...] = Field(description="The languages of the search.")
    found: tuple[Citation, ...] = Field(
        description="What was found, as citations, or the word `nothing`.",
        json_schema_extra={"instead": NOTHING},
    )
    note: Text | None = Field(None, description="What limits the search, or what is still missing.")

    @field_validator("found", mode="before")
    @classmethod
    def _read_nothing(cls, found: Any) -> Any:
        if found == []:
            raise PydanticCustomError("empty-value", "nothing named")
        return () if found == NOTHING else found

    @field_serializer("found")
    def _name_nothing(self, found: tuple[Citation, ...]) -> tuple[Citation, ...] | str:
        return found or NOTHING
