"""Record pages without the page template of the site."""

from datetime import date
from pathlib import Path

from tests.conftest import EXAMPLE
from tracker.model import Finding, Recommendation
from tracker.records.loader import load, read_files
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView
from tracker.site.gaps import find_gaps
from tracker.site.headings import find_headings
from tracker.site.references import list_references
from tracker.site.render import render_record_page

NOTICE = "- id: found-1\n  withdrawn:\n    on: 2024-05-01\n    why: It was a mistake.\n"


def make_context(
    root: Path = EXAMPLE, *, find: str = "", put: str = "", today: str = "2026-11-24"
) -> SiteContext:
    """Return the context of the example project, with one text replaced."""
    files = {n: data.decode().replace(find or "\0", put) for n, data in read_files(root).items()}
    loaded = load({name: text.encode() for name, text in files.items()})
    assert loaded.problems == ()
    return SiteContext(DatasetView(loaded.dataset, date.fromisoformat(today)))


def test_withdrawn_record_is_a_notice_and_in_no_list() -> None:
    """A withdrawn record has a page with the reason, and is in no list."""
    context = make_context(find="- id: found-1\n", put=NOTICE)
    record = context.view.data.find("found-1")
    recommendation = context.view.data.find("asked-1")
    assert isinstance(record, Finding)
    assert isinstance(recommendation, Recommendation)
    page = render_record_page(context, "findings", record).html
    assert "It was a mistake." in page
    assert "About 1,200" not in page
    assert context.view.findings(recommendation) == ()
    assert context.view.filter_by(Finding, "kind", "problem") == ()


def test_status_that_differs_by_group_is_never_averaged() -> None:
    """Both ratings of a record are shown, each with its groups."""
    context = make_context()
    record = context.view.data.find("asked-1")
    assert record
    page = render_record_page(context, "recommendations", record).html
    assert page.index("Partly implemented") < page.index("Not enough information")
    assert "Settlers" in page
    parent = context.view.data.find("asked")
    assert parent
    assert "Differs by group" in render_record_page(context, "recommendations", parent).html


def test_speaker_without_statements_is_shown() -> None:
    """A speaker without a recorded statement has an empty section that says so."""
    record = make_context().view.data.find("asked-1")
    assert record
    page = render_record_page(make_context(), "recommendations", record).html
    committee = page[page.index("<h3>The Committee</h3>") :]
    assert "No statement on record." in committee[: committee.index("</section>")]


def test_review_state_changes_with_time() -> None:
    """The same evidence is current on one day and past its review on a later one."""

    def is_past_review(today: str) -> list[str]:
        view = make_context(today=today).view
        return [record.id for record in find_gaps(view)["past-review"]]

    assert is_past_review("2021-07-26") == []
    assert is_past_review("2021-07-27") == ["asked-1", "asked-2"]


def test_reported_position_shows_both_names() -> None:
    """The speaker and the reporter are on one line."""
    record = make_context().view.data.find("asked-1")
    assert record
    page = " ".join(render_record_page(make_context(), "recommendations", record).html.split())
    assert "<strong>Home Office</strong> as reported by <strong>Harbour Foundation</strong>" in page


def test_table_of_contents_escapes_titles() -> None:
    """The theme does not escape the table of contents, so its titles are escaped before."""
    (found,) = find_headings('<h2 id="by-1">By sex&lt;meta a&gt; &amp;amp; <b>all</b></h2>')
    assert found["name"] == "By sex&lt;meta a&gt; &amp;amp; all"


def test_other_states_and_linked_bodies_are_not_independent() -> None:
    """Other States and bodies linked to the State are not listed with independent bodies."""
    for voice, heading in (
        ("states", "Other States"),
        ("state-linked", "Bodies linked to the State"),
    ):
        context = make_context(find="voice: independent", put=f"voice: {voice}")
        record = context.view.data.find("asked-1")
        assert record
        page = render_record_page(context, "recommendations", record).html
        of_others = page[page.index("other independent bodies</h3>") :]
        assert "Too few are housed." not in of_others[: of_others.index("</section>")]
        own = page[page.index(f"<h3>{heading}</h3>") :]
        assert "Too few are housed." in own[: own.index("</section>")]


def test_body_linked_to_the_state_is_not_another_side() -> None:
    """Statements of the State and of its council count as one side."""

    def find_state_only(voice: str) -> list[str]:
        view = make_context(find="voice: independent", put=f"voice: {voice}").view
        return [record.id for record in find_gaps(view)["state-only"]]

    assert find_state_only("state-linked") == ["asked-1"]
    assert find_state_only("independent") == find_state_only("states") == []


def test_only_the_wording_of_a_mechanism_is_missing() -> None:
    """Proposals of an organization are not reproduced on purpose, which is not a gap."""
    missing = [record.id for record in find_gaps(make_context().view)["no-official-text"]]
    assert missing == ["asked", "asked-1"]


def test_figures_of_a_shared_finding_are_not_shown() -> None:
    """A recommendation shows only its own figures; those of a finding may measure another right."""
    summary = "summary: About 1,200 newcomers live in the harbour.\n"
    context = make_context(find=summary, put=f"{summary}  indicators:\n  - count-1\n")
    recommendation = context.view.data.find("asked-1")
    assert isinstance(recommendation, Recommendation)
    assert context.view.findings(recommendation)[0].indicators == ("count-1",)
    assert context.view.indicators(recommendation) == ()


def test_reported_paragraph_is_cited_as_reported() -> None:
    """A paragraph known only from another document is cited as reported there."""
    missing = "official_text:\n    missing: It has not been added yet.\n"
    paraphrase = (
        "  paraphrases:\n  - reported_by: foundation\n    says: House them.\n"
        "    citations:\n    - source: report\n      locator: B2\n"
    )
    for put, reported in ((missing, False), (missing + paraphrase, True)):
        context = make_context(find=missing, put=put)
        record = context.view.data.find("asked-1")
        assert record
        document, _ = list_references(context, record, "recommendations")
        (reference,) = document.references
        for text in (reference.text, reference.footnote, reference.work.note):
            _, _, source = text.partition(", as reported in ")
            assert bool(source) == reported
            assert (f"[{context.title('report')}]" in source and "B2" in source) == reported


def test_unit_in_the_published_figure_is_not_repeated() -> None:
    """A figure published as `1,200 persons` is not followed by `persons` again."""
    figure = "    value: 1200\n    printed: '1,200'\n  breakdowns"
    context = make_context(find=figure, put=figure.replace("'1,200'", "1,200 persons"))
    record = context.view.data.find("count-1")
    assert record
    page = render_record_page(context, "indicators", record).html
    headline = page[page.index('class="ct-figure"') :].partition("</p>")[0]
    assert headline.count("persons") == 1
    plain = make_context()
    record = plain.view.data.find("count-1")
    assert record
    page = render_record_page(plain, "indicators", record).html
    headline = page[page.index('class="ct-figure"') :].partition("</p>")[0]
    assert headline.count("persons") == 1
