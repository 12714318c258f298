"""Interface texts: every one that templates ask for is there, and none is written twice."""

import re
from collections import Counter
from pathlib import Path

import tracker
from tracker.i18n import has_message, list_keys, t
from tracker.i18n.pages import PAGES

TEMPLATES = Path(tracker.__file__).parent / "templates"


def test_templates_ask_for_known_words() -> None:
    """Each key in a template has its text; a key that is made of parts has its beginning."""
    unknown = set()
    for file in TEMPLATES.rglob("*.html"):
        for key, made in re.findall(r'\bt\("([^"]+)"(\s+~)?', file.read_text(encoding="utf-8")):
            known = any(k.startswith(key) for k in list_keys()) if made else has_message(key)
            unknown |= set() if known else {key}
    assert unknown == set()


def test_templates_hold_no_words() -> None:
    """No template shows a word of its own: all go through the one function."""
    spoken = {}
    for file in TEMPLATES.rglob("*.html"):
        bare = re.sub(r"\{[#%{].*?[#%}]\}|<[^>]*>", " ", file.read_text("utf-8"), flags=re.DOTALL)
        words = set(re.findall(r"[A-Za-z]{3,}", bare)) - {"SHA", "tracker", "json"}
        if words:
            spoken[file.name] = words
    assert spoken == {}


def test_every_text_can_be_said() -> None:
    """No text breaks when its facts are filled in, or are missing."""
    for key in list_keys():
        assert "{" not in t(key).replace("[ or {", "")  # one text speaks of brackets


def test_facts_are_filled_in() -> None:
    """Lists are joined; a missing fact leaves no brace behind."""
    assert t("problem.bad-language", got="English") == "English is not a language code"
    assert t("problem.unknown-field.fix", allowed=["a", "b"]) == "Possible are a, b."
    assert "{" not in t("problem.unknown-value")


def test_long_texts_stand_once() -> None:
    """No sentence is written under two keys."""
    counted = Counter(text for text in PAGES["en"].values() if len(text.split()) > 4)
    assert [text for text, n in counted.items() if n > 1] == []
