"""Records compared with the lock file of citations: what was verified is still stated."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from tracker.citations.claims import (
    Claim,
    get_skip_reason,
    has_current_format,
    iter_claims,
    match_lock_rows,
)
from tracker.model import Dataset, Source
from tracker.model.diagnostics import Diagnostic, Rule, RuleExample, SourceLocation
from tracker.model.lockfiles import CITATIONS, VERIFIED, LockTable, Verification

VERIFICATION_RULES = (
    Rule(
        "lock-line",
        "Each line of a lock file has all its columns, each with a valid value, and names a "
        "citation or an address once.",
        RuleExample(
            "citations.lock", "pupils/citations report B2\t", "pupils/citations report B2 "
        ),
    ),
    Rule(
        "proof-ahead",
        "No citation was checked after the date passed in.",
        RuleExample(
            "citations.lock",
            "pupils/citations report B2\tproved\tmaintainer\t2026-11-24",
            "pupils/citations report B2\tproved\tmaintainer\t2199-11-24",
        ),
    ),
    Rule(
        "suspect",
        "What a citation states, and the place it names, is the same as when it was verified. If "
        "it changed, a maintainer with the text verifies it again, or records that it was accepted "
        "unverified.",
        RuleExample("findings", "printed: '1,200'", "printed: '1,201'"),
    ),
    Rule(
        "verification-removed",
        "A published verification is not removed while its citation is there.",
        RuleExample("citations.lock", "pupils/citations", "# pupils/citations"),
    ),
    Rule(
        "not-compared",
        "A citation that states something was compared with the text of its source.",
        RuleExample("citations.lock", "opened/citations", "# opened/citations"),
        severity="notice",
    ),
    Rule(
        "unknown-text",
        "A citation was verified in a known text of its source: the one of its map, or one in "
        "`texts` of the source.",
        RuleExample(
            "citations.lock",
            "ce7ef56919dbe0cb\t8f76b273b709b4cc",
            "ce7ef56919dbe0cb\t8f76b273b709b4cd",
        ),
    ),
    Rule(
        "text-changed",
        "The text of a source is the one in which its citations were verified.",
        RuleExample("maps/report", "sha256: 8", "sha256: 9"),
    ),
    Rule(
        "not-proved",
        "What a citation states was found in the text, and at the place that it names.",
        RuleExample(
            "citations.lock",
            "count-2/citations report B2\tproved",
            "count-2/citations report B2\twrong-place",
        ),
    ),
    Rule(
        "lock-without-citation",
        "A line of the lock file belongs to a citation that is there.",
        RuleExample(
            "citations.lock",
            "pupils/citations report B2\tproved\tmaintainer\t2026-11-24\tc",
            "scholars/citations report B2\tproved\tmaintainer\t2026-11-24\td",
        ),
        severity="notice",
    ),
)


def check_verifications(
    data: Dataset,
    proofs: LockTable[Verification],
    *,
    today: date | None = None,
    faulty: frozenset[str] = frozenset(),
    earlier: LockTable[Verification] | None = None,
) -> Iterator[Diagnostic]:
    """Yield every citation that is not verified as it is now. No text is needed.

    `faulty` names records with other faults. These are fixed first, which may restore what was
    verified. `earlier` is the lock file that was published.
    """
    yield from proofs.problems
    known = {claim.key: claim for claim in iter_claims(data)}
    rows = match_lock_rows(known.values(), proofs.rows)
    yield from _rows(data, proofs, today)
    published = earlier.rows if earlier else {}
    removed = {key for key, row in published.items() if row.result in VERIFIED}
    stale: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for key, claim in known.items():
        code = _state(claim, rows.get(key), data)
        code = "verification-removed" if code == "not-compared" and key in removed else code
        if code and (code != "suspect" or claim.record.id not in faulty):
            stale[code, claim.record.id].append(claim)
    yield from map(_of_record, stale, stale.values())
    yield from _texts(data, proofs, known.values())
    if not faulty and not data.invalid_ids and not data.unreadable:
        yield from _leftovers(known, proofs, rows)


def _state(claim: Claim, row: Verification | None, data: Dataset) -> str:
    """The code of what is wrong with one citation; empty if nothing is."""
    if not claim.citation.states:
        return ""
    if row is None:
        return "" if get_skip_reason(claim, data) else "not-compared"
    if row.claim != claim.fingerprint:
        return "suspect"
    return "" if row.result in VERIFIED else "not-proved"


def _of_record(what: tuple[str, str], found: list[Claim]) -> Diagnostic:
    code, record = what
    first = found[0].citation
    params = {"source": first.source, "locator": first.locator, "places": len(found)}
    params |= {"key": found[0].key, "hint": "several" if len(found) > 1 else ""}
    notice = code == "not-compared"
    return Diagnostic(
        code,
        record,
        found[0].path,
        params,
        cause="" if code == "not-proved" else code,
        severity="notice" if notice else "fault",
    )


def _rows(
    data: Dataset, proofs: LockTable[Verification], today: date | None
) -> Iterator[Diagnostic]:
    """Rows that cannot be right: dated ahead, without a name, or verified in an unknown text."""
    known: dict[str, list[str]] = defaultdict(list)
    for source_map in data.maps:
        known[source_map.source].append(source_map.sha256)
    for source in data.of(Source):
        known[source.id] += source.texts
    unread = data.unreadable or data.invalid_ids
    for key, row in proofs.rows.items():
        line = proofs.lines[key]
        before = f"{key}\t{row.result}\t{row.by or '-'}\t"
        if today and row.since > today.isoformat():
            place = SourceLocation(CITATIONS, line, len(before) + 1)
            yield Diagnostic(
                "proof-ahead", params={"got": row.since, "today": today}, location=place
            )
        if not row.by and row.result in VERIFIED:
            place = SourceLocation(CITATIONS, line, len(f"{key}\t{row.result}\t") + 1)
            params = {"file": CITATIONS, "hint": "older"}
            yield Diagnostic("lock-line", params=params, location=place, cause="lock-line.older")
        source_id = key.split(" ")[1]
        names = (text.startswith(row.text) for text in known[source_id])
        if has_current_format(row) and row.text and not unread and not any(names):
            place = SourceLocation(CITATIONS, line, len(f"{before}{row.since}\t{row.claim}\t") + 1)
            params = {"source": source_id, "got": row.text}
            cause = f"unknown-text {source_id} {row.text}"
            yield Diagnostic("unknown-text", params=params, location=place, cause=cause)


def _texts(
    data: Dataset, proofs: LockTable[Verification], known: Iterable[Claim]
) -> Iterator[Diagnostic]:
    """Sources of which the map names another text than the one in which they were verified."""
    cited: dict[str, list[str]] = defaultdict(list)
    for claim in known:
        cited[claim.citation.source].append(claim.key)
    for source_map in data.maps:
        other = [
            key
            for key in cited[source_map.source]
            if (proof := proofs.rows.get(key))
            and proof.text
            and not source_map.sha256.startswith(proof.text)
        ]
        if other:
            params = {"source": source_map.source, "places": len(other)}
            yield Diagnostic("text-changed", f"map:{source_map.source}", ("sha256",), params)


def _leftovers(
    known: Mapping[str, Claim], proofs: LockTable[Verification], rows: Mapping[str, Verification]
) -> Iterator[Diagnostic]:
    """Lines that no citation uses; the next `tracker verify --write` removes them."""
    used = {row.key for row in rows.values()}
    for key in sorted(proofs.rows.keys() - used):
        if key in known and known[key].citation.states:
            continue
        yield Diagnostic(
            "lock-without-citation",
            params={"got": key},
            location=SourceLocation(CITATIONS, proofs.lines[key], 1),
            cause="no citation",
            severity="notice",
        )
