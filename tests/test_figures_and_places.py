"""Recognition of figures, dates and cited places in documents."""

from typing import Any

import pytest

from tests.test_source_text import is_proved
from tracker.citations.pdf_pages import extract_text
from tracker.citations.source_text import read_text

AROUND = "1. Nothing was reported.\n\n2. {}\n\n3. Nothing was reported.\n"


def check(text: str, *states: Any, locator: str = "paragraph 2", suffix: str = ".txt",
          language: str | None = None) -> str:  # fmt: skip
    whole = AROUND.format(text) if suffix == ".txt" and "{" not in text else text
    return is_proved(
        read_text(whole.encode(), suffix=suffix, language=language), locator, *states
    ).result


ONE_FIGURE = {
    "year with a footnote mark": ("It changed in 2018.120 The age is lower.", ["2018"], ["120"]),
    "mark at the end of a line": ("It changed in 2018.12\n\nMore is unknown.", ["2018"], ["12"]),
    "mark after a word": ("Shelters are few.45 The Committee regrets it.", [], ["45"]),
    "mark after a figure": ("There were 3,460.7 The Committee asks.", ["3,460"], ["7", "3,460.7"]),
    "mark after a comma": ("Of the issues,3 which are old, 45 remain.", ["45"], ["3"]),
    "mark in brackets": ("The court[5] has 26 judges.", ["26"], ["5"]),
    "split by a space": ("It paid out 1 8,500 crowns.", [], ["1", "8,500"]),
    "after a year": ("In 2012 27 cells were closed.", ["2012", "27"], []),
    "two cells of a row": ("Velden 56 31\nOsterby 12 26\n", ["56", "31", "12", "26"], []),
    "decimal at the end of a row": ("Town | 41.2\nSouth | 8.5", ["41.2"], ["41"]),
    "time with a full stop": ("It rose at 11.50 a.m. and 40 left.", ["40"], ["11", "11.5"]),
    "law with a series": ("Law No. 214-III has 45 articles.", ["45"], ["214"]),
    "real decimal": ("The share was 18.7 per cent.", ["18.7"], ["18", "7"]),
    "decimal before a capital of a table": ("Gini index\t33.7\tSource\t2019", ["33.7"], ["33"]),
    "number of an abbreviation": ("See decree No.45\n", ["45"], []),
    "broken at the group space": ("In all there were 21\n237 refugees.", ["21,237"], ["21", "237"]),
    "column of a table": ("Total\n21\n237\n", ["237"], ["21,237"]),
    "next paragraph is no group": ("There were 21\n237. The end", ["21"], ["21,237"]),
    "thin spaces": ("There were 1\u2009237\u2009654 people.", ["1,237,654"], ["237", "654"]),
    "apostrophe": ("There were 1’237 people.", ["1,237"], ["237"]),
    "Arabic separators": ("بلغ العدد ١٬٢٣٧ شخصا", ["1,237"], ["237"]),
    "full width": ("共有１，２３７名", ["1,237"], ["237"]),
    "Indian grouping": ("There were 12,34,567 voters.", ["1,234,567"], ["567", "34"]),
    "resolution": ("It recalls resolution 60/251.", [], ["251", "60"]),
    "case": ("See application 30696/09.", [], ["30696", "09"]),
    "symbol with brackets": ("See CRI(2016)17.", [], ["17", "2016"]),
    "time": ("The meeting rose at 15:45.", [], ["45", "15"]),
    "mixed fraction": ("It took 2 1/2 years.", [], ["2", "1"]),
    "simple fraction": ("They are 1/8 of all.", [], ["1", "8"]),
    "years with a slash": ("In the school year 2018/19 there were 376.", ["2018", "376"], []),
    "telephone": ("Call +994 12 555 01 37 or write.", [], ["12", "555", "37"]),
    "power": ("About 10⁶ cells.", [], ["10"]),
    "crore": ("A budget of 45 crore.", ["450000000"], ["45"]),
    "sign before": ("Fewer: <5 persons.", [], ["5"]),
    "money in short": ("A budget of €45m and $3.2bn.", ["45000000", "3200000000"], ["45"]),
    "per mille": ("A rate of 7‰.", ["7‰"], []),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_FIGURE)
