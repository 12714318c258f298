"""Translate interface strings through gettext catalogs.

`locale/tracker.pot` contains each English text as a message id, with the key used in the code as
its context. `locale/LANGUAGE/LC_MESSAGES/tracker.po` contains a translation.
"""

import gettext
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

DEFAULT = "en"
LOCALE_FOLDER = Path(__file__).parent / "locale"
Translate = Callable[..., str]
"""The type of `t`, with or without its language bound."""


def list_languages() -> tuple[str, ...]:
    """Return the languages of the interface, English first."""
    files = sorted(LOCALE_FOLDER.glob("*/LC_MESSAGES/tracker.po"))
    return (DEFAULT, *(file.parent.parent.name for file in files))


def list_keys() -> tuple[str, ...]:
    """Return the key of every text."""
    return tuple(_load_texts())


def has_message(key: str) -> bool:
    """Return whether there is a text with this key."""
    return key in _load_texts()


def t(key: str, /, *, language: str = DEFAULT, **values: Any) -> str:
    """Return the text of this key in a language, or in English, with its values filled in.

    `n` selects the plural form. Lists are joined with commas, and missing values are empty. Raises
    KeyError for an unknown key.
    """
    text, plural = _load_texts()[key]
    translations = _load_translations(language)
    if plural:
        translated = translations.npgettext(key, text, plural, int(values.get("n", 1)))
    else:
        translated = translations.pgettext(key, text)
    return translated.format_map(_Values(values))


class _Values(dict[str, Any]):
    """The values of one text; lists are joined, and a missing value is empty."""

    def __getitem__(self, key: str) -> Any:
        value = self.get(key, "")
        return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


@cache
def _load_texts() -> dict[str, tuple[str, str]]:
    """Return the English text of each key, and its plural or ""."""
    from babel.messages.pofile import read_po  # takes 70 ms to import; many commands need no text

    with (LOCALE_FOLDER / "tracker.pot").open("rb") as file:
        catalog = read_po(file)
    texts = {}
    for message in catalog:
        if message.context:
            ids = (message.id, "") if isinstance(message.id, str) else message.id
            texts[message.context] = ids[0], ids[1]
    return texts


@cache
def _load_translations(language: str) -> gettext.NullTranslations:
    """Return the translations into a language; none for English."""
    if language not in list_languages() or language == DEFAULT:
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with (LOCALE_FOLDER / language / "LC_MESSAGES" / "tracker.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
