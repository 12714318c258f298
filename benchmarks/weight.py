"""How much a reader loads: this site beside a plain Material site with the same records.

Every file that a browser asks for is counted, packed by gzip. `make weight` runs it.
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
# The field, and a result.
OURS = (".ct-search__field", ".ct-search__hits a")
PLAIN = (".md-search__input", ".md-search-result__item a")


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser; BrowserMissing if there is none."""
    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def build(root: Path, target: Path) -> None:
    """Build a project, or end with exit code 1 after what MkDocs has to say."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(target)]
    if subprocess.run(command, cwd=root, check=False).returncode:
        sys.exit(f"{root} could not be built.")


@contextmanager
def visit(browser: Browser, address: str) -> Iterator[tuple[Page, set[str]]]:
    """A page with nothing in its cache, and the files below the address that it asks for."""
    context = browser.new_context()
    asked: set[str] = set()
    context.on("request", lambda request: asked.add(request.url.removeprefix(address)))
    yield context.new_page(), asked
    context.close()


def packed(site: Path, asked: set[str]) -> int:
    """Bytes of the files, each packed by itself; they are no longer counted afterwards."""
    files = [site / path.partition("#")[0] for path in asked]
    asked.clear()
    return sum(
        len(gzip.compress((file / "index.html" if file.is_dir() else file).read_bytes()))
        for file in files
    )


def weigh(
    browser: Browser,
    site: Path,
    field: str,
    result: str,
    *,
    views: Sequence[str] = VIEWS,
    queries: Sequence[str] = QUERIES,
) -> dict[str, int]:
    """Bytes of each first view, of a first search after it, and of a second search."""
    found = {}
    with serving(site) as address:
        for view in views:
            with visit(browser, address) as (page, asked):
                page.goto(address + view, wait_until="networkidle")
                found[f"First view of `{view}`"] = packed(site, asked)
        with visit(browser, address) as (page, asked):
            page.goto(address + views[0], wait_until="networkidle")
            asked.clear()
            page.keyboard.press("/")
            for name, query in zip(SEARCHES, queries, strict=True):
                page.locator(field).fill(query)
                page.locator(field).press("End")  # Material looks when a key comes up
                page.locator(result).first.wait_for()
                page.wait_for_load_state("networkidle")
                found[name] = packed(site, asked)
    return found


def main() -> None:
    """Build both sites, weigh both, and print one table."""
    root = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as folder, opened() as browser:
        ours, plain = Path(folder, "ours"), Path(folder, "plain")
        print("Building this site and a plain one", file=sys.stderr)
        build(root, ours)
        plain.mkdir()
        write_macros(plain, ours / "data/tracker.json")
        build(plain, plain / "site")
        print("Weighing", file=sys.stderr)
        here = weigh(browser, ours, *OURS)
        there = weigh(browser, plain / "site", *PLAIN)
    print("| kB, packed | this site | plain Material |\n| --- | --- | --- |")
    for name, size in here.items():
        print(f"| {name} | {size / 1000:.1f} | {there[name] / 1000:.1f} |")


if __name__ == "__main__":
    main()
