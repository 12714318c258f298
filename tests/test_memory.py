"""What is remembered changes nothing but the time: the same records, places and problems."""

import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from tests.command import change, run
from tests.conftest import ROOT
from tracker.checks import check, check_proofs
from tracker.compiled import Compiled
from tracker.load import Loaded, Memory, load, memory, read_files, sound
from tracker.load.yaml_text import Document, read_whole, read_yaml
from tracker.locks import CITATIONS
from tracker.model import Dataset
from tracker.opening import memory_of, problems_of, unproved_of
from tracker.problem import Problem
from tracker.synthetic import synthetic

TYPED = (
    *(
        "- ",
        "- a\n",
        "  - x",
        "a: b\n",
        ": ",
        "? ",
        "[",
        "]",
        "{a: b}",
        "|\n",
        ">-\n",
        "'",
        '"',
        "\\",
    ),
    *(
        " #",
        " # b",
        "#1",
        "&a ",
        "*a",
        "!a ",
        "!!str ",
        "%a\n",
        "---\n",
        "...\n",
        "<<: ",
        "~",
        "null",
    ),
    *(
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\u200b",
        "\u2028",
        "\ufeff",
        '"\\u200b"',
        "<<<<<<< a\n",
        "id",
        "  ",
        "",
    ),
)
"""What is typed by mistake, or is surprising in YAML."""


def alike(one: Document, other: Document) -> bool:
    """Whether two readings of one file found the same records, in the same lines, and faults."""
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("content", "lines", "problems", "readable", "merged")
    )


@pytest.fixture
def remembered(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "memory")


def spoilt(text: str, chance: random.Random) -> str:
    """A text with one thing typed, or one taken away, somewhere."""
    at = chance.choice(
        [0, text.find("\n- ", chance.randrange(len(text))) + 1, chance.randrange(len(text))]
    )
    return text[:at] + chance.choice(TYPED) + text[at + chance.choice([0, 0, 1, 3]) :]


@pytest.mark.parametrize("name", ["events", "findings", "discrepancies", "maps/report"])
def test_sound_is_what_the_whole_is(name: str) -> None:
    """However a file is spoilt: read fast or with every fault, it holds the same, at the same
    places."""
    text = (ROOT / f"data/{name}.yml").read_text(encoding="utf-8")
    chance = random.Random(name)
    for _ in range(30):
        data = spoilt(text, chance).encode()
        fast, whole = read_yaml(data, file="f"), read_whole(data, file="f")
        assert alike(fast, whole)
        assert fast.places == whole.places


def test_any_text_is_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is typed, each record a part of its own: what is read fast is sound and the same."""
    monkeypatch.setattr(sound, "_RECORDS", 1)
    chance = random.Random(1)
    fast = 0
    for _ in range(6000):
        data = "".join(chance.choices(TYPED, k=chance.randrange(1, 9))).encode()
        found, whole = sound.read_sound(data), read_whole(data, file="f")
        if found is not None:
            fast += 1
            assert (whole.problems, whole.readable, whole.merged) == ([], True, False), data
            assert found == (whole.content, whole.lines), data
    assert fast > 200


@pytest.mark.parametrize(
    "text",
    [
        "- id: a\n...\n- id: b\n",
        "- id: a\n---\n- id: b\n",
        "- id: 'a\n- id: b'\n",
        "a:\n- id: a\n- id: b\n",
        "- id: |\n    a\n  title: b\n- id: b\n",
        "# first\n\n- id: a\n# between\n- id: b\n# last\n",
        "-\n  id: a\n- id: b\n",
        "- - a\n- b\n",
    ],
)
def test_where_records_begin(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hyphens that begin no record, documents in a file, comments: all as when read at once."""
    monkeypatch.setattr(sound, "_RECORDS", 1)
    parts, whole = read_yaml(text.encode(), file="f"), read_whole(text.encode(), file="f")
    assert alike(parts, whole)


def same(one: Loaded, other: Loaded) -> bool:
    places = [(k, w.file, w.first_line, w.last_line) for k, w in one.where.items()]
    again = [(k, w.file, w.first_line, w.last_line) for k, w in other.where.items()]
    return (one.dataset.collections, one.problems, places) == (
        other.dataset.collections,
        other.problems,
        again,
    )


