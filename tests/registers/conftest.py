"""Fixtures of registers in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import serving
from tests.conftest import FROZEN_ON, CreateOnce
from tests.registers.pages import make_many, make_unusual, write
from tracker.records.loader import LoadResult
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView


@pytest.fixture(scope="module")
def context(real: LoadResult) -> SiteContext:
    """The context of the site, with the date on which the site was built."""
    proofs = real.verifications.rows if real.verifications else {}
    return SiteContext(
        DatasetView(real.dataset, FROZEN_ON, {}, proofs, real.links.rows if real.links else {})
    )


@pytest.fixture(scope="module")
def address(site: Path, context: SiteContext, create_once: CreateOnce) -> Iterator[str]:
    """The URL of the site, with additional pages of invented registers."""

    def make(root: Path) -> None:
        write(root / "many", make_many(context))
        write(root / "odd", make_unusual())
        (root / "tracker").symlink_to(site)

    with serving(create_once("registers", make)) as base:
        yield base


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A shared page, and its errors."""
    page = browser.new_page()
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page, errors
    page.close()


@pytest.fixture
def page(window: tuple[Page, list[str]], context: SiteContext) -> Iterator[Page]:
    """A page on the date of the build, which must report no error."""
    page, errors = window
    page.set_viewport_size({"width": 1280, "height": 900})
    page.clock.set_fixed_time(context.view.today.isoformat())
    errors.clear()
    yield page
    assert errors == []


@pytest.fixture(scope="module")
def page_without_js(browser: Browser) -> Iterator[Page]:
    """A page without JavaScript."""
    page = browser.new_page(java_script_enabled=False)
    yield page
    page.close()
