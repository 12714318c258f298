"""The built site contains nothing that was withheld to protect people.

These tests read the site of the snapshot. `make withheld` runs them on the site in `site/`.

`withheld.txt` contains hashes of withheld phrases, never the phrases. It has no numbers or names
of countries, because these could be guessed from their hashes. Their rules are derived from the
data. To add a phrase: `python -m tests.test_withheld < a file outside the project`
"""

import hashlib
import html
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from tests.search_files import read_search_file

LENGTH = 5
"""Number of words in a phrase: shorter ones could be guessed, or be found by chance."""
SALT = b"covenant-tracker withheld phrases 1:"
HASHES = Path(__file__).parent / "withheld.txt"
TEXT = {".html", ".json", ".atom", ".xml", ".csv", ".ics", ".svg", ".txt", ".js", ".bib", ".ris"}
COUNTRIES = sorted({n for c, n in Locale("en").territories.items() if c.isalpha() and len(c) == 2})
_COUNTRY = re.compile(rf"(?<!\w)(?=[A-ZÅÇ])(?:{'|'.join(map(re.escape, COUNTRIES))})\b")


def iter_phrases(text: str) -> Iterator[str]:
    """Yield every sequence of words in a text, normalized for hashing."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return (" ".join(run) for run in zip(*(words[n:] for n in range(LENGTH)), strict=False))


def compute_hash(phrase: str) -> str:
    """Return the salted and truncated hash of a phrase."""
    return hashlib.sha256(SALT + phrase.encode()).hexdigest()[:12]


def texts(site: Path) -> Iterator[tuple[str, str]]:
    """Yield each text file of the site, without markup."""
    for path in sorted(site.rglob("*")):
        if path.is_file() and path.suffix in TEXT:
            text = path.read_text(encoding="utf-8")
            if path.suffix in (".html", ".atom", ".xml", ".svg"):
                text = re.sub(r"<[^>]*>", " ", text)
            yield path.relative_to(site).as_posix(), html.unescape(text)


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest) -> Path:
    """The tested site: that of the variable SITE, or that of the snapshot."""
    named = os.environ.get("SITE")
    return Path(named) if named else request.getfixturevalue("site")


@pytest.fixture(scope="module")
def data(site: Path) -> dict[str, Any]:
    """The JSON export of the site."""
    found: dict[str, Any] = json.loads((site / "data" / "tracker.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def small(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures about groups that are marked as small in the vocabulary."""
    groups = {term["id"] for term in data["vocabulary"] if term.get("small_population")}
    return [one for one in data["indicators"] if groups & set(one.get("groups", ()))]


def test_no_withheld_phrase_in_any_file(site: Path) -> None:
    """No page, export, search file, feed or script has a withheld phrase."""
    known = set(HASHES.read_text(encoding="ascii").split())
    assert len(known) > 10
    seen: set[str] = set()
    files = []
    for name, text in texts(site):
        fresh = set(iter_phrases(text)) - seen
        seen |= fresh
        if known & set(map(compute_hash, fresh)):
            files.append(name)
    assert files == []  # the phrase itself is not printed


def test_withheld_phrase_is_recognised() -> None:
    """A phrase is recognised in markup, in another case and with other punctuation."""
    (one,) = {compute_hash(p) for p in iter_phrases("The Harbour: opened, at night")}
    assert one in {
        compute_hash(p) for p in iter_phrases("said that the harbour opened (at night) again")
    }


def test_no_nationality_of_a_small_group(site: Path, small: list[dict[str, Any]]) -> None:
    """Pages, exports and search entries about a small group name only the reporting State."""
    assert small
    named: dict[str, set[str]] = {}
    for one in small:
        folder = site / "indicators" / one["id"]
        text = " ".join(t for _, t in texts(folder))
        named[one["id"]] = set(_COUNTRY.findall(text + json.dumps(one, ensure_ascii=False)))
    for name, text in texts(site / "search"):
        if "texts-" in name:
            for place, *shown in read_search_file(text):
                key = str(place).split("#")[0].strip("/").rsplit("/", 1)[-1]
                if key in named:
                    named[key] |= set(_COUNTRY.findall(" ".join(map(str, shown))))
    countries = len(set.union(*named.values()))  # a failure prints how many, not which
    assert countries <= 1


def test_every_country_is_named_by_a_record_of_another_group(
    site: Path, data: dict[str, Any]
) -> None:
    """Every country on the site is named by a record that is not about a small group."""
    groups = {term["id"] for term in data["vocabulary"] if term.get("small_population")}
    others = [
        record
        for collection, records in data.items()
        if isinstance(records, list) and collection != "proof"
        for record in records
        if not groups & set(record.get("groups", ()))
    ]
    known = set(_COUNTRY.findall(json.dumps(others, ensure_ascii=False)))
    found = {name for _, text in texts(site) for name in _COUNTRY.findall(text)}
    strange = len(found - known)  # a failure prints how many, not which
    assert strange == 0


def test_small_group_has_no_small_count(small: list[dict[str, Any]]) -> None:
    """No figure about a small group, and none that it cites, is from one to five."""
    people = [one for one in small if one["unit"] not in ("countries", "months", "years")]
    assert people
    for one in people:
        parts = [part for b in one.get("breakdowns", ()) for part in b["parts"]]
        stated = [s for citation in one["citations"] for s in citation.get("states", ())]
        for figure in (one["figure"], *parts, *stated):
            assert isinstance(figure["value"], str) or not 0 < figure["value"] < 6, one["id"]


def test_withheld_blocks_are_listed(site: Path, data: dict[str, Any]) -> None:
    """The source map marks each block with withheld details."""
    blocks = [b for source_map in data["maps"] for b in source_map["blocks"] if b.get("withheld")]
    assert blocks
    page = (site / "report" / "index.html").read_text(encoding="utf-8")
    assert page.count("<strong>Withheld:</strong>") == len(blocks)


if __name__ == "__main__":
    print("\n".join(sorted({compute_hash(phrase) for phrase in iter_phrases(sys.stdin.read())})))
