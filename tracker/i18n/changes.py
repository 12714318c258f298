"""How changes of the published data, and what is due for review, are told."""

from collections.abc import Mapping

CHANGES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "diff.heading": "What readers will see changed",
        "diff.none": "No published record changes.",
        "diff.counted": "Changes: {changes}, in records: {records}. Pages of recommendations that "
        "show them: {pages}.",
        "unread": "Not all records can be read, and those that cannot are left out: tracker check",
        "diff.touches": "Shows on: {titles}",
        "diff.lost": "Citations that are no longer verified: {count}",
        "diff.lost.citation": "{title}: {source}, {locator}",
        "diff.verified": "Newly verified citations: {count}",
        "diff.verified.proved": "{title}: “{states}” in {source}, {locator}. Checked by {by} on "
        "{day}.",
        "diff.verified.accepted": "{title}: “{states}” in {source}, {locator}. Accepted unverified "
        "by {by} on {day}.",
        "diff.left-out": "And {count} more: tracker diff",
        "diff.new": "new record",
        "diff.vanished": "vanished: it was published and is gone",
        "diff.withdrawn": "withdrawn: {why}",
        "diff.withdrawn.by": "withdrawn, replaced by {by}: {why}",
        "diff.returned": "no longer withdrawn",
        "diff.status": "status for {groups}: {before} → {after}. {why}",
        "diff.status.same": "rated again for {groups}, still {after}: {why}",
        "diff.status.none": "no rating",
        "diff.status.reason": "{status} ({reason})",
        "diff.rewritten": "earlier rating {part} {how}",
        "diff.position": "position of {speaker} {how}: {says}",
        "diff.how.added": "added",
        "diff.how.rewritten": "rewritten",
        "diff.how.removed": "removed",
        "diff.figure": "figure: {before} → {after}",
        "diff.figure.of": "figure for {of}: {before} → {after}",
        "diff.stated": "stated in {source}, {locator}: {before} → {after}",
        "diff.cited": "sources: now also {added}",
        "diff.cited.removed": "sources: no longer {removed}",
        "diff.cited.both": "sources: now also {added}; no longer {removed}",
        "diff.field": "{name}: {before} → {after}",
        "diff.field.parts": "{name}: changed",
        "diff.correction": "correction of {on}: {wrong} {why}",
        "diff.redacted": "(withheld)",
        "diff.correction.redaction": "redaction of {on}, the old value is withheld: {why}",
        "diff.map": "the map of its blocks changed",
        "due.heading": "What is due for review on {day}",
        "due.lead": "The evidence of these ratings is older than their review interval. A new "
        "rating is added below the earlier ones; where nothing newer was found, it says so.",
        "due.none": "No rating is due for review on {day}.",
        "due.by-authority": "By authority",
        "due.by-right": "By right",
        "due.unassigned": "no authority named",
        "due.due": "due since {since}, evidence up to {evidence}",
        "due.overdue": "overdue since {since}, evidence up to {evidence}",
        "due.more": "Also due, not listed: positions {positions}, figures {figures}, sources "
        "{sources}.",
    }
}
"""By the whole key; `diff.<kind>` for each kind of change."""
