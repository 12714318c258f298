"""The words of the timeline: kinds of entries, gaps, and the overview above it."""

from collections.abc import Mapping

TIMELINE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "event.request": "Request",
        "event.figure": "Figure",
        "event.rating": "Tracker’s rating",
        "event.gap": "Gap",
        "timeline.step": "{review} – {stage}, {step}",
        "timeline.gap": "Nothing is recorded for {length}.",
        "timeline.gap.now": "Nothing is recorded, {length} so far; this tracker’s own ratings "
        "aside.",
        "timeline.gap.of": "{kind}: nothing of a later date is recorded, {length} so far.",
        "timeline.jump": "Go to a year",
        "timeline.decade": "{first}s",
        "timeline.today": "Today: {day}",
        "timeline.nothing-ahead": "No date after today is recorded.",
        "timeline.undated": "Without a date",
        "timeline.undated.means": "Each says why it has none.",
        "timeline.reviews": "Review:",
        "strip.name": "All dated entries by kind, {first} to {last}",
        "strip.desc": "Each row is a kind of entry, each mark an entry: {kinds}. Nothing is "
        "recorded: {gaps}. The list below says the same in words.",
        "strip.no-gaps": "no such time",
        "strip.reading": "A dot is an entry; a line spans the time that a date may mean or a "
        "period covers. Hatched: nothing is recorded, at all or, in one row, of this kind since "
        "then. The broken upright line is today.",
        "facet.event": "Kind",
        "facet.who": "Who acted",
    }
}
"""By key, as `say` takes it."""
