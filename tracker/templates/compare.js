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
  const told = form.querySelector("[data-shown]");
  const compared = [...root.querySelectorAll("[data-compared]")];
  const sections = [...root.querySelectorAll("section:not([data-compared])")].reverse();
  const held = (cell) => cell.dataset.source.split(" ");

  const show = () => {
    const wanted = [...new Set([a.value, b.value])].filter(Boolean);
    for (const one of compared) {
      const cells = [...one.querySelectorAll("[data-source]")];
      const has = (id) => cells.some((cell) => held(cell).includes(id));
      one.hidden = !wanted.every(has);
      // One selected source is shown next to all others; two are shown without them.
      for (const cell of cells) cell.hidden = wanted.length > 1 && !held(cell).some((id) => wanted.includes(id));
    }
    for (const section of sections) section.hidden = !section.querySelector("[data-compared]:not([hidden])");
    form.querySelector("[type=reset]").hidden = !wanted.length;
    told.textContent = told.dataset.shown.replace("{n}", compared.filter((one) => !one.hidden).length);
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
