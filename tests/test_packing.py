"""The zip of the site: reproducible, complete, and readable without a server."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, Page, expect

from tests.conftest import CreateOnce
from tests.test_browser import KINDS
from tracker.cli import main
from tracker.export.archive import SERVER_FILES, SUMS, pack_site
from tracker.links.site_links import check_site, read_site


def unpack(files: dict[str, bytes], target: Path) -> dict[str, str]:
    """Return the files of a packed site as text, without the folder."""
    (target / "x.zip").write_bytes(pack_site(files, folder="x"))
    with zipfile.ZipFile(target / "x.zip") as archive:
        return {n.removeprefix("x/"): archive.read(n).decode() for n in archive.namelist()}


LINKS = {
    "../": "../index.html",
    "..": "../index.html",
    ".": "index.html",
    "./": "index.html",
    "../c/": "../c/index.html",
    "../c": "../c/index.html",
    "../c/#at": "../c/index.html#at",
    "../c/?a=1&amp;b=2#at": "../c/index.html?a=1&amp;b=2#at",
    "../c%20d/": "../c%20d/index.html",
    "../c/index.html": "../c/index.html",
    "../style.css": "../style.css",
    "../missing/": "../missing/",
    "../../outside/": "../../outside/",
    "#at": "#at",
    "?a=1": "?a=1",
    "": "",
    "https://example.org/c/": "https://example.org/c/",
    "//example.org/c/": "//example.org/c/",
    "mailto:c/": "mailto:c/",
    "/c/": "/c/",
}


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize(("before", "after"), LINKS.items())
def test_links_point_to_files(tmp_path: Path, before: str, after: str, quote: str) -> None:
    """A link to a folder becomes a link to its page; other links are unchanged."""
    page = '<p title="a > b"><a class=x HREF={q}{address}{q} id=y>c/</a>'
    others = {"index.html": b"", "c/index.html": b"", "c d/index.html": b"", "style.css": b""}
    files = others | {"b/index.html": page.format(q=quote, address=before).encode()}
    packed = unpack(files, tmp_path)
    assert packed["b/index.html"] == page.format(q=quote, address=after)


def test_only_links_change(tmp_path: Path) -> None:
    """Scripts, comments, text and other files are unchanged."""
    page = (
        "<script>x = '<a href=\"c/\">'</script><!-- <a href='c/'> --><style>a[href='c/'] {}</style>"
        '<p>&lt;a href="c/"&gt; href="c/" <data value=\'href="c/"\'></data></p>'
    )
    files = {"index.html": page.encode(), "c/index.html": b"", "feed.xml": b'<a href="c/"/>'}
    packed = unpack(files, tmp_path)
    assert packed["index.html"] == page
    assert packed["feed.xml"] == '<a href="c/"/>'


def test_server_files_are_excluded(tmp_path: Path) -> None:
    """The 404 page and the sitemap are not needed without a server."""
    packed = unpack({"index.html": b"", "404.html": b"", "sitemap.xml": b""}, tmp_path)
    assert set(packed) == {"index.html", SUMS}


def test_order_of_files_does_not_matter() -> None:
    """The same files give the same zip, with a fixed date and without system data."""
    files = {"b/index.html": b"b", "index.html": b"a", "a.css": "ə".encode()}
    first = pack_site(files, folder="x")
    second = pack_site(dict(reversed(files.items())), folder="x")
    assert first == second


def test_malformed_html_is_unchanged(tmp_path: Path) -> None:
    """Unclosed tags and quotation marks are kept, and take linear time."""
    for odd in ('<a href="c/', "<a href='c/\">", "<" * 2000, "<a " * 2000, "<a href=" * 1000):
        packed = unpack({"index.html": odd.encode(), "c/index.html": b""}, tmp_path)
        assert packed["index.html"] == odd


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["pack", *map(str, arguments)])


@pytest.fixture(scope="module")
def dist(site: Path, create_once: CreateOnce) -> Path:
    """The built site, packed by the command and unzipped."""

    def make(target: Path) -> None:
        result = run(site, "--to", target / "tracker.zip")
        assert result.exit_code == 0, result.output
        shutil.unpack_archive(target / "tracker.zip", target / "stick")

    return create_once("dist", make)


@pytest.fixture(scope="module")
def usb_stick(dist: Path) -> Path:
    return dist / "stick/tracker"


def test_zip_is_reproducible(site: Path, dist: Path, tmp_path: Path) -> None:
    """Two runs write the same bytes, and create the folder if needed."""
    target = tmp_path / "new/tracker.zip"
    result = run(site, "--to", target)
    assert (result.exit_code, "tracker.zip" in result.stdout) == (0, True)
    assert target.read_bytes() == (dist / "tracker.zip").read_bytes()
    assert target.with_name(SUMS).read_text() == (dist / SUMS).read_text()
    with zipfile.ZipFile(target) as archive:
        entries = archive.infolist()
        assert {(e.date_time, e.extra, e.create_system, e.comment) for e in entries} == {
            ((1980, 1, 1, 0, 0, 0), b"", 3, b"")
        }
        names = [entry.filename for entry in entries]
    assert names[:-1] == sorted(names[:-1])
    assert names[-1] == f"tracker/{SUMS}"


def test_checksums_are_valid(site: Path, dist: Path, usb_stick: Path) -> None:
    """`sha256sum -c` checks every file inside and the zip itself, and detects changes."""
    for folder in (dist, usb_stick):
        subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=folder, check=True)
    named = {line.split("  ", 1)[1] for line in (usb_stick / SUMS).read_text().splitlines()}
    files = {p.relative_to(usb_stick).as_posix() for p in usb_stick.rglob("*") if p.is_file()}
    assert named == files - {SUMS}
    built = {p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()}
    assert built - files == built & SERVER_FILES


def test_site_lists_its_files(site: Path) -> None:
    """A build writes a list of its files for `sha256sum -c`."""
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", SUMS], cwd=site, check=True)
    listed = {line.split("  ", 1)[1] for line in (site / SUMS).read_text().splitlines()}
    assert listed == {p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()} - {
        SUMS
    }


def test_names_are_valid_on_usb_sticks(usb_stick: Path) -> None:
    """No name is invalid on FAT, or differs from another only in case."""
    names = [p.relative_to(usb_stick).as_posix() for p in usb_stick.rglob("*")]
    assert len({name.casefold() for name in names}) == len(names)
    assert [n for n in names if re.search(r'[<>:"\\|?*\x00-\x1f]|[. ](?:/|$)', n)] == []
    assert max(map(len, names)) < 180


def test_every_link_points_to_a_file(usb_stick: Path) -> None:
    """No link on the USB stick points to a folder or to a missing file."""
    files = read_site(usb_stick)
    assert list(check_site(files)) == []
    folders = re.compile(rb"""<a\s[^>]*href="(?![a-z]+:|[#?"])[^"?#]*/(?:[?#][^"]*)?\"""")
    assert {n: folders.findall(t)[:3] for n, t in files.items() if folders.search(t)} == {}


def test_invalid_folders_are_refused(tmp_path: Path, site: Path) -> None:
    """An empty folder and a target inside the site exit with 2 and a remedy."""
    (tmp_path / "empty").mkdir()
    result = run(tmp_path / "empty", "--to", tmp_path / "x.zip")
    assert (result.exit_code, "make site" in result.output) == (2, True)
    result = run(site, "--to", site / "x.zip")
    assert (result.exit_code, (site / "x.zip").exists()) == (2, False)
    assert run(site, "--to", "/proc/none/x.zip").exit_code == 2


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, offline=True)
    yield page
    page.close()


@pytest.fixture
def page(window: Page, usb_stick: Path) -> Page:
    window.goto((usb_stick / "index.html").as_uri())
    return window


# Pages opened as files cannot fetch files, so the search says that it is not available.
SEARCH_ONLY = re.compile(r"search|Worker|net::ERR_FAILED", re.IGNORECASE)


def test_pages_open_from_a_usb_stick(page: Page, usb_stick: Path) -> None:
    """Pages load their styles and scripts without errors."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    for kind in KINDS[::3]:
        page.goto((usb_stick / kind / "index.html").as_uri(), wait_until="load")
        assert page.locator("article h1").first.is_visible(), kind
        assert page.evaluate("getComputedStyle(document.body).display") == "flex", kind
        colour = "getComputedStyle(document.querySelector('.md-header')).backgroundColor"
        assert page.evaluate(colour) not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), kind
    assert [text for text in said if not SEARCH_ONLY.search(text)] == []


def test_links_work_from_a_usb_stick(page: Page) -> None:
    """Links lead from the home page to a cited passage, through the menu, and back."""
    page.locator("article").get_by_role("link", name="Registration of marriages").first.click()
    assert page.url.endswith("/recommendations/cescr-2013-9-marriage/index.html")
    page.locator("#rating").click()
    page.locator(".ct-fold:has(#rating) a.ct-cite", has_text="P13.1").first.click()
    assert page.url.endswith("/sources/report/index.html#P13.1")
    expect(page.locator("tr[id='P13.1']")).to_be_in_viewport()
    page.locator(".ct-nav").get_by_role("link", name="What we don't know").click()
    assert page.url.endswith("/gaps/index.html")
    page.locator(".ct-home").first.click()
    assert page.url.endswith("tracker/index.html")


def test_colour_scheme_can_be_switched_on_a_usb_stick(page: Page) -> None:
    """The colour scheme can be switched without a server."""
    body = page.locator("body[data-md-color-scheme]")
    before = body.get_attribute("data-md-color-scheme") or ""
    page.locator("[data-scheme]:visible").click()
    expect(body).not_to_have_attribute("data-md-color-scheme", before)
