"""Records and the lock file of proofs: what was claimed when it was proved is claimed still."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from tracker.claims import Claim, claims
from tracker.locks import CITATIONS, Proof, Table
from tracker.model import Dataset
from tracker.problem import Example, Place, Problem, Rule

PROOF_RULES = (
    Rule(
        "lock-line",
        "Each line of a lock file has all its columns, and names a citation or address once.",
        Example("citations.lock", "pupils/citations report B2\t", "pupils/citations report B2 "),
    ),
    Rule(
        "proof-ahead",
        "No proof lies after the day passed in.",
        Example(
            "citations.lock",
            "pupils/citations report B2\tproved\t-\t2026-11-24",
            "pupils/citations report B2\tproved\t-\t2199-11-24",
        ),
    ),
    Rule(
        "suspect",
        "A claim, and what it cites, is the same as when its citation was last sought in the text.",
        Example("findings", "printed: '1,200'", "printed: '1,201'"),
    ),
    Rule(
        "never-sought",
        "Every citation has a line in the lock file, also where nobody has the text at hand.",
        Example("citations.lock", "pupils/citations", "# pupils/citations"),
    ),
    Rule(
        "text-changed",
        "The text of a source is the one in which its citations were proved.",
        Example("maps/report", "sha256: 8", "sha256: 9"),
    ),
    Rule(
        "not-proved",
        "What a citation states was found, and at the place that it names.",
        Example(
            "citations.lock",
            "count-2/citations report B2\tproved",
            "count-2/citations report B2\twrong-place",
        ),
    ),
    Rule(
        "lock-without-citation",
        "A line of the lock file belongs to a citation that is there.",
        Example("citations.lock", "pupils/citations", "scholars/citations"),
    ),
)


def check_proofs(
    data: Dataset,
    proofs: Table[Proof],
    *,
    today: date | None = None,
    faulty: frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    """Every claim that was not proved as it stands. Needs no text: it compares fingerprints.

    `faulty` names the records with other problems. They are to be mended first, and may then be
    as they were when they were proved: that they changed is not told.
    """
    yield from proofs.problems
    for key, proof in proofs.rows.items():
        if today and proof.since > today.isoformat():
            place = Place(CITATIONS, proofs.lines[key], 1)
            yield Problem("proof-ahead", facts={"got": proof.since, "today": today}, place=place)
    known = {claim.key: claim for claim in claims(data)}
    stale: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for key, claim in known.items():
        code = _state(claim, proofs.rows.get(key))
        if code and (code == "not-proved" or claim.record.id not in faulty):
            stale[code, claim.record.id].append(claim)
    for (code, record), found in stale.items():
        first = found[0].citation
        facts = {"source": first.source, "locator": first.locator, "places": len(found)}
        facts["hint"] = "several" if len(found) > 1 else ""
        cause = "" if code == "not-proved" else code
        yield Problem(code, record, found[0].path, facts, cause=cause)
    yield from _texts(data, proofs, known.values())
    if not faulty and not data.unsound and not data.unread:
        moved = {record for code, record in stale if code == "never-sought"}
        for key in sorted(proofs.rows.keys() - known.keys()):
            if key.partition("/")[0] in moved:
                continue  # the same citation under its name of before: one proof mends both
            place = Place(CITATIONS, proofs.lines[key], 1)
            facts = {"got": key}
            yield Problem("lock-without-citation", facts=facts, place=place, cause="no citation")


def _state(claim: Claim, proof: Proof | None) -> str:
    if proof is None:
        return "never-sought"
    if proof.claim != claim.fingerprint:
        return "suspect"
    return "not-proved" if proof.result in ("not-found", "wrong-place") else ""


def _texts(data: Dataset, proofs: Table[Proof], known: Iterable[Claim]) -> Iterator[Problem]:
    """Sources of which the map names another text than the one in which they were proved."""
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
            facts = {"source": source_map.source, "places": len(other)}
            yield Problem("text-changed", f"map:{source_map.source}", ("sha256",), facts)
