"""The model: references and citations are found at every depth."""

from tests.conftest import EXAMPLE
from tracker.model import Recommendation, find_citations, find_current_assessments, find_references
from tracker.records.loader import load, read_files

DATA = load(read_files(EXAMPLE)).dataset


def get_recommendation() -> Recommendation:
    found = DATA.find("asked-1")
    assert isinstance(found, Recommendation)
    return found


def test_references_at_all_depths() -> None:
    """An id is found in a field, a list, and a nested part."""
    found = {path: to for path, to, _ in find_references(get_recommendation())}
    assert found[("document",)] == "observations"
    assert found[("groups", 1)] == "newcomers"
    assert found[("assessments", 0, "law", "citations", 0, "source")] == "report"


def test_citations_at_all_depths() -> None:
    """Every citation is found, with its path."""
    paths = [path for path, _ in find_citations(get_recommendation())]
    assert paths == [
        ("citations", 0),
        ("positions", 0, "citations", 0),
        ("positions", 1, "citations", 0),
        ("assessments", 0, "law", "citations", 0),
        ("assessments", 0, "results", "citations", 0),
    ]


def test_latest_assessment_counts_for_each_group() -> None:
    """A later assessment replaces an earlier one only for the groups that it covers."""
    recommendation = get_recommendation()
    first, second = recommendation.assessments
    later = second.model_copy(update={"id": "later", "groups": ("newcomers",)})
    history = recommendation.model_copy(update={"assessments": (first, second, later)})
    current = find_current_assessments(history)
    assert [a.id for a in current] == ["asked-1-a1", "asked-1-a2", "later"]
    groups = [group for a in current for group in a.groups]
    assert len(set(groups)) == len(groups)  # none has two statuses
    all_groups = second.model_copy(update={"id": "all", "groups": recommendation.groups})
    history = recommendation.model_copy(update={"assessments": (first, second, all_groups)})
    assert [a.id for a in find_current_assessments(history)] == ["all"]


def test_localized_text() -> None:
    """A title can have several languages."""
    files = read_files(EXAMPLE)
    text = files["data/events.yml"].decode()
    text = text.replace("title: The register opened", "title:\n    en: Open\n    az: Açıq")
    loaded = load(files | {"data/events.yml": text.encode()})
    record = loaded.dataset.find("opened")
    assert record
    assert (loaded.problems, record.title) == ((), {"en": "Open", "az": "Açıq"})
