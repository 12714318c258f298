"""One problem, worded for a person at a terminal, for a pull request, or for a program."""

import json
from collections.abc import Iterable
from typing import Any

from tracker.problem import Place, Problem
from tracker.words import has, say

Told = tuple[Place, Problem]
"""A problem with its place."""


def in_order(told: Told) -> tuple[str, int, int, str]:
    """Sorts by file and line."""
    place, problem = told
    return place.file, place.line, place.column, problem.code


def message(problem: Problem) -> tuple[str, str]:
    """What is wrong, and what to type instead."""
    facts = dict(problem.facts)
    hint = facts.get("hint") or facts.get("condition")
    key = f"problem.{problem.code}"
    fix = next((k for k in (f"{key}.fix.{hint}", f"{key}.fix") if has(k)), "")
    remedies = [say("suggest", **facts)] if facts.get("suggest") else []
    remedies += [say(fix, **facts)] if fix else []
    return say(key, **facts), "  ".join(remedies)


def as_text(told: Told) -> str:
    """Two lines for a terminal; the first begins with a place that terminals make clickable."""
    place, problem = told
    what, remedy = message(problem)
    subject = f"{problem.record}: " if problem.record and ":" not in problem.record else ""
    line = f"{place.file}:{place.line}:{place.column}: {subject}{what} [{problem.code}]"
    return f"{line}\n    {remedy}" if remedy else line


def as_github(told: Told) -> str:
    """A workflow command that GitHub shows on the line of a pull request."""
    place, problem = told
    what, remedy = message(problem)
    properties = f"file={_property(place.file)},line={place.line},col={place.column}"
    title = _property(problem.code)
    return f"::error {properties},title={title}::{_data(f'{what}. {remedy}'.strip())}"


def as_json(told: Iterable[Told]) -> str:
    """All problems as one JSON document."""
    return json.dumps({"problems": [as_data(one) for one in told]}, ensure_ascii=False, indent=2)


def as_data(told: Told) -> dict[str, Any]:
    """A problem with its place and words, for a program."""
    place, problem = told
    what, remedy = message(problem)
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "code": problem.code,
        "record": problem.record,
        "path": list(problem.path),
        "message": what,
        "remedy": remedy,
    }


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
