"""How long the script of a register computes, in a browser, for a choice and for a typed text."""

import tempfile
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.synthetic import RECOMMENDATIONS, synthetic
from tests.browser import serving
from tests.registers import write
from tracker.model import Recommendation
from tracker.records.loader import load
from tracker.site.context import SiteContext
from tracker.site.dataset_view import DatasetView

_ACTS = """async ({ times, texts }) => {
  const boxes = [...document.querySelectorAll("[data-facet] input")];
  const field = document.querySelector("input[type=search]");
  const timed = async (act) => {
    const before = performance.now();
    act();
    const found = performance.now() - before;
    await new Promise((done) => setTimeout(done, 20)); // the other rows go on coming and going
    return found;
  };
  const type = (text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const chosen = async () => {
    const found = [];
    for (let at = 0; at < times; at++) {
      // One choice, and a second one with it; then both are taken back.
      const pair = [boxes[at % boxes.length], boxes[(at + times) % boxes.length]];
      for (const box of pair) found.push(await timed(() => box.click()));
      for (const box of pair) await timed(() => box.click());
    }
    return found;
  };
  const whole = await chosen();
  // What the browser does to note an address is its own, and takes longer than the script.
  history.pushState = () => {};
  const alone = await chosen();
  const typed = [];
  for (const text of texts) {
    typed.push(await timed(() => type(text)));
    await timed(() => type(""));
  }
  return [alone, whole, typed];
}"""


def acted(browser: Browser, rows: int, *, times: int = 20) -> list[list[float]]:
    """Milliseconds of each choice, without and with the browser noting the address, and of each
    text: filter, counts, first rows.

    What follows is not counted: the other rows, in portions, and painting.
    """
    loaded = load(synthetic(round(rows / RECOMMENDATIONS)))
    context = SiteContext(DatasetView(loaded.dataset, date(2024, 1, 15)))
    titles = [record.title for record in context.view.data.of(Recommendation)[:times]]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), context)
        with serving(Path(folder)) as address:
            page = browser.new_page()
            page.goto(f"{address}recommendations/")
            page.wait_for_timeout(3_000)  # texts are folded while nobody types
            texts = [str(title).split()[0] for title in titles]
            found: list[list[float]] = page.evaluate(_ACTS, {"times": times, "texts": texts})
            page.close()
    return found
