// Filters, counts, sorts and downloads the rows of a register. Without this script every row is shown.
// Sets of rows are bit sets with 32 rows in a word, so that a filter takes a few hundred operations.
"use strict";
{
  // Runs before the rest of the page is painted, so that showing the form causes no layout shift.
  const root = document.currentScript.closest("[data-register]");
  root.querySelector("[data-facets]").open = matchMedia("(min-width: 45em)").matches;
  root.querySelector("[data-pages]").hidden = true;
  root.querySelector("form").hidden = false;
  document.addEventListener("DOMContentLoaded", () => start(root));
}

function start(root) {
  const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  const form = root.querySelector("form");
  const { text, order } = form.elements;
  const rows = [...root.querySelectorAll("[data-rows] > *")];
  const find = (name) => root.querySelector(`[data-${name}]`);
  const fill = (pattern, facts) => pattern.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const write = (element, value) => { if (element.textContent !== value) element.textContent = value; };

  // Bit sets of rows
  const emptySet = () => new Uint32Array((rows.length + 31) >> 5);
  const addRow = (bits, row) => { bits[row >> 5] |= 1 << (row & 31); };
  const hasRow = (bits, row) => (bits[row >> 5] >>> (row & 31)) & 1;
  const intersect = (a, b) => a.map((word, i) => word & b[i]);
  /** Counts the bits that are set in a word. */
  const countBits = (word) => {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  };
  const countCommon = (a, b) => a.reduce((sum, word, i) => sum + countBits(word & b[i]), 0);
  const rowsWhere = (test) => { const bits = emptySet(); rows.forEach((_, row) => test(row) && addRow(bits, row)); return bits; };
  const allRows = rowsWhere(() => true);

  // Facets. A review that was not due when the page was built may be due today.
  const today = new Date().toISOString().slice(0, 10);
  const due = data.fields.review_due ?? [];
  const currentAge = (facet, value, row) =>
    facet.name === "age" && facet.ids[value] === "current" && due[row] <= today ? facet.ids.indexOf("due") : value;
  const facets = data.facets.map((facet) => {
    const values = facet.rows.map((ids, row) => ids.map((value) => currentAge(facet, value, row)));
    const sets = facet.ids.map(emptySet);
    values.forEach((ids, row) => ids.forEach((value) => addRow(sets[value], row)));
    const boxes = [...form.querySelectorAll(`[name="${facet.name}"]`)];
    const details = form.querySelector(`[data-facet="${facet.name}"]`);
    return { ...facet, values, sets, boxes, details, title: details?.querySelector("legend").textContent,
      labelElements: boxes.map((box) => box.parentElement), countElements: boxes.map((box) => box.parentElement.lastElementChild),
      activeElement: details?.querySelector("[data-active]") };
  });
  let start = 0;
  const groups = [...root.querySelectorAll("[data-group]")].map((element, index) => {
    const members = Array.from({ length: data.sizes[index] }, (_, row) => start + row);
    start += members.length;
    return { element, members, count: element.querySelector("[data-count]"), container: element.querySelector("[data-rows]") };
  });

  // Text filter: the query and the rows are folded, in small batches before the first key press.
  const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^\x00-\x7f]/g, (letter) => data.folds[letter] ?? letter);
  const foldedRows = [];
  const foldRow = (row) => foldedRows[row] ??= fold([data.ids[row], data.titles[row], ...Object.values(data.fields).map((field) => field[row]),
    ...facets.flatMap((facet) => facet.values[row].map((value) => facet.labels[value]))].join("\n"));
  const foldBatch = (row) => {
    for (const end = Math.min(row + 50, rows.length); row < end; row++) foldRow(row);
    if (row < rows.length) setTimeout(foldBatch, 0, row);
  };
  const matchText = () => {
    const words = fold(text.value).split(/\s+/).filter(Boolean);
    return words.length ? rowsWhere((row) => words.every((word) => foldRow(row).includes(word))) : allRows;
  };

  // A row matches if it has one of the selected values of every facet. A count is the number of rows that a choice would show.
  let shown = allRows;
  const union = (sets) => sets.reduce((result, set) => result.map((word, i) => word | set[i]), emptySet());
  const checkedValues = ({ boxes }) => boxes.flatMap((box, value) => (box.checked ? [value] : []));
  const selectedRows = (facet) => {
    const values = checkedValues(facet);
    return values.length ? union(values.map((value) => facet.sets[value])) : null;
  };
  // A status applies to groups: if both are selected, one of the groups must have one of the statuses.
  const pairedFacets = data.status_groups.length ? ["status", "group"].map((name) => facets.find((facet) => facet.name === name)) : [];
  const [status, group] = pairedFacets;
  const pairs = status?.ids.map((_, s) => group.ids.map((_, g) =>
    rowsWhere((row) => data.status_groups[row][status.values[row].indexOf(s)]?.includes(g))));
  const setsFor = (facet) => {
    const others = pairedFacets.includes(facet) ? checkedValues(facet === status ? group : status) : [];
    return others.length ? facet.sets.map((_, value) =>
      union(others.map((other) => (facet === status ? pairs[value][other] : pairs[other][value])))) : facet.sets;
  };
  const filter = () => {
    const textMatches = matchText();
    const selected = facets.map(selectedRows);
    const both = pairedFacets.length && pairedFacets.every((facet) => checkedValues(facet).length);
    const pairMatches = both ? intersect(textMatches, union(checkedValues(status).map((value) => setsFor(status)[value]))) : textMatches;
    // The rows that match every facet, or every facet except one.
    const matchFacets = (except) => selected.reduce((result, bits, i) => bits && i !== except ? intersect(result, bits) : result,
      pairedFacets.includes(facets[except]) ? textMatches : pairMatches);
    show(matchFacets());
    facets.forEach((facet, index) => {
      const { boxes, labelElements, countElements, activeElement } = facet;
      const sets = setsFor(facet);
      const others = selected[index] ? matchFacets(index) : shown;
      boxes.forEach((box, value) => {
        const n = countCommon(others, sets[value]);
        write(countElements[value], String(n));
        labelElements[value].classList.toggle("ct-choice--none", !n && !box.checked);
      });
      if (activeElement) write(activeElement, selected[index] ? String(boxes.filter((box) => box.checked).length) : "");
    });
  };
  // Rows are shown and hidden in batches from the top, so that a slow phone stays responsive.
  const BATCH = 60;
  const rendered = allRows.slice();
  let renderTimer = 0;
  const renderRows = (budget) => {
    clearTimeout(renderTimer);
    for (let i = 0; i < rendered.length; i++) {
      for (let changed = shown[i] ^ rendered[i]; changed; changed &= changed - 1) {
        if (!budget--) { renderTimer = setTimeout(renderRows, 0, BATCH); return; }
        const bit = 31 - Math.clz32(changed & -changed);
        rows[i * 32 + bit].hidden = !((shown[i] >>> bit) & 1);
        rendered[i] ^= 1 << bit;
      }
    }
  };
  const show = (next) => {
    shown = next;
    renderRows(BATCH);
    const total = countCommon(shown, allRows);
    for (const { element, members, count } of groups) {
      const n = members.reduce((sum, row) => sum + hasRow(shown, row), 0);
      write(count, String(n));
      element.hidden = !n && members.length > 0;
    }
    write(find("shown"), fill(find("shown").dataset.shown, { n: total, all: rows.length }));
    find("nothing").hidden = total > 0 || !rows.length;
  };

  // Sort the rows of each group.
  let sorted = "";
  const inOrder = ({ members }) => order.value ? [...members].sort((a, b) => data.orders[order.value][a] - data.orders[order.value][b]) : members;
  const sort = () => {
    if (sorted === order.value) return;
    sorted = order.value;
    for (const group of groups) group.container.append(...inOrder(group).map((row) => rows[row]));
  };

  // A button for each selected choice that deselects it.
  const showChoices = () => {
    const buttons = facets.flatMap((facet) => facet.boxes.flatMap((box, value) => {
      if (!box.checked) return [];
      const button = Object.assign(document.createElement("button"), { type: "button", className: "ct-button ct-button--chosen", textContent: `${facet.title}: ${facet.labels[value]}` });
      button.setAttribute("aria-label", fill(form.dataset.remove, { facet: facet.title, choice: facet.labels[value] }));
      button.addEventListener("click", () => { box.checked = false; update(); (find("chosen").querySelector("button") ?? text).focus(); });
      const item = document.createElement("li");
      item.append(button);
      return [item];
    }));
    find("chosen").replaceChildren(...buttons);
    find("chosen").hidden = !buttons.length;
    form.querySelector("[data-clear]").hidden = !buttons.length && !text.value;
  };

  // The URL contains the state, so that a filtered view can be shared.
  const stateUrl = () => {
    const state = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    return location.pathname + (String(state) && `?${state}`) + location.hash;
  };
  let wasTyping = false;
  let saveTimer = 0;
  const saveState = (isTyping) => {
    clearTimeout(saveTimer);
    if (stateUrl() !== location.pathname + location.search + location.hash) history[isTyping && wasTyping ? "replaceState" : "pushState"](null, "", stateUrl());
    wasTyping = isTyping;
  };
  const refresh = () => { sort(); filter(); showChoices(); };
  const update = () => { refresh(); saveState(false); };
  const restore = (query) => {
    const state = new URLSearchParams(query);
    for (const { name, boxes, details } of facets) {
      for (const box of boxes) box.checked = state.getAll(name).includes(box.value);
      if (details && boxes.some((box) => box.checked)) details.open = true;
    }
    text.value = state.get("text") ?? "";
    order.value = data.orders[state.get("order")] ? state.get("order") : "";
    refresh();
  };

  // Download the rows shown, in the order shown, each with its citation and licence.
  const getRecords = (valuesOf = ({ values }, row) => values[row]) => groups.flatMap(inOrder).filter((row) => hasRow(shown, row)).map((row) => {
    const id = data.ids[row];
    const site = new URL(data.root || root.dataset.root, location.href);
    const facts = { id, title: data.titles[row] };
    for (const [name, field] of Object.entries(data.fields)) facts[name] = field[row];
    for (const facet of facets) facts[facet.name] = valuesOf(facet, row).map((value) => ({ id: facet.ids[value], title: facet.labels[value] }));
    return { ...facts, address: new URL(data.paths[row] ?? `${data.collection}/${id}/`, site).href, as_of: data.day,
      citation: [data.about[row], fill(data.cite, { ...facts, title: facts.title.replaceAll("“", "‘").replaceAll("”", "’") })].filter(Boolean).join(". "), licence: data.licence.name };
  });
  const csvCell = (value) => {
    const plain = Array.isArray(value) ? value.map(({ title }) => title).join("; ") : String(value);
    // Spreadsheets would run such a value as a formula, some even after leading spaces.
    return `"${(/^\s*[=+\-@＝＋－＠]/.test(plain) ? `'${plain}` : plain).replaceAll('"', '""')}"`;
  };
  const columns = () => ["id", "title", ...Object.keys(data.fields), ...facets.map(({ name }) => name), "address", "as_of", "citation", "licence"];
  // If groups are selected, the table has only these and their status. That of each group stays in `ratings`.
  const tableValues = ({ name, ids, values }, row) => {
    const selected = group ? checkedValues(group) : [];
    if (!selected.length || !(name === "status" || name === "group")) return values[row];
    if (name === "group") return values[row].filter((value) => selected.includes(value));
    const found = values[row].filter((_, i) => data.status_groups[row][i].some((value) => selected.includes(value)));
    const statuses = found.filter((value) => ids[value] !== "differs");
    return statuses.length === 1 ? statuses : found;
  };
  const csvTable = (separator) => "\ufeff" + [columns().map((name) => csvCell(data.headings[name])), ...getRecords(tableValues).map((record) => columns().map((name) => csvCell(record[name])))].map((line) => `${line.join(separator)}\r\n`).join("");
  const formats = {
    csv: () => csvTable(","),
    // Excel expects it where the decimal mark is a comma.
    "semicolon.csv": () => csvTable(";"),
    json: () => JSON.stringify({ site: data.site, register: data.collection, address: location.href, as_of: data.day,
      licence: data.licence, shown: getRecords().length, of: rows.length, records: getRecords() }, null, 1) + "\n",
  };
  const save = (kind) => {
    const url = URL.createObjectURL(new Blob([formats[kind]()], { type: kind.endsWith("csv") ? "text/csv;charset=utf-8" : "application/json" }));
    Object.assign(document.createElement("a"), { href: url, download: `${data.collection}-${data.day}.${kind}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", ({ target }) => {
    if (target !== text) return update();
    refresh();
    clearTimeout(saveTimer);
    saveTimer = setTimeout(saveState, 300, true);
  });
  for (const button of root.querySelectorAll("[data-clear]")) {
    button.addEventListener("click", () => { const previous = order.value; restore(""); order.value = previous; update(); text.focus(); });
  }
  for (const button of form.querySelectorAll("[data-save]")) button.addEventListener("click", () => save(button.dataset.save));
  addEventListener("popstate", () => { clearTimeout(saveTimer); wasTyping = false; restore(location.search); });
  addEventListener("beforeprint", () => renderRows(Infinity));
  restore(location.search);
  setTimeout(foldBatch, 0, 0);
}
