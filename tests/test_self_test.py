"""`tracker verify --self-test`: precision and recall on the pairs of the package."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.command import run
from tracker.citations.self_test import (
    KNOWN_FALSE_PASSES,
    Pair,
    format_percent,
    load_pairs,
    score_by_kind,
    score_pairs,
    verify_pair,
)
from tracker.model.lockfiles import Result

PAGE = Path(__file__).parent.parent / "docs/methodology.md"
RESULTS: dict[str, Result] = {}
"""The result of each pair that was verified, by its ID."""


@pytest.fixture(scope="module", autouse=True)
def _verify_once() -> Iterator[None]:
    """Cache the results of pairs, which depend on nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tracker.cli.verify.verify_pair", verify_once)
        yield


def verify_once(pair: Pair) -> Result:
    return RESULTS.get(pair.id) or RESULTS.setdefault(pair.id, verify_pair(pair))


def make_pair(key: str, kind: str, expect: str) -> Pair:
    """Return a pair without a text, which is enough to score it."""
    return Pair.from_row({
        "id": key, "kind": kind, "expect": expect, "locator": "whole", "states": ["1"],
        "text": "", "trap": "", "why": "",
    })  # fmt: skip


PAIRS = (
    make_pair("a", "law", "proved"),
    make_pair("b", "law", "proved"),
    make_pair("c", "law", "not-found"),
    make_pair("d", "table", "proved"),
    make_pair("e", "table", "wrong-place"),
)


def test_scores_count_each_result() -> None:
    """Precision is a share of the pairs reported as found, recall of those that are there."""
    results: dict[str, Result] = {
        "a": "proved", "b": "not-checkable", "c": "proved", "d": "not-found", "e": "not-found",
    }  # fmt: skip
    score = score_pairs(PAIRS, results)
    assert (score.pairs, score.positives, score.found) == (5, 3, 2)
    assert (score.precision, score.recall) == (0.5, 1 / 3)
    assert (score.false_passes, score.false_alarms, score.undecided) == (("c",), ("d",), ("b",))
    kinds = score_by_kind(PAIRS, results)
    assert [(kind, part.false_passes) for kind, part in kinds.items()] == [
        ("law", ("c",)),
        ("table", ()),
    ]
    assert (kinds["table"].precision, kinds["table"].recall) == (1, 0)


def test_errors_are_not_rounded_to_100() -> None:
    """Only a score without an error is 100%."""
    assert format_percent(1) == "100.0"
    assert format_percent(0.99999) == "99.9"
    assert format_percent(0.995) == "99.5"


def test_self_test_needs_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works in any folder, and lists each error by kind of document."""
    monkeypatch.chdir(tmp_path)
    result = run("verify", "--self-test")
    assert result.exit_code == 0
    assert re.search(r"^Precision [\d.]+%: of \d+ pairs reported as found, \d+ are true\.$",
                     result.stdout, re.MULTILINE)  # fmt: skip
    report = json.loads(run("verify", "--self-test", "--format", "json").stdout)
    assert (
        report["pairs"] == len(load_pairs()) == sum(k["pairs"] for k in report["by_kind"].values())
    )
    assert report["known"] == KNOWN_FALSE_PASSES
    for kind, score in report["by_kind"].items():
        assert f"{kind}: {score['pairs']} pairs, precision" in result.stdout
        for key in (*score["false_passes"], *score["false_alarms"], *score["doubtful"]):
            assert key in result.stdout


def test_new_false_pass_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A false pass that is not on the list is an error."""
    monkeypatch.setattr("tracker.cli.verify.KNOWN_FALSE_PASSES", {})
    result = run("verify", "--self-test")
    assert result.exit_code == 1
    for key in KNOWN_FALSE_PASSES:
        assert f"False pass: {key}\n" in result.stdout


def test_other_options_are_refused() -> None:
    """Options that need a project are refused, not ignored."""
    for options in (["--write"], ["--queue"], ["--accept", "x"], ["--texts", "."]):
        assert run("verify", "--self-test", *options).exit_code == 2


def test_methodology_quotes_the_result() -> None:
    """The page has the numbers that the self-test computes, and a date."""
    quoted = re.search(
        r"On (\d+ \w+ \d{4}), precision was ([\d.]+)% and recall ([\d.]+)% on ([\d,]+) pairs",
        PAGE.read_text(encoding="utf-8"),
    )
    assert quoted
    assert datetime.strptime(quoted[1], "%d %B %Y")
    pairs = load_pairs()
    score = score_pairs(pairs, {pair.id: verify_once(pair) for pair in pairs})
    assert quoted.groups()[1:] == (
        format_percent(score.precision),
        format_percent(score.recall),
        f"{score.pairs:,}",
    )