def test_what_is_remembered_is_what_is_read(remembered: Memory) -> None:
    """The real records, three times: read, kept, remembered."""
    files = read_files(ROOT)
    alone = load(files)
    assert same(load(files, memory=remembered), alone)
    assert same(load(files, memory=remembered), alone)


@pytest.fixture
def parts_read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The parts that are read and not remembered."""
    found: list[bytes] = []
    read = sound._read_part

    def noted(part: bytes) -> bytes:
        found.append(part)
        return read(part)

    monkeypatch.setattr(sound, "_read_part", noted)
    return found


def test_only_the_part_that_changed_is_read(remembered: Memory, parts_read: list[bytes]) -> None:
    """Of thousands of records, those around the one that was edited."""
    files = synthetic(1000)
    load(files, memory=remembered)
    assert len(parts_read) > 15
    file = "data/recommendations.yml"
    text = files[file].decode()
    one = re.findall(r"^- id: recommendation-7\n(?:  .*\n)+", text, re.MULTILINE)[0]
    for edited in (
        text.replace("Nobody has typed it", "Nobody typed it", 1),
        text.replace(one, ""),
    ):
        assert edited != text
        files |= {file: edited.encode()}
        parts_read.clear()
        assert same(load(files, memory=remembered), load(files))
        parts = len(parts_read)
        parts_read.clear()
        load(files)
        assert parts - len(parts_read) <= 2
    parts_read.clear()
    load(files, memory=remembered)
    assert parts_read == []


@pytest.mark.parametrize("damage", [b"", b"[]", b"x" * 70 + b"\n[[],[]]"])
def test_damaged_memory_is_no_memory(remembered: Memory, tmp_path: Path, damage: bytes) -> None:
    """What was cut off, or is no longer what was kept, is read anew."""
    files = synthetic(60)
    alone = load(files, memory=remembered)
    kept = [file for file in (tmp_path / "memory").rglob("*") if file.is_file()]
    assert kept
    for file in kept:
        file.write_bytes(damage)
    assert same(load(files, memory=remembered), alone)


def test_nobody_else_can_say_that_records_are_sound(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A proposed change brings a mistake, and a memory made elsewhere by which there is none."""
    change(project, "events.yml", "locator: B2", "locator: B9")
    files = read_files(project)
    assert problems_of(load(files), memory=memory_of(project))
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("tracker.checks.check", lambda data, today: iter(()))
        elsewhere.setattr(memory, "secret", lambda: b"of another user")
        planted = memory_of(project)
        assert problems_of(load(files, memory=planted), memory=planted) == []
        assert problems_of(load(files, memory=planted), memory=planted) == []
    assert problems_of(load(files), memory=memory_of(project))


def test_what_is_kept_under_another_key_is_not_it(remembered: Memory, tmp_path: Path) -> None:
    """A file that was moved is no longer what it was."""
    remembered.put("one", b"1")
    (kept,) = (file for file in tmp_path.rglob("one"))
    kept.rename(kept.with_name("other"))
    assert remembered.get("other") is None


def test_secret_stays_and_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One run knows what another kept; where nothing can be written, each run has its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = memory.secret.__wrapped__
    assert made() == made()
    assert (tmp_path / "covenant-tracker/secret").stat().st_mode & 0o077 == 0
    (tmp_path / "a file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a file"))
    assert made() != made()


def test_what_was_made_once_is_made_again_of_something_else(tmp_path: Path) -> None:
    """Only then, and only the last one is kept; an answer may be empty or have many lines."""
    memory, made = Memory(tmp_path), []

    def make(text: bytes) -> bytes:
        made.append(text)
        return text

    for about, text in (("1", b""), ("1", b""), ("2", b"a\n\nb"), ("2", b""), ("1", b"c")):
        found = memory.once("page", about, lambda text=text: make(text))  # type: ignore[misc]
        assert found == made[-1]
    assert made == [b"", b"a\n\nb", b"c"]
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


def test_nowhere_to_remember(tmp_path: Path) -> None:
    """A folder that cannot be made costs time and nothing else."""
    (tmp_path / "memory").write_text("a file", encoding="utf-8")
    nowhere = Memory(tmp_path / "memory")
    files = synthetic(60)
    assert same(load(files, memory=nowhere), load(files))
    assert problems_of(load(files), memory=nowhere) == []
    nowhere.forget()