def test_one_figure(name: str) -> None:
    """The complete figure is found; parts of it and similar text are not."""
    text, whole, parts = ONE_FIGURE[name]
    for figure in whole:
        assert check(text, figure) == "proved", figure
    for part in parts:
        assert check(text, part) != "proved", part


DATES = {
    "dots and spaces": ("Adopted on 17. 5. 2013.", "17. 5. 2013", None),
    "Roman month": ("Adopté le 17.V.2013.", "17.V.2013", "fr"),
    "Roman month with spaces": ("Adopté le 17 XII 2013.", "17 XII 2013", "fr"),
    "short year": ("Adopted on 17/05/13.", "17/05/13", None),
    "short year with dots": ("Adopted on 17.05.13.", "17.05.13", None),
    "Chinese": ("于2013年5月17日通过", "2013年5月17日", None),
    "Ukrainian": ("від 17 травня 2013 року", "17 травня 2013", None),
    "Turkish": ("17 Mayıs 2013 tarihinde", "17 Mayıs 2013", None),
    "Arabic": ("في ١٧ أيار/مايو ٢٠١٣", "17 أيار/مايو 2013", None),
}


@pytest.mark.parametrize("name", DATES)
def test_dates_in_many_forms(name: str) -> None:
    """A date is found in any notation, and the next day is not."""
    text, printed, language = DATES[name]
    month = 12 if "XII" in text else 5
    for value, due in ((f"2013-{month:02}-17", "proved"), (f"2013-{month:02}-18", "not-found")):
        statement = {"value": value, "printed": printed}
        assert check(text, statement, language=language) == due
    assert check(text, f"2013-{month:02}-17", language=language) == "proved"


def test_number_of_a_law_is_not_a_day() -> None:
    """In `Law No. 17 May 2013`, 17 belongs to the law."""
    assert check("Law No. 17 May 2013 was changed.", "2013-05-17") == "not-found"
    assert check("Law No. 17 of 3 May 2013 was changed.", "2013-05-03") == "proved"


def test_split_year_is_doubtful() -> None:
    """A year that PDF extraction splits is neither found nor reported as wrong."""
    assert check("It was in 20 10 that it began.", "2010") == "not-checkable"
    assert check("It was in 20 10 that it began.", "2011") == "not-found"


@pytest.mark.parametrize(
    "html",
    [
        "<span style='display: none'>55</span>",
        "<div hidden><div>x</div>55</div>",
        "<del>55</del>",
        "<s>55</s>",
        "<p style='visibility:hidden'>55</p>",
    ],
)
def test_hidden_text_is_not_searched(html: str) -> None:
    """Hidden text is not searched; the text after it is."""
    page = f"<p>1. x</p><div>2. There were 98 cases {html} and 77 others.</div><p>3. x</p>"
    assert check(page, "55", suffix=".html") == "not-found"
    assert check(page, "98", "77", suffix=".html") == "proved"


def test_footnote_marks_and_ordered_lists() -> None:
    """A superscript is not a figure; the numbers of an ordered list are places."""
    page = "<p>1. x</p><p>2. Places: 45.<sup>12</sup> And 3<sup>4</sup>.</p><p>3. x</p>"
    assert check(page, "45", "3", suffix=".html") == "proved"
    for mark in ("12", "4", "34"):
        assert check(page, mark, suffix=".html") == "not-found"
    items = "<ol start=4><li>None.<li>There were 412.<ol><li>7 of them.</ol><li>None.</ol>"
    assert check(items, "412", "7", locator="paragraph 5", suffix=".html") == "proved"
    assert check(items, "412", locator="paragraph 6", suffix=".html") == "wrong-place"


class _Page:
    """A fake PDF page that reports text fragments with their sizes."""

    def __init__(self, *pieces: tuple[str, float]) -> None:
        self.pieces = pieces

    def extract_text(self, visitor_text: Any) -> str:
        for text, size in self.pieces:
            visitor_text(text, [], [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], {}, size)
        return "".join(text for text, _ in self.pieces)


