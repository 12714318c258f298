"""Statements of real records are found in a text; altered figures are not."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.test_source_text import make_dataset
from tracker.checks import UNCITED_CODES, check
from tracker.checks.verifications import check_verifications
from tracker.citations.claims import Claim, iter_claims, iter_record_claims, match_lock_rows
from tracker.citations.source_text import SourceText, read_text
from tracker.citations.verify import verify_claims
from tracker.model import Dataset, Event, Finding, FrozenModel, Indicator, Record, Statement
from tracker.records.loader import LoadResult


def test_lock_file_is_complete(real: LoadResult) -> None:
    """No citation changed after its verification, and no lock row is unused."""
    assert real.verifications is not None
    found = list(check_verifications(real.dataset, real.verifications))
    assert {problem.code for problem in found} <= {"not-compared"}
    assert not any(problem.is_blocking for problem in found)


def replace_value(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """Return a copy of a record with the value at a path replaced."""
    if not path:
        return new
    step, *rest = path
    if isinstance(step, int):
        return (*value[:step], replace_value(value[step], tuple(rest), new), *value[step + 1 :])
    return value.model_copy(update={step: replace_value(getattr(value, step), tuple(rest), new)})


def alter_digits(value: Any) -> Iterator[Any]:
    """Yield a value with each of its digits changed once."""
    text = str(value)
    for position, digit in enumerate(text):
        if digit.isdecimal():
            other = text[:position] + str((int(digit) + 1) % 10 or 1) + text[position + 1 :]
            if other != text:
                yield type(value)(other)


def mutate_claim(claim: Claim) -> Iterator[tuple[str, Record]]:
    """Yield the record with one altered figure: its value, its printed form, or both."""
    for number, statement in enumerate(claim.citation.states):
        path = (*claim.path, "states", number)
        for other in alter_digits(statement.value):
            alone = statement.model_copy(update={"value": other})
            yield "value", replace_value(claim.record, path, alone)
            if str(statement.value) == statement.printed:
                both = alone.model_copy(update={"printed": str(other)})
                yield "both", replace_value(claim.record, path, both)
        for printed in alter_digits(statement.printed or ""):
            yield (
                "print",
                replace_value(
                    claim.record, path, statement.model_copy(update={"printed": printed})
                ),
            )


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_every_altered_figure_is_suspect(real: LoadResult, step: int) -> None:
    """Changing a digit in any verified statement invalidates its verification."""
    assert real.verifications is not None
    count = 0
    for claim in list(iter_claims(real.dataset))[::step]:
        for _, record in mutate_claim(claim):
            found = tuple(iter_record_claims(record))
            (mutant,) = [c for c in found if c.path == claim.path]
            assert mutant.fingerprint != claim.fingerprint, claim.key
            if claim.key in real.verifications.rows:
                row = match_lock_rows(found, real.verifications.rows)[claim.key]
                assert row.claim != mutant.fingerprint, claim.key
                count += 1
    assert count > 4_000 / step


def statements(data: Dataset) -> Iterator[Statement]:
    """Yield each distinct printed statement once."""
    found = {
        (str(stated.value), stated.printed, stated.near): stated
        for claim in iter_claims(data)
        for stated in claim.citation.states
        if stated.printed and not stated.computed
    }
    yield from found.values()


def make_text(stated: Statement) -> SourceText:
    """Return a sentence that contains a statement, and the year of a date without one."""
    year = str(stated.value)[:4] if isinstance(stated.value, str) else ""
    text = f"It is said: {stated.near or ''} {stated.printed} (and, of {year}, no more)."
    return read_text(text.encode(), suffix=".txt", language="en")


def is_proved(stated: Statement, text: SourceText) -> bool:
    """Return True if a text verifies a finding that cites it for one statement."""
    data = make_dataset("whole")
    (finding,) = data.of(Finding)
    (citation,) = finding.citations
    cited = citation.model_copy(update={"states": (stated,)})
    claims = iter_record_claims(finding.model_copy(update={"citations": (cited,)}))
    (checked,) = verify_claims(data, {"s": text}, claims=claims, with_similar=False)
    return checked.result == "proved"


def altered_statements(stated: Statement) -> Iterator[Statement]:
    """Yield a statement with one digit changed in its value, printed form, or both."""
    for other in alter_digits(stated.value):
        yield stated.model_copy(update={"value": other})
        if str(stated.value) == stated.printed:
            yield stated.model_copy(update={"value": other, "printed": str(other)})
    for printed in alter_digits(stated.printed or ""):
        yield stated.model_copy(update={"printed": printed})


def test_every_altered_figure_is_not_found(real: LoadResult) -> None:
    """Each statement is found in a text that contains it, and no altered one is."""
    count = 0
    for stated in statements(real.dataset):
        text = make_text(stated)
        assert is_proved(stated, text), stated
        for other in altered_statements(stated):
            assert not is_proved(other, text), other
            count += 1
    assert count > 2_500


def test_similar_figures_are_listed() -> None:
    """The result lists similar figures in the same passage."""
    data = make_dataset("whole", "17", "1,200")
    text = read_text(b"It says 17 or 18 persons. In all 1,200 came.", suffix=".txt", language="en")
    (checked,) = verify_claims(data, {"s": text})
    assert [(s.statement.printed, bool(s.similar)) for s in checked.statements] == [
        ("17", True),
        ("1,200", False),
    ]


def iter_cited_fields(record: Record) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the figures and dates of a record that its citations support."""
    if isinstance(record, Indicator):
        yield ("figure", "value"), record.figure.value
        for number, breakdown in enumerate(record.breakdowns):
            for position, part in enumerate(breakdown.parts):
                yield ("breakdowns", number, "parts", position, "value"), part.value
    for name in ("date", "as_of", "period"):
        when = getattr(record, name, None)
        if when is not None:
            yield (name,), when.text


def test_every_altered_field_is_refused(real: LoadResult) -> None:
    """A changed digit in a figure or date of a record does not match its citations."""
    for record in (*real.dataset.of(Indicator), *real.dataset.of(Event)):
        for path, value in iter_cited_fields(record):
            other = next(alter_digits(value), None)
            if other is None:
                continue  # no digit
            raw = record.model_dump(mode="json", exclude_none=True)
            _put(raw, path, other)
            mutant = _validated(type(record), raw)
            if mutant is None:
                continue  # not a valid date
            data = Dataset({real.dataset.collection_of(record.id): (mutant,)})
            codes = {p.code for p in check(data, today=date(2100, 1, 1))}
            assert codes & {*UNCITED_CODES, "count-differs", "future-date"}, (record.id, path)


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
    """Records are immutable, so fingerprints stay valid."""
    assert FrozenModel.model_config["frozen"]
