"""Problems as a code quality report, which GitLab shows on the lines of a merge request."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from tracker.checks.report import LocatedDiagnostic, format_message, format_subject


def format_report(told: Iterable[LocatedDiagnostic]) -> str:
    """Return the report as JSON."""
    return json.dumps(list(_entries(told)), ensure_ascii=False, indent=2)


def _entries(told: Iterable[LocatedDiagnostic]) -> Iterator[dict[str, object]]:
    seen: Counter[tuple[str, ...]] = Counter()
    for place, problem in told:
        what, remedy = format_message(problem)
        about = format_subject(problem)
        text = f"{about}: {what}" if about else what
        # Without the line: GitLab compares reports, and a problem that moved is not a new one.
        identity = (place.file, problem.code, text)
        seen[identity] += 1
        yield {
            "description": f"{text} {remedy}".strip(),
            "check_name": problem.code,
            "fingerprint": sha256(repr((*identity, seen[identity])).encode()).hexdigest(),
            "severity": "major" if problem.is_blocking else "info",
            "location": {"path": place.file, "lines": {"begin": place.line}},
        }
