"""Every interface text, and the one function that translates it."""

from collections.abc import Callable, Mapping
from typing import Any

from tracker.i18n.changes import CHANGES
from tracker.i18n.charts import CHARTS
from tracker.i18n.command import COMMAND
from tracker.i18n.compare import COMPARE
from tracker.i18n.drafting import DRAFTING
from tracker.i18n.editing import EDITING
from tracker.i18n.fields import FIELDS
from tracker.i18n.form import FORM
from tracker.i18n.importing import IMPORTING
from tracker.i18n.links import LINKS
from tracker.i18n.look import LOOK
from tracker.i18n.pages import PAGES
from tracker.i18n.problems import PROBLEMS
from tracker.i18n.proof import PROOF
from tracker.i18n.publishing import PUBLISHING
from tracker.i18n.registers import REGISTERS
from tracker.i18n.samples import SAMPLES
from tracker.i18n.search import SEARCH
from tracker.i18n.site_check import SITE
from tracker.i18n.starting import STARTING
from tracker.i18n.timeline import TIMELINE

DEFAULT = "en"
Translate = Callable[..., str]
"""The type of `t`, with or without its language bound."""

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


def list_languages() -> tuple[str, ...]:
    """The languages that the interface speaks."""
    return tuple(_TEXTS)


def list_keys() -> tuple[str, ...]:
    """The key of every text."""
    return tuple(_TEXTS[DEFAULT])


def t(key: str, /, *, language: str = DEFAULT, **facts: Any) -> str:
    """The text of this key with its facts filled in; KeyError if there is none.

    A language without the text falls back to English, so that no page has a hole.
    """
    text = _TEXTS.get(language, {}).get(key) or _TEXTS[DEFAULT][key]
    return text.format_map(_Facts(facts))


def has_message(key: str) -> bool:
    """Whether this key has a text."""
    return key in _TEXTS[DEFAULT]


class _Facts(dict[str, Any]):
    """Lists are joined with commas; a fact that is missing leaves its place empty."""

    def __getitem__(self, key: str) -> Any:
        value = self.get(key, "")
        return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
