"""The preview: what is asked for is made then, and is what a build makes."""

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


def test_what_waits_is_made_once_under_any_of_its_addresses() -> None:
    """A page is asked for with and without its file, and made the first time only."""
    made: list[str] = []
    preview = Preview()
    for address in ("", "a/b/", "feed.atom"):
        preview.put(address, partial(made.append, address))
    for asked in ("a/b/index.html", "a/b/", "a/b", "a/b/other.json", "a/", "c/"):
        preview.ask(asked)
    assert made == ["a/b/"]
    preview.ask("index.html")
    preview.ask("feed.atom")
    assert made == ["a/b/", "", "feed.atom"]
    preview.put("a/b/", lambda: made.append("again"))
    preview.empty()
    preview.ask("a/b/")
    assert len(made) == 3


def test_what_fails_goes_on_waiting() -> None:
    """Asked again, a page that could not be made is tried again, not taken for made."""
    preview, tried = Preview(), []

    def make() -> None:
        tried.append(1)
        if len(tried) == 1:
            raise KeyError("lost")

    preview.put("a/", make)
    with pytest.raises(KeyError):
        preview.ask("a/")
    preview.ask("a/")
    preview.ask("a/")
    assert len(tried) == 2


def test_nobody_is_answered_while_it_is_built() -> None:
    """What is asked for during a build is made of what was built."""
    preview, made = Preview(), []
    preview.put("a/", lambda: made.append("old"))
    with preview.building:
        asking = threading.Thread(target=preview.ask, args=("a/",))
        asking.start()
        preview.empty()
        preview.put("a/", lambda: made.append("new"))
    asking.join()
    assert made == ["new"]


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


def test_preview_shows_what_a_build_makes(rich: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file of the site, asked of the preview in any order, is there and the same; but for
    the policy, which lets the server's script run, and styles that some page may still need."""
    monkeypatch.chdir(rich)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    build_in_process(load_config(site_dir=str(rich / "site")))
    config = load_config(site_dir=str(rich / "preview"))
    config.plugins.on_startup(command="serve", dirty=False)
    build_in_process(config)
    plugin: Any = config.plugins["tracker"]
    built = contents(rich / "site")
    del built[Path("SHA256SUMS")]  # of a build that is published
    shutil.rmtree(rich / "site")
    assert not (rich / "preview/recommendations/asked-1/index.html").exists()
    for path in sorted(built, reverse=True):
        plugin._preview.ask(path.as_posix())
    shown = contents(rich / "preview")
    assert {p for p in built if shown.get(p) is None} == set()
    plain = {p for p in built if p.suffix not in (".html", ".css", ".gz")}
    assert len(plain) > 20
    assert {p for p in plain if shown[p] != built[p] and p.name != "sitemap.xml"} == set()
    dark = b"[data-md-color-scheme=auto]"  # where no script runs
    assert dark in shown[Path("assets/tracker.css")]
    pages = [p for p in built if p.suffix == ".html"]
    assert len(pages) > 20
    for page in pages:
        policy = re.compile(rb"script-src [^;]*;")
        assert policy.sub(b"", shown[page]) == policy.sub(b"", built[page]), page


def test_preview_follows_the_day_and_the_configuration(
    rich: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plugin lives on from one build of a preview to the next: nothing of it grows old."""
    monkeypatch.chdir(rich)
    text = (rich / "mkdocs.yml").read_text("utf-8")

    def shown(rights: str, epoch: str) -> str:
        """The first page."""
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        (rich / "mkdocs.yml").write_text(f"{text}copyright: {rights}\n", "utf-8")
        config = load_config(site_dir=str(rich / "preview"))
        assert config.plugins["tracker"] is plugin
        build_in_process(config)
        return (rich / "preview/index.html").read_text("utf-8")

    plugin: Any = load_config().plugins["tracker"]
    plugin.on_startup(command="serve", dirty=False)
    before = shown("Ours", "1767225600")
    assert "Ours" in before
    assert "1 January 2026" in before
    after = shown("Yours", "1798761600")
    assert "Yours" in after
    assert "Ours" not in after
    assert "1 January 2027" in after


def got(address: str) -> str:
    """What is at an address; nothing while nobody listens there or it is unknown."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            found: bytes = answer.read()
            return found.decode()
    except (urllib.error.URLError, ConnectionError):
        return ""


def wait_for(text: str, address: str) -> str:
    """The page at an address, as soon as it has a text."""
    end = time.monotonic() + 300  # so that a failure does not hang
    while text not in (page := got(address)):
        assert time.monotonic() < end, f"{text!r} never came at {address}"
        time.sleep(0.05)
    return page


@pytest.fixture
def served(rich: Path) -> Iterator[str]:
    """The address of a preview of the invented project, which starts with a broken record."""
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
    """Save the recommendations with another line for the title of one."""
    file = project / "data/recommendations.yml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_every_save_is_followed(rich: Path, served: str) -> None:
    """A broken record shows its problem at every address; once it is fixed, each page is back, and
    a changed one shows in the register and in the search."""
    page = f"{served}recommendations/asked-1/"
    problem = wait_for("titel", page)
    assert "data/recommendations.yml:17:3" in problem
    assert "&lt;b&gt;Homes" in problem
    assert "/livereload/" in problem, "it loads itself again"
    for address in (served, f"{served}register/", f"{served}no/such/page/"):
        assert "data/recommendations.yml:17:3" in got(address)
    replace_title(rich, BROKEN, TITLE)
    wait_for("<article", page)
    assert "Homes for newcomers" in got(page)
    assert "Homes for newcomers" in got(f"{served}register/")
    assert "newcomers" in got(f"{served}search/index.json")
    assert got(f"{served}recommendations/nobody-asked/") == ""
    replace_title(rich, TITLE, "title: [Houses\n")
    wait_for("[Houses", page)
    replace_title(rich, "title: [Houses\n", "title: ''\n")
    wait_for("title: ''".replace("'", "&#39;"), page)
    replace_title(rich, "title: ''\n", "title: Houses for guests\n")
    wait_for("Houses for guests", page)
    assert "Houses for guests" in got(f"{served}register/")
    assert "guests" in got(f"{served}search/index.json")
