"""The format of data files: canonical, and without loss of values or comments."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import EXAMPLE, FROZEN
from tracker.records.formatter import format_file, format_record
from tracker.records.loader import is_data, read_files
from tracker.records.yaml_reader import read_yaml
from tracker.records.yaml_scalars import WIDTH
from tracker.records.yaml_tree import YamlNode

FILES = [
    pytest.param(file, data, id=f"{root.name}/{file}")
    for root in (FROZEN, EXAMPLE)
    for file, data in read_files(root).items()
    if is_data(file)
]


def format_text(text: str | bytes, file: str = "data/events.yml") -> str:
    """Return the formatted text; a second run must not change it."""
    result = format_file(text if isinstance(text, bytes) else text.encode(), file=file)
    assert result.problems == ()
    assert format_file(result.data, file=file).data == result.data
    return result.data.decode()


def content(text: str | bytes) -> Any:
    document = read_yaml(text if isinstance(text, bytes) else text.encode(), file="f")
    assert document.problems == []
    return document.content


@pytest.mark.parametrize(("file", "data"), FILES)
def test_data_is_formatted(file: str, data: bytes) -> None:
    """`tracker fmt` does not change the committed files."""
    assert format_file(data, file=file).data == data


# Output of other programs


class IndentedListDumper(yaml.SafeDumper):
    """A YAML writer that indents lists, as JavaScript libraries do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


STYLES: dict[str, dict[str, Any]] = {
    "double quotes": {"default_style": '"'},
    "single quotes": {"default_style": "'", "width": 40},
    "folded": {"default_style": ">", "width": 60},
    "literal": {"default_style": "|"},
    "flow": {"default_flow_style": True, "width": 120},
    "flow inside": {"default_flow_style": None},
    "wide and deep": {"indent": 6, "width": 10_000},
    "lists deeper": {"Dumper": IndentedListDumper, "width": 80},
    "sorted keys": {"sort_keys": True},
}


def dump(value: Any, **style: Any) -> str:
    options: dict[str, Any] = {
        "Dumper": yaml.CSafeDumper,
        "allow_unicode": True,
        "sort_keys": False,
    } | style
    return str(yaml.dump(value, **options))


def shuffle_keys(value: Any, chance: random.Random) -> Any:
    """Return the content with the keys of every mapping in random order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffle_keys(value[key], chance) for key in keys}
    return [shuffle_keys(item, chance) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
@pytest.mark.parametrize("name", ["cycles", "findings"])
def test_other_styles_are_normalized(name: str, style: dict[str, Any]) -> None:
    """Records written in the style of another program are formatted to the original bytes."""
    data = (FROZEN / f"data/{name}.yml").read_bytes()
    other = dump(shuffle_keys(content(data), random.Random(5)), **style)
    assert other.encode() != data
    assert format_text(other, f"data/{name}.yml").encode() == data


# Random records

FRAGMENTS = [
    *("no", "Yes", "on", "y", "null", "~", "true", ".inf", "=", "2013", "2013-05", "2013-05-17"),
    *("2013-02-31", "1,237", "00123", "0o17", "0x1f", "1_000", "1e3", "1:30", "12:30:45", "-5"),
    *("+1", ".5", "5.", "-", "- a", "? a", ": a", "a: b", "a:", "a #b", "#a", "&a", "*a", "!a"),
    *("|", ">", "'", '"', "it's", '"a"', "%", "@a", "`a`", "{a}", "[a]", "a, b", "---", "..."),
    *(
        "a\nb",
        "a\n\nb\n",
        "C:\\temp",
        "a\\b",
        " a",
        "a ",
        "a  b",
        "“a”",
        "ə",
        "𝄞",
        "E/C.12/1",
        "P5.1",
    ),
    *("1 in 8", "https://example.org/a?b=c#d", "word", "long words in a row " * 9),
]
TYPED_FIELDS = {"value", "as_of"}
"""The fields in which numbers and dates are not text."""


def make_text(chance: random.Random) -> str:
    pieces = chance.choices(FRAGMENTS, k=chance.choice((1, 1, 2, 3)))
    return chance.choice(("", " ", ": ", "\n")).join(pieces)


def make_record(chance: random.Random, number: int) -> dict[str, Any]:
    """Return a random record with known and unknown fields."""
    shapes = (
        lambda: make_text(chance),
        lambda: [make_text(chance) for _ in range(chance.randint(0, 2))],
        lambda: {"en": make_text(chance), "no": make_text(chance)},
        lambda: {"value": make_text(chance), "printed": make_text(chance)},
    )
    name = chance.choice(["title", "note", "counts", "figure", "series", "extra", "y", "1"])
    cited = {"citations": [{"states": [make_text(chance)], "source": "report"}]}
    return {
        name: chance.choice(shapes)(),
        "as_of": make_text(chance),
        **(cited if number % 3 == 0 else {}),
        "id": f"record-{number}",
    }


def find_differences(other: Any, ours: Any, name: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield values that another YAML reader interprets differently."""
    if isinstance(ours, dict) and list(other) == list(ours):
        for key in ours:
            yield from find_differences(other[key], ours[key], key)
    elif isinstance(ours, list) and isinstance(other, list) and len(ours) == len(other):
        for theirs, mine in zip(other, ours, strict=True):
            yield from find_differences(theirs, mine, name)
    elif isinstance(other, float) and name in TYPED_FIELDS:
        if float(ours) != other:
            yield name, other, ours
    elif str(other) != ours or not (isinstance(other, str) or name in TYPED_FIELDS):
        yield name, other, ours


