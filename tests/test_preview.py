"""The preview: files are written on request and equal those of a build."""

import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build as build_in_process
from mkdocs.config import load_config

from tests.conftest import ROOT
from tests.test_site import contents
from tests.test_site import invented as invented
from tracker.site.preview import Preview


def test_file_is_written_once_under_any_of_its_urls() -> None:
    """A page is requested with and without `index.html`, and written the first time only."""
    written: list[str] = []
    preview = Preview()
    for url in ("", "a/b/", "feed.atom"):
        preview.register(url, partial(written.append, url))
    for url in ("a/b/index.html", "a/b/", "a/b", "a/b/other.json", "a/", "c/"):
        preview.write(url)
    assert written == ["a/b/"]
    preview.write("index.html")
    preview.write("feed.atom")
    assert written == ["a/b/", "", "feed.atom"]
    preview.register("a/b/", lambda: written.append("again"))
    preview.clear()
    preview.write("a/b/")
    assert len(written) == 3


def test_failed_file_stays_registered() -> None:
    """A page that failed is tried again on the next request."""
    preview, attempts = Preview(), []

    def write() -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise KeyError("lost")

    preview.register("a/", write)
    with pytest.raises(KeyError):
        preview.write("a/")
    preview.write("a/")
    preview.write("a/")
    assert len(attempts) == 2


def test_request_waits_for_the_end_of_a_build() -> None:
    """A request during a build gets the new page."""
    preview, written = Preview(), []
    preview.register("a/", lambda: written.append("old"))
    with preview.lock:
        request = threading.Thread(target=preview.write, args=("a/",))
        request.start()
        preview.clear()
        preview.register("a/", lambda: written.append("new"))
    request.join()
    assert written == ["new"]


@pytest.fixture
def rich(invented: Path) -> Path:
    """The invented project with the theme, the prose and the forms of this one."""
    shutil.copytree(ROOT / "overrides", invented / "overrides")
    config = (invented / "mkdocs.yml").read_text("utf-8")
    config = config.replace("font: false", "font: false, custom_dir: overrides")
    extra = "extra: {editing: main}\nrepo_url: https://host.example/harbour\nsite_url: ''\n"
    (invented / "mkdocs.yml").write_text(config + extra, "utf-8")
    (invented / "docs/register.md").write_text("# All\n\n{{ recommendations() }}\n", "utf-8")
    return invented


def test_preview_equals_a_build(rich: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file of the site can be requested in any order and is the same, except for the policy,
    which allows the server's script."""
    monkeypatch.chdir(rich)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    build_in_process(load_config(site_dir=str(rich / "site")))
    config = load_config(site_dir=str(rich / "preview"))
    config.plugins.on_startup(command="serve", dirty=False)
    build_in_process(config)
    plugin: Any = config.plugins["tracker"]
    built = contents(rich / "site")
    del built[Path("SHA256SUMS")]  # only in a published build
    shutil.rmtree(rich / "site")
    assert not (rich / "preview/recommendations/asked-1/index.html").exists()
    for path in sorted(built, reverse=True):
        plugin._preview.write(path.as_posix())
    shown = contents(rich / "preview")
    assert {p for p in built if shown.get(p) is None} == set()
    plain = {p for p in built if p.suffix not in (".html", ".css", ".gz")}
    assert len(plain) > 20
    assert {p for p in plain if shown[p] != built[p] and p.name != "sitemap.xml"} == set()
    dark = b"[data-md-color-scheme=auto]"  # without scripts
    assert dark in shown[Path("assets/tracker.css")]
    pages = [p for p in built if p.suffix == ".html"]
    assert len(pages) > 20
    for page in pages:
        policy = re.compile(rb"script-src [^;]*;")
        assert policy.sub(b"", shown[page]) == policy.sub(b"", built[page]), page


def test_preview_follows_the_date_and_the_configuration(
    rich: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plugin instance is kept between the builds of a preview, but none of its state."""
    monkeypatch.chdir(rich)
    text = (rich / "mkdocs.yml").read_text("utf-8")

    def build_home(rights: str, epoch: str) -> str:
        """Build and return the home page."""
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        (rich / "mkdocs.yml").write_text(f"{text}copyright: {rights}\n", "utf-8")
        config = load_config(site_dir=str(rich / "preview"))
        assert config.plugins["tracker"] is plugin
        build_in_process(config)
        return (rich / "preview/index.html").read_text("utf-8")

    plugin: Any = load_config().plugins["tracker"]
    plugin.on_startup(command="serve", dirty=False)
    before = build_home("Ours", "1767225600")
    assert "Ours" in before
    assert "1 January 2026" in before
    after = build_home("Yours", "1798761600")
    assert "Yours" in after
    assert "Ours" not in after
    assert "1 January 2027" in after


def fetch(url: str) -> str:
    """Return the page at a URL; empty without a server or page."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            content: bytes = response.read()
            return content.decode()
    except (urllib.error.URLError, ConnectionError):
        return ""


def wait_for(text: str, url: str) -> str:
    """Return the page at a URL as soon as it contains a text."""
    end = time.monotonic() + 300  # so that a failure does not hang
    while text not in (page := fetch(url)):
        assert time.monotonic() < end, f"{text!r} never appeared at {url}"
        time.sleep(0.05)
    return page


@pytest.fixture
def served(rich: Path) -> Iterator[str]:
    """Serve a preview of the invented project, which starts with a broken record."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = (rich / "mkdocs.yml").read_text("utf-8")
    (rich / "mkdocs.yml").write_text(f"{config}watch: [data]\n", "utf-8")
    replace_title(rich, TITLE, BROKEN)
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload"]
    with subprocess.Popen([*command, "--dev-addr", f"127.0.0.1:{port}"], cwd=rich) as running:
        yield f"http://127.0.0.1:{port}/"
        running.terminate()


TITLE = "title: Homes for newcomers\n"
BROKEN = "titel: <b>Homes for newcomers\n"


def replace_title(project: Path, old: str, new: str) -> None:
    """Change a title in the recommendations and save the file."""
    file = project / "data/recommendations.yml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_preview_follows_every_save(rich: Path, served: str) -> None:
    """A broken record shows its problem at every URL. Once it is fixed, every page is back, and a
    changed title is in the register and in the search."""
    page = f"{served}recommendations/asked-1/"
    problem = wait_for("titel", page)
    assert "data/recommendations.yml:17:3" in problem
    assert "&lt;b&gt;Homes" in problem
    assert "/livereload/" in problem, "it reloads itself"
    for url in (served, f"{served}register/", f"{served}no/such/page/"):
        assert "data/recommendations.yml:17:3" in fetch(url)
    replace_title(rich, BROKEN, TITLE)
    wait_for("<article", page)
    assert "Homes for newcomers" in fetch(page)
    assert "Homes for newcomers" in fetch(f"{served}register/")
    assert "newcomers" in fetch(f"{served}search/index.js")
    assert fetch(f"{served}recommendations/nobody-asked/") == ""
    replace_title(rich, TITLE, "title: [Houses\n")
    wait_for("[Houses", page)
    replace_title(rich, "title: [Houses\n", "title: ''\n")
    wait_for("title: ''".replace("'", "&#39;"), page)
    replace_title(rich, "title: ''\n", "title: Houses for guests\n")
    wait_for("Houses for guests", page)
    assert "Houses for guests" in fetch(f"{served}register/")
    assert "guests" in fetch(f"{served}search/index.js")