def test_small_digits_of_a_pdf_are_marks() -> None:
    """Digits smaller than the text before them are footnote marks; other small text is not."""
    pieces = ("In 2018.", 11), ("120", 7), ("\n", 11), ("Table", 7), (" 45", 7), (" of 46", 11)
    assert extract_text(_Page(*pieces)) == "In 2018.¹²⁰\nTable 45 of 46"


UPR = (
    "138. Nothing.\n139. These will be examined:\n"
    + "".join(f"139.{n} Take step {n} for {n}77 people (Norland);\n" for n in range(1, 15))
    + "140. Nothing.\n"
)
LONG = "".join(f"{n}. Item {n}7 was noted.\n" for n in range(990, 1010))
SUB = (
    "1. Nothing.\n2. The State party should:\n(a) Train 412 judges:\n(i) 56 in towns;\n"
    "(ii) 78 in villages;\n(b) Open 17 shelters.\n3. Reply by 31 July 2014.\n\n"
    "Annex\n\nParticipants: 48 members.\n"
)
LAW = (
    "Maddə 2. Hüquqlar\n2.1. Onların 88 faizi;\n2.2. Dövlət 99 manat ayırır.\n"
    "2.2-1. Əlavə 55 manat.\nMaddə 10. Bu 66.\nMaddə 10¹. Bu 77.\nMaddə 11. Yekun 44.\n"
)
FIRST_CYCLE = (
    "".join(f"{n}. Nothing was reported.\n" for n in range(1, 41))
    + "41. The recommendations are:\n"
    + "".join(f"{n}. Take step {n}99;\n" for n in range(1, 61))
    + "42. There were 412 persons.\n"
)
ABBREVIATIONS = "Abbreviations\n1. CoE Council\n2. ILO Labour Office\n\nI. Text\n" + "".join(
    f"{n}. There are {n}10 towns.\n" for n in range(1, 9)
)
LETTERED = (
    "### Section 1. Persons\n\n#### e. Trials\n\nThere were 33 trials.\n\n"
    "### Section 2. Liberties\n\n#### e. Protection of Refugees\n\nThere were 412 refugees.\n\n"
    "#### f. Status of Displaced Persons\n\nIn all, 56 were settled.\n\n### Section 3. Votes\n"
)
PLACES = [
    (LETTERED, "section 2.e", "412", "proved"),
    (LETTERED, "section 2.e", "33", "wrong-place"),
    (LETTERED, "section 2.f", "412", "wrong-place"),
    (LETTERED, "section 2", "56", "proved"),
    (LETTERED.replace("#", ""), "section 2.f", "56", "proved"),
    (LETTERED.replace("f. Status", "e. Status"), "section 2.e", "412", "not-checkable"),
    (UPR, "paragraph 139.12", "1277", "proved"),
    (UPR, "paragraph 139.1", "177", "proved"),
    (UPR, "paragraph 139.1", "1077", "wrong-place"),
    (UPR, "paragraph 139", "1277", "proved"),
    (UPR, "paragraph 140", "1277", "wrong-place"),
    (LONG, "paragraph 1003", "10037", "proved"),
    (LONG, "paragraph 999", "10037", "wrong-place"),
    (SUB, "paragraph 2 (b)", "17", "proved"),
    (SUB, "paragraph 2 (a)", "17", "wrong-place"),
    (SUB, "paragraph 2 (a)", "78", "proved"),
    (SUB, "paragraph 2 (a) (i)", "78", "wrong-place"),
    (SUB, "paragraph 2 (a) (ii)", "78", "proved"),
    (SUB, "paragraph 2 (c)", "17", "wrong-place"),
    (SUB, "paragraph 2", "17", "proved"),
    (SUB, "paragraph 3", "48", "wrong-place"),
    (LAW, "article 2.2-1", "55", "proved"),
    (LAW, "article 2.2", "55", "wrong-place"),
    (LAW, "article 10", "77", "wrong-place"),
    (LAW, "article 10-1", "77", "proved"),
    (LAW, "article 10¹", "77", "proved"),
    (LAW, "article 10", "66", "proved"),
    (FIRST_CYCLE, "paragraph 42", "412", "proved"),
    (FIRST_CYCLE, "paragraph 41", "799", "proved"),
    (FIRST_CYCLE, "paragraph 7", "799", "wrong-place"),
    (FIRST_CYCLE, "paragraph 50", "5099", "not-checkable"),
    (ABBREVIATIONS, "paragraph 2", "Labour Office", "not-found"),
    (ABBREVIATIONS, "paragraph 2", "210", "proved"),
]


