"""Interface strings: every key that is used has a text, and catalogs are well formed."""

import re
from collections import Counter
from pathlib import Path

import pytest

import tracker
from tracker import i18n
from tracker.i18n import LOCALE_FOLDER, has_message, list_keys, t

PACKAGE = Path(tracker.__file__).parent
TEMPLATES = PACKAGE / "templates"
CATALOG = (LOCALE_FOLDER / "tracker.pot").read_text(encoding="utf-8")


def test_templates_use_known_keys() -> None:
    """Each key in a template has a text; a concatenated key has a known prefix."""
    unknown = set()
    for file in [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]:
        for key, joined in re.findall(r'\bt\("([^"]+)"(\s+~)?', file.read_text(encoding="utf-8")):
            known = any(k.startswith(key) for k in list_keys()) if joined else has_message(key)
            unknown |= set() if known else {key}
    assert unknown == set()


def test_modules_use_known_keys() -> None:
    """Each literal key in a module has a text."""
    used = {
        key
        for file in PACKAGE.rglob("*.py")
        for key in re.findall(r'\b(?:t|translate)\("([^"]+)"', file.read_text(encoding="utf-8"))
    }
    assert len(used) > 50
    assert {key for key in used if not has_message(key)} == set()


def test_templates_have_no_literal_text() -> None:
    """Every word in a template comes from the catalog."""
    untranslated = {}
    for file in [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]:
        bare = re.sub(r"\{[#%{].*?[#%}]\}|<[^>]*>", " ", file.read_text("utf-8"), flags=re.DOTALL)
        words = set(re.findall(r"[A-Za-z]{3,}", bare)) - {"SHA", "tracker", "json"}
        if words:
            untranslated[file.name] = words
    assert untranslated == {}


def test_catalog_has_each_key_once() -> None:
    """A key used twice would silently lose one of its texts."""
    counts = Counter(re.findall(r'^msgctxt "(.+)"$', CATALOG, flags=re.MULTILINE))
    assert [key for key, count in counts.items() if count > 1] == []
    assert set(counts) == set(list_keys())


def test_every_text_can_be_formatted() -> None:
    """Every text can be formatted without its values."""
    for key in list_keys():
        assert "{" not in t(key).replace("[ or {", "")  # one text is about brackets


def test_values_are_filled_in() -> None:
    """Lists are joined; a missing value leaves no brace behind."""
    assert "English" in t("problem.bad-language", got="English")
    assert "a, b" in t("problem.unknown-field.fix", allowed=["a", "b"])
    assert "{" not in t("problem.unknown-value")


def test_number_chooses_the_plural() -> None:
    """1 has the singular, every other number the plural."""
    assert [t("age.year", n=n) for n in (0, 1, 2)] == ["0 years", "1 year", "2 years"]


def test_long_texts_are_written_once() -> None:
    """No long sentence of the catalog is repeated under another key."""
    counts = Counter(t(k) for k in list_keys() if not k.startswith("problem."))
    assert [text for text, n in counts.items() if n > 1 and len(text.split()) > 7] == []


def test_translation_is_used_and_gaps_fall_back_to_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A language uses its own texts and plurals, and English where it has none."""
    folder = tmp_path / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / "tracker.pot").write_text(CATALOG, encoding="utf-8")
    (folder / "tracker.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\\n"\n\n'
        'msgctxt "age.year"\nmsgid "{n} year"\nmsgid_plural "{n} years"\n'
        'msgstr[0] "{n} rok"\nmsgstr[1] "{n} lata"\nmsgstr[2] "{n} lat"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(i18n, "LOCALE_FOLDER", tmp_path)
    i18n._load_translations.cache_clear()
    assert i18n.list_languages() == ("en", "pl")
    assert [t("age.year", language="pl", n=n) for n in (1, 3, 5)] == ["1 rok", "3 lata", "5 lat"]
    assert t("age.month", language="pl", n=2) == "2 months"
    i18n._load_translations.cache_clear()
