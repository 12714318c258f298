"""What every record has, and the small types that fields are made of."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError

from tracker.model.dates import PartialDate

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?")


class Frozen(BaseModel):
    """A value that never changes and knows no other field than those named."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a field that holds the id of another record: of which collection, of which kinds."""

    collection: str
    kinds: tuple[str, ...] = ()

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "names": self}


def _check_id(value: str) -> str:
    if not _ID.fullmatch(value):
        folded = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
        suggestion = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
        raise PydanticCustomError("bad-id", "not an id", {"suggest": suggestion})
    return value


def _check_text(value: Any) -> str | dict[str, str]:
    if isinstance(value, Mapping):
        if not value:
            raise PydanticCustomError("empty-value", "no text")
        for language, text in value.items():
            if not _LANGUAGE.fullmatch(str(language)):
                raise PydanticCustomError("bad-language", "not a language", {"got": str(language)})
            _check_plain(text)
        return dict(value)
    return _check_plain(value)


def _check_plain(value: Any) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError("not-text", "not a text")
    if not value.strip():
        raise PydanticCustomError("empty-value", "no text")
    return value


def _read_count(value: Any) -> Any:
    """Whole numbers only as digits: pydantic alone would also take `3_0` and ` 3`."""
    if isinstance(value, str) and not re.fullmatch(r"\d+", value):
        raise PydanticCustomError("not-a-number", "not a whole number")
    return value


def _check_line(value: str) -> str:
    if not value.strip() or value != value.strip() or "\n" in value:
        raise PydanticCustomError("empty-value", "one line of text, without spaces around it")
    return value


Id = Annotated[
    str,
    AfterValidator(_check_id),
    WithJsonSchema({"type": "string", "pattern": f"^{_ID.pattern}$"}),
]
Line = Annotated[str, AfterValidator(_check_line)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[
    int,
    BeforeValidator(_read_count),
    Field(ge=0),
    WithJsonSchema({"type": "integer", "minimum": 0}),
]
Text = Annotated[
    str | dict[str, str],
    PlainValidator(_check_text),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
            ]
        }
    ),
]
"""A text that readers see: plain, in the project's language, or a mapping of language to text."""


class Review(Frozen):
    """A review interval that differs from the vocabulary's."""

    months: Count = Field(description="Due for review after so many months.")
    why: Text = Field(description="Why this record ages faster or slower.")


class Withdrawn(Frozen):
    """A record that no longer stands. Its page stays, as a notice."""

    on: PartialDate = Field(description="The day it was withdrawn.")
    why: Text = Field(description="Why, in one sentence.")
    replaced_by: Annotated[str, Ref("")] | None = Field(
        None, description="The id of the record that takes its place, if any."
    )


class Correction(Frozen):
    """A mistake that was published and has been mended; listed on the page of corrections."""

    on: PartialDate = Field(description="The day of the correction.")
    wrong: Text = Field(description="What was wrong.")
    why: Text = Field(description="How it came about, or how it was found.")


class Record(Frozen):
    """Anything with a page of its own."""

    id: Id = Field(
        description="Lower-case letters, digits and hyphens; never changed once published.",
        examples=["housing-for-newcomers", "register-2020"],
    )
    title: Text = Field(description="A short name in plain words, as it stands in lists.")
    withdrawn: Withdrawn | None = Field(None, description="Only if the record no longer stands.")
    corrections: tuple[Correction, ...] = Field(
        (), description="Mistakes mended since publication."
    )
