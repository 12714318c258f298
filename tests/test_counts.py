"""Counts: each number on a page is the length of the list below it or behind its link."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer

from tests.conftest import FROZEN
from tests.test_render import make_context
from tracker.model import Recommendation
from tracker.site.context import SiteContext
from tracker.site.gaps import find_gaps
from tracker.site.render import render_view

HEADINGS = ("h1", "h2", "h3", "h4", "h5")
NUMBER = re.compile(r"\((\d+)\)$")
NOTED = re.compile(r"(\d+)(?: (?:sources?|figures?|events?|earlier ratings?|proposals?))?")
LINKED = re.compile(
    r"(\d+) (?:(?:more |imported )?recommendations?|proposals?|findings?|figures?|sources?"
    r"|entr(?:y|ies) in the timeline|conflicts?|unresolved|probable explanation|resolved)\b.*",
    re.IGNORECASE,
)
ARTICLE = SoupStrainer("article")
EDITORS = ("contributing", "format", "edit", "schemas", "data-format")


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Tag]:
    """The article of each page for readers, by the path of the page."""
    found = {}
    for file in sorted(site.rglob("index.html")):
        path = file.parent.relative_to(site).as_posix()
        if path.partition("/")[0] in EDITORS:
            continue
        article = BeautifulSoup(file.read_text("utf-8"), "html.parser", parse_only=ARTICLE).article
        if article:
            found["" if path == "." else f"{path}/"] = article
    return found


def read(element: Tag) -> str:
    """Return the text of an element on one line."""
    return " ".join(element.get_text(" ").split())


def list_section(heading: Tag) -> list[Tag]:
    """Return the elements between a heading and the next one of its level, without subsections."""
    start = heading.find_parent("summary") or heading
    below: list[Tag] = []
    for element in start.find_next_siblings():
        if element.name in HEADINGS or element.select_one("summary > :is(h2, h3)"):
            break
        below.append(element)
    return below


def count_items(elements: list[Tag]) -> int:
    """Return the number of items in the lists, tables and cards among some elements."""
    return sum(len(find_items(element)) for element in elements)


def find_items(element: Tag) -> list[Tag]:
    """Return the items of each list, table or group of cards, without lists inside an item."""
    if element.select(":scope .ct-source"):
        return element.select(":scope .ct-source")
    marks = "article.ct-card, tbody > tr, ul.ct-list > li, ol.ct-timeline > li, li.ct-event"
    items: list[Tag] = list(element.select(marks))
    if element.name in ("ul", "ol"):
        items = list(element.find_all("li", recursive=False))
    outer = [item for item in items if not any(parent in items for parent in item.parents)]
    return [item for item in outer if "ct-none" not in (item.get("class") or [])]


def find_counted_headings(article: Tag) -> Iterator[tuple[Tag, int]]:
    """Yield each heading that ends with a number in parentheses."""
    for heading in article.find_all(HEADINGS):
        number = NUMBER.search(read(heading).replace("( ", "(").replace(" )", ")"))
        # A year in a title is not a count.
        if number and len(number[1]) < 4:
            yield heading, int(number[1])


def test_headings_count_their_items(pages: dict[str, Tag]) -> None:
    """A number in a heading is the number of items below it, or the sum of its subsections."""
    wrong, seen = [], 0
    for path, article in pages.items():
        for heading, number in find_counted_headings(article):
            below = list_section(heading)
            listed = count_items(below)
            linked = [m for e in below for a in e.find_all("a") if (m := LINKED.fullmatch(read(a)))]
            inner = [n for e in below for _, n in find_counted_headings(e)]
            seen += 1
            if number not in (listed, *(int(m[1]) for m in linked), sum(inner)):
                wrong.append((path, read(heading), listed))
    assert wrong == []
    assert seen > 60


def test_folded_sections_count_their_items(pages: dict[str, Tag]) -> None:
    """A number next to the heading of a folded section is the number of items inside."""
    wrong, seen = [], 0
    for path, article in pages.items():
        for note in article.select("summary > .ct-small"):
            number = NOTED.fullmatch(read(note))
            fold = note.find_parent("details")
            assert fold
            if "proposal" in read(note):
                fold = fold.select_one("[id$=-proposals] + ul")
                assert fold
            items = len(find_items(fold))
            if not number:
                continue
            seen += 1
            if int(number[1]) != items:
                wrong.append((path, read(note), items))
    assert wrong == []
    assert seen > 300


def test_voices_count_statements(pages: dict[str, Tag]) -> None:
    """The numbers next to "Who says what" count the statements of each speaker."""
    seen = 0
    for path, article in pages.items():
        note = article.select_one("summary:has(> #positions) > .ct-small")
        if not note:
            continue
        numbers = [int(n) for n in re.findall(r" (\d+)(?= ·|$)", read(note))]
        fold = note.find_parent("details")
        assert fold
        counts = [len(v.select(".ct-position")) for v in fold.select(".ct-voice")]
        assert sorted(numbers) == sorted(filter(None, counts)), path
        seen += len(numbers)
    assert seen > 20


def test_links_count_their_targets(pages: dict[str, Tag]) -> None:
    """A number in a link is the length of the list at its target."""
    wrong, seen = [], 0
    for path, article in pages.items():
        for link in article.find_all("a", href=True):
            number = LINKED.fullmatch(read(link))
            if number:
                seen += 1
                listed = count_target(pages, path, str(link["href"]))
                if listed != int(number[1]):
                    wrong.append((path, read(link), link["href"], listed))
    assert wrong == []
    assert seen > 10


def count_target(pages: dict[str, Tag], path: str, href: str) -> int:
    """Return the number of items at the target of a link: filtered, below an anchor, or all."""
    target = urlsplit(urljoin(f"https://x.org/{path}", href))
    article = pages[target.path.removeprefix("/")]
    if target.query:
        return count_rows(article, parse_qs(target.query))
    if not target.fragment:
        return count_rows(article, {})
    anchor = article.find(id=unquote(target.fragment))
    assert isinstance(anchor, Tag), (path, href)
    # A definition of a state is counted by the rows of the tables that show it.
    if anchor.name == "dt":
        state = read(anchor).partition(" (")[0]
        return sum(read(cell) == state for cell in article.select("td[data-label]"))
    below = list_section(anchor)
    return count_items(below)


@lru_cache(maxsize=32)
def get_register(article: Tag) -> dict[str, list[set[str]]]:
    """Return the values of each row of a register, by facet."""
    script = article.select_one("[data-register] > script[type='application/json']")
    assert script
    data = json.loads(script.string or "")
    assert len(data["ids"]) == sum(data["sizes"])
    return {
        facet["name"]: [{facet["ids"][value] for value in row} for row in facet["rows"]]
        for facet in data["facets"]
    }


def count_rows(article: Tag, wanted: dict[str, list[str]]) -> int:
    """Return the number of rows of a register that have the wanted values."""
    facets = get_register(article)
    rows = zip(*facets.values(), strict=True)
    named = list(facets)
    return sum(
        all(row[named.index(name)] & set(values) for name, values in wanted.items()) for row in rows
    )


def test_registers_and_their_filters_count_rows(pages: dict[str, Tag]) -> None:
    """Rows, headings and each choice of a filter agree, so "n of n shown" is the page's length."""
    seen = 0
    for article in pages.values():
        if not article.select_one("[data-register]"):
            continue
        facets = get_register(article)
        rows = count_rows(article, {})
        assert len(article.select("[data-rows] > *")) == rows
        assert sum(int(read(count)) for count in article.select("[data-count]")) == rows
        for choice in article.select(".ct-choice:has(input)"):
            box, number = choice.input, choice.select_one(".ct-choice__n")
            assert box
            assert number
            name, value = str(box["name"]), str(box["value"])
            assert int(read(number)) == sum(value in row for row in facets[name]), (name, value)
            seen += 1
    assert seen > 100


