"""Measure the download size of pages, compared with a plain Material site of the same records.

Sizes include every file that a browser requests, compressed with gzip. `make weight` runs this.
"""

import gzip
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.sites import write_macros
from tests.browser import FLAGS, find_browser, serving

VIEWS = ("recommendations/cescr-2013-9-health/", "indicators/applicants-2018/")
QUERIES = ("housing", "residence")
SEARCHES = ("First search", "A search after it")
# CSS selectors of the search field and of a result.
OURS = (".ct-search__field", ".ct-search__hits a")
PLAIN = (".md-search__input", ".md-search-result__item a")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Open a browser. Raises BrowserMissing if there is none."""
    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def build(root: Path, target: Path) -> None:
    """Build a project; if MkDocs fails, exit with code 1."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(target)]
    if subprocess.run(command, cwd=root, check=False).returncode:
        sys.exit(f"{root} could not be built.")


@contextmanager
def visit(browser: Browser, address: str) -> Iterator[tuple[Page, set[str]]]:
    """Open a page with an empty cache; yield it with the set of files that it requests."""
    context = browser.new_context()
    requested: set[str] = set()
    context.on("request", lambda request: requested.add(request.url.removeprefix(address)))
    yield context.new_page(), requested
    context.close()


def measure_gzipped(site: Path, requested: set[str]) -> int:
    """Return the compressed size of the requested files in bytes, and clear the set."""
    files = [site / path.partition("#")[0] for path in requested]
    requested.clear()
    return sum(
        len(gzip.compress((file / "index.html" if file.is_dir() else file).read_bytes()))
        for file in files
    )


def measure_weight(
    browser: Browser,
    site: Path,
    field: str,
    result: str,
    *,
    views: Sequence[str] = VIEWS,
    queries: Sequence[str] = QUERIES,
) -> dict[str, int]:
    """Return the bytes of each first page view, of a first search, and of a second search."""
    sizes = {}
    with serving(site) as address:
        for view in views:
            with visit(browser, address) as (page, requested):
                page.goto(address + view, wait_until="networkidle")
                sizes[f"First view of `{view}`"] = measure_gzipped(site, requested)
        with visit(browser, address) as (page, requested):
            page.goto(address + views[0], wait_until="networkidle")
            requested.clear()
            page.keyboard.press("/")
            for name, query in zip(SEARCHES, queries, strict=True):
                page.locator(field).fill(query)
                page.locator(field).press("End")  # Material searches on keyup
                page.locator(result).first.wait_for()
                page.wait_for_load_state("networkidle")
                sizes[name] = measure_gzipped(site, requested)
    return sizes


def main() -> None:
    """Build and measure both sites, and print a table."""
    root = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        ours, plain = Path(folder, "ours"), Path(folder, "plain")
        print("Building this site and a plain one", file=sys.stderr)
        build(root, ours)
        plain.mkdir()
        write_macros(plain, ours / "data/tracker.json")
        build(plain, plain / "site")
        print("Weighing", file=sys.stderr)
        own_sizes = measure_weight(browser, ours, *OURS)
        plain_sizes = measure_weight(browser, plain / "site", *PLAIN)
    print("| kB, compressed | this site | plain Material |\n| --- | --- | --- |")
    for name, size in own_sizes.items():
        print(f"| {name} | {size / 1000:.1f} | {plain_sizes[name] / 1000:.1f} |")


if __name__ == "__main__":
    main()
