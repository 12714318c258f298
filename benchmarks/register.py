"""Measure how long the filter script of a register takes in a browser."""

import tempfile
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.synthetic import RECOMMENDATIONS, generate_data
from tests.browser import serving
from tests.registers.pages import write
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
    const elapsed = performance.now() - before;
    await new Promise((done) => setTimeout(done, 20)); // the script shows the other rows later
    return elapsed;
  };
  const type = (text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const chosen = async () => {
    const times_taken = [];
    for (let at = 0; at < times; at++) {
      // Tick two boxes, one after the other; then clear both.
      const pair = [boxes[at % boxes.length], boxes[(at + times) % boxes.length]];
      for (const box of pair) times_taken.push(await timed(() => box.click()));
      for (const box of pair) await timed(() => box.click());
    }
    return times_taken;
  };
  const whole = await chosen();
  // Updating the address is the browser's work, and takes longer than the script.
  history.pushState = () => {};
  const alone = await chosen();
  const typed = [];
  for (const text of texts) {
    typed.push(await timed(() => type(text)));
    await timed(() => type(""));
  }
  return [alone, whole, typed];
}"""


def time_filters(browser: Browser, rows: int, *, times: int = 20) -> list[list[float]]:
    """Return milliseconds per choice, without and with an address update, and per text input.

    This covers filtering, counting and showing the first rows, but not the rest or painting.
    """
    loaded = load(generate_data(round(rows / RECOMMENDATIONS)))
    context = SiteContext(DatasetView(loaded.dataset, date(2024, 1, 15)))
    titles = [record.title for record in context.view.data.of(Recommendation)[:times]]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), context)
        with serving(Path(folder)) as address:
            page = browser.new_page()
            page.goto(f"{address}recommendations/")
            page.wait_for_timeout(3_000)  # the page normalizes texts while it is idle
            texts = [str(title).split()[0] for title in titles]
            milliseconds: list[list[float]] = page.evaluate(_ACTS, {"times": times, "texts": texts})
            page.close()
    return milliseconds
