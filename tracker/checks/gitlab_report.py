"""Format diagnostics as a GitLab Code Quality report, shown on the lines of a merge request."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from tracker.checks.report import LocatedDiagnostic, format_headline


def format_report(diagnostics: Iterable[LocatedDiagnostic]) -> str:
    """Return the report as JSON."""
    return json.dumps(list(_iter_entries(diagnostics)), ensure_ascii=False, indent=2)


def _iter_entries(diagnostics: Iterable[LocatedDiagnostic]) -> Iterator[dict[str, object]]:
    counts: Counter[tuple[str, ...]] = Counter()
    for location, diagnostic in diagnostics:
        headline, remedy = format_headline(diagnostic)
        # GitLab compares fingerprints between reports. A problem that only moved to another line
        # is not new, so the line is left out.
        identity = (location.file, diagnostic.code, headline)
        counts[identity] += 1
        yield {
            "description": f"{headline} {remedy}".strip(),
            "check_name": diagnostic.code,
            "fingerprint": sha256(repr((*identity, counts[identity])).encode()).hexdigest(),
            "severity": "major" if diagnostic.is_blocking else "info",
            "location": {"path": location.file, "lines": {"begin": location.line}},
        }