def test_home_page_counts_its_grid(pages: dict[str, Tag]) -> None:
    """The first sentence counts the rows and cells of the grid below it."""
    home = pages[""]
    sentence = home.select_one(".ct-lead")
    assert sentence
    rows = [
        {name.removeprefix("ct-cell--") for cell in row.find_all("td") for name in cell["class"]}
        - {"ct-cell", "none"}
        for row in home.select(".ct-grid tbody tr")
    ]
    partly = sum("partly-implemented" in row for row in rows)
    absent = sum(bool(row & {"not-implemented", "regressed"}) for row in rows)
    assert re.findall(r"\d+ (?:recommendations?|(?:is|are) \w+)", read(sentence)) == [
        f"{len(rows)} recommendations",
        f"{partly} are partly",
        f"{absent} are not",
    ]
    assert len(home.select(".ct-ages tbody tr")) == len(rows)


def test_matrix_counts_citations(pages: dict[str, Tag]) -> None:
    """The number below a rating counts the citations on its page."""
    seen = 0
    for cell in pages["matrix/"].select("td:has(a)"):
        link, note = cell.a, cell.select_one(":scope > .ct-small")
        assert link
        assert note
        target = urlsplit(urljoin("https://x.org/matrix/", str(link["href"])))
        article = pages[target.path.removeprefix("/")]
        label = read(link)
        row = article.find(id=target.fragment)
        assert isinstance(row, Tag)
        assert label in read(row)
        assert int(read(note).split()[0]) > 0
        seen += 1
    assert seen > 5


