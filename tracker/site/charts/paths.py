"""The paths of pictures to download. They do not change while records keep their names."""

from hashlib import sha256

from tracker.model import Breakdown, Indicator
from tracker.model.base import suggest_id

STATUSES, AGES = "charts/statuses.svg", "charts/evidence-age.svg"
TIMELINE = "charts/timeline.svg"


def series_picture(series: str) -> str:
    """Return the path of the chart of a series."""
    return f"charts/series-{_to_slug(series)}.svg"


def breakdown_picture(indicator: Indicator, breakdown: Breakdown) -> str:
    """Return the path of the chart of a breakdown, with a number if it is not the first by `by`."""
    slug = _to_slug(breakdown.by)
    alike = [b for b in indicator.breakdowns if _to_slug(b.by) == slug]
    place = next(n for n, b in enumerate(alike, 1) if b is breakdown)
    return f"charts/{indicator.id}-by-{slug}{f'-{place}' if place > 1 else ''}.svg"


def _to_slug(name: str) -> str:
    return suggest_id(name) or sha256(name.encode()).hexdigest()[:8]
