// The search field. Other files of the search are loaded on the first key press. A page that was
// opened as a file may not read other files, so it shows no search.
(function start(box) {
  if (!box || location.protocol === "file:") return;
  const [open, dialog] = [box.querySelector("button"), box.querySelector("dialog")];
  const [field, told, list] = ["input", "[role=status]", "ol"].map((part) => dialog.querySelector(part));
  let turn = 0;
  const tell = (key, facts = {}) => {
    told.textContent = dialog.dataset[key].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  };
  const show = () => { if (!dialog.open) dialog.showModal(); field.focus(); field.select(); };

  async function search() {
    const mine = ++turn;
    const answer = (lines, ...told) => {
      if (mine !== turn) return; // superseded by a later query
      list.replaceChildren(...lines);
      tell(...told);
      dialog.ariaBusy = "false";
    };
    if (!field.value.trim()) return answer([], "hint");
    dialog.ariaBusy = "true";
    if (!list.children.length) tell("loading");
    try {
      const { find, item } = await import("./search-find.js");
      const { n, hits, matched } = await find(field.value);
      const told = n > hits.length ? "best" : n ? "found" : "none";
      answer(hits.map((hit) => item(hit, matched)), told, { n, shown: hits.length });
    } catch {
      answer([], "failed");
    }
  }

  function walk(event) {
    const stops = [field, ...list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (to !== undefined && at >= 0) stops[(to + stops.length) % stops.length].focus();
    else if (event.key === "Enter" && at === 0 && !event.isComposing) stops[1]?.click();
    else return;
    event.preventDefault();
  }

  box.hidden = false;
  tell("hint");
  open.addEventListener("click", show);
  field.addEventListener("input", search);
  dialog.addEventListener("keydown", (event) => {
    if (!dialog.open) return; // a slow browser may close it before it moves the focus
    event.stopPropagation();
    walk(event);
  });
  dialog.querySelector("button").addEventListener("click", () => dialog.close());
  // Close on a click outside, or on a result on this page.
  dialog.addEventListener("click", (event) => {
    const leads = event.target.closest("a") && !event.ctrlKey && !event.metaKey;
    if (event.target === dialog || leads) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const other = event.ctrlKey || event.metaKey || event.altKey || !["/", "s"].includes(event.key);
    if (other || (typing && typing !== field)) return;
    event.preventDefault();
    show();
  });
})(document.querySelector(".ct-search"));
