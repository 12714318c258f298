"""`tracker explain` describes the rules by their codes."""

import json
import re

from tests.command import run


def test_rule_is_explained_with_examples() -> None:
    """The output has the definition of the rule, with examples that break and follow it."""
    result = run("explain", "bad-date")
    assert result.exit_code == 0
    assert re.search(
        r"Not accepted \(data/\w+\.yml\)\n  .*\n\nAccepted", result.stdout, re.IGNORECASE
    )


def test_all_codes_are_listed() -> None:
    """Each code has a line, in alphabetical order, and an entry in the JSON output."""
    codes = [line.split()[0] for line in run("explain").stdout.splitlines()]
    assert codes == sorted(set(codes))
    assert len(codes) > 90
    assert [rule["code"] for rule in json.loads(run("explain", "--json").stdout)] == codes


def test_misspelled_code() -> None:
    """The message suggests the command for a similar code, or the one that lists all codes."""
    result = run("explain", "bad-dat")
    assert result.exit_code == 2
    assert "Did you mean: tracker explain bad-date" in result.stderr
    assert "type: tracker explain" in run("explain", "qqqq").stderr


def test_every_code_can_be_explained() -> None:
    """Every code has an explanation, even those with examples that are not plain text."""
    for rule in json.loads(run("explain", "--json").stdout):
        result = run("explain", rule["code"])
        assert result.exit_code == 0
        assert rule["definition"] in result.stdout
        assert len(result.stdout) < 2000
