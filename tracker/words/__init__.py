"""Every interface text, and the one function that translates it."""

from collections.abc import Mapping
from typing import Any

from tracker.words.changes import CHANGES
from tracker.words.charts import CHARTS
from tracker.words.command import COMMAND
from tracker.words.compare import COMPARE
from tracker.words.drafting import DRAFTING
from tracker.words.editing import EDITING
from tracker.words.fields import FIELDS
from tracker.words.form import FORM
from tracker.words.importing import IMPORTING
from tracker.words.links import LINKS
from tracker.words.look import LOOK
from tracker.words.pages import PAGES
from tracker.words.problems import PROBLEMS
from tracker.words.proof import PROOF
from tracker.words.publishing import PUBLISHING
from tracker.words.registers import REGISTERS
from tracker.words.samples import SAMPLES
from tracker.words.search import SEARCH
from tracker.words.site_check import SITE
from tracker.words.starting import STARTING
from tracker.words.timeline import TIMELINE

DEFAULT = "en"

_TEXTS: Mapping[str, Mapping[str, str]] = {
    language: {
        **PAGES[language],
        **CHANGES[language],
        **CHARTS[language],
        **COMMAND[language],
        **COMPARE[language],
        **DRAFTING[language],
        **EDITING[language],
        **FORM[language],
        **IMPORTING[language],
        **LINKS[language],
        **LOOK[language],
        **PROOF[language],
        **PUBLISHING[language],
        **REGISTERS[language],
        **SEARCH[language],
        **SITE[language],
        **STARTING[language],
        **TIMELINE[language],
        **{f"problem.{code}": text for code, text in PROBLEMS[language].items()},
        **{f"sample.{name}": text for name, text in SAMPLES[language].items()},
        **{f"label.{name}": text for name, text in FIELDS[language].items()},
    }
    for language in PAGES
}


def languages() -> tuple[str, ...]:
    """The languages that the interface speaks."""
    return tuple(_TEXTS)


def keys() -> tuple[str, ...]:
    """The key of every text."""
    return tuple(_TEXTS[DEFAULT])


def say(key: str, /, *, language: str = DEFAULT, **facts: Any) -> str:
    """The text of this key with its facts filled in; KeyError if there is none.

    A language without the text falls back to English, so that no page has a hole.
    """
    text = _TEXTS.get(language, {}).get(key) or _TEXTS[DEFAULT][key]
    return text.format_map(_Facts(facts))


def has(key: str) -> bool:
    """Whether this key has a text."""
    return key in _TEXTS[DEFAULT]


class _Facts(dict[str, Any]):
    """Lists are joined with commas; a fact that is missing leaves its place empty."""

    def __getitem__(self, key: str) -> Any:
        value = self.get(key, "")
        return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