def test_another_program_starts_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an older version kept is not used, and thrown away."""
    Memory(tmp_path).put("key", b"old")
    monkeypatch.setattr(memory, "made_by", lambda: "another")
    later = Memory(tmp_path)
    assert later.get("key") is None
    later.put("key", b"new")
    later.forget()
    assert later.get("key") == b"new"
    assert [f.name for f in tmp_path.iterdir() if f.is_dir()] == ["another"]


def test_oldest_is_forgotten_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A memory does not grow for ever."""
    monkeypatch.setattr(memory, "_KEPT", 2)
    kept = Memory(tmp_path)
    for key in ("a", "b", "c"):
        kept.put(key, b"")
    kept.get("a")
    kept.forget()
    assert [kept.get(key) is not None for key in ("a", "b", "c")] == [True, False, True]


def test_sound_files_are_not_checked_twice(
    remembered: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless a file, or the day, is another; what has problems is checked each time."""
    checked: list[date | None] = []

    def noted(data: Dataset, *, today: date | None) -> Iterator[Problem]:
        checked.append(today)
        return check(data, today=today)

    monkeypatch.setattr("tracker.checks.check", noted)
    files = read_files(ROOT)
    day = date(2026, 11, 25)
    for today in (day, day, None, None):
        assert problems_of(load(files), memory=remembered, today=today) == []
    assert checked == [day, None]
    file = "data/events.yml"
    spoiling = files | {file: files[file].replace(b"kind: practice", b"kind: law-in-force", 1)}
    for _ in range(2):
        assert problems_of(load(spoiling), memory=remembered)
    assert len(checked) == 4


def test_proofs_are_not_compared_twice(remembered: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless a file is another, or a record has other problems."""
    compared: list[frozenset[str]] = []

    def noted(*given: Any, today: date | None, faulty: frozenset[str]) -> Iterator[Problem]:
        compared.append(faulty)
        return check_proofs(*given, today=today, faulty=faulty)

    monkeypatch.setattr("tracker.checks.check_proofs", noted)
    files = read_files(ROOT)
    day, none, some = date(2026, 11, 25), frozenset[str](), frozenset({"report"})
    for faulty in (none, none, some):
        assert unproved_of(load(files), memory=remembered, today=day, faulty=faulty) == []
    assert compared == [none, some]
    shorter = files | {CITATIONS: files[CITATIONS].rpartition(b"\n")[0].rpartition(b"\n")[0]}
    for _ in range(2):
        assert unproved_of(load(shorter), memory=remembered, today=day, faulty=none)


def test_command_says_the_same_again(project: Path) -> None:
    """From memory or not; and a mistake is found right after a sound run."""
    first, again = run("check", project), run("check", project)
    assert (first.exit_code, first.stdout) == (again.exit_code, again.stdout)
    assert first.exit_code == 0
    change(project, "events.yml", "  kind: ", "  kid: ")
    assert "[unknown-field]" in run("check", project).stdout


def test_compiled_templates_are_kept_and_sealed(tmp_path: Path) -> None:
    """The second time nothing is compiled; another template, or damage, is compiled anew."""

    def told(text: str, folder: Path = tmp_path) -> tuple[str, int]:
        compiled = 0

        class Counting(Environment):
            def compile(self, *source: Any, **more: Any) -> Any:
                nonlocal compiled
                compiled += 1
                return super().compile(*source, **more)

        cache = Compiled(Memory(folder))
        environment = Counting(loader=DictLoader({"a": text}), bytecode_cache=cache)
        return environment.get_template("a").render(), compiled

    assert told("{{ 1 + 1 }}") == ("2", 1)
    assert told("{{ 1 + 1 }}") == ("2", 0)
    assert told("{{ 1 + 2 }}") == ("3", 1)
    for file in [file for file in tmp_path.rglob("*") if file.is_file()]:
        seal, _, data = file.read_bytes().partition(b"\n")
        file.write_bytes(seal + b"\n" + data[:-1] + b"x")
    assert told("{{ 1 + 1 }}") == ("2", 1)


def test_a_template_that_is_edited_starts_afresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A preview lives on while somebody edits a template, and takes it back: what was made of each
    is kept apart."""
    template, folder = tmp_path / "templates/page.html", tmp_path / "memory"
    template.parent.mkdir()
    monkeypatch.setattr(memory, "_TEMPLATES", template.parent)
    for text, known in (("one", None), ("other", None), ("one", b"one"), ("other", b"other")):
        template.write_text(text, "utf-8")
        assert Memory(folder).get("key") == known
        Memory(folder).put("key", text.encode())
