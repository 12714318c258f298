"""A theme's stylesheet without what no page can use: most of it dresses what others show.

A rule stays where every element, every class and every fixed attribute that one of its selectors
names stands in some page. What is inside `:not()`, `:is()` and the like is not looked at, nor are
ids, states and what a script may change: too much may stay, and nothing that shows is lost.

A page comes with the colour scheme `auto`, and a script puts another in its place. Where none runs,
the dark scheme is to hold if the system prefers dark: its rules are repeated for that, so that each
colour is written once.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import tinycss2  # type: ignore[import-untyped]  # has none

_ELEMENT = re.compile(r"<([a-zA-Z][\w-]*)")
_CLASS = re.compile(r"class=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
# Attributes that no script changes; in a selector their values stand without quotes.
_FIXED = re.compile(r"\b(data-md-color-primary|data-md-color-accent|dir)=\"?([\w-]*)")
_WORD = re.compile(r"[\w-]+")
_ASKED = re.compile(r"var\(\s*(--[\w-]+)")
# Not the theme's rules for every scheme but this one.
_DARK = re.compile(r"(?<!:not\()\[data-md-color-scheme=\"?slate\"?\]")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_AUTO = "[data-md-color-scheme=auto]"

Names = frozenset[str]
"""As selectors write them: `table`, `.md-grid`, `[dir=ltr]`."""
Tokens = list[Any]
"""What tinycss2 makes of a stylesheet or a part of it."""


def names_in_page(page: str) -> Names:
    """The elements, the classes and the fixed attributes of a page."""
    classes = " ".join(map("".join, set(_CLASS.findall(page)))).split()
    elements = (element.lower() for element in set(_ELEMENT.findall(page)))
    known = _FIXED.findall(page) if "data-md-color" in page or " dir=" in page else ()
    fixed = (f"[{name}={value}]" for name, value in known)
    return frozenset((*elements, *fixed, *(f".{name}" for name in classes)))


def names_in_script(code: str) -> Names:
    """Every word of a script: any may become an element, a class or a value."""
    words = set(_WORD.findall(code))
    return frozenset((*words, *(f".{word}" for word in words)))


def trimmed(theme: str, *, own: str, names: Names) -> str:
    """The rules of the theme that pages with these names can use, then our own, all of them.

    Variables of the theme stay where something that stays asks for them, as do animations. What is
    left may ask for less than before: it is gone through until nothing more can go.
    """
    before = ""
    while theme != before:
        before, asked = theme, {*_ASKED.findall(theme), *_ASKED.findall(own)}
        theme = _rewritten(_rules(theme), partial(_usable, names=names, asked=asked))
    return joined(theme, own=own)


def joined(theme: str, *, own: str) -> str:
    """The rules of the theme, then our own.

    Between them stand the dark ones of both again, for pages that no script gave a scheme. Comments
    are for whoever writes, and go.
    """
    own = _COMMENT.sub("", own)
    if dark := _rewritten(_rules(theme + own), _by_system):
        theme += f"@media screen and (prefers-color-scheme:dark){{{dark}}}"
    return f"{theme}\n{own}"


def _rewritten(rules: Tokens, one: Callable[[Any], tuple[str, str]]) -> str:
    """The head and the body of each rule, also of those within conditions; none without a body."""
    found = ""
    for rule in rules:
        if rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
            head = f"@{rule.at_keyword} {_text(rule.prelude)}"
            body = _rewritten(_rules(rule.content), one)
        else:
            head, body = one(rule)
        if body:
            found += f"{head}{{{body}}}"
    return found


def _usable(rule: Any, *, names: Names, asked: set[str]) -> tuple[str, str]:
    if rule.type == "qualified-rule":
        selectors = [s for s in _split(rule.prelude, at=",") if _named(s) <= names]
        body = ";".join(_declarations(rule.content, asked)) if selectors else ""
        return ",".join(map(_text, selectors)), body
    if rule.type == "at-rule" and rule.content is not None:
        return f"@{rule.at_keyword} {_text(rule.prelude)}", _text(rule.content)
    return "", ""


def _by_system(rule: Any) -> tuple[str, str]:
    if rule.type != "qualified-rule":
        return "", ""
    selectors = [s for s in map(_text, _split(rule.prelude, at=",")) if _DARK.search(s)]
    return _DARK.sub(_AUTO, ",".join(selectors)), _text(rule.content) if selectors else ""


def _rules(content: Tokens | str) -> Tokens:
    found: Tokens = tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True)
    return found


def _split(tokens: Iterable[Any], *, at: str) -> Iterator[Tokens]:
    part: Tokens = []
    for token in tokens:
        if token == at:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _named(selector: Tokens) -> set[str]:
    """What a page must have for this selector to find anything in it."""
    found, sign = set(), ""
    for token in selector:
        if token.type == "ident" and sign != ":":
            found.add(f".{token.value}" if sign == "." else token.lower_value)
        elif token.type == "[] block" and _FIXED.match(_text(token.content)):
            found.add(_text([token]).replace('"', ""))
        sign = token.value if token.type == "literal" else ""
    return found


def _declarations(content: Tokens, asked: set[str]) -> Iterator[str]:
    for declaration in _split(content, at=";"):
        text = _text(declaration)
        name = text.partition(":")[0]
        if text and (not name.startswith("--") or name in asked):
            yield text


def _text(tokens: Iterable[Any]) -> str:
    written: str = tinycss2.serialize(tokens)
    return written.strip()
