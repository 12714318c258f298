// Filters the comparisons by two sources. Without this script every comparison is shown.
"use strict";
{
  // Runs before the rest of the page is painted, so that showing the form causes no layout shift.
  const root = document.currentScript.closest("[data-compare]");
  root.querySelector("form").hidden = false;
  document.addEventListener("DOMContentLoaded", () => start(root));
}

function start(root) {
  const form = root.querySelector("form");
  const { a, b } = form.elements;
  const status = form.querySelector("[data-shown]");
  const comparisons = [...root.querySelectorAll("[data-compared]")];
  const sections = [...root.querySelectorAll("section:not([data-compared])")].reverse();
  const sourcesOf = (cell) => cell.dataset.source.split(" ");

  const show = () => {
    const selected = [...new Set([a.value, b.value])].filter(Boolean);
    for (const comparison of comparisons) {
      const cells = [...comparison.querySelectorAll("[data-source]")];
      const has = (id) => cells.some((cell) => sourcesOf(cell).includes(id));
      comparison.hidden = !selected.every(has);
      // One selected source is shown next to all others; two are shown without them.
      for (const cell of cells) cell.hidden = selected.length > 1 && !sourcesOf(cell).some((id) => selected.includes(id));
    }
    for (const section of sections) section.hidden = !section.querySelector("[data-compared]:not([hidden])");
    form.querySelector("[type=reset]").hidden = !selected.length;
    status.textContent = status.dataset.shown.replace("{n}", comparisons.filter((comparison) => !comparison.hidden).length);
  };
  const restore = () => {
    const state = new URLSearchParams(location.search);
    for (const select of [a, b]) {
      select.value = state.get(select.name) ?? "";
      if (select.selectedIndex < 0) select.value = "";
    }
    show();
  };
  form.addEventListener("input", () => {
    const state = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.pushState(null, "", location.pathname + (String(state) && `?${state}`));
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { history.pushState(null, "", location.pathname); restore(); a.focus(); }));
  addEventListener("popstate", restore);
  restore();
}
