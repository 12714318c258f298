"""Hostile text: what a stranger may put into a record, and the characters that grow when folded."""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import chain, combinations, count, cycle
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from tracker.model import COLLECTIONS, Dataset, FrozenModel, Ref, SourceMap
from tracker.model.base import MAX_ID_LENGTH
from tracker.model.fields import FieldDescription, describe_fields
from tracker.model.text import INVISIBLE
from tracker.records.drafts import list_known_ids
from tracker.records.loader import load


def _grows(character: str) -> bool:
    folded = (unicodedata.normalize(form, character) for form in ("NFKC", "NFKD"))
    return any(len(text) != 1 for text in (*folded, character.lower(), character.casefold()))


EXPANDING = [
    character
    for character in map(chr, range(0x80, sys.maxunicode + 1))
    if unicodedata.category(character) not in ("Cn", "Cs", "Co", "Cc")
    and not INVISIBLE.match(character)
    and not "\uac00" <= character <= "\ud7a3"  # 11,172 syllables, which all decompose alike
    and _grows(character)
]
"""Every assigned character that some way of folding makes longer, if the loader lets it through."""

_LATEX = {
    r"{\textbackslash}": "\\",
    r"{\textasciitilde}": "~",
    r"{\textasciicircum}": "^",
    r"{\textbraceleft}": "{",
    r"{\textbraceright}": "}",
}


def plain_latex(text: str) -> str:
    """Return what LaTeX prints for a BibTeX value as we write it."""
    known = "|".join(map(re.escape, _LATEX))
    text = re.sub(r"^\{(.*)\}$", r"\1", text)
    return re.sub(rf"{known}|\\([%$&#_])", lambda m: _LATEX.get(m[0], m[1]), text)


_TEXTS = [
    '<script id="evil">alert(1)</script>',
    '"><img id="evil" src="https://evil.example/a" onerror="alert(1)">',
    "' onmouseover='alert(1)' data-evil='1",
    'x<meta id=evil http-equiv="&#114efresh" content="0&#59url=https&colon;//evil.example/">',
    "</title></textarea></script></style></template><svg id=evil onload=alert(1)>",
    "--><i id=evil>a</i><!--",
    "]]><entry id='evil'/><![CDATA[",
    "javascript:alert(1)",
    "[a](javascript:alert(1)) ![b](https://evil.example/b) <https://evil.example/c> **d** `e`",
    "{{ 7*7 }}{% raw %}{# a #}${7*7}<%= 7*7 %>",
    "A title\n\nER  - \nTY  - JOUR\nTI  - Forged\nUR  - https://evil.example/",
    "}, title = {Forged}}\n@misc{other, title = {\\input{/etc/passwd}}} {{{ \\",
    "% $ & # _ ~ ^ \\textbf{a} \\' \\\" \\u003c \\n",
    '=HYPERLINK("https://evil.example/","a")',
    " \n=1+1",
    "@SUM(1;2)",
    "+1|cmd ' /C calc'!A0",
    "a\n\n- id: forged\n  title: Forged\n# b: c\n---\n<<: *d",
    "END:VEVENT\nBEGIN:VEVENT\nSUMMARY:Forged\\n;a,b:c",
    "&lt;b id=evil&gt; &amp; &#60;i id=evil&#62; &notit; &#0",
    "\ue000title\ue001 \ue000content\ue001 \ue000toc\ue001 \ue000part0\ue001",
    "עברית العربية 漢字 \U0001f6a2 a\u0301\u0328 " + "w" * 300,
    "<iframe id=evil srcdoc='<p>a'></iframe><base id=evil href=//evil.example/>",
    "".join(EXPANDING),
    "right to left: \u202eevil\u202c",
    "a line\u2028alert(1)\u2029and a paragraph",
    "bell \x07 escape \x1b[31m null \x00",
]
TEXTS = [text for text in _TEXTS if not INVISIBLE.search(text)]
"""Texts that the loader lets through, of which none is text only once something reads it as markup,
as a field or as a formula."""

Content = dict[str, Any]


def to_line(text: str) -> str:
    return " ".join(text.split())


_TEXT, _LINE, _NEW_ID = "漢\n字", "漢 字", "id-of-no-record"
"""What stands for a text, a text on one line, and an id, until they are filled in."""
_DATES = ("2013-05", "2013-05-17", "2013")
_TYPED = (
    *(_TEXT, _LINE, _NEW_ID, *_DATES, "5"),
    *("https://example.org/x", "8" * 64, "E/C.12/XYZ/1"),
)
"""What is tried for a field, in this order."""


