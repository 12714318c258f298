"""Measure the matcher on pairs of a citation and a text judged by a person."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from math import floor
from typing import Any, Self

import yaml

from tracker.citations.source_text import SourceText, read_text
from tracker.citations.verify import verify_claims
from tracker.model import Dataset, Finding, Source
from tracker.model.lockfiles import Result

KNOWN_FALSE_PASSES: Mapping[str, str] = {
    "c1-head": "a running head that only one page has cannot be distinguished from the text",
}
"""Pairs that pass although they should not, each with the reason. All are arguable."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SOURCE = Source.model_validate(
    {"id": "source", "title": "S", "type": "law", "undated": "No date.", "access": "public",
     "identified": "verified"}
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A citation with a text, and the correct result, as judged by a person."""

    id: str
    kind: str
    """The kind of document, such as `law` or `table`."""
    locator: str
    states: tuple[Any, ...]
    text: str
    expect: Result
    trap: str
    why: str
    language: str | None = None
    format: str = "text"
    also_acceptable: Result | None = None
    """Another result that is also acceptable; never `proved`."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the pair described by an entry of a file."""
        fields = {**row, "states": tuple(row["states"])}
        fields["also_acceptable"] = fields.pop("also_fair", None)
        return cls(**fields)


@dataclass(frozen=True)
class Score:
    """How many pairs were judged correctly, and the ids of those that were not."""

    pairs: int
    positives: int
    """Pairs whose statements are at the cited place."""
    found: int
    """Pairs that the program reports as found."""
    false_passes: tuple[str, ...]
    """Reported as found, but not there."""
    false_alarms: tuple[str, ...]
    """There, but reported as missing or at another place."""
    undecided: tuple[str, ...]
    """There, but reported as not checkable."""

    @property
    def precision(self) -> float:
        """The share of the pairs reported as found that are really there."""
        return 1 - len(self.false_passes) / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of the pairs really there that are reported as found."""
        return (self.found - len(self.false_passes)) / self.positives if self.positives else 1.0


def format_percent(share: float) -> str:
    """Return a share as a percentage, rounded down: 100.0 only if there is no error at all."""
    return f"{floor(share * 1000 + 1e-9) / 10:.1f}"


def load_pairs() -> tuple[Pair, ...]:
    """Return the pairs of the package."""
    folder = files("tracker.citations") / "pairs"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yml"))
    rows = (row for name in names for row in _read_rows((folder / name).read_text("utf-8")))
    return tuple(map(Pair.from_row, rows))


def _read_rows(text: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.load(text, Loader=_LOADER)
    return rows


def verify_pair(pair: Pair) -> Result:
    """Return the result of verifying a pair."""
    states = [
        {**state, "printed": state.get("printed", state["value"])}
        if isinstance(state, dict)
        else state
        for state in pair.states
    ]
    citation = {"source": "source", "locator": pair.locator, "states": states}
    finding = Finding.model_validate(
        {"id": "f", "kind": "neutral", "title": "F", "summary": "S", "citations": [citation]}
    )
    data = Dataset({"findings": (finding,), "sources": (_SOURCE,)})
    text = _read_pair_text(pair.text, pair.format, pair.language)
    return next(verify_claims(data, {"source": text}, with_similar=False)).result


@lru_cache(maxsize=4)  # pairs with the same text follow each other
def _read_pair_text(text: str, format: str, language: str | None) -> SourceText:
    paged = text.replace("<<page break>>\n", "\f")
    return read_text(
        paged.encode(), suffix=".html" if format == "html" else ".txt", language=language
    )


def score_pairs(pairs: Iterable[Pair], results: Mapping[str, Result]) -> Score:
    """Compare the results, by the id of their pair, with the results given by a person."""
    pairs = tuple(pairs)
    positives = [pair.id for pair in pairs if pair.expect == "proved"]
    found = [pair.id for pair in pairs if results[pair.id] == "proved"]
    missed = [key for key in positives if results[key] != "proved"]
    return Score(
        pairs=len(pairs),
        positives=len(positives),
        found=len(found),
        false_passes=tuple(key for key in found if key not in positives),
        false_alarms=tuple(key for key in missed if results[key] != "not-checkable"),
        undecided=tuple(key for key in missed if results[key] == "not-checkable"),
    )


def score_by_kind(pairs: Iterable[Pair], results: Mapping[str, Result]) -> dict[str, Score]:
    """Return the score of each kind of document, in alphabetical order."""
    pairs = tuple(pairs)
    return {
        kind: score_pairs((pair for pair in pairs if pair.kind == kind), results)
        for kind in sorted(Counter(pair.kind for pair in pairs))
    }


def to_report(score: Score) -> dict[str, Any]:
    """Return a score as JSON data."""
    counts = asdict(score)
    # The published names of these fields.
    counts["true"], counts["doubtful"] = counts.pop("positives"), counts.pop("undecided")
    return counts | {
        "precision": round(score.precision, 4),
        "recall": round(score.recall, 4),
    }