@pytest.mark.parametrize(
    "seed",
    [n if n < len(STYLES) else pytest.param(n, marks=pytest.mark.slow) for n in range(20)],
)
def test_generated_records(seed: int) -> None:
    """No value of random records changes, for our reader or for another one."""
    chance = random.Random(seed)
    style = list(STYLES.values())[seed % len(STYLES)]
    text = dump([make_record(chance, number) for number in range(500)], **style)
    file = "data/indicators.yml"
    result = format_file(text.encode(), file=file)
    assert result.problems == ()
    assert format_file(result.data, file=file).data == result.data
    pairs = zip(content(text), content(result.data), strict=True)
    assert [(before, after) for before, after in pairs if before != after] == []
    other = yaml.load(result.data, yaml.CSafeLoader)
    assert list(find_differences(other, content(result.data))) == []


@pytest.mark.parametrize(
    ("text", "as_text", "as_date"),
    [
        ("no", "'no'", "'no'"),
        ("2013", "'2013'", "2013"),
        ("2013-05", "'2013-05'", "2013-05"),
        ("2013-05-17", "'2013-05-17'", "2013-05-17"),
        ("2013-02-31", "'2013-02-31'", "'2013-02-31'"),
        ("1,237", "'1,237'", "'1,237'"),
        ("00123", "'00123'", "'00123'"),
        ("-12.50", "'-12.50'", "-12.50"),
        ("0o17", "'0o17'", "'0o17'"),
        ("1:30", "'1:30'", "'1:30'"),
        ("One: two", "'One: two'", "'One: two'"),
        ("it's", "it's", "it's"),
        ("34-35", "34-35", "34-35"),
        ("2020-H1", "2020-H1", "2020-H1"),
        ("1 in 8", "1 in 8", "1 in 8"),
    ],
)
def test_ambiguous_values_are_quoted(text: str, as_text: str, as_date: str) -> None:
    """Texts that look like numbers, dates or YAML keywords are quoted; dates only if invalid."""
    assert format_record("events", {"title": text, "date": text}) == (
        f"- title: {as_text}\n  date: {as_date}\n"
    )


