"""Later recommendations of other bodies or cycles on the same right and group."""

from collections.abc import Iterable

from tracker.model import Recommendation


def find_repetitions(
    recommendation: Recommendation, others: Iterable[Recommendation]
) -> tuple[Recommendation, ...]:
    """Return the later recommendations that share a right and a group, the oldest first.

    They come from another body or another cycle. A recommendation whose parts are among them is
    left out.
    """
    found = {other.id: other for other in others if _repeats(other, recommendation)}
    parents = {other.part_of for other in found.values()}
    dated = [(r.made_on.first, r.id) for r in found.values() if r.made_on and r.id not in parents]
    return tuple(found[key] for _, key in sorted(dated))


def _repeats(other: Recommendation, earlier: Recommendation) -> bool:
    if other.made_on is None or earlier.made_on is None or other.withdrawn:
        return False
    return (
        other.made_on.first > earlier.made_on.last
        and _get_occasion(other) != _get_occasion(earlier)
        and not set(other.rights).isdisjoint(earlier.rights)
        and not set(other.groups).isdisjoint(earlier.groups)
    )


def _get_occasion(recommendation: Recommendation) -> tuple[str, str]:
    return recommendation.made_by, recommendation.cycle or recommendation.document
