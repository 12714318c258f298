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
  const none = () => new Uint32Array((rows.length + 31) >> 5);
  const put = (bits, row) => { bits[row >> 5] |= 1 << (row & 31); };
  const has = (bits, row) => (bits[row >> 5] >>> (row & 31)) & 1;
  const and = (a, b) => a.map((word, at) => word & b[at]);
  const ones = (word) => {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  };
  const overlap = (a, b) => a.reduce((sum, word, at) => sum + ones(word & b[at]), 0);
  const where = (test) => { const bits = none(); rows.forEach((_, row) => test(row) && put(bits, row)); return bits; };
  const everything = where(() => true);

  // Facets. A review that was not due when the page was built may be due today.
  const today = new Date().toISOString().slice(0, 10);
  const due = data.fields.review_due ?? [];
  const aged = (facet, value, row) =>
    facet.name === "age" && facet.ids[value] === "current" && due[row] <= today ? facet.ids.indexOf("due") : value;
  const facets = data.facets.map((facet) => {
    const values = facet.rows.map((held, row) => held.map((value) => aged(facet, value, row)));
    const sets = facet.ids.map(none);
    values.forEach((held, row) => held.forEach((value) => put(sets[value], row)));
    const boxes = [...form.querySelectorAll(`[name="${facet.name}"]`)];
    const part = form.querySelector(`[data-facet="${facet.name}"]`);
    return { ...facet, values, sets, boxes, part, title: part?.querySelector("legend").textContent,
      labelled: boxes.map((box) => box.parentElement), counts: boxes.map((box) => box.parentElement.lastElementChild),
      active: part?.querySelector("[data-active]") };
  });
  let start = 0;
  const groups = [...root.querySelectorAll("[data-group]")].map((element, at) => {
    const members = Array.from({ length: data.sizes[at] }, (_, row) => start + row);
    start += members.length;
    return { element, members, count: element.querySelector("[data-count]"), holder: element.querySelector("[data-rows]") };
  });

  // Text filter: query and rows are folded. Rows are folded in small batches before the first key.
  const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^\x00-\x7f]/g, (letter) => data.folds[letter] ?? letter);
  const folded = [];
  const foldedAt = (row) => folded[row] ??= fold([data.ids[row], data.titles[row], ...Object.values(data.fields).map((field) => field[row]),
    ...facets.flatMap((facet) => facet.values[row].map((value) => facet.labels[value]))].join("\n"));
  const foldFrom = (row) => {
    for (const end = Math.min(row + 50, rows.length); row < end; row++) foldedAt(row);
    if (row < rows.length) setTimeout(foldFrom, 0, row);
  };
  const matching = () => {
    const words = fold(text.value).split(/\s+/).filter(Boolean);
    return words.length ? where((row) => words.every((word) => foldedAt(row).includes(word))) : everything;
  };

  // A row matches if it has one of the selected values of every facet. A count is what a choice would show.
  let shown = everything;
  const union = (sets) => sets.reduce((found, set) => found.map((word, at) => word | set[at]), none());
  const ticked = ({ boxes }) => boxes.flatMap((box, at) => (box.checked ? [at] : []));
  const anyOf = (facet) => { const at = ticked(facet); return at.length ? union(at.map((value) => facet.sets[value])) : null; };
  // A status applies to groups: if both are selected, one of the groups must have one of the statuses.
  const paired = data.status_groups.length ? ["status", "group"].map((name) => facets.find((facet) => facet.name === name)) : [];
  const [status, group] = paired;
  const pairs = status?.ids.map((_, s) => group.ids.map((_, g) =>
    where((row) => data.status_groups[row][status.values[row].indexOf(s)]?.includes(g))));
  const setsOf = (facet) => {
    const wanted = paired.includes(facet) ? ticked(facet === status ? group : status) : [];
    return wanted.length ? facet.sets.map((_, value) =>
      union(wanted.map((other) => (facet === status ? pairs[value][other] : pairs[other][value])))) : facet.sets;
  };
  const filter = () => {
    const texts = matching();
    const chosen = facets.map(anyOf);
    const both = paired.length && paired.every((facet) => ticked(facet).length);
    const held = both ? and(texts, union(ticked(status).map((value) => setsOf(status)[value]))) : texts;
    const all = (but) => chosen.reduce((found, bits, at) => bits && at !== but ? and(found, bits) : found,
      paired.includes(facets[but]) ? texts : held);
    show(all());
    facets.forEach((facet, at) => {
      const { boxes, labelled, counts, active } = facet;
      const sets = setsOf(facet);
      const others = chosen[at] ? all(at) : shown;
      boxes.forEach((box, value) => {
        const n = overlap(others, sets[value]);
        write(counts[value], String(n));
        labelled[value].classList.toggle("ct-choice--none", !n && !box.checked);
      });
      if (active) write(active, chosen[at] ? String(boxes.filter((box) => box.checked).length) : "");
    });
  };
  // Rows are shown and hidden in batches from the top, so that a slow phone stays responsive.
  const PORTION = 60;
  const drawn = everything.slice();
  let rest = 0;
  const draw = (budget) => {
    clearTimeout(rest);
    for (let at = 0; at < drawn.length; at++) {
      for (let changed = shown[at] ^ drawn[at]; changed; changed &= changed - 1) {
        if (!budget--) { rest = setTimeout(draw, 0, PORTION); return; }
        const bit = 31 - Math.clz32(changed & -changed);
        rows[at * 32 + bit].hidden = !((shown[at] >>> bit) & 1);
        drawn[at] ^= 1 << bit;
      }
    }
  };
  const show = (next) => {
    shown = next;
    draw(PORTION);
    const total = overlap(shown, everything);
    for (const { element, members, count } of groups) {
      const n = members.reduce((sum, row) => sum + has(shown, row), 0);
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
    for (const group of groups) group.holder.append(...inOrder(group).map((row) => rows[row]));
  };

  // A button for each selected choice that deselects it.
  const choices = () => {
    const buttons = facets.flatMap((facet) => facet.boxes.flatMap((box, at) => {
      if (!box.checked) return [];
      const button = Object.assign(document.createElement("button"), { type: "button", className: "ct-button ct-button--chosen", textContent: `${facet.title}: ${facet.labels[at]}` });
      button.setAttribute("aria-label", fill(form.dataset.remove, { facet: facet.title, choice: facet.labels[at] }));
      button.addEventListener("click", () => { box.checked = false; update(); (find("chosen").querySelector("button") ?? text).focus(); });
      const item = document.createElement("li");
      item.append(button);
      return [item];
    }));
    find("chosen").replaceChildren(...buttons);
    find("chosen").hidden = !buttons.length;
    form.querySelector("[data-clear]").hidden = !buttons.length && !text.value;
  };

  // The URL holds the state, so that a filtered view can be shared.
  const address = () => {
    const state = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    return location.pathname + (String(state) && `?${state}`) + location.hash;
  };
  let typing = false;
  let later = 0;
  const remember = (typed) => {
    clearTimeout(later);
    if (address() !== location.pathname + location.search + location.hash) history[typed && typing ? "replaceState" : "pushState"](null, "", address());
    typing = typed;
  };
  const refresh = () => { sort(); filter(); choices(); };
  const update = () => { refresh(); remember(false); };
  const restore = (query) => {
    const state = new URLSearchParams(query);
    for (const { name, boxes, part } of facets) {
      for (const box of boxes) box.checked = state.getAll(name).includes(box.value);
      if (part && boxes.some((box) => box.checked)) part.open = true;
    }
    text.value = state.get("text") ?? "";
    order.value = data.orders[state.get("order")] ? state.get("order") : "";
    refresh();
  };

  // Download the rows shown, in the order shown, each with its citation and licence.
  const records = () => groups.flatMap(inOrder).filter((row) => has(shown, row)).map((row) => {
    const id = data.ids[row];
    const site = new URL(data.root || root.dataset.root, location.href);
    const facts = { id, title: data.titles[row] };
    for (const [name, field] of Object.entries(data.fields)) facts[name] = field[row];
    for (const { name, ids, labels, values } of facets) facts[name] = values[row].map((value) => ({ id: ids[value], title: labels[value] }));
    return { ...facts, address: new URL(data.paths[row] ?? `${data.collection}/${id}/`, site).href, as_of: data.day,
      citation: [data.about[row], fill(data.cite, facts)].filter(Boolean).join(". "), licence: data.licence.name };
  });
  const cell = (value) => {
    const plain = Array.isArray(value) ? value.map(({ title }) => title).join("; ") : String(value);
    // Spreadsheets would run such a value as a formula, some even after leading spaces.
    return `"${(/^\s*[=+\-@＝＋－＠]/.test(plain) ? `'${plain}` : plain).replaceAll('"', '""')}"`;
  };
  const columns = () => ["id", "title", ...Object.keys(data.fields), ...facets.map(({ name }) => name), "address", "as_of", "citation", "licence"];
  const makers = {
    csv: () => "\ufeff" + [columns().map(cell), ...records().map((record) => columns().map((name) => cell(record[name])))].map((line) => `${line.join(",")}\r\n`).join(""),
    json: () => JSON.stringify({ site: data.site, register: data.collection, address: location.href, as_of: data.day,
      licence: data.licence, shown: records().length, of: rows.length, records: records() }, null, 1) + "\n",
  };
  const save = (kind) => {
    const url = URL.createObjectURL(new Blob([makers[kind]()], { type: kind === "csv" ? "text/csv;charset=utf-8" : "application/json" }));
    Object.assign(document.createElement("a"), { href: url, download: `${data.collection}-${data.day}.${kind}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", ({ target }) => {
    if (target !== text) return update();
    refresh();
    clearTimeout(later);
    later = setTimeout(remember, 300, true);
  });
  for (const button of root.querySelectorAll("[data-clear]")) {
    button.addEventListener("click", () => { const kept = order.value; restore(""); order.value = kept; update(); text.focus(); });
  }
  for (const button of form.querySelectorAll("[data-save]")) button.addEventListener("click", () => save(button.dataset.save));
  addEventListener("popstate", () => { clearTimeout(later); typing = false; restore(location.search); });
  addEventListener("beforeprint", () => draw(Infinity));
  restore(location.search);
  setTimeout(foldFrom, 0, 0);
}
