"""Typical mistakes of editors: each is reported exactly, and its remedy fixes it.

Each entry of `tests/edits/*.yml` replaces `old` by `new` in a file of the example project, or of
the snapshot of real records (`in: real`), or saves a file otherwise. `found` lists each problem as
a code and a line: an offset from the first changed line, or `file: text of the line`. Then the
remedy is applied: the test types what the message says to type (`after` is the expected line).
If a remedy needs a judgement, `told` is part of the message and `repair` the correction. `leaves`
lists the problems that remain. With `proves`, citations are verified again.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.command import run
from tests.conftest import EXAMPLE, FROZEN

FOLDER = Path(__file__).parent / "edits"
EDITS = [
    edit
    for file in sorted(FOLDER.glob("*.yml"))
    for edit in yaml.safe_load(file.read_text(encoding="utf-8"))
]


def make_parameters() -> Iterator[Any]:
    """Yield all edits. Of those of the snapshot that break the same rules, only one is not slow."""
    seen = set[str]()
    for edit in EDITS:
        codes = str([code for code, _ in edit["found"]] if edit["found"] != "many" else "many")
        is_slow = edit.get("in") == "real" and codes in seen
        if edit.get("in") == "real":
            seen.add(codes)
        yield pytest.param(edit, id=edit["name"], marks=pytest.mark.slow if is_slow else ())


SAVED: dict[str, Callable[[str], bytes]] = {
    "utf-8-sig": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "empty": lambda text: b"",
    "half": lambda text: text[: text.rindex("\n- id:", 0, len(text) // 2) + 1].encode(),
}


@pytest.fixture
def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of the records, for an edit."""
    edit = request.getfixturevalue("edit")
    source = FROZEN if edit.get("in") == "real" else EXAMPLE
    shutil.copytree(source / "data", tmp_path / "data")
    return tmp_path


def list_problems(project: Path) -> list[dict[str, Any]]:
    result = run("check", project, "--format", "json", "--today", "2026-12-01")
    assert result.exit_code in (0, 1), result.output
    problems: list[dict[str, Any]] = json.loads(result.stdout)["problems"]
    return problems


def make_edit(file: Path, edit: dict[str, Any]) -> tuple[Path, int]:
    """Make the edit; return the file, which may have a new name, and the first changed line."""
    if "rename" in edit:
        name = edit["rename"]
        return file.rename(file.with_name(name if "." in name else f"{name}.yml")), 1
    if edit.get("save") == "gone":
        file.unlink()
        return file, 1
    before = file.read_text(encoding="utf-8")
    if "save" in edit:
        file.write_bytes(SAVED[edit["save"]](before))
        return file, 1
    assert edit["old"] in before
    after = before.replace(edit["old"], edit["new"], -1 if edit.get("all") else 1)
    file.write_bytes(after.encode("utf-8", "surrogateescape"))
    lines = zip_longest(before.splitlines(), after.splitlines())
    return file, next(n for n, (old, new) in enumerate(lines, 1) if old != new)


def get_expected_location(
    project: Path, file: Path, first: int, where: int | str
) -> tuple[str, int]:
    """Return the expected file and line of a problem."""
    if isinstance(where, int):
        return file.relative_to(project).as_posix(), first + where
    name, text = where.split(": ", 1)
    lines = (project / f"data/{name}.yml").read_text(encoding="utf-8").splitlines()
    return f"data/{name}.yml", next(n for n, line in enumerate(lines, 1) if text in line)


def apply_remedy(file: Path, problem: dict[str, Any]) -> str:
    """Type what the message says at its location; return the new line."""
    typed = re.search(r"[Tt]ype: (.*?)(?:  |$)", problem["remedy"])
    assert typed, problem["remedy"]
    lines = file.read_text(encoding="utf-8").split("\n")
    line = lines[problem["line"] - 1]
    field = typed[1].partition(":")[0]
    if typed[1].endswith(": …"):
        start = problem["column"] - 1
        new = line[:start] + field + line[line.index(":", start) :]
    else:
        field_start = re.search(rf"{re.escape(field)}\s*:", line)
        is_new = typed[1].startswith("- ") or not field_start
        new = line[: len(line) - len(line.lstrip()) if is_new else field_start.start()] + typed[1]  # type: ignore[union-attr]
    lines[problem["line"] - 1] = new
    file.write_text("\n".join(lines), encoding="utf-8")
    return str(new).strip()


def repair_edit(project: Path, file: Path, edit: dict[str, Any], problem: dict[str, Any]) -> None:
    repair = edit.get("repair")
    if repair is None:
        line = apply_remedy(file, problem)
        assert edit.get("after", "") in line
    elif repair == "prove":
        run("verify", project, "--write", "--today", "2026-12-01")
    elif repair == "undo":
        source = FROZEN if edit.get("in") == "real" else EXAMPLE
        file.unlink(missing_ok=True)
        shutil.copy(source / f"data/{edit['file']}.yml", project / f"data/{edit['file']}.yml")
    else:
        text = file.read_text(encoding="utf-8")
        assert repair["old"] in text
        file.write_text(text.replace(repair["old"], repair["new"], 1), encoding="utf-8")


@pytest.mark.parametrize("edit", list(make_parameters()))
def test_broken_edit_is_reported_and_can_be_fixed(edit: dict[str, Any], copy: Path) -> None:
    """An edit causes exactly the expected problems, and following the remedy fixes them."""
    file, first = make_edit(copy / f"data/{edit['file']}.yml", edit)
    if edit.get("proves") and not edit["found"]:
        run("verify", copy, "--write", "--today", "2026-12-01")
    problems = list_problems(copy)
    found = [(p["code"], p["file"], p["line"]) for p in problems]
    if edit["found"] == "many":
        assert {code for code, _, _ in found} == set(edit["codes"])
    else:
        wanted = [
            (code, *get_expected_location(copy, file, first, at)) for code, at in edit["found"]
        ]
        assert found == wanted
    if not problems:
        return
    causes = {p["cause"] or number for number, p in enumerate(problems)}
    assert len(causes) == edit.get("causes", len(problems))
    assert edit.get("told", "") in " ".join(p["remedy"] for p in problems)
    repair_edit(copy, file, edit, problems[0])
    if edit.get("repair") == "undo" and "leaves" not in edit:
        return  # the records are unchanged
    if edit.get("proves"):
        run("verify", copy, "--write", "--today", "2026-12-01")
    remaining = list_problems(copy)
    left = [(p["code"], p["line"] - first) for p in remaining if p["code"] != "suspect"]
    assert left == [tuple(one) for one in edit.get("leaves", [])]
    if not edit.get("leaves"):
        assert remaining == []


def test_list_is_long_enough() -> None:
    """There are more than sixty edits with unique names, on both sets of records."""
    names = [edit["name"] for edit in EDITS]
    assert len(set(names)) == len(names) > 60
    assert sum(edit.get("in") == "real" for edit in EDITS) >= 15
