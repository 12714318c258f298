"""Forms in a browser: open, fill in and generate."""

from playwright.sync_api import Locator, Page, expect

SOURCE = "tast-report-on-housing-2024"


def open_form(page: Page, address: str, form: str) -> None:
    """Open a form. A previous form must not ask for confirmation."""
    if page.url.startswith(address):
        page.evaluate("unsaved = false")
    page.goto(f"{address}edit/{form}")
    expect(page.get_by_role("button", name="Generate")).to_be_visible()


def field(box: Page | Locator, name: str) -> Locator:
    """Return the first field with this name in the data format."""
    return box.locator(f"xpath=.//*[@data-field='{name}']").first


def fill(box: Page | Locator, name: str, value: str) -> None:
    """Type or select the value of a field."""
    control = field(box, name).locator("input:visible, textarea:visible, select").first
    if control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(value)
    else:
        control.fill(value)


def generate(page: Page) -> str:
    """Press the button and return the generated text."""
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("heading", name="Text for the data file")).to_be_focused()
    return page.get_by_role("textbox", name="Text for the data file").input_value()


def write_source(page: Page) -> str:
    fill(page, "title", "Täst report on housing: 2024")
    fill(page, "type", "ngo-report")
    expect(page.get_by_label("Id (required)")).to_have_value(SOURCE)
    fill(page, "date", "2024-05")
    fill(page, "url", "https://example.org/report")
    fill(page, "access", "public")
    fill(page, "identified", "verified")
    fill(page, "summary", "Pasted with a\u00a0hidden space. " + "It goes on and on. " * 12)
    return generate(page)


def list_problems(page: Page) -> list[str]:
    """Press the button and return the problems."""
    page.get_by_role("button", name="Generate").click()
    box = page.locator("[data-problems]")
    expect(box).to_be_focused()
    return box.get_by_role("listitem").all_inner_texts()


def get_help(box: Locator) -> str:
    """Return the help text of a field."""
    return box.locator("[data-help]").inner_text()
