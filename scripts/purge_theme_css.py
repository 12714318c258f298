"""Write the part of Material's stylesheets that our pages use.

Run this when the version of the theme changes, or when a page begins to use more of the theme:

    make site && .venv/bin/python -m scripts.purge_theme_css site

It reads the pages of the built site, the templates and the scripts, and writes
`tracker/templates/css/material.css`. A rule stays if every element, class and fixed attribute that
one of its selectors names occurs in some page. Ids, states, the arguments of `:not()` or `:is()`,
and attributes that a script changes are not considered, so too much may stay, but nothing that
shows is lost. `tests/test_theme_css.py` compares computed styles with those of the whole theme.

Pages come with the colour scheme `auto`, which a script replaces. For browsers without JavaScript,
the rules of the dark scheme are repeated for systems that prefer dark.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import material  # type: ignore[import-untyped]  # has none
import tinycss2  # type: ignore[import-untyped]  # has none

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "tracker/templates/css/material.css"
STYLESHEETS = sorted(Path(material.__file__).parent.glob("templates/assets/stylesheets/*.css"))

_ELEMENT = re.compile(r"<([a-zA-Z][\w-]*)")
_CLASS = re.compile(r"class=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
# Attributes that no script changes; in a selector their values may be written without quotes.
_FIXED = re.compile(r"\b(data-md-color-primary|data-md-color-accent|dir)=\"?([\w-]*)")
_WORD = re.compile(r"[\w-]+")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
# The dark scheme, but not the theme's rules for every other scheme.
_DARK = re.compile(r"(?<!:not\()\[data-md-color-scheme=\"?slate\"?\]")
_AUTO = "[data-md-color-scheme=auto]"

Selectors = frozenset[str]
"""Simple selectors as a stylesheet writes them: `table`, `.md-grid`, `[dir=ltr]`."""
Tokens = list[Any]
"""Tokens of tinycss2."""


def used_in_page(page: str) -> Selectors:
    """Return the elements, classes and fixed attributes of an HTML page."""
    classes = " ".join(map("".join, set(_CLASS.findall(page)))).split()
    elements = (element.lower() for element in set(_ELEMENT.findall(page)))
    fixed = (f"[{name}={value}]" for name, value in _FIXED.findall(page))
    return frozenset((*elements, *fixed, *(f".{name}" for name in classes)))


def used_in_script(code: str) -> Selectors:
    """Return every word of a script: any may become an element or a class."""
    words = set(_WORD.findall(code))
    return frozenset((*words, *(f".{word}" for word in words)))


def purge(theme: str, *, own: str, used: Selectors) -> str:
    """Return the rules of the theme that can apply, with the dark ones repeated for `auto`.

    Variables stay while a remaining rule of the theme or of our own stylesheet (`own`) reads them.
    Removing rules can leave more variables unused, so this repeats until nothing changes.
    """
    before = ""
    while theme != before:
        before, read = theme, {*_VARIABLE.findall(theme), *_VARIABLE.findall(own)}
        theme = _rewrite(_rules(theme), partial(_keep_used, used=used, read=read))
    dark = _rewrite(_rules(theme), _repeat_dark)
    if dark:
        theme += f"@media screen and (prefers-color-scheme:dark){{{dark}}}"
    return theme


def _rewrite(rules: Tokens, rewrite: Callable[[Any], tuple[str, str]]) -> str:
    """Apply `rewrite`, which returns a head and a body, to all rules; drop those without a body."""
    css = ""
    for rule in rules:
        if rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
            head = f"@{rule.at_keyword} {_serialize(rule.prelude)}"
            body = _rewrite(_rules(rule.content), rewrite)
        else:
            head, body = rewrite(rule)
        if body:
            css += f"{head}{{{body}}}"
    return css


def _keep_used(rule: Any, *, used: Selectors, read: set[str]) -> tuple[str, str]:
    if rule.type == "qualified-rule":
        selectors = [s for s in _split(rule.prelude, at=",") if _required(s) <= used]
        body = ";".join(_declarations(rule.content, read)) if selectors else ""
        return ",".join(map(_serialize, selectors)), body
    if rule.type == "at-rule" and rule.content is not None:
        return f"@{rule.at_keyword} {_serialize(rule.prelude)}", _serialize(rule.content)
    return "", ""


def _repeat_dark(rule: Any) -> tuple[str, str]:
    if rule.type != "qualified-rule":
        return "", ""
    selectors = [s for s in map(_serialize, _split(rule.prelude, at=",")) if _DARK.search(s)]
    return _DARK.sub(_AUTO, ",".join(selectors)), _serialize(rule.content) if selectors else ""


def _rules(content: Tokens | str) -> Tokens:
    rules: Tokens = tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True)
    return rules


def _split(tokens: Iterable[Any], *, at: str) -> Iterator[Tokens]:
    part: Tokens = []
    for token in tokens:
        if token == at:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _required(selector: Tokens) -> set[str]:
    """Return the simple selectors that must occur in a page for this selector to match."""
    found, sign = set(), ""
    for token in selector:
        if token.type == "ident" and sign != ":":
            found.add(f".{token.value}" if sign == "." else token.lower_value)
        elif token.type == "[] block" and _FIXED.match(_serialize(token.content)):
            found.add(_serialize([token]).replace('"', ""))
        sign = token.value if token.type == "literal" else ""
    return found


def _declarations(content: Tokens, read: set[str]) -> Iterator[str]:
    for declaration in _split(content, at=";"):
        text = _serialize(declaration)
        name = text.partition(":")[0]
        if text and (not name.startswith("--") or name in read):
            yield text


def _serialize(tokens: Iterable[Any]) -> str:
    css: str = tinycss2.serialize(tokens)
    return css.strip()


def main(site: Path) -> None:
    """Purge the theme's stylesheets for a built site and write the result."""
    templates = ROOT / "tracker/templates"
    pages = [*site.rglob("*.html"), *templates.rglob("*.html"), *ROOT.glob("overrides/**/*.html")]
    scripts = [*site.rglob("*.js"), *templates.rglob("*.js")]
    used = frozenset[str]().union(
        *(used_in_page(page.read_text("utf-8")) for page in pages),
        *(used_in_script(script.read_text("utf-8")) for script in scripts),
    )
    own = "".join(p.read_text("utf-8") for p in sorted(TARGET.parent.glob("*.css")) if p != TARGET)
    theme = "".join(path.read_text("utf-8") for path in STYLESHEETS)
    css = purge(theme, own=own, used=used)
    header = f"/* From mkdocs-material {material.__version__} (MIT): scripts/purge_theme_css.py */"
    TARGET.write_text(f"{header}\n{css}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