SPECIAL_TEXT = st.text(
    st.sampled_from("aeéə𝄞 \n:#-?'\"\\,[]{}&*!|>%@`~=<.0123456789_+oxXyYnN"), max_size=30
)
CONTENT = st.recursive(
    SPECIAL_TEXT,
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(SPECIAL_TEXT.filter(lambda key: key != "<<"), below, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=4 * settings().max_examples)
@given(st.dictionaries(st.sampled_from(["id", "title", "note", "states", "date"]), CONTENT))
def test_any_content_round_trips(record: dict[str, Any]) -> None:
    """A formatted record is read back without loss, and a second run does not change it."""
    text = format_record("events", record)
    assert content(text) == [record]
    assert format_text(text) == text


# Comments


def iter_nodes(node: YamlNode) -> Iterator[YamlNode]:
    """Yield a node with all keys and values in it."""
    yield node
    for key, value in node.entries or ():
        yield from (key,) if key else ()
        yield from iter_nodes(value)


def find_comment_lines(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the number and indent of lines with a key or item, and if their value ends there."""
    begins = {node.line - 1 for node in iter_nodes(read_yaml(text.encode(), file="f").root)}
    lines = text.split("\n")
    for number in sorted(begins):
        indent = len(lines[number]) - len(lines[number].lstrip())
        yield number, indent, number + 1 in begins or number + 2 == len(lines)


@pytest.mark.parametrize("name", ["recommendations", "cycles", "maps/report"])
def test_comments_stay_in_place(name: str) -> None:
    """Comments keep their position: before a record, key or item, or at the end of a line."""
    chance = random.Random(7)
    text = (FROZEN / f"data/{name}.yml").read_text("utf-8")
    lines = text.split("\n")
    for number, indent, ends in find_comment_lines(text):
        if ends and chance.random() < 0.2:
            lines[number] += f" # end of {number}: it's"
        if chance.random() < 0.2:
            blank = "\n" if number and chance.random() < 0.3 else ""
            lines[number] = f"{blank}{' ' * indent}# before {number}\n{lines[number]}"
    commented = "\n".join(lines) + "# the end\n#\n# - really: it is\n"
    assert format_text(commented, f"data/{name}.yml") == commented


BLANK_LINES = st.sampled_from(["", "\n", "\n\n"])


@settings(max_examples=3 * settings().max_examples)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdef"), CONTENT, min_size=1, max_size=3), max_size=3
    ),
    st.sampled_from(list(STYLES.values())),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 7), BLANK_LINES), max_size=6),
)
def test_comments_anywhere(
    records: list[Any], style: dict[str, Any], added: list[tuple[int, int, str]]
) -> None:
    """No comment is lost, wherever it is, and formatting again changes nothing."""
    lines = dump(records, **style).split("\n")
    for number, (line, column, blank) in enumerate(added):
        remark = f"{' ' * column}# remark {number}"
        at = line % len(lines)
        if column == 7:
            lines[at] += remark
        else:
            lines.insert(at, f"{blank}{remark}{blank}")
    text = "\n".join(lines)
    if not read_yaml(text.encode(), file="f").problems:
        words = " ".join(format_text(text).split())
        assert [n for n in range(len(added)) if words.count(f"# remark {n}") != 1] == []


@pytest.mark.parametrize("value", ["short", "two words", "word " * 30 + "# a remark"])
def test_key_longer_than_a_line(value: str) -> None:
    """The first word of the value is on the same line."""
    text = format_text(f"- {'k' * 120}: {value}\n")
    assert text.startswith(f"- {'k' * 120}: {value.split()[0]}")
    assert format_text(text) == text


def test_comments_move_with_their_fields() -> None:
    """If fields are reordered or rewritten, their comments move with them."""
    assert (
        format_text(
            """\
# The file

# First record
-   title:   "One"   # of the title
    # before the id
    id: one
    groups: [a, # first
        # second
        b] # both
    summary: >-   # folded
        some
        text
    citations:
        - locator: P1 # place
          # what
          source: report
        # more to come
    # end of one
# Second record
- {id: two, title: 'Two', extra: yes please} # in braces
- # in a line of its own
  id: three
#the end"""
        )
        == """\
# The file

# First record
# before the id
- id: one
  title: One # of the title
  summary: some text # folded
  groups: # both
  - a # first
  # second
  - b
  citations:
  # what
  - source: report
    locator: P1 # place
  # more to come
  # end of one
# Second record
# in braces
- id: two
  title: Two
  extra: yes please
# in a line of its own
- id: three
#the end
"""
    )


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "[]\n", "# none\n# yet\n[]\n# end\n", "text\n"]
)
def test_files_without_records(text: str) -> None:
    """Files without records are unchanged."""
    assert format_text(text) == text


def test_long_lines_are_wrapped() -> None:
    """A line ends after the first word that exceeds the width; words are not split."""
    lines = format_record("events", {"summary": "word " * 50 + "x" * 200}).splitlines()
    assert all(WIDTH < len(line) <= WIDTH + 5 for line in lines[:-1])
    assert lines[-1].endswith("x" * 200)


def test_windows_line_endings_are_kept() -> None:
    """A file keeps its CRLF line endings, and loses its byte order mark."""
    windows_file = b"\xef\xbb\xbf- title: 'One'\r\n  # id\r\n  id: one\r\n"
    assert format_file(windows_file, file="data/events.yml").data == (
        b"# id\r\n- id: one\r\n  title: One\r\n"
    )