@pytest.mark.parametrize(("text", "locator", "statement", "due"), PLACES)
def test_one_place(text: str, locator: str, statement: str, due: str) -> None:
    """A statement is found at the cited place only."""
    language = "az" if text is LAW else "en"
    read = read_text(text.encode(), suffix=".txt", language=language)
    assert is_proved(read, locator, statement).result == due


def test_year_or_decimal_at_the_start_of_a_line_is_not_a_paragraph() -> None:
    """Only a number in a sequence is a paragraph number."""
    text = "1. It began in\n2013. The share was\n18.7 Per cent of 376.\n2. Then 404.\n3. None.\n"
    read = read_text(text.encode(), suffix=".txt")
    assert is_proved(read, "paragraph 1", "376").result == "proved"
    assert is_proved(read, "paragraph 2", "404").result == "proved"


def test_another_place_is_suggested_only_if_it_has_all_statements() -> None:
    """A hint never leads to a false citation."""
    read = read_text(
        b"1. None.\n2. Here are 412.\n3. Here are 412 and 17.\n4. And 17.\n", suffix=".txt"
    )

    def name_place(locator: str, *states: str) -> str:
        return is_proved(read, locator, *states).statements[0].nearest

    assert name_place("paragraph 1", "412", "17") == "paragraph 3"
    assert name_place("paragraph 1", "412") == ""
    assert name_place("paragraph 1", "412", "18") == ""
    assert name_place("paragraph 99", "412", "17") == ""


def test_joint_and_short_symbols() -> None:
    """Both parts of a joint symbol are found; a short symbol only after the full one."""
    for symbol in ("E/2013/22", "E/C.12/2012/3"):
        assert check("See E/2013/22–E/C.12/2012/3.", symbol) == "proved"
    short = {"value": "E/C.12/BOR/RQ/4", "printed": "RQ/4"}
    assert check("See E/C.12/BOR/Q/4 and RQ/4.", short) == "proved"
    assert check("See E/C.12/ARL/Q/4 and RQ/4.", short) == "not-found"
    assert check("See E/C.12/BOR/Q/4 and RQ/5.", short) == "not-found"
    for other in ("E/C.12/BOR/CO/3/Add.1", "E/C.12/BOR/CO/3/Corr.1", "E/C.12/BOR/CO/33"):
        assert check(f"See {other}.", "E/C.12/BOR/CO/3") == "not-found"
        assert check(f"See {other}.", other) == "proved"


def test_split_day_is_not_another_day() -> None:
    """In `of 2 7 June`, which occurs in scans, 7 is part of the day."""
    assert check("The Act of 2 7 June 1988 was changed.", "1988-06-07") == "not-found"
    assert check("The Act of 27 June 1988 was changed.", "1988-06-27") == "proved"


def test_numbers_of_notes_and_paragraphs_are_not_figures() -> None:
    """This also applies if a page is cited."""
    text = "4. There were 12 towns.3\n\n5. None.\n\n______\n3 See Report 17.\n\f6. None.\n"
    read = read_text(text.encode(), suffix=".txt")
    for figure, due in (("12", "proved"), ("17", "proved"), ("3", "not-found"), ("4", "not-found")):
        assert is_proved(read, "page 1", figure).result == due, figure


def test_columns_side_by_side_are_doubtful() -> None:
    """A line that two paragraphs share is evidence for neither."""
    text = "1. There were 45 towns.     {} There were 56 villages.\n2. None.        {} None.\n"
    for marks, due in ((("3.", "4."), "not-checkable"), (("", ""), "proved")):
        read = read_text(text.format(*marks).encode(), suffix=".txt")
        assert is_proved(read, "paragraph 1", "45").result == due
