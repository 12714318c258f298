"""The context that pages are rendered with: the records, the language and the site's settings."""

from dataclasses import dataclass
from typing import Any

from tracker.analysis.labels import format_evidence_date, format_label
from tracker.checks.report import format_diagnostics
from tracker.i18n import t
from tracker.model import ImpreciseDate, Recommendation, Source, Text
from tracker.model.assessment import StatusLabel
from tracker.project import Project
from tracker.site.dataset_view import DatasetView
from tracker.site.dates import format_date

_MAX_SHORT_TITLE = 48


@dataclass(frozen=True)
class Publisher:
    """The publisher of this copy of the site, and how to reach them. Each part can be empty."""

    name: str = ""
    mail: str = ""
    key: str = ""
    """The address or fingerprint of the key to encrypt messages with."""


@dataclass(frozen=True, eq=False)
class SiteContext:
    """Queries on the records, with the language and settings of the site."""

    view: DatasetView
    language: str = "en"
    site_name: str = ""
    site_url: str = ""
    repo_url: str = ""
    edit_branch: str = ""
    """The branch to which forms propose records. If empty, there are no forms."""
    publisher: Publisher = Publisher()

    def translate(self, key: str, **values: Any) -> str:
        """Return a message in the language of the site."""
        return t(key, language=self.language, **values)

    def localize(self, text: Text | None) -> str:
        """Return a text in the language of the site, or else in the first language it has."""
        if text is None or isinstance(text, str):
            return text or ""
        return text.get(self.language) or next(iter(text.values()))

    def fallback_language(self, text: Text | None) -> str | None:
        """Return the language of the localized text, or None if it is that of the site."""
        if text is None or isinstance(text, str) or text.get(self.language):
            return None
        return next(iter(text))

    def title(self, record_id: str) -> str:
        """Return the title of a record, or the id if it does not exist."""
        record = self.view.find(record_id)
        return self.localize(record.title) if record else record_id

    def name_recommendation(self, recommendation: Recommendation) -> str:
        """Return the title of a recommendation, and whether it is a proposal of civil society."""
        title = self.title(recommendation.id)
        if not self.view.is_proposal(recommendation):
            return title
        return f"{title} ({self.translate('proposal')})"

    def short_title(self, source: Source) -> str:
        """Return the name of a source where it is cited, cut if it is long."""
        name = self.localize(source.short_title) or source.symbol or self.localize(source.title)
        return (
            name if len(name) <= _MAX_SHORT_TITLE else f"{name[: _MAX_SHORT_TITLE - 1].rstrip()}…"
        )

    def place(self, locator: str) -> str:
        """Return the place in a source as readers see it."""
        return self.translate("place.whole") if locator == "whole" else locator

    def label(self, label: StatusLabel) -> str:
        """Return the full label of a rating: its status and qualifiers."""
        return format_label(label, title=self.title, translate=self.translate)

    def evidence_date(self, when: ImpreciseDate, undated: Text | None) -> str:
        """Return a date of evidence in words, with the kind of document if that is undated."""
        day = format_date(when, self.translate)
        return format_evidence_date(day, self.localize(undated), self.translate)


class InvalidRecordsError(Exception):
    """Raised for invalid records. The message lists every problem."""


def make_context(project: Project, **settings: Any) -> SiteContext:
    """Check a project and return its context. `settings` are fields of SiteContext.

    Raises InvalidRecordsError.
    """
    loaded = project.loaded
    problems = loaded.locate_all(p for p in project.check() if p.is_blocking)
    if problems:
        raise InvalidRecordsError(format_diagnostics(problems, lines=loaded.get_line))
    view = DatasetView(
        project.dataset,
        project.reference_date(),
        loaded.record_lines,
        verifications=project.verifications,
        link_states=project.link_states,
    )
    return SiteContext(view, **settings)
