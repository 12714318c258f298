"""Patterns of strings, shared by validation and the JSON schema."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class StringPattern:
    """A pattern that a whole string must match, and the code of the problem if it does not.

    Editors apply the pattern as ECMA-262, so it must not use `\\d` or `\\w`, which match only ASCII
    there.
    """

    problem: str
    pattern: str
    hint: str = ""
    """Which of several messages of the problem applies."""
    max_length: int | None = None

    def matches(self, text: str) -> bool:
        """Return whether the whole string matches."""
        fits = self.max_length is None or len(text) <= self.max_length
        return fits and re.fullmatch(self.pattern, text) is not None

    def schema_keywords(self) -> dict[str, Any]:
        """Return JSON Schema keywords; `form` is the key of the message for invalid strings."""
        message = ".".join((self.problem, "fix", self.hint)).rstrip(".")
        limit = {} if self.max_length is None else {"maxLength": self.max_length}
        return {"pattern": f"^(?:{self.pattern})$", **limit, "form": message}

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **self.schema_keywords()}
