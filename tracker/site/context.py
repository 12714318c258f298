"""What a page is made from: what the records come to on a day, in a language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby

from tracker.analysis.freshness import (
    Age,
    Ages,
    ReviewStatus,
    compute_age,
    get_review_status,
    iter_review_statuses,
)
from tracker.export.citation_formats import CitableWork
from tracker.i18n import t
from tracker.model import (
    Assessment,
    Citation,
    Correction,
    Cycle,
    Discrepancy,
    Event,
    Finding,
    ImpreciseDate,
    Indicator,
    Recommendation,
    Record,
    Source,
    SourceMap,
    Term,
    Text,
    find_citations,
    find_current_assessments,
)
from tracker.site.dataset_view import DatasetView
from tracker.site.dates import format_date

# The title of an imported record; whoever cites it puts it in quotation marks.
_WHOLLY_QUOTED = re.compile(r"^“([^“”]*)”$")


@dataclass(frozen=True, eq=False)
class SiteContext(DatasetView):
    """Sound records seen on a day, in a language, for a site."""

    language: str = "en"
    site_name: str = ""
    site_url: str = ""
    repo_url: str = ""
    editing: str = ""
    """The branch to which records are proposed from forms; without one there are no forms."""

    def pick(self, text: Text | None) -> str:
        """A text in the language of the book, or in the first one it is written in."""
        if text is None or isinstance(text, str):
            return text or ""
        return text.get(self.language) or next(iter(text.values()))

    def foreign(self, text: Text | None) -> str | None:
        """The language in which `pick` gives a text, where it is not that of the book."""
        if text is None or isinstance(text, str) or text.get(self.language):
            return None
        return next(iter(text))

    def title(self, record_id: str) -> str:
        """The title of a record; the id itself if it is not there."""
        record = self.find(record_id)
        return self.pick(record.title) if record else record_id

    def age(self, when: ImpreciseDate) -> Age:
        """How old a date is on the day of the book."""
        return compute_age(when, today=self.today)

    @property
    def recommendations(self) -> tuple[Recommendation, ...]:
        """The recommendations that stand."""
        return self.all(Recommendation)

    @property
    def assessable(self) -> tuple[Recommendation, ...]:
        """The recommendations that stand, without those that were imported and never assessed."""
        return tuple(r for r in self.recommendations if not r.unassessed_import)

    def imported(self, naming: str) -> int:
        """How many recommendations that nobody has assessed since their import name a record."""
        found = (r for r in self.naming(naming) if isinstance(r, Recommendation))
        return sum(r.withdrawn is None and r.unassessed_import for r in found)

    def ageing(self, item: Ages, of: Recommendation | None = None) -> ReviewStatus | None:
        """How the evidence of a rating or position (of a recommendation), a figure or a source
        stands on the day of the book; None where it has no date or never ages."""
        return get_review_status(item, self.data, of=of, today=self.today)

    def past_review(self, assessment: Assessment, recommendation: Recommendation) -> bool:
        """Whether the evidence is older than it may be."""
        found = self.ageing(assessment, recommendation)
        return found is not None and found.state != "current"

    def freshness(self) -> Mapping[str, Mapping[str, int]]:
        """How many ratings, positions, figures and sources are current, due, overdue, ageless."""
        kinds = ("ratings", "positions", "figures", "sources")
        counts = {
            kind: dict.fromkeys(("current", "due", "overdue", "ageless"), 0) for kind in kinds
        }
        for kind, _, found in iter_review_statuses(self.data, today=self.today):
            counts[kind][found.state if found else "ageless"] += 1
        return counts

    def rated_groups(self) -> tuple[str, ...]:
        """The groups for which anything is rated, in the order of the vocabulary."""
        rated = {
            g for r in self.recommendations for a in find_current_assessments(r) for g in a.groups
        }
        return tuple(term.id for term in self.terms("group") if term.id in rated)

    def rating_for(self, recommendation: Recommendation, group: str) -> Assessment | None:
        """The rating in force of a recommendation for one group."""
        found = [a for a in find_current_assessments(recommendation) if group in a.groups]
        return max(reversed(found), key=lambda a: a.date.last, default=None)

    def evidence_of(self, assessment: Assessment) -> int:
        """How many places a rating cites, each once."""
        return len({(c.source, c.locator) for _, c in find_citations(assessment)})

    def work(self, record: Record, collection: str) -> CitableWork:
        """A record as something to cite."""
        return CitableWork(
            id=record.id,
            title=_WHOLLY_QUOTED.sub(r"\1", self.title(record.id)),
            site=self.site_name,
            authors=t("authors", language=self.language, site=self.site_name),
            day=self.today,
            url=f"{self.site_url}{collection}/{record.id}/" if self.site_url else "",
            about=self._asked_in(record) if isinstance(record, Recommendation) else "",
        )

    def _asked_in(self, recommendation: Recommendation) -> str:
        """Who asked it, in which document, where in it, and when."""
        symbol = self.source(recommendation.document).symbol
        document = symbol or self.title(recommendation.document)
        found = [self.title(recommendation.made_by), document, recommendation.paragraph]
        if recommendation.made_on:
            found.append(format_date(recommendation.made_on, partial(t, language=self.language)))
        return ", ".join(found)

    @property
    def asked_by_committees(self) -> tuple[Recommendation, ...]:
        """What committees asked for, item by item, without what was imported and never assessed."""
        committees = self.of_voice("committee")
        return tuple(r for r in self.assessable if r.made_by in committees and not self.parts(r))

    def parts(self, recommendation: Recommendation) -> tuple[Recommendation, ...]:
        """The items into which a recommendation is split."""
        found = self.having(Recommendation, "part_of", recommendation.id)
        return tuple(r for r in found if not r.unassessed_import)

    def findings(self, recommendation: Recommendation) -> tuple[Finding, ...]:
        """The findings that bear on a recommendation."""
        return self.having(Finding, "bears_on", recommendation.id)

    def indicators(self, recommendation: Recommendation) -> tuple[Indicator, ...]:
        """Its own figures, and those of the findings that bear on it, each once."""
        wanted = set(recommendation.indicators)
        for finding in self.findings(recommendation):
            wanted.update(finding.indicators)
        found = self.ordered(wanted)
        return tuple(i for i in found if isinstance(i, Indicator) and i.withdrawn is None)

    def timeline(self, recommendation: Recommendation) -> tuple[Event, ...]:
        """The dated steps that bear on it, oldest first, undated ones last."""
        return tuple(sorted(self.having(Event, "bears_on", recommendation.id), key=time_sort_key))

    def discrepancies(self, record: Record) -> tuple[Discrepancy, ...]:
        """The discrepancies that touch a record, or a finding that bears on it."""
        touched = {record.id}
        if isinstance(record, Recommendation):
            touched |= {f.id for f in self.findings(record)}
        found = {d.id for one in touched for d in self.having(Discrepancy, "about", one)}
        return tuple(d for d in self.ordered(found) if isinstance(d, Discrepancy))

    def changes(self) -> tuple[tuple[Recommendation, Assessment | None, Assessment], ...]:
        """Each assessment with the one of the same groups before it, newest first."""
        found: list[tuple[Recommendation, Assessment | None, Assessment]] = []
        for recommendation in self.assessable:
            before: dict[str, Assessment] = {}
            for assessment in recommendation.assessments:
                known = next((before[g] for g in assessment.groups if g in before), None)
                found.append((recommendation, known, assessment))
                before.update(dict.fromkeys(assessment.groups, assessment))
        return tuple(sorted(found, key=lambda change: change[2].date.last, reverse=True))

    def by_body(self) -> tuple[tuple[str, tuple[Recommendation, ...]], ...]:
        """The recommendations by who made them, in file order; those that were imported and never
        assessed come last, in both."""
        found: dict[str, list[Recommendation]] = {}
        for recommendation in sorted(self.recommendations, key=lambda r: r.unassessed_import):
            found.setdefault(recommendation.made_by, []).append(recommendation)
        return tuple((body, tuple(made)) for body, made in found.items())

    def concerning(self, term_id: str) -> tuple[Recommendation, ...]:
        """The recommendations that name a right, group or authority, imported ones left out."""
        found = (r for r in self.naming(term_id) if isinstance(r, Recommendation))
        return tuple(r for r in found if r.withdrawn is None and not r.unassessed_import)

    def findings_of(self, kind: str) -> tuple[Finding, ...]:
        """The findings of one kind."""
        return self.having(Finding, "kind", kind)

    def indicators_of(self, role: str) -> tuple[Indicator, ...]:
        """The indicators of one role."""
        return self.having(Indicator, "role", role)

    def sources_of(self, source_type: str) -> tuple[Source, ...]:
        """The sources of one type."""
        return self.having(Source, "type", source_type)

    def discrepancies_of(self, state: str) -> tuple[Discrepancy, ...]:
        """The discrepancies in one state."""
        return self.having(Discrepancy, "state", state)

    def all_events(self) -> tuple[Event, ...]:
        """Every event, oldest first, undated ones last."""
        return tuple(sorted(self.all(Event), key=time_sort_key))

    def all_cycles(self) -> tuple[Cycle, ...]:
        """Every review, in file order."""
        return self.all(Cycle)

    def corrections(self) -> tuple[tuple[Record, Correction], ...]:
        """Every correction with its record, newest first."""
        found = ((record, c) for _, record in self.data.records() for c in record.corrections)
        return tuple(sorted(found, key=lambda pair: pair[1].on.last, reverse=True))

    def citations(self, record: Record) -> tuple[Citation, ...]:
        """Every place that a record cites, each once, by source and place as first cited."""
        seen: dict[tuple[str, str], Citation] = {}
        for _, citation in find_citations(record):
            key = (citation.source, citation.locator)
            known = seen.get(key)
            if known is None:
                seen[key] = citation
            else:
                more = tuple(s for s in citation.states if s not in known.states)
                seen[key] = known.model_copy(update={"states": known.states + more})
        return tuple(seen.values())

    def cited_sources(self, record: Record) -> tuple[tuple[Source, tuple[Citation, ...]], ...]:
        """The sources that a record cites, each once with its places, as first cited."""
        places: dict[str, list[Citation]] = {}
        for citation in self.citations(record):
            places.setdefault(citation.source, []).append(citation)
        return tuple((self.source(name), tuple(found)) for name, found in places.items())

    def source(self, source_id: str) -> Source:
        """A source that is known to be there."""
        found = self.find(source_id)
        assert isinstance(found, Source)  # sound data: checked before any page is made
        return found

    def map_of(self, source_id: str) -> SourceMap | None:
        """The map of a source that is cited by block."""
        return next((m for m in self.data.maps if m.source == source_id), None)

    def terms(self, kind: str) -> tuple[Term, ...]:
        """The vocabulary of one kind, in file order."""
        return self.having(Term, "kind", kind)

    def series(self, name: str) -> tuple[Indicator, ...]:
        """The indicators of one series, oldest first."""
        return tuple(sorted(self.having(Indicator, "series", name), key=_get_indicator_day))

    def of_voice(self, voice: str) -> tuple[str, ...]:
        """The ids of those who speak with this voice."""
        return tuple(t.id for t in self.having(Term, "voice", voice))

    def users(self, record_id: str) -> Iterator[tuple[str, tuple[Record, ...]]]:
        """The records that name this one, by collection, each once, in file order; no imported
        recommendations that nobody has assessed, which may be thousands."""
        found = (
            record
            for record in self.naming(record_id)
            if not isinstance(record, Recommendation)
            or (record.withdrawn is None and not record.unassessed_import)
        )
        for name, records in groupby(found, key=lambda r: self.data.collection_of(r.id)):
            if name != "exceptions":
                yield name, tuple(records)


def _get_indicator_day(indicator: Indicator) -> date:
    when = indicator.as_of or indicator.period
    return when.last if when else date.min


def time_sort_key(event: Event) -> tuple[bool, date, str]:
    """Sorts events by their first day; those without a date come last."""
    first = event.date.first if event.date else date.max
    return event.date is None, first, event.id
