"""Hostile text for records, including characters that expand when folded."""

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
    and not "\uac00" <= character <= "\ud7a3"  # 11,172 similar Hangul syllables
    and _grows(character)
]
"""Every assigned character that the loader accepts and that becomes longer when folded."""

_LATEX = {
    r"{\textbackslash}": "\\",
    r"{\textasciitilde}": "~",
    r"{\textasciicircum}": "^",
    r"{\textbraceleft}": "{",
    r"{\textbraceright}": "}",
}


def plain_latex(text: str) -> str:
    """Return the text that LaTeX prints for a BibTeX value in our format."""
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
"""Texts that the loader accepts. Each has a special meaning in some format, such as HTML or CSV."""

Content = dict[str, Any]


def to_line(text: str) -> str:
    return " ".join(text.split())


_TEXT, _LINE, _NEW_ID = "漢\n字", "漢 字", "id-of-no-record"
"""Placeholders for a text, a text on one line, and an id."""
_DATES = ("2013-05", "2013-05-17", "2013")
_CANDIDATES = (
    *(_TEXT, _LINE, _NEW_ID, *_DATES, "5"),
    *("https://example.org/x", "8" * 64, "E/C.12/XYZ/1"),
)
"""Values to try for a field, in this order."""


class RecordGenerator:
    """A generator of records with hostile text in every field that accepts any text.

    It reads the fields of the model, so new fields are covered automatically.
    """

    def __init__(self, known: Mapping[Ref, str]) -> None:
        """`known` has the id of a record for each kind of reference."""
        self._known = known
        self._variants: dict[type[FrozenModel], list[Content]] = {}
        self._values_by_type: dict[Any, list[str]] = {}
        self._number = count()

    def records(self, model: type[FrozenModel], text: str) -> list[Content]:
        """Return valid records that together have every field, each with its own ids."""
        return [self._fill(content, text) for content in self._get_variants(model)]

    def _fill(self, content: Any, text: str) -> Any:
        if isinstance(content, list):
            return [self._fill(item, text) for item in content]
        if isinstance(content, dict):
            return {key: self._fill(value, text) for key, value in content.items()}
        if content == _NEW_ID:
            return f"hostile-{next(self._number)}"
        return {_TEXT: text, _LINE: to_line(text)}.get(content, content)

    def _get_variants(self, model: type[FrozenModel]) -> list[Content]:
        if model not in self._variants:
            self._variants[model] = list(self._cover_fields(model))
        return self._variants[model]

    def _cover_fields(self, model: type[FrozenModel]) -> Iterator[Content]:
        """Yield records that together have every field. Some fields exclude each other."""
        fields = list(describe_fields(model).values())
        missing = {field.name for field in fields}
        optional = [field.name for field in fields if not field.required]
        sizes = range(len(optional) + 1)
        combinations_to_omit = chain.from_iterable(combinations(optional, size) for size in sizes)
        for omitted, choice in ((names, n) for names in combinations_to_omit for n in range(6)):
            kept = [field for field in fields if field.name not in omitted]
            if not missing & {field.name for field in kept}:
                continue
            size = max(
                (len(self._get_values(field, 0)) for field in kept if not field.many), default=1
            )
            contents = [self._make_content(kept, at, choice) for at in range(size)]
            if _is_valid(model, contents[0]):
                yield from contents
                missing -= {field.name for field in kept}
            if not missing:
                return
        raise AssertionError(f"no valid {model.__name__} with {missing}")

    def _make_content(self, fields: list[FieldDescription], at: int, choice: int) -> Content:
        content: Content = {}
        for field in fields:
            values = self._get_values(field, choice)
            content[field.name] = values if field.many else values[at % len(values)]
        return content

    def _get_values(self, field: FieldDescription, choice: int) -> list[Any]:
        if field.part:
            return self._get_variants(field.part)
        if field.choices:
            return [field.choices[choice % len(field.choices)]]
        if field.ref:
            return [self._known[field.ref]]
        return [self._choose_value(field.type, choice)]

    def _choose_value(self, kind: Any, choice: int) -> str:
        """Return the hostile text, its one-line form or a harmless value, as the type allows.

        Dates vary by `choice`, because some fields accept one precision only.
        """
        if kind not in self._values_by_type:
            adapter = TypeAdapter(kind)
            accepted = [text for text in _CANDIDATES if _accepts(adapter, text)]
            self._values_by_type[kind] = [text for text in accepted if text in _DATES]
            if accepted[0] not in _DATES:
                self._values_by_type[kind] = accepted[:1]
        values = self._values_by_type[kind]
        return values[choice % len(values)]


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


def mutate_record(model: type[FrozenModel], content: Content, texts: Iterator[str]) -> Content:
    """Return a record with hostile texts; numbers, choices and ids are unchanged."""
    changed = dict(content)
    for field in describe_fields(model).values():
        value = content.get(field.name)
        if value is None or field.choices or field.ref or field.name == "id":
            continue
        if field.many:
            changed[field.name] = [_mutate_value(field, item, texts) for item in value]
        else:
            changed[field.name] = _mutate_value(field, value, texts)
    return changed


def _mutate_value(field: FieldDescription, value: Any, texts: Iterator[str]) -> Any:
    if field.part:
        return mutate_record(field.part, value, texts) if isinstance(value, dict) else value
    text = next(texts)
    if re.fullmatch(r"[0-9.,-]*", str(value)):
        return value
    return next(
        (candidate for candidate in (text, to_line(text)) if field.accepts(candidate)), value
    )


_WORDS = "data/vocabulary.yml"
_ARTICLE = b"- {id: article-1, title: A, kind: article, definition: A}\n"
"""A term of the only kind that the example lacks."""


def make_hostile_data(example: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return data files with every hostile text in every field: changed records, and new ones.

    All records are valid, but some break rules.
    """
    example = {**example, _WORDS: example[_WORDS] + _ARTICLE}
    data = load(dict(example)).dataset
    generator, texts = RecordGenerator(_Known(data)), cycle(TEXTS)
    all_texts = "\n".join(TEXTS)
    files = {}
    for name, model in COLLECTIONS.items():
        originals = yaml.load(example.get(f"data/{name}.yml", b"[]"), Loader=yaml.BaseLoader)
        records = [mutate_record(model, record, texts) for record in originals]
        records += generator.records(model, all_texts)
        # The page of a withdrawn record is only a notice.
        records += map(_remove_withdrawal, generator.records(model, all_texts))
        for at, text in enumerate(TEXTS):
            generated = generator.records(model, text)
            records.append(_remove_withdrawal(generated[at % len(generated)]))
        if name == "findings":
            records[-1]["id"] = "a" * MAX_ID_LENGTH
        files[f"data/{name}.yml"] = json.dumps(records, ensure_ascii=False).encode()
    (hostile_map,) = generator.records(SourceMap, all_texts)
    last = json.loads(files["data/sources.yml"])[-1]["id"]
    files["data/maps/hostile.yml"] = json.dumps(
        hostile_map | {"source": last}, ensure_ascii=False
    ).encode()
    return files


def _remove_withdrawal(record: Content) -> Content:
    return {name: value for name, value in record.items() if name != "withdrawn"}


class _Known(dict[Ref, str]):
    """The id of a record for each kind of reference."""

    def __init__(self, data: Dataset) -> None:
        self._data = data

    def __missing__(self, ref: Ref) -> str:
        return next(iter(list_known_ids(self._data, ref)))