def test_citation_counts_agree(site: Path, pages: dict[str, Tag]) -> None:
    """The totals agree with the sums by kind and by source, with the sources and the badge."""

    def add_up(elements: list[Tag]) -> int:
        numbers = [n for e in elements for n in e.select(".ct-standings strong")]
        return sum(int(read(n).replace(",", "")) for n in numbers)

    health = pages["health/"]
    total = add_up([health.select("#proof ~ .ct-standings")[0].parent])  # type: ignore[list-item]
    whole = add_up([BeautifulSoup(str(health.select("#proof ~ .ct-standings")[0]), "html.parser")])
    tables = [add_up([table]) for table in health.select("table:has(.ct-standings)")]
    assert tables == [whole, whole]
    assert total == whole + sum(tables)
    assert add_up(pages["sources/"].select("tbody")) == whole
    badge = (site / "assets/proof.svg").read_text("utf-8")
    assert f"{whole:,}" in badge


# Proposals and unrated items


@pytest.fixture(scope="module")
def context() -> SiteContext:
    return make_context(FROZEN, today="2026-11-30")


def test_proposals_are_never_among_recommendations(
    pages: dict[str, Tag], context: SiteContext
) -> None:
    """Gaps and status pages list proposals under a separate heading."""
    view = context.view
    proposals = {r.id for r in view.all(Recommendation) if view.is_proposal(r)}
    listed = [path for path in pages if path == "gaps/" or path.startswith("vocabulary/")]
    for path in listed:
        for heading in pages[path].find_all(HEADINGS):
            ids = {
                str(a["href"]).rstrip("/").rpartition("/")[2]
                for element in list_section(heading)
                for a in element.select("li a[href], tr a[href]")
            }
            own = read(heading).startswith("Proposals")
            assert not own or ids <= proposals, (path, read(heading))
            assert own or not ids & proposals, (path, read(heading))


def test_group_without_rating_is_not_assessed(context: SiteContext) -> None:
    """A named group without a rating is "Not assessed"; any other group is "not named"."""
    view = context.view
    record = next(r for r in view.counted if len(view.rated_groups([r])) > 1)
    rated = record.assessments[0]
    assert rated.groups
    change = {"assessments": (rated.model_copy(update={"groups": rated.groups[:1]}),)}
    kept = [record.model_copy(update=change), *(r for r in view.recommendations if r != record)]
    made = make_context(FROZEN, today="2026-11-30")
    made.view._by_kind[Recommendation] = tuple(kept)
    table = BeautifulSoup(render_view(made, "matrix", page_url="matrix/"), "html.parser")
    row = next(r for r in table.find_all("tr") if f"/{record.id}/" in str(r))
    for cell in row.find_all("td"):
        term = next(t for t in view.terms("group") if context.title(t.id) == cell["data-label"])
        if term.id in rated.groups[:1]:
            assert cell.a
        else:
            expected = "Not assessed" if term.id in record.groups else "not named"
            assert read(cell) == expected
    assert "Not assessed" in read(row)
    assert "Insufficient information" not in [read(c) for c in row.find_all("td") if not c.a]


def test_home_page_and_gaps_agree_on_unrated_items(context: SiteContext) -> None:
    """The home page counts the items that the page of gaps lists as not assessed."""
    made = make_context(FROZEN, today="2026-11-30")
    unrated = context.view.counted[0].model_copy(update={"assessments": ()})
    kept = [unrated if r.id == unrated.id else r for r in context.view.recommendations]
    made.view._by_kind[Recommendation] = tuple(kept)
    records, _ = made.view.split_proposals(find_gaps(made.view)["not-assessed"])
    assert [r.id for r in records] == [unrated.id]
    home = BeautifulSoup(render_view(made, "state-of-play", page_url=""), "html.parser")
    link = home.find("a", href="gaps/#not-assessed")
    assert isinstance(link, Tag)
    assert read(link) == "1 more recommendation is not rated yet."


def test_imports_are_counted_apart_and_alike(context: SiteContext) -> None:
    """The home page and the page of gaps count unassessed imports with the same link."""
    imports = [r for r in context.view.recommendations if r.unassessed_import]
    assert imports
    told = f"{len(imports)} imported recommendations are not assessed."
    for view, url in (("state-of-play", ""), ("gaps", "gaps/")):
        page = BeautifulSoup(render_view(context, view, page_url=url), "html.parser")
        (link,) = [a for a in page.find_all("a") if read(a) == told]
        assert str(link["href"]).endswith("recommendations/?status=imported")
    gaps = find_gaps(context.view)["not-assessed"]
    assert not {r.id for r in gaps} & {r.id for r in imports}


def test_home_page_counts_equal_the_registers(context: SiteContext, pages: dict[str, Tag]) -> None:
    """The chips of a new project's home page count the rows of the registers."""
    chips = BeautifulSoup(render_view(context, "counts", page_url=""), "html.parser")
    for link in chips.find_all("a", href=True):
        number = int(read(link).split()[0])
        if link["href"] == "discrepancies/":
            rows = len(pages["discrepancies/"].select("tbody tr"))
        else:
            rows = count_rows(pages[str(link["href"])], {})
        assert number == rows, link["href"]
