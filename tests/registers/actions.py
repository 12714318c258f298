"""Actions of a reader in a register, and its visible rows."""

from playwright.sync_api import Locator, Page

from tracker.site.context import SiteContext
from tracker.site.registers import Register, make_register


def find_register(context: SiteContext, collection: str) -> Register:
    return make_register(context, collection)


def list_shown_ids(page: Page) -> list[str]:
    """Return the ids of the visible rows in page order, when all of them are rendered."""
    wait_for_rows(page)
    ids: list[str] = page.evaluate(
        """[...document.querySelectorAll("[data-rows] > *")].filter((row) => row.checkVisibility())
        .map((row) => row.id || row.querySelector("a").getAttribute("href").split("/").at(-2))"""
    )
    return ids


def wait_for_rows(page: Page) -> None:
    """Wait until the number of visible rows is correct, because they change in batches."""
    page.wait_for_function(
        """() => {
          const told = document.querySelector("[role=status]");
          const rows = document.querySelectorAll("[data-rows] > :not([hidden])");
          return !told || !told.checkVisibility() || parseInt(told.textContent) === rows.length;
        }"""
    )


def find_checkbox(page: Page, facet: str, choice: str) -> Locator:
    return page.locator(f"input[name='{facet}'][value='{choice}']")


def choose(page: Page, facet: str, choice: str) -> None:
    """Open a facet and select a choice."""
    part = page.locator(f"[data-facet='{facet}']")
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    find_checkbox(page, facet, choice).click()
