"""The guide for editors: its commands work, and its examples are correct."""

import re
import shutil
from pathlib import Path

import pytest

from tests.command import change, run
from tests.conftest import EXAMPLE, ROOT
from tests.test_commands import find_command
from tracker.model import COLLECTIONS, FILES, KINDS, Dataset
from tracker.records.loader import LoadResult
from tracker.records.yaml_reader import read_yaml
from tracker.site.field_reference import describe_collection, make_example

GUIDE = (ROOT / "docs/contributing/guide.md").read_text(encoding="utf-8")


def test_commands_in_the_guide_exist() -> None:
    """The options and make targets in the guide exist too."""
    commands = re.findall(r"(?m)^(tracker|make) (\w[\w-]*)(.*?)(?: +#.*)?$", GUIDE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(commands) >= 8
    for program, word, rest in commands:
        if program == "make":
            assert re.search(rf"(?m)^{word}:", makefile), word
        else:
            options = [
                option for parameter in find_command(word).params for option in parameter.opts
            ]
            assert all(option in options for option in re.findall(r"--[\w-]+", rest)), rest


def test_contributor_pages_are_short() -> None:
    """Each has at most 800 words, so that it can be read in five minutes."""
    pages = (ROOT / "docs/contributing").glob("*.md")
    words = {page.name: len(re.findall(r"\S*\w\S*", page.read_text("utf-8"))) for page in pages}
    assert {name: count for name, count in words.items() if count > 800} == {}


def test_message_in_the_guide_is_current(project: Path) -> None:
    """The message equals the output of the check, except for the file and line."""
    change(project, "findings.yml", "  kind: problem", "  kind: progres")
    output = run("check", project).stdout
    shown = GUIDE[GUIDE.index("data/findings.yml:15") :].partition("```")[0].strip().split("\n")
    for line in shown:
        assert line.partition("› ")[2].strip() in output
        assert re.sub(r"^ *\d* \|", "", line).strip() in output or "data/findings.yml" in line


@pytest.mark.parametrize("kind", KINDS)
def test_examples_are_real_records(real: LoadResult, kind: str) -> None:
    """Each example is a valid file, and equals its record."""
    drafted = KINDS[kind]
    found = make_example(real.dataset, kind)
    (fields,) = read_yaml(found["yaml"].encode(), file="f").content
    FILES[drafted.folder].model_validate(fields)
    if drafted.list:
        assert fields.pop("recommendation") == found["owner"].id
    there = getattr(found["owner"], drafted.list) if drafted.list else (found["owner"],)
    assert drafted.model.model_validate(fields) in there
    assert found["yaml"].startswith(f"- id: {fields['id']}\n")


def test_empty_project_has_no_examples() -> None:
    """A new project has no examples, and its pages are correct."""
    empty = Dataset(dict.fromkeys(COLLECTIONS, ()))
    assert all(make_example(empty, kind)["owner"] is None for kind in KINDS)
    assert all(describe_collection(empty, name)["example"] is None for name in COLLECTIONS)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_page_of_a_kind_lists_every_field(site: Path, name: str) -> None:
    """Each field has a meaning, an example if it needs one, and the place where it is shown."""
    page = (site / f"format/{name}/index.html").read_text(encoding="utf-8")
    for field, info in COLLECTIONS[name].model_fields.items():
        row = page[page.index(f"<code>{info.alias or field}</code>") :].partition("</tr>")[0]
        assert 'data-label="Where readers see it"' in row
        assert re.search(r'data-label="Meaning">\w', row), field
        plain = re.search(r'data-label="Form">(?:list of )?(?:text|number|date|id\b)', row)
        assert not plain or "for example <code>" in row, field


def write_file(project: Path, text: str) -> str:
    file = project / "given.yml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_steps_of_the_guide_give_a_valid_project(tmp_path: Path) -> None:
    """A source, statements, a position and a rating are added, verified and checked."""
    project = tmp_path / "copy"
    shutil.copytree(EXAMPLE / "data", project / "data")
    place = "citations:\n- source: a-later-report\n  locator: page 3\n"
    unknown = "  state: unknown\n  why: Nothing is said.\n"
    rating = "date: 2026-12-01\ngroups: [bystanders]\nstatus: insufficient-information\n"
    rating += "reason: silent\nlaw:\n" + unknown + "measures:\n" + unknown + "results:\n" + unknown
    rating += "why: The report does not speak of it.\nevidence_basis: Nothing is cited.\n"
    rating += "independent_sources: 0\nmethod: Read.\n"
    owner = ("--in", "asked-1")
    steps = {
        ("source",): "title: A later report\ntype: study\nundated: It bears no date.\n"
        "access: public\nidentified: as-cited\n",
        ("finding",): "title: A clinic opened\nkind: progress\nsummary: A clinic opened.\n"
        "bears_on: [asked-1]\n" + place,
        ("position", *owner): "speaker: home-office\nmode: direct\nundated: The page has no date.\n"
        "says: The Home Office says that the clinic is open to all.\n" + place,
        ("assessment", *owner): rating,
    }
    for arguments, text in steps.items():
        result = run("new", *arguments, "--project", project, "--from", write_file(project, text))
        assert result.exit_code == 0, result.output
        assert "\ntracker show " in result.stderr
    assert run("fmt", project, "--check").exit_code == 0
    assert run("verify", project, "--write").exit_code == 0
    checked = run("check", project)
    assert checked.exit_code == 0, checked.stdout
