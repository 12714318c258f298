"""The Content Security Policy of every page, and its enforcement by a browser."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import SCRIPT
from tests.test_browser import LISTEN
from tracker.site.csp import add_csp

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
TAG = re.compile(r"""<[a-zA-Z](?:[^>"']|"[^"]*"|'[^']*')*>""")


def compute_hash(code: str) -> str:
    return f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'"


def get_policy(page: str) -> str:
    found = POLICY.search(page)
    assert found, page[:200]
    return found[1]


PAGE = """<!doctype html><HTML><head>
  <meta charset="utf-8">
  <script>one()</script><script src="a.js"></script>
  <script type="application/json">{"a": 1}</script></head>
  <body><article><p>Text</p></article><script type='module'>two()</script><script>one()</script>
"""


def test_only_inline_scripts_are_hashed() -> None:
    """Each inline script has one hash. Files and data have none."""
    policy = get_policy(add_csp(PAGE))
    named = f"script-src 'self' {compute_hash('one()')} {compute_hash('two()')}; style-src 'self';"
    assert named in policy
    assert policy.count("sha256-") == 2
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_policy_precedes_everything_that_loads() -> None:
    """Only the encoding, which must be in the first 1,024 bytes, comes before it."""
    assert re.search(
        r'<head>\s*<meta charset="utf-8"><meta http-equiv="C[^>]*><meta name="ref', add_csp(PAGE)
    )
    bare = add_csp("<head id=a><title>x</title></head>")
    assert bare.startswith('<head id=a><meta http-equiv="Content-Security-Policy"')
    assert '<meta name="referrer" content="no-referrer"><title>' in bare


def test_script_in_the_content_has_no_hash() -> None:
    """A script inside the content of a page is refused, however it is written."""
    content = "<p>Text</p><script>alert(1)</script>"
    page = PAGE.replace("<p>Text</p>", content)
    assert compute_hash("alert(1)") in get_policy(add_csp(page))
    assert compute_hash("alert(1)") not in get_policy(add_csp(page, content=content))
    assert add_csp(page, content=content).count(content) == 1
    assert add_csp(PAGE, content="o") == add_csp(PAGE)  # a letter that is also in the scripts
    for odd in ("<SCRIPT>alert(1)</SCRIPT>", "</article><script >alert(1)</script\n>"):
        assert compute_hash("alert(1)") not in get_policy(
            add_csp(page.replace(content, odd), content=odd)
        )


def test_line_endings_are_hashed_as_browsers_read_them() -> None:
    """A script with other line endings has the hash that a browser computes."""
    assert compute_hash("a\nb\nc") in get_policy(add_csp("<head><script>a\r\nb\rc</script>"))


def test_text_without_a_head_is_unchanged() -> None:
    """Sitemaps and other files are returned unchanged."""
    assert add_csp("<?xml version='1.0'?><urlset/>") == "<?xml version='1.0'?><urlset/>"
    assert add_csp("<header>no head</header>") == "<header>no head</header>"


def test_preview_differs_in_scripts_only() -> None:
    """A preview allows the script of the server. The rest of the policy is the same."""
    strict, preview = get_policy(add_csp(PAGE)), get_policy(add_csp(PAGE, preview=True))
    assert "script-src 'self' 'unsafe-inline'; " in preview
    assert re.sub("script-src [^;]*", "", strict) == re.sub("script-src [^;]*", "", preview)


def test_every_page_is_protected(site: Path) -> None:
    """Each page has the policy and no markup that it forbids."""
    pages = {p: p.read_text("utf-8") for p in sorted(site.rglob("*.html"))}
    assert len(pages) > 100
    for path, text in pages.items():
        head = text[: text.index("Content-Security-Policy")]
        assert not re.search(r"<(?:script|link|style|base|img)\b", head), path
        tags = TAG.findall(re.sub(r"(?s)(<script\b[^>]*>).*?</script>", r"\1", text))
        assert [t for t in tags if re.search(r"\s(?:on[a-z]+|style)\s*=\s*[\"']", t)] == [], path
        assert [t for t in tags if t.lower().startswith("<style")] == [], path
        outside = [t for t in tags if re.match(r"<a\s[^>]*href=\"https?://", t)]
        assert [t for t in outside if "noreferrer" not in t or "noopener" not in t] == [], path


def test_script_in_a_document_has_no_hash(harbour: Path) -> None:
    """A script in a document of the project has no hash."""
    text = (harbour / "site/script/index.html").read_text("utf-8")
    assert f"<script>{SCRIPT}</script>" in text
    assert compute_hash(SCRIPT) not in get_policy(text)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(LISTEN)
    yield page
    page.close()


def watch(page: Page) -> list[str]:
    """Return a list of the console messages from now on."""
    messages: list[str] = []
    page.on(
        "console", lambda m: messages.append(m.text) if m.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: messages.append(str(error)))
    return messages


def test_error_page_obeys_the_policy(page: Page, address: str) -> None:
    """The 404 page loads without a violation. `test_browser` tests the other pages."""
    messages = watch(page)
    page.goto(f"{address}404.html", wait_until="networkidle")
    assert page.evaluate("refused") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert [text for text in messages if "404" not in text] == []


def test_search_does_not_violate_the_policy(page: Page, address: str) -> None:
    """Searching and opening a result cause no violation."""
    messages = watch(page)
    page.goto(address, wait_until="networkidle")
    page.keyboard.press("/")
    page.keyboard.type("marriages", delay=20)
    found = page.locator("a[href*='recommendations/cescr-2013-9-marriage/']:visible")
    expect(found.first).to_be_visible(timeout=30_000)
    assert page.evaluate("refused") == []
    assert messages == []


def test_only_the_colour_scheme_is_stored(page: Page, address: str) -> None:
    """A visit stores only the colour scheme, which can be switched."""
    page.goto(address)
    scheme = page.locator("body[data-md-color-scheme]")
    before = scheme.get_attribute("data-md-color-scheme")
    page.locator("[data-scheme]:visible").click()
    expect(scheme).not_to_have_attribute("data-md-color-scheme", before or "")
    after = scheme.get_attribute("data-md-color-scheme")
    page.goto(address + "gaps/", wait_until="networkidle")
    assert scheme.get_attribute("data-md-color-scheme") == after
    assert page.evaluate("Object.keys(localStorage)") == ["scheme"]
    assert page.evaluate("Object.keys(sessionStorage)") == []
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("indexedDB.databases()") == []
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("refused") == []


ATTACKS = {
    "script": "<script>window.taken = 1</script>",
    "handler": "<img src=/none onerror='window.taken = 1'>",
    "address": "<a id=bait href='javascript:window.taken = 1'>x</a>",
    "host": "<script src='https://example.org/x.js'></script>",
    "data": "<script src='data:text/javascript,window.taken=1'></script>",
    "frame": "<iframe srcdoc='<script>parent.taken = 1</script>'></iframe>",
    "object": "<object data='data:text/html,x'></object>",
    "style": "<p style='color: red'>x</p>",
    "image": "<img src='https://example.org/x.png'>",
    "base": "<base href='https://example.org/'>",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_injected_markup_is_refused(
    page: Page, address: str, site: Path, host: Path, attack: str
) -> None:
    """Markup that is injected into a built page runs no script and makes no request."""
    whole = (site / "gaps/index.html").read_text("utf-8")
    tampered = whole.replace("</article>", f"{ATTACKS[attack]}</article>", 1)
    (host / f"{attack}.html").write_text(tampered, "utf-8")
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.route("https://**", lambda route: route.fulfill(body="window.taken = 1"))
    page.goto(f"{address}../{attack}.html")
    if attack == "address":
        page.evaluate("document.getElementById('bait').click()")
    refused = page.evaluate("new Promise((done) => setTimeout(() => done(refused), 300))")
    page.unroute_all()
    assert refused or attack == "frame"  # reported inside the frame, which inherits the policy
    assert page.evaluate("window.taken") is None
    assert [url for url in asked if url.startswith("https:")] == []


def test_no_form_leaves_the_page(page: Page, address: str) -> None:
    """An injected form cannot send what a reader types."""
    page.goto(address, wait_until="networkidle")
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', "
        "'<form id=bait action=https://example.org/ method=post></form>');"
        "document.getElementById('bait').submit()"
    )
    refused = page.evaluate("new Promise((done) => setTimeout(() => done(refused), 200))")
    assert [one.split()[0] for one in refused] == ["form-action"]
    assert page.url == address
