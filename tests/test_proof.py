"""The real records are proved, and no altered figure passes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.conftest import REPORT
from tracker.checks import UNCITED, check, check_proofs
from tracker.claims import Claim, claims, claims_of
from tracker.load import Loaded
from tracker.model import Dataset, Event, Frozen, Indicator, Record
from tracker.proof import SourceText, prove, read_text

with_report = pytest.mark.skipif(not REPORT.is_file(), reason="the report's text is not at hand")


@pytest.fixture(scope="module")
def report() -> SourceText:
    return read_text(REPORT.read_bytes(), suffix=".txt", language="en")


def test_lock_file_is_complete(real: Loaded) -> None:
    """Every citation of the real records has its line, and none is suspect."""
    assert real.proofs is not None
    assert set(real.proofs.rows) == {claim.key for claim in claims(real.dataset)}
    assert list(check_proofs(real.dataset, real.proofs)) == []


@with_report
def test_the_report_proves_every_citation(real: Loaded, report: SourceText) -> None:
    """Each statement of each citation of the report stands at its block."""
    results = [c for c in prove(real.dataset, {"report": report}) if c.text]
    assert len(results) > 850
    astray = [c.claim.key for c in results if c.result not in ("proved", "no-statement")]
    assert astray == ["i-26/sides/0/citation report P3.2"], "markers that were counted by hand"


NOT_TOLD_APART = {
    ("P8.2", "2019"),
    ("P6.9", "17"),
    ("P8.3", "12"),
    ("P4.4", "2018"),
    ("P4.4", "2019"),
    ("P4.4", "3"),
    ("P4.4", "2"),
    ("ES2", "2019"),
}
"""Figures of the report that stand in one clause with one that differs by a digit."""


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """A copy of a record with one value deep inside it replaced."""
    if not path:
        return new
    step, *rest = path
    if isinstance(step, int):
        return (*value[:step], replaced(value[step], tuple(rest), new), *value[step + 1 :])
    return value.model_copy(update={step: replaced(getattr(value, step), tuple(rest), new)})


def altered(value: Any) -> Iterator[Any]:
    """A value with one digit changed; for each digit one other is enough."""
    text = str(value)
    for position, digit in enumerate(text):
        if digit.isdecimal():
            other = text[:position] + str((int(digit) + 1) % 10 or 1) + text[position + 1 :]
            if other != text:
                yield type(value)(other)


def mutants(claim: Claim) -> Iterator[tuple[str, Record]]:
    """The record with one figure of one statement altered: its value, its print, or both."""
    for number, statement in enumerate(claim.citation.states):
        path = (*claim.path, "states", number)
        for other in altered(statement.value):
            alone = statement.model_copy(update={"value": other})
            yield "value", replaced(claim.record, path, alone)
            if str(statement.value) == statement.printed:
                both = alone.model_copy(update={"printed": str(other)})
                yield "both", replaced(claim.record, path, both)
        for printed in altered(statement.printed or ""):
            yield (
                "print",
                replaced(claim.record, path, statement.model_copy(update={"printed": printed})),
            )


def test_every_altered_figure_is_suspect(real: Loaded) -> None:
    """One digit changed in any statement of any citation: `check` tells, always."""
    assert real.proofs is not None
    count = 0
    for claim in claims(real.dataset):
        for _, record in mutants(claim):
            (mutant,) = [c for c in claims_of(record) if c.path == claim.path]
            assert mutant.fingerprint != real.proofs.rows[claim.key].claim, claim.key
            count += 1
    assert count > 4_000


@with_report
def test_every_altered_figure_is_not_found(real: Loaded, report: SourceText) -> None:
    """The same, sought in the text: refused, but for those that are listed as not told apart."""
    passed = set()
    for claim in claims(real.dataset):
        if claim.citation.source != "report" or claim.key.startswith("i-26/"):
            continue
        mutated = (
            next(c for c in claims_of(record) if c.path == claim.path)
            for _, record in mutants(claim)
        )
        for checked in prove(real.dataset, {"report": report}, claimed=mutated, alike=False):
            if checked.result not in ("not-found", "wrong-place"):
                passed.add(claim.citation.locator)
    assert passed <= {locator for locator, _ in NOT_TOLD_APART}


@with_report
def test_what_is_not_told_apart_is_listed(real: Loaded, report: SourceText) -> None:
    """The proof itself names the figures of which a like one stands beside them."""
    found = {
        (checked.claim.citation.locator, stated.statement.printed)
        for checked in prove(real.dataset, {"report": report})
        for stated in checked.stated
        if stated.alike
    }
    assert found == NOT_TOLD_APART


def fields_of(record: Record) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The figures and dates of a record that its citations prove."""
    if isinstance(record, Indicator):
        yield ("figure", "value"), record.figure.value
        for number, breakdown in enumerate(record.breakdowns):
            for position, part in enumerate(breakdown.parts):
                yield ("breakdowns", number, "parts", position, "value"), part.value
    for name in ("date", "as_of", "period"):
        when = getattr(record, name, None)
        if when is not None:
            yield (name,), when.text


def test_every_altered_field_is_refused(real: Loaded) -> None:
    """One digit changed in a figure of an indicator or the date of an event: told twice over, as
    suspect and as stated by no citation."""
    for record in (*real.dataset.of(Indicator), *real.dataset.of(Event)):
        assert real.proofs is not None
        for path, value in fields_of(record):
            other = next(altered(value), None)
            if other is None:
                continue  # no digit in it
            raw = record.model_dump(mode="json", exclude_none=True)
            _put(raw, path, other)
            mutant = _validated(type(record), raw)
            if mutant is None:
                continue  # no day of the calendar: refused when it is read
            stale = [c for c in claims_of(mutant) if real.proofs.rows[c.key].claim != c.fingerprint]
            assert stale, (record.id, path)
            data = Dataset({real.dataset.collection_of(record.id): (mutant,)})
            codes = {p.code for p in check(data, today=date(2100, 1, 1))}
            assert codes & {*UNCITED, "count-differs"}, (record.id, path)


def _put(raw: Any, path: tuple[str | int, ...], new: Any) -> None:
    *above, last = path
    for step in above:
        raw = raw[step]
    raw[last] = new


def _validated(kind: type[Record], raw: Any) -> Record | None:
    from pydantic import ValidationError

    try:
        return kind.model_validate(raw)
    except ValidationError:
        return None


def test_frozen() -> None:
    """Records cannot be changed in place, so that a fingerprint stays true."""
    assert Frozen.model_config["frozen"]
