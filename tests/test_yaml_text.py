"""YAML is read as text, and ambiguous features are refused with their location."""

from typing import Any

import pytest
import yaml

from tracker.records import yaml_reader
from tracker.records.yaml_reader import MAX_REPEATS, YamlDocument, read_yaml


def read(text: str | bytes) -> YamlDocument:
    return read_yaml(text if isinstance(text, bytes) else text.encode(), file="f.yml")


@pytest.mark.parametrize(
    "scalar", ["no", "on", "012", "1:30", "2013-05-17", "1_000", "0x1f", "1e3", ".5", "yes"]
)
def test_scalars_are_text(scalar: str) -> None:
    """Scalars that are booleans, numbers or dates in YAML 1.1 are read as text."""
    assert read(f"- a: {scalar}\n").content == [{"a": scalar}]


FAULTS = {
    "tab": ("- id: a\n\ttitle: b\n", "yaml-syntax", 2, 1),
    "colon": ("- id: a\n  title: one: two\n", "yaml-syntax", 2, 13),
    "quote never closed": ('- id: "a\n', "yaml-syntax", 1, 7),
    "quote closed a field later": ("- id: 'a\n  title: 'b'\n", "yaml-syntax", 1, 7),
    "bracket never closed": ("- id: [a\n  title: b\n", "yaml-syntax", 1, 7),
    "space missing": ("- id: a\n  title:b\n  kind: c\n", "yaml-syntax", 2, 3),
    "number sign in a text": ("- id: a\n  title: b #1 c\n", "cut-by-hash", 2, 12),
    "tab in a text": ("- id: a\tb\n", "invisible-character", 1, 8),
    "anchor": ("- id: &x a\n", "yaml-feature", 1, 7),
    "alias": ("- id: a\n  b: *x\n", "yaml-feature", 2, 6),
    "tag": ("- id: !!str a\n", "yaml-feature", 1, 7),
    "merge key": ("- id: a\n  <<: b\n", "yaml-feature", 2, 3),
    "two documents": ("- id: a\n---\n- id: b\n", "yaml-feature", 2, 1),
    "repeated key": ("- id: a\n  id: b\n", "repeated-key", 2, 3),
    "empty value": ("- id: a\n  title:\n", "empty-value", 2, 9),
    "null": ("- id: a\n  title: null\n", "empty-value", 2, 10),
    "zero-width space": ("- id: a\u200bb\n", "invisible-character", 1, 8),
    "no-break space": ("- id: a\u00a0b\n", "invisible-character", 1, 8),
    "soft hyphen": ("- id: a\u00adb\n", "invisible-character", 1, 8),
    "right-to-left mark": ("- id: a\u202eb\n", "invisible-character", 1, 8),
    "byte order mark": ("\ufeff- id: a\n", "invisible-character", 1, 1),
    "joiner in a Latin word": ("- id: a\u200cb\n", "invisible-character", 1, 8),
    "joiner in a Cyrillic word": ("- id: а\u200dб\n", "invisible-character", 1, 8),
    "two joiners": ("- id: می\u200d\u200cشود\n", "invisible-character", 1, 10),
    "joiner at the end of a word": ("- id: می\u200c\n", "invisible-character", 1, 9),
    "noncharacter": ("- id: a\ufffeb\n", "invisible-character", 1, 8),
    "escape of an invisible character": ('- id: "a\\u200b"\n', "invisible-character", 1, 7),
    "at sign": ("- id: @a\n", "yaml-syntax", 1, 7),
    "conflict": ("- id: a\n<<<<<<< HEAD\n", "conflict-mark", 2, 1),
    "deep": ("- " * 20 + "a\n", "too-deep", 1, 29),
    "key that is a list": ("- [a]: b\n", "yaml-feature", 1, 3),
}


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS.keys())
def test_problem_has_a_location(case: tuple[str, str, int, int]) -> None:
    """Each mistake is one problem with its line and column."""
    text, code, line, column = case
    found = [
        (p.code, p.location.line, p.location.column) for p in read(text).problems if p.location
    ]
    assert found == [(code, line, column)]


