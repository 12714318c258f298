"""The site in a browser: narrow screens, no scripts, no requests to other hosts."""

from playwright.sync_api import Browser, expect

KINDS = [
    "",
    "recommendations/",
    "recommendations/cescr-2013-9/",
    "recommendations/cescr-2013-9-health/",
    "recommendations/foundation-2020-r30/",
    "findings/marriage-not-open/",
    "indicators/applicants-2018/",
    "events/",
    "compare/",
    "sources/report/",
    "cycles/cescr-4/",
    "discrepancies/i-06/",
    "vocabulary/asylum-seekers/",
    "gaps/",
    "methodology/",
    "contributing/rules/",
]
WIDTHS = (320, 390, 1280)

LISTEN = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
LAYOUT_SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(sum), 50));
})"""


def test_every_kind_of_page_loads_without_errors(browser: Browser, address: str) -> None:
    """Pages fit the screen, do not shift, and cause no other requests, violations or errors."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(LISTEN)
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda m: errors.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    wide, shifts, refused = [], {}, {}
    for kind in KINDS:
        page.set_viewport_size({"width": 390, "height": 900})
        page.goto(address + kind)
        shifts[kind] = page.evaluate(LAYOUT_SHIFT)
        refused[kind] = page.evaluate("refused")
        assert page.evaluate("getComputedStyle(document.body).display") == "flex", kind
        assert page.locator("[data-scheme]:visible").count() == 1, kind
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((kind, width))
    assert wide == []
    assert {kind: shift for kind, shift in shifts.items() if shift > 0.01} == {}
    assert {kind: found for kind, found in refused.items() if found} == {}
    assert [url for url in requests if not url.startswith(address)] == []
    assert errors == []
    assert context.cookies() == []
    context.close()


def test_readable_without_scripts(browser: Browser, address: str) -> None:
    """Without JavaScript, a status, its age, the positions and the citations are readable."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address)
    page.locator("article").get_by_role("link", name="Registration of marriages").first.click()
    for text in ("Our rating", "Evidence up to"):
        expect(page.locator("article").get_by_text(text).first).to_be_visible()
    page.get_by_role("heading", name="Who says what").click()
    for text in ("State party", "P13.1"):
        expect(page.locator(".ct-voices").get_by_text(text).first).to_be_visible()
    context.close()
