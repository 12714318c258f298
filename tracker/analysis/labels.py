"""Labels of ratings and of their evidence, as every page, file and command shows them."""

from collections.abc import Callable, Iterable

from tracker.model import Assessment, Recommendation, find_current_assessments
from tracker.model.assessment import StatusLabel


def format_label(
    label: StatusLabel, *, title: Callable[[str], str], translate: Callable[..., str]
) -> str:
    """Return a status with its qualifiers, such as “Not implemented (one source)”.

    `title` returns the title of a status. Each place that names the status of a rating uses this
    text, so that no qualifier is lost on the way.
    """
    status = title(label.status)
    if not label.qualifiers:
        return status
    qualifiers = [translate(f"status.qualifier.{name}") for name in label.qualifiers]
    return translate("status.qualified", status=status, qualifiers=qualifiers)


def group_by_label(
    assessments: Iterable[Assessment],
) -> dict[StatusLabel, tuple[Assessment, ...]]:
    """Return the assessments by their label, in order of first use."""
    groups: dict[StatusLabel, list[Assessment]] = {}
    for assessment in assessments:
        groups.setdefault(assessment.label, []).append(assessment)
    return {label: tuple(group) for label, group in groups.items()}


def list_labels(recommendation: Recommendation) -> tuple[StatusLabel, ...]:
    """Return the distinct labels of the current ratings."""
    return tuple(group_by_label(find_current_assessments(recommendation)))


def to_label_rows(
    recommendation: Recommendation, format_status: Callable[[StatusLabel], str]
) -> list[dict[str, object]]:
    """Return the label of each rating of a recommendation, for exports."""
    return [
        {
            "of": a.id,
            "record": recommendation.id,
            "status": a.label.status,
            "qualifiers": list(a.label.qualifiers),
            "label": format_status(a.label),
        }
        for a in recommendation.assessments
    ]


def format_evidence_date(date: str, document: str, translate: Callable[..., str]) -> str:
    """Return a date of evidence, with the kind of document if that is undated."""
    if not document:
        return date
    return translate("evidence.undated", date=date, document=document)
