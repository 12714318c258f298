"""The base classes of records, and the types of their fields."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from tracker.model.dates import PartialDate
from tracker.model.patterns import StringPattern
from tracker.model.text import transliterate

MAX_ID_LENGTH = 200
"""Maximum length of an id. File systems allow 255 bytes for a name with its extension."""
_ID = StringPattern("bad-id", r"[a-z0-9]+(?:-[a-z0-9]+)*", max_length=MAX_ID_LENGTH)
_LANGUAGE = StringPattern("bad-language", r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?")
_PLAIN = StringPattern("empty-value", r"[\s\S]*\S[\s\S]*")
_LINE = StringPattern("empty-value", r"\S(?:[^\n]*\S)?", hint="line")
_SHA256 = StringPattern("bad-hash", "[0-9a-f]{64}")
_TEXT_HASH = StringPattern("bad-hash", "[0-9a-f]{16}(?:[0-9a-f]{48})?")
_COUNT = StringPattern("not-a-number", "[0-9]+")


class FrozenModel(BaseModel):
    """An immutable model that forbids unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def require(code: str, condition: Callable[[Any], bool], *, hint: str = "") -> Any:
    """Return a model validator that raises the error `code` unless the condition is met.

    `hint` selects one of several messages of the error.
    """

    def check(value: FrozenModel) -> FrozenModel:
        if not condition(value):
            raise PydanticCustomError(code, "condition not met", {"hint": hint})
        return value

    return model_validator(mode="after")(check)


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a field as the id of a record in a collection, optionally only of certain kinds.

    The JSON schema checks the format of the id, and that a list contains no duplicates.
    """

    collection: str
    kinds: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_refuse_empty, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **_ID.schema_keywords(), "names": self}


def _refuse_empty(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("empty-value", "no id")
    return value


def suggest_id(text: str) -> str:
    """Return a text as an id; empty if it has letters that cannot be transliterated."""
    latin = transliterate(text).replace("'", "")
    if any(c.isalpha() and not c.isascii() for c in latin):
        return ""
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:MAX_ID_LENGTH]


def _check_id(value: str) -> str:
    if len(value) > MAX_ID_LENGTH:
        facts = {"hint": "long", "limit": MAX_ID_LENGTH, "length": len(value)}
        raise PydanticCustomError("bad-id", "an id that is too long", facts)
    if not _ID.matches(value):
        raise PydanticCustomError("bad-id", "not an id", {"suggest": suggest_id(value)})
    return value


def _check_text(value: Any) -> str | dict[str, str]:
    if isinstance(value, Mapping):
        if not value:
            raise PydanticCustomError("empty-value", "no text")
        for language, text in value.items():
            if not _LANGUAGE.matches(str(language)):
                raise PydanticCustomError("bad-language", "not a language", {"got": str(language)})
            _check_plain(text)
        return dict(value)
    return _check_plain(value)


def _check_plain(value: Any) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError("not-text", "not a text")
    if not _PLAIN.matches(value):
        raise PydanticCustomError("empty-value", "no text")
    return value


def _check_count(value: Any) -> Any:
    """Accept only digits, because pydantic also accepts `3_0` and ` 3`."""
    if isinstance(value, str) and not _COUNT.matches(value):
        raise PydanticCustomError("not-a-number", "not a whole number")
    return value


def _check_line(value: str) -> str:
    if not _LINE.matches(value):
        hint = _LINE.hint if _PLAIN.matches(value) else ""
        raise PydanticCustomError("empty-value", "no line of text", {"hint": hint})
    return value


LanguageCode = Literal["ar", "az", "en", "es", "fr", "no", "ru", "zh"]
Id = Annotated[str, AfterValidator(_check_id), _ID]
Line = Annotated[str, AfterValidator(_check_line), _LINE]
Sha256 = Annotated[str, Field(pattern=f"^{_SHA256.pattern}$"), _SHA256]
TextHash = Annotated[str, Field(pattern=f"^{_TEXT_HASH.pattern}$"), _TEXT_HASH]
Count = Annotated[
    int,
    BeforeValidator(_check_count),
    Field(ge=0),
    WithJsonSchema({"type": "integer", "minimum": 0, **_COUNT.schema_keywords()}),
]
_AS_TEXT = {"type": "string", **_PLAIN.schema_keywords()}
Text = Annotated[
    str | dict[str, str],
    PlainValidator(_check_text),
    WithJsonSchema(
        {
            "anyOf": [
                _AS_TEXT,
                {
                    "type": "object",
                    "minProperties": 1,
                    "patternProperties": {_LANGUAGE.schema_keywords()["pattern"]: _AS_TEXT},
                    "additionalProperties": False,
                    "form": _LANGUAGE.schema_keywords()["form"],
                },
            ]
        }
    ),
]
"""Text for readers: in the project's language, or a mapping of language codes to text."""


class Review(FrozenModel):
    """A review interval that differs from the vocabulary's."""

    months: Count = Field(description="Months until the record is due for review.")
    why: Text = Field(description="Why this record needs a different interval.")


class Withdrawn(FrozenModel):
    """The withdrawal of a record. Its page remains, as a notice."""

    on: PartialDate = Field(description="The day it was withdrawn.")
    why: Text = Field(description="The reason, in one sentence.")
    replaced_by: Annotated[str, Ref("")] | None = Field(
        None, description="The id of the record that replaces it, if any."
    )


class Correction(FrozenModel):
    """A change to published content, listed on the corrections page.

    A redaction withholds what could harm a person: it has a reason, but never the old value.
    """

    on: PartialDate = Field(description="The day of the correction.")
    kind: Literal["mistake", "redaction"] = Field(
        "mistake", description="A mistake, or a redaction: a detail withheld to protect people."
    )
    wrong: Text | None = Field(
        None, description="What was wrong. Omit it for a redaction, which must not repeat it."
    )
    why: Text = Field(
        description="For a mistake, how it happened or was found. For a redaction, why a detail is "
        "withheld, without naming it."
    )

    _wrong = require("wrong-or-redaction", lambda c: (c.wrong is None) == (c.kind == "redaction"))


class Record(FrozenModel):
    """A record with its own page."""

    id: Id = Field(
        description="Lower-case letters, digits and hyphens. Never change it once published.",
        examples=["housing-for-newcomers", "register-2020"],
    )
    title: Text = Field(description="A short name in plain words, as shown in lists.")
    withdrawn: Withdrawn | None = Field(None, description="Only if the record is no longer valid.")
    corrections: tuple[Correction, ...] = Field(
        (), description="Mistakes corrected, and details withheld, since publication."
    )

    @property
    def redactions(self) -> tuple[Correction, ...]:
        """The corrections that withhold something published before."""
        return tuple(c for c in self.corrections if c.kind == "redaction")
