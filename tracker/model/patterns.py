"""The form of a text: one pattern, by which the model validates and which its schema tells."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class StringPattern:
    """Marks a text of which the whole has this form, and names the problem of one that has not.

    Editors' programs read the pattern too: it holds only what means the same in ECMA-262, so no
    `\\d` or `\\w`, which are ASCII there and more here.
    """

    problem: str
    pattern: str
    hint: str = ""
    """Which words of the problem fit, where it has several."""
    longest: int | None = None
    """The most characters that it may have."""

    def matches(self, text: str) -> bool:
        """Whether a text has this form."""
        short = self.longest is None or len(text) <= self.longest
        return short and re.fullmatch(self.pattern, text) is not None

    def keywords(self) -> dict[str, Any]:
        """What a JSON Schema says of such a text, and the key of the words for whoever errs."""
        words = ".".join((self.problem, "fix", self.hint)).rstrip(".")
        limit = {} if self.longest is None else {"maxLength": self.longest}
        return {"pattern": f"^(?:{self.pattern})$", **limit, "form": words}

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **self.keywords()}
