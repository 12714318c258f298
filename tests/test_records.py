"""Invalid values of single fields and their hints. Each of these once passed or crashed."""

import pytest

from tests.conftest import EXAMPLE
from tests.test_rules import check_files
from tracker.checks.report import format_message, group_by_cause
from tracker.records.loader import load, read_files

CASES = {
    "list for a date": ("events", "date: 2014-03-01", "date: [2014-03-01]", "bad-date", ""),
    "American date": ("events", "date: 2014-03-01", "date: 05/17/2013", "bad-date", "2013-05-17"),
    "worded date": ("events", "date: 2014-03-01", "date: 17 May 2013", "bad-date", "2013-05-17"),
    "dotted date": ("events", "date: 2014-03-01", "date: 17.05.2013", "bad-date", "2013-05-17"),
    "endless number": (
        "recommendations",
        "independent_sources: 0",
        "independent_sources: " + "9" * 5000,
        "not-a-number",
        "",
    ),
    "archive with a dot": (
        "sources",
        "https://example.org/",
        "https://archive.ph./",
        "bad-url",
        "",
    ),
    "wide letters": ("sources", "https://example.org/", "https://ａrchive.today/", "bad-url", ""),
    "password": ("sources", "https://example.org/", "https://a:b@example.org/", "bad-url", ""),
    "script": ("sources", "https://example.org/", "javascript:alert(1)//", "bad-url", ""),
    "Cyrillic in a value": ("findings", "- Harbour", "- Е/C.12/EXA/CO/1", "look-alike", ""),
    "unknown language": (
        "sources",
        "access: public",
        "access: public\n  language: xx",
        "unknown-value",
        "",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_field_is_refused(case: tuple[str, str, str, str, str]) -> None:
    """An invalid value is reported by its code, with a hint."""
    name, right, wrong, code, hint = case
    files = read_files(EXAMPLE)
    text = files[f"data/{name}.yml"].decode()
    assert right in text
    changed = files | {f"data/{name}.yml": text.replace(right, wrong, 1).encode()}
    found = [p for p in check_files(changed)[1] if p.code == code]
    assert found
    assert hint in format_message(found[0])[1]


def test_symbol_must_match_its_printed_form() -> None:
    """A symbol that differs from its printed form is refused, except for look-alike letters."""
    files = read_files(EXAMPLE)
    text = files["data/findings.yml"].decode()
    for value, codes in (("E/C.12/EXA/CO/2", {"printed-differs"}), ("E/C.12/EXA/CO/1", set())):
        state = f"- value: {value}\n      printed: Е/С.12/EXA/CO/1"
        changed = text.replace("- Harbour", state).encode()
        assert {p.code for p in check_files(files | {"data/findings.yml": changed})[1]} == codes


def test_one_cause_is_reported_once() -> None:
    """A missing file is one problem, and so is an id that is wrong in many places."""
    files = read_files(EXAMPLE)
    without = {name: data for name, data in files.items() if name != "data/vocabulary.yml"}
    assert [p.code for p in check_files(without)[1]] == ["no-records"]
    text = files["data/sources.yml"].decode().replace("- id: report\n", "- id: study-1\n")
    loaded, problems = check_files(files | {"data/sources.yml": text.encode()})
    groups = group_by_cause(loaded.locate_all(problems))
    assert [(group[0].code, len(group)) for group in groups] == [("unknown-id", 18)]


def test_unchanged_files_are_not_parsed_again() -> None:
    """A preview parses only changed files, with the same result as a full load."""
    files = read_files(EXAMPLE)
    before = load(files)
    changed = {**files, "data/events.yml": files["data/events.yml"] + b"\n# A comment.\n"}
    after = load(changed, earlier=before)
    parsed = {
        file for file in after.documents if after.documents[file] is not before.documents[file]
    }
    assert parsed == {"data/events.yml"}
    assert after.dataset.collections == load(changed).dataset.collections
