"""The form of data files: one for every file, with each value and comment as it was."""

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


def form(text: str | bytes, file: str = "data/events.yml") -> str:
    """The canonical form, which must be the same on a second run."""
    once = format_file(text if isinstance(text, bytes) else text.encode(), file=file)
    assert once.problems == ()
    assert format_file(once.data, file=file).data == once.data
    return once.data.decode()


def content(text: str | bytes) -> Any:
    document = read_yaml(text if isinstance(text, bytes) else text.encode(), file="f")
    assert document.problems == []
    return document.content


@pytest.mark.parametrize(("file", "data"), FILES)
def test_data_is_formatted(file: str, data: bytes) -> None:
    """The committed files are as `tracker fmt` leaves them."""
    assert format_file(data, file=file).data == data


# What programs write


class Spread(yaml.SafeDumper):
    """Writes lists deeper than their key, as JavaScript's writers do."""

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
    "lists deeper": {"Dumper": Spread, "width": 80},
    "in the order of the alphabet": {"sort_keys": True},
}


def dumped(value: Any, **style: Any) -> str:
    chosen: dict[str, Any] = {
        "Dumper": yaml.CSafeDumper,
        "allow_unicode": True,
        "sort_keys": False,
    } | style
    return str(yaml.dump(value, **chosen))


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same content with the keys of every mapping in another order, but for languages."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
@pytest.mark.parametrize("name", ["cycles", "findings"])
def test_what_programs_write_comes_back(name: str, style: dict[str, Any]) -> None:
    """Real records, written in the style of another program, come back byte by byte."""
    data = (FROZEN / f"data/{name}.yml").read_bytes()
    other = dumped(shuffled(content(data), random.Random(5)), **style)
    assert other.encode() != data
    assert form(other, f"data/{name}.yml").encode() == data


# Ten thousand records