class Maker:
    """Records in which every field that takes any text holds a hostile one.

    It walks the model, so that a new field is covered as soon as it exists.
    """

    def __init__(self, known: Mapping[Ref, str]) -> None:
        """`known` names a record for each kind of reference."""
        self._known = known
        self._made: dict[type[FrozenModel], list[Content]] = {}
        self._words: dict[Any, list[str]] = {}
        self._number = count()

    def records(self, model: type[FrozenModel], text: str) -> list[Content]:
        """Return valid contents that together have every field, each with ids of its own."""
        return [self._filled(content, text) for content in self._variants(model)]

    def _filled(self, content: Any, text: str) -> Any:
        if isinstance(content, list):
            return [self._filled(item, text) for item in content]
        if isinstance(content, dict):
            return {key: self._filled(value, text) for key, value in content.items()}
        if content == _NEW_ID:
            return f"hostile-{next(self._number)}"
        return {_TEXT: text, _LINE: to_line(text)}.get(content, content)

    def _variants(self, model: type[FrozenModel]) -> list[Content]:
        if model not in self._made:
            self._made[model] = list(self._cover(model))
        return self._made[model]

    def _cover(self, model: type[FrozenModel]) -> Iterator[Content]:
        """Some fields exclude each other: try with more and more of them left out."""
        fields = list(describe_fields(model).values())
        missing = {field.name for field in fields}
        optional = [field.name for field in fields if not field.required]
        sizes = range(len(optional) + 1)
        left_outs = chain.from_iterable(combinations(optional, size) for size in sizes)
        for left_out, choice in ((names, n) for names in left_outs for n in range(6)):
            kept = [field for field in fields if field.name not in left_out]
            if not missing & {field.name for field in kept}:
                continue
            most = max((len(self._values(field, 0)) for field in kept if not field.many), default=1)
            contents = [self._content(kept, at, choice) for at in range(most)]
            if _is_valid(model, contents[0]):
                yield from contents
                missing -= {field.name for field in kept}
            if not missing:
                return
        raise AssertionError(f"no valid {model.__name__} with {missing}")

    def _content(self, fields: list[FieldDescription], at: int, choice: int) -> Content:
        content: Content = {}
        for field in fields:
            values = self._values(field, choice)
            content[field.name] = values if field.many else values[at % len(values)]
        return content

    def _values(self, field: FieldDescription, choice: int) -> list[Any]:
        if field.part:
            return self._variants(field.part)
        if field.choices:
            return [field.choices[choice % len(field.choices)]]
        if field.ref:
            return [self._known[field.ref]]
        return [self._typed(field.type, choice)]

    def _typed(self, kind: Any, choice: int) -> str:
        """The hostile text if the type takes it, else on one line, else something harmless.

        Dates differ by `choice`, as some fields are for dates of one precision only.
        """
        if kind not in self._words:
            adapter = TypeAdapter(kind)
            taken = [text for text in _TYPED if _accepts(adapter, text)]
            self._words[kind] = [text for text in taken if text in _DATES]
            if taken[0] not in _DATES:
                self._words[kind] = taken[:1]
        words = self._words[kind]
        return words[choice % len(words)]


def _accepts(adapter: TypeAdapter[Any], text: str) -> bool:
    try:
        adapter.validate_python(text)
    except ValidationError:
        return False
    return True


def _is_valid(model: type[FrozenModel], content: Content) -> bool:
    try:
        model.model_validate(content)
    except ValidationError:
        return False
    return True


def mutated(model: type[FrozenModel], content: Content, texts: Iterator[str]) -> Content:
    """Return a record of which each text is a hostile one; numbers, words and ids stay."""
    changed = dict(content)
    for field in describe_fields(model).values():
        value = content.get(field.name)
        if value is None or field.choices or field.ref or field.name == "id":
            continue
        if field.many:
            changed[field.name] = [_mutated(field, item, texts) for item in value]
        else:
            changed[field.name] = _mutated(field, value, texts)
    return changed


def _mutated(field: FieldDescription, value: Any, texts: Iterator[str]) -> Any:
    if field.part:
        return mutated(field.part, value, texts) if isinstance(value, dict) else value
    text = next(texts)
    if re.fullmatch(r"[0-9.,-]*", str(value)):
        return value
    return next((one for one in (text, to_line(text)) if field.accepts(one)), value)


_WORDS = "data/vocabulary.yml"
_ARTICLE = b"- {id: article-1, title: A, kind: article, definition: A}\n"
"""The one kind of word that the example has none of."""


def hostile_data(example: Mapping[str, bytes]) -> dict[str, bytes]:
    """Data files with every hostile text in every field: those of a project, and records beside.

    The texts make no sense, so that some rules are broken; but all of it is valid.
    """
    example = {**example, _WORDS: example[_WORDS] + _ARTICLE}
    data = load(dict(example)).dataset
    maker, texts = Maker(_Known(data)), cycle(TEXTS)
    whole = "\n".join(TEXTS)
    files = {}
    for name, model in COLLECTIONS.items():
        written = yaml.load(example.get(f"data/{name}.yml", b"[]"), Loader=yaml.BaseLoader)
        records = [mutated(model, record, texts) for record in written]
        records += maker.records(model, whole)
        # Of a withdrawn record there is a notice only.
        records += map(_not_withdrawn, maker.records(model, whole))
        for at, text in enumerate(TEXTS):
            made = maker.records(model, text)
            records.append(_not_withdrawn(made[at % len(made)]))
        if name == "findings":
            records[-1]["id"] = "a" * MAX_ID_LENGTH
        files[f"data/{name}.yml"] = json.dumps(records, ensure_ascii=False).encode()
    (hostile_map,) = maker.records(SourceMap, whole)
    last = json.loads(files["data/sources.yml"])[-1]["id"]
    files["data/maps/hostile.yml"] = json.dumps(
        hostile_map | {"source": last}, ensure_ascii=False
    ).encode()
    return files


def _not_withdrawn(record: Content) -> Content:
    return {name: value for name, value in record.items() if name != "withdrawn"}


class _Known(dict[Ref, str]):
    """A record for each kind of reference."""

    def __init__(self, data: Dataset) -> None:
        self._data = data

    def __missing__(self, ref: Ref) -> str:
        return next(iter(list_known_ids(self._data, ref)))
