"""Filling in a form: problems, keyboard, folded parts, and leaving the page."""

from playwright.sync_api import Browser, Dialog, Page, expect

from tests.forms import field, fill, generate, get_help, list_problems, open_form, write_source

READ_SEARCH = """() => {
  const list = document.querySelector('[data-record] > [data-field="searches"]');
  return readField(list, [])[0].get("found").text;
}"""


def test_joiners_are_kept_in_words_that_need_them(page: Page, address: str) -> None:
    """A form removes the invisible characters that the check refuses, and no others."""
    open_form(page, address, "source/")
    write_source(page)
    fill(page, "title", "می\u200cشود ශ්\u200dරී, a\u200cb\u200b")
    assert "می\u200cشود ශ්\u200dරී, ab\n" in generate(page)


def test_each_problem_links_to_its_field(page: Page, address: str) -> None:
    """A problem is shown at its field and in a list, whose links move the focus to the field."""
    open_form(page, address, "position/")
    problems = list_problems(page)
    assert problems[0] == "The field “Recommendation it belongs to” is missing."
    assert "The field “Speaker” is missing." in problems
    assert [t for t in problems if t.startswith("Give at least one of these: ")]
    fill(page, "when", "17.05.2013")
    fill(page, "mode", "reported")
    problems = list_problems(page)
    (date,) = (t for t in problems if "17.05.2013" in t)
    assert "Did you mean “2013-05-17”?" in date
    assert [t for t in problems if t.startswith("Give all of these or none: ")]
    when = field(page, "when")
    page.get_by_role("link", name=date).click()
    expect(when.locator("input")).to_be_focused()
    expect(when.locator("input")).to_have_accessible_description(f"{get_help(when)} {date}")
    for span, right in (("2013-H1/2013-03", True), ("2013-05/2013", True), ("2019/2018", False)):
        fill(page, "when", span)
        assert any(span in t for t in list_problems(page)) is not right
    fill(page, "when", "2013-02-30")
    assert "not in the calendar" in next(t for t in list_problems(page) if "2013-02-30" in t)
    assert page.locator("[data-text]").is_hidden()


def test_invalid_values_are_reported_with_a_suggestion(page: Page, address: str) -> None:
    """Ids, URLs and figures are checked, and the form suggests a valid value if it can."""
    open_form(page, address, "source/")
    fill(page, "id", "Report")
    fill(page, "url", "www.example.org")
    problems = " ".join(list_problems(page))
    assert "Did you mean “report”?" in problems
    assert "Paste the full address" in problems
    fill(page, "id", "report")
    assert "The ID report is already used." in list_problems(page)
    open_form(page, address, "indicator/")
    fill(field(page, "figure"), "value", "1,200")
    fill(page, "locator", "page 3")
    field(page, "states").locator("[data-add]").click()
    fill(field(page, "states"), "value", "12%")
    problems = " ".join(list_problems(page))
    assert "Did you mean “1200”?" in problems
    assert "12%" not in problems


def test_leaving_an_unsaved_form_asks_for_confirmation(page: Page, address: str) -> None:
    """The browser asks before it discards input. The form stores nothing."""
    open_form(page, address, "source/")
    page.get_by_label("Title (required)").press_sequentially("A title")
    dialogs: list[str] = []

    def leave(dialog: Dialog) -> None:
        dialogs.append(dialog.type)
        dialog.accept()

    page.once("dialog", leave)
    page.goto(address)
    assert dialogs == ["beforeunload"]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


def test_list_items_are_added_and_removed_by_keyboard(page: Page, address: str) -> None:
    """A new item gets the focus, which returns to the button when an item is removed."""
    open_form(page, address, "source/")
    box = field(page, "citations")
    box.locator("> summary").press("Enter")
    add = box.get_by_role("button", name="Add Citation")
    add.press("Enter")
    add.press("Enter")
    expect(box.get_by_role("group", name="Citation 2").get_by_label("Source").first).to_be_focused()
    box.get_by_role("button", name="Remove Citation 1").press("Enter")
    expect(add).to_be_focused()
    assert box.get_by_role("group", name="Citation 1").count() == 1


def test_page_without_javascript_shows_other_ways(browser: Browser, address: str) -> None:
    """The page says that the form needs JavaScript, and shows no field."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}edit/source/")
    expect(page.get_by_text("This form needs JavaScript")).to_be_visible()
    expect(page.get_by_role("link", name="How to suggest a change")).to_be_visible()
    assert page.locator("[data-edit] :is(input, select, textarea):visible").count() == 0
    context.close()


def test_search_without_a_result(page: Page, address: str) -> None:
    """An empty list of results is written as `nothing`, and read again as an empty list."""
    open_form(page, address, "recommendation/")
    search = field(page, "searches")
    search.locator("> summary").click()
    search.locator("> [data-add]").click()
    fill(search, "subject", "Homes for newcomers.")
    problems = " ".join(list_problems(page))
    assert "What was found" not in problems
    assert page.evaluate(READ_SEARCH) == "nothing"
    page.evaluate("""() => {
      const list = document.querySelector('[data-record] > [data-field="searches"]');
      list.querySelector(":scope > [data-items]").replaceChildren();
      addItem(list, { subject: "Homes.", found: "nothing" });
    }""")
    assert field(search, "found").locator("> [data-items] > *").count() == 0


def test_parts_of_a_long_form_are_folded(page: Page, address: str) -> None:
    """A filled form shows few controls. A part opens by keyboard, or if it has a problem."""
    open_form(page, address, "recommendation/?id=cescr-2013-9-housing")
    controls = "[data-record] :is(input, select, textarea, button)"
    assert page.locator(controls).count() > 300
    assert page.locator(controls).filter(visible=True).count() < 60
    positions = page.locator("[data-record] > [data-field=positions]")
    items = positions.locator("> [data-items] > *")
    expect(positions.locator("> summary")).to_contain_text(f"({items.count()})")
    positions.locator("> summary").press("Enter")
    expect(items.first).to_be_visible()
    positions.locator("> summary").press("Enter")
    expect(items.first).to_be_hidden()
    page.evaluate("""() => {
      const part = record.querySelector('[data-field="positions"] [data-field="says"] > textarea');
      part.value = "";
    }""")
    (problem,) = list_problems(page)
    expect(items.first).to_be_visible()
    positions.locator("> summary").press("Enter")
    page.get_by_role("link", name=problem).click()
    expect(field(positions, "says").locator("textarea")).to_be_focused()