PIECES = [
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
TYPED = {"value", "as_of"}
"""The fields of those records in which numbers and dates are no text."""


def text_of(chance: random.Random) -> str:
    pieces = chance.choices(PIECES, k=chance.choice((1, 1, 2, 3)))
    return chance.choice(("", " ", ": ", "\n")).join(pieces)


def record_of(chance: random.Random, number: int) -> dict[str, Any]:
    """A record of any shape: known fields and others; texts, lists, languages, figures."""
    shapes = (
        lambda: text_of(chance),
        lambda: [text_of(chance) for _ in range(chance.randint(0, 2))],
        lambda: {"en": text_of(chance), "no": text_of(chance)},
        lambda: {"value": text_of(chance), "printed": text_of(chance)},
    )
    name = chance.choice(["title", "note", "counts", "figure", "series", "extra", "y", "1"])
    cited = {"citations": [{"states": [text_of(chance)], "source": "report"}]}
    return {
        name: chance.choice(shapes)(),
        "as_of": text_of(chance),
        **(cited if number % 3 == 0 else {}),
        "id": f"record-{number}",
    }


def read_otherwise(other: Any, ours: Any, name: str = "") -> Iterator[tuple[str, Any, Any]]:
    """What another reader took for something else than ours did."""
    if isinstance(ours, dict) and list(other) == list(ours):
        for key in ours:
            yield from read_otherwise(other[key], ours[key], key)
    elif isinstance(ours, list) and isinstance(other, list) and len(ours) == len(other):
        for theirs, mine in zip(other, ours, strict=True):
            yield from read_otherwise(theirs, mine, name)
    elif isinstance(other, float) and name in TYPED:
        if float(ours) != other:
            yield name, other, ours
    elif str(other) != ours or not (isinstance(other, str) or name in TYPED):
        yield name, other, ours


@pytest.mark.parametrize(
    "seed",
    [n if n < len(STYLES) else pytest.param(n, marks=pytest.mark.slow) for n in range(20)],
)
def test_generated_records(seed: int) -> None:
    """Of ten thousand records in all, no value changes, for us or for another reader."""
    chance = random.Random(seed)
    style = list(STYLES.values())[seed % len(STYLES)]
    text = dumped([record_of(chance, number) for number in range(500)], **style)
    file = "data/indicators.yml"
    once = format_file(text.encode(), file=file)
    assert once.problems == ()
    assert format_file(once.data, file=file).data == once.data
    pairs = zip(content(text), content(once.data), strict=True)
    assert [(before, after) for before, after in pairs if before != after] == []
    other = yaml.load(once.data, yaml.CSafeLoader)
    assert list(read_otherwise(other, content(once.data))) == []


@pytest.mark.parametrize(
    ("text", "as_text", "typed"),
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
def test_quotes_where_another_reader_would_guess(text: str, as_text: str, typed: str) -> None:
    """In a text what looks like a number, date or word of YAML is quoted; in a date only if odd."""
    assert format_record("events", {"title": text, "date": text}) == (
        f"- title: {as_text}\n  date: {typed}\n"
    )


ODD = st.text(st.sampled_from("aeéə𝄞 \n:#-?'\"\\,[]{}&*!|>%@`~=<.0123456789_+oxXyYnN"), max_size=30)
CONTENT = st.recursive(
    ODD,
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(ODD.filter(lambda key: key != "<<"), below, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=4 * settings().max_examples)
@given(st.dictionaries(st.sampled_from(["id", "title", "note", "states", "date"]), CONTENT))
def test_any_content_is_written_as_it_is(record: dict[str, Any]) -> None:
    """Whatever a command gives is read back as the same, and stands in its form already."""
    text = format_record("events", record)
    assert content(text) == [record]
    assert form(text) == text


# Comments


def nodes_of(node: YamlNode) -> Iterator[YamlNode]:
    """A value with all keys and values in it."""
    yield node
    for key, value in node.entries or ():
        yield from (key,) if key else ()
        yield from nodes_of(value)


def places_for_comments(text: str) -> Iterator[tuple[int, int, bool]]:
    """Each line that begins with a key or item: its number, its indent, whether its text ends."""
    begins = {node.line - 1 for node in nodes_of(read_yaml(text.encode(), file="f").root)}
    lines = text.split("\n")
    for number in sorted(begins):
        indent = len(lines[number]) - len(lines[number].lstrip())
        yield number, indent, number + 1 in begins or number + 2 == len(lines)


@pytest.mark.parametrize("name", ["recommendations", "cycles", "maps/report"])
def test_comments_stay_in_place(name: str) -> None:
    """Before a record, a key or an item, at the end of a line, at the end of the file."""
    chance = random.Random(7)
    text = (FROZEN / f"data/{name}.yml").read_text("utf-8")
    lines = text.split("\n")
    for number, indent, ends in places_for_comments(text):
        if ends and chance.random() < 0.2:
            lines[number] += f" # end of {number}: it's"
        if chance.random() < 0.2:
            blank = "\n" if number and chance.random() < 0.3 else ""
            lines[number] = f"{blank}{' ' * indent}# before {number}\n{lines[number]}"
    commented = "\n".join(lines) + "# the end\n#\n# - really: it is\n"
    assert form(commented, f"data/{name}.yml") == commented


LOOSE = st.sampled_from(["", "\n", "\n\n"])


@settings(max_examples=3 * settings().max_examples)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdef"), CONTENT, min_size=1, max_size=3), max_size=3
    ),
    st.sampled_from(list(STYLES.values())),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 7), LOOSE), max_size=6),
)
def test_comments_anywhere(
    records: list[Any], style: dict[str, Any], added: list[tuple[int, int, str]]
) -> None:
    """Wherever somebody puts comments and blank lines: none is lost, and one run is enough."""
    lines = dumped(records, **style).split("\n")
    for number, (line, column, loose) in enumerate(added):
        remark = f"{' ' * column}# remark {number}"
        at = line % len(lines)
        if column == 7:
            lines[at] += remark
        else:
            lines.insert(at, f"{loose}{remark}{loose}")
    text = "\n".join(lines)
    if not read_yaml(text.encode(), file="f").problems:
        words = " ".join(form(text).split())
        assert [n for n in range(len(added)) if words.count(f"# remark {n}") != 1] == []


@pytest.mark.parametrize("value", ["short", "two words", "word " * 30 + "# a remark"])
def test_key_longer_than_a_line(value: str) -> None:
    """The first word of its value stands behind it all the same."""
    text = form(f"- {'k' * 120}: {value}\n")
    assert text.startswith(f"- {'k' * 120}: {value.split()[0]}")
    assert form(text) == text


def test_comments_go_with_what_they_are_about() -> None:
    """Where fields change their order or their form, their comments come along."""
    assert (
        form(
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
    """What holds no record stays."""
    assert form(text) == text


def test_lines_end_after_the_same_width() -> None:
    """A text is broken where one word passes the width; what has no space stays whole."""
    lines = format_record("events", {"summary": "word " * 50 + "x" * 200}).splitlines()
    assert all(WIDTH < len(line) <= WIDTH + 5 for line in lines[:-1])
    assert lines[-1].endswith("x" * 200)


def test_windows_line_ends_stay() -> None:
    """A file from Windows keeps its line ends, and loses a byte order mark."""
    typed = b"\xef\xbb\xbf- title: 'One'\r\n  # id\r\n  id: one\r\n"
    assert format_file(typed, file="data/events.yml").data == (
        b"# id\r\n- id: one\r\n  title: One\r\n"
    )
