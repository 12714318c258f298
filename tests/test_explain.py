"""`tracker explain`: what a code that `check` printed is about."""

import json
import re

from tests.command import run


def test_each_printed_code_is_explained() -> None:
    """What a rule asks, what breaks it and what is right."""
    result = run("explain", "bad-date")
    assert result.exit_code == 0
    assert re.search(
        r"Not accepted \(data/\w+\.yml\)\n  .*\n\nAccepted", result.stdout, re.IGNORECASE
    )


def test_all_codes_are_listed() -> None:
    """A line a code, in their order; the same for programs."""
    codes = [line.split()[0] for line in run("explain").stdout.splitlines()]
    assert codes == sorted(set(codes))
    assert len(codes) > 90
    assert [rule["code"] for rule in json.loads(run("explain", "--json").stdout)] == codes


def test_code_that_nearly_exists() -> None:
    """The near one is named, ready to be typed; without one, how to see them all."""
    result = run("explain", "bad-dat")
    assert result.exit_code == 2
    assert "Did you mean: tracker explain bad-date" in result.stderr
    assert "type: tracker explain" in run("explain", "qqqq").stderr


def test_every_code_can_be_explained() -> None:
    """Also a rule about broken characters, and one about files that are too large."""
    for rule in json.loads(run("explain", "--json").stdout):
        told = run("explain", rule["code"])
        assert told.exit_code == 0
        assert rule["definition"] in told.stdout
        assert len(told.stdout) < 2000