@pytest.mark.parametrize("word", ["می\u200cشود", "ශ්\u200dරී", "ക്\u200dഷ", "ന്\u200d"])
def test_joiner_is_part_of_the_spelling(word: str) -> None:
    """The joiners of Persian, Sinhala and Malayalam words are kept, in any style of scalar."""
    for text in (word, f"'{word}'", f'"{word}"', f"|-\n    {word}", f">-\n    {word} {word}"):
        document = read(f"- id: a\n  title: {text}\n")
        assert document.problems == []
        assert word in document.content[0]["title"]


def test_anchor_before_a_key_belongs_to_no_field() -> None:
    """An anchor before a key belongs to no field; one before a value belongs to its field."""
    before_key, before_value = read("- id: a\n  &x title: &y b\n").problems
    assert "field" not in before_key.params
    assert before_value.params["field"] == "title"


def test_quoted_text_has_no_line_ending() -> None:
    """The text quoted in a message ends before the line ending."""
    (problem,) = read("- id: a\r\n  title: b #1 c\r\n").problems
    assert problem.params["got"] == "#1 c"


def test_bytes_that_are_not_utf8() -> None:
    """The location of the first invalid byte is reported."""
    (problem,) = read(b"- id: a\n  b: \xff\n").problems
    assert problem.location
    assert (problem.code, problem.location.line, problem.location.column) == ("not-utf8", 2, 6)


def test_hostile_files_are_harmless() -> None:
    """Thousands of brackets, alias bombs and huge files are problems, not crashes."""
    bomb = "a: &a [x]\n" + "".join(
        f"{c}: &{c} [*{p},*{p}]\n" for p, c in zip("ab", "bc", strict=True)
    )
    for text in ("[" * 3000, "- " * 3000, "{" * 3000, bomb, "# " + "x" * 9_000_000):
        assert read(text).problems
    assert read("# from Windows\r\n" * 99 + "a: b\r\n").content == {"a": "b"}


def test_windows_line_endings_are_valid() -> None:
    """A file saved on Windows is read like any other."""
    document = read("- id: a\r\n  title: b\r\n")
    assert (document.content, document.problems) == ([{"id": "a", "title": "b"}], [])


class CountingText(str):
    """A string that counts the characters that its methods scan."""

    scanned = 0

    def count(self, *arguments: Any) -> int:
        _, start, end = (*arguments, 0, len(self))[:3]
        CountingText.scanned += end - start
        return super().count(*arguments)

    def rfind(self, *arguments: Any) -> int:
        _, start, end = (*arguments, 0, len(self))[:3]
        found = super().rfind(*arguments)
        CountingText.scanned += end - max(start, found)
        return found

    def __getitem__(self, key: Any) -> str:
        found = super().__getitem__(key)
        CountingText.scanned += len(found)
        return found


@pytest.mark.parametrize(
    "line",
    ["<<<<<<< main\n", "a: \u200b\n", "\u200b", "- a #b\n", '- "\\u200b"\n', "- &a b\n"],
    ids=["conflict marks", "invisible", "one line", "cut by hash", "escapes", "anchors"],
)
def test_reading_takes_linear_time(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part of a file is read a fixed number of times, however many problems it has."""
    monkeypatch.setattr("tracker.records.yaml_reader.MAX_REPEATS", 10**6)
    decode, parse = yaml_reader._decode, yaml.parse
    monkeypatch.setattr(yaml, "parse", lambda text, Loader: parse(str(text), Loader=Loader))
    monkeypatch.setattr(yaml_reader, "_decode", lambda *arguments: CountingText(decode(*arguments)))

    def count_scanned(times: int) -> int:
        CountingText.scanned = 0
        assert read(line * times).problems
        return CountingText.scanned

    assert count_scanned(400) <= 2.5 * count_scanned(200)


def test_number_of_problems_is_limited() -> None:
    """A file with many problems of one kind does not fill the memory."""
    assert len(read("\u200b" * 2 * MAX_REPEATS).problems) <= MAX_REPEATS + 1
