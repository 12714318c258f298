"""Suggest the word that an editor meant: never one that says the opposite."""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tracker.model.text import transliterate

MAX_DISTANCE = 2
_MIN_LENGTH = 4
"""Shorter words have too many neighbours, for example `no`, `az` and `ru`."""
_LOOK_ALIKES = str.maketrans("lo", "10")
_TABLES: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("suggestions.toml").read_text("utf-8")
)
_PREFIXES = tuple(_TABLES["opposites"]["prefixes"])
_NEGATIONS = frozenset(_TABLES["opposites"]["negations"])
_STEMS = tuple((left, right) for left, right in _TABLES["opposites"]["pairs"])


@dataclass(frozen=True, slots=True)
class Synonym:
    """The values that a word can mean, and the key of the message that explains them."""

    values: tuple[str, ...] = ()
    hint: str = ""


def closest_match(word: str, known: Iterable[str]) -> str:
    """Return the one known word within two typing mistakes of this one, or an empty string.

    Case, accents and separators do not count. A word with other digits is another word, and one
    that negates or opposes this one is never returned.
    """
    nearest = _find_nearest(word, known)
    return nearest[0] if len(nearest) == 1 else ""


def _find_nearest(word: str, known: Iterable[str]) -> list[str]:
    """Return all known words that are equally near."""
    wanted = _simplify(word)
    best: list[str] = []
    nearest = MAX_DISTANCE + 1
    for other in dict.fromkeys(known):
        given = _simplify(other)
        if wanted.translate(_LOOK_ALIKES) == given.translate(_LOOK_ALIKES):
            return [other]
        limit = min(nearest, _get_limit(wanted, given))
        distance = measure_distance(wanted, given, limit=limit)
        if distance > limit or _get_digits(wanted) != _get_digits(given):
            continue
        if opposes(wanted, given):
            continue
        best = [*best, other] if distance == nearest else [other]
        nearest = distance
    return best


def _get_limit(wanted: str, given: str) -> int:
    """Return how many mistakes are allowed: one in short words, as `later` is not `paper`."""
    length = min(len(wanted), len(given))
    return 0 if length < _MIN_LENGTH else 1 if length <= _MIN_LENGTH + 1 else MAX_DISTANCE


def measure_distance(left: str, right: str, *, limit: int = MAX_DISTANCE) -> int:
    """Return how many letters were mistyped, left out, added or swapped; `limit` + 1 if more.

    This is the Damerau-Levenshtein distance in which no part is edited twice.
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: Sequence[int] = ()
    row = list(range(len(right) + 1))
    for number, letter in enumerate(left, 1):
        previous, row = row, [number]
        for at, other in enumerate(right, 1):
            cost = min(previous[at] + 1, row[-1] + 1, previous[at - 1] + (letter != other))
            if at > 1 and number > 1 and letter == right[at - 2] and left[number - 2] == other:
                cost = min(cost, before[at - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before = previous
    return row[-1]


def opposes(left: str, right: str) -> bool:
    """Return True if one word negates or opposes the other, as `unsettled` does `settled`."""
    return _negates(left, right) or _negates(right, left) or _is_pair(left, right)


def _negates(left: str, right: str) -> bool:
    words, others = left.split(), right.split()
    if (_NEGATIONS & {*words}) != (_NEGATIONS & {*others}):
        return True
    pairs = zip(words, others, strict=False)
    return any(
        word.startswith(prefix)
        and not other.startswith(prefix)
        and measure_distance(word[len(prefix) :], other, limit=1) <= 1
        for word, other in pairs
        for prefix in _PREFIXES
    )


def _is_pair(left: str, right: str) -> bool:
    words, others = left.split(), right.split()
    return any(
        (_starts(words, a) and _starts(others, b)) or (_starts(words, b) and _starts(others, a))
        for a, b in _STEMS
    )


def _starts(words: Sequence[str], stem: str) -> bool:
    return any(word.startswith(stem) for word in words)


@cache
def _simplify(word: str) -> str:
    """Return the words of a value in lower-case ASCII letters, separated by spaces."""
    return " ".join(re.sub(r"[\s_\-–—]+", " ", transliterate(word)).strip(" .“”\"'").split())


def _get_digits(word: str) -> str:
    return "".join(c for c in word if c.isdigit())


def find_synonym(word: str, allowed: Collection[str]) -> Synonym:
    """Return the allowed values that a word means, according to the table of synonyms."""
    synonyms = _collect_synonyms(frozenset(allowed))
    wanted = _simplify(word)
    if wanted in synonyms:
        return synonyms[wanted]
    near = {synonyms[other] for other in _find_nearest(wanted, synonyms)}
    return near.pop() if len(near) == 1 else Synonym()


@cache
def _collect_synonyms(allowed: frozenset[str]) -> Mapping[str, Synonym]:
    """Return the meaning of each word of the table if these values are allowed."""
    found: dict[str, Synonym] = {}
    for entry in _TABLES["unclear"]:
        if {*entry["values"]} <= allowed:
            synonym = Synonym(tuple(entry["values"]), entry["hint"])
            found = {_simplify(word): synonym for word in entry["words"]} | found
    values: dict[str, list[str]] = {}
    for value in sorted(allowed):
        for word in _TABLES["synonyms"].get(value, ()):
            values.setdefault(_simplify(word), []).append(value)
    plain = {word: Synonym((fits[0],)) for word, fits in values.items() if len(fits) == 1}
    return plain | found


def suggest_value(word: str, allowed: Collection[str]) -> dict[str, Any]:
    """Return the message arguments for a word that is not among the allowed values."""
    if near := closest_match(word, allowed):
        return {"suggest": near}
    synonym = find_synonym(word, allowed)
    if synonym.hint:
        return {"hint": synonym.hint}
    return {"suggest": synonym.values[0]} if synonym.values else {}


def find_field(word: str, allowed: Collection[str]) -> str:
    """Return the field for a field name of another format, or an empty string."""
    wanted = _simplify(word)
    names = [name for name in allowed if wanted in _TABLES["fields"].get(name, ())]
    return names[0] if len(names) == 1 else ""


def is_state(word: str) -> bool:
    """Return True for words that mean the State as a whole."""
    return _simplify(word) in _TABLES["speakers"]["state"]
