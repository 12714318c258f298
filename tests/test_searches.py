"""Searches for evidence on a recommendation: loading, checks, formatting and pages."""

import json
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from tests.conftest import EXAMPLE
from tests.test_overviews import get_text
from tests.test_render import make_context
from tracker.cli import prompts
from tracker.export.json_export import record_to_json
from tracker.export.json_schema import make_schema
from tracker.model import EvidenceSearch, Recommendation
from tracker.records.formatter import format_file
from tracker.records.loader import LoadResult, load, read_files
from tracker.site.gaps import find_gaps
from tracker.site.render import render_record_page

SEARCHES = """  searches:
  - 'on': 2024-03-01
    subject: Homes for newcomers.
    where: Two newspapers.
    languages:
    - en
    - zh
    found: nothing
  - 'on': 2024-04
    subject: Permits.
    where: The library.
    languages:
    - fr
    found:
    - source: report
      locator: B2
"""
MARK = "  positions:\n"
FILE = "data/recommendations.yml"


def with_searches(searches: str = SEARCHES) -> LoadResult:
    files = read_files(EXAMPLE)
    text = files[FILE].decode().replace(MARK, searches + MARK, 1)
    return load(files | {FILE: text.encode()})


def get_recommendation(loaded: LoadResult) -> Recommendation:
    found = loaded.dataset.find("asked-1")
    assert isinstance(found, Recommendation)
    return found


def test_word_nothing_is_an_empty_result() -> None:
    """A search has citations, or the word `nothing`."""
    loaded = with_searches()
    assert loaded.problems == ()
    first, second = get_recommendation(loaded).searches
    assert (first.found, [c.locator for c in second.found]) == ((), ["B2"])


@pytest.mark.parametrize("found", ["", "    found: none\n", "    found: []\n", "    found:\n"])
def test_result_is_required(found: str) -> None:
    """A search without a result says `nothing`; any other word or an empty list is refused."""
    assert with_searches(SEARCHES.replace("    found: nothing\n", found)).problems


def test_export_has_the_word() -> None:
    """The published JSON has the word `nothing`, not an empty list."""
    content = record_to_json(
        get_recommendation(with_searches()), collection="recommendations", label=str
    )
    assert b'"found":"nothing"' in content


def test_formatter_keeps_the_word() -> None:
    """Formatting sorts the fields and keeps the word."""
    text = f"- id: asked-1\n{SEARCHES}".replace("    found: nothing\n", "")
    moved = text.replace("  - 'on': 2024-03-01", "  - found: nothing\n    'on': 2024-03-01")
    formatted = format_file(moved.encode(), file=FILE)
    assert formatted.data.decode() == f"- id: asked-1\n{SEARCHES}"


def test_schema_accepts_the_word_and_citations() -> None:
    """The schema accepts the word and citations, and no other word."""
    schema = make_schema("recommendations")
    validator = Draft202012Validator(
        {**schema["$defs"]["EvidenceSearch"], "$defs": schema["$defs"]}
    )
    searches: list[dict[str, Any]] = yaml.load(SEARCHES, yaml.BaseLoader)["searches"]
    for search in searches:
        assert validator.is_valid(search)
    assert not validator.is_valid({**searches[0], "found": "none"})
    assert not validator.is_valid({k: v for k, v in searches[0].items() if k != "found"})


def test_page_shows_the_searches() -> None:
    """The page of a recommendation shows each search, or that there was none."""
    context = make_context(find=MARK, put=SEARCHES + MARK)
    pages = {}
    for record in context.view.assessable:
        html = render_record_page(context, "recommendations", record).html
        pages[record.id] = (
            get_text(html[html.index('id="searches"') :]) if "searches" in html else ""
        )
    assert "No search for later evidence" in pages["asked-2"]
    assert "Last: April 2024" in pages["asked-1"]
    assert (
        "Homes for newcomers. Searched: Two newspapers. Languages: English, Chinese"
        in pages["asked-1"]
    )
    assert "Nothing was found." in pages["asked-1"]
    assert pages["asked"] == ""  # its parts are searched


def test_gaps_list_missing_and_old_searches() -> None:
    """Gaps list recommendations without a search, or without one in the last year."""

    def gaps(today: str) -> tuple[list[str], list[str]]:
        found = find_gaps(make_context(find=MARK, put=SEARCHES + MARK, today=today).view)
        return [r.id for r in found["not-searched"]], [r.id for r in found["searched-long-ago"]]

    assert gaps("2025-04-29") == (["asked-2"], [])
    assert gaps("2025-04-30") == (["asked-2"], ["asked-1"])


def test_prompt_offers_the_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """`tracker new` asks whether anything was found, and writes the word if nothing was."""
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    typed = ["1 March 2024", "Homes.", "Two newspapers.", "en, zh", "n", ""]

    @click.command()
    def ask() -> None:
        data = make_context().view.data
        click.echo(json.dumps(prompts.ask_fields(EvidenceSearch, data)))

    result = CliRunner().invoke(ask, input="\n".join(typed) + "\n")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[-1])["found"] == "nothing"
    assert "Is there any? No means: nothing" in result.stderr
