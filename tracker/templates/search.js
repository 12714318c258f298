// The search field. Other files of the search are loaded on the first key press. A page that was
// opened as a file may not read other files, so it shows no search.
(function start(root) {
  if (!root || location.protocol === "file:") return;
  const [openButton, dialog] = [root.querySelector("button"), root.querySelector("dialog")];
  const [field, status, list] = ["input", "[role=status]", "ol"].map((part) => dialog.querySelector(part));
  let lastSearch = 0;
  const showStatus = (key, facts = {}) => {
    status.textContent = dialog.dataset[key].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  };
  const show = () => { if (!dialog.open) dialog.showModal(); field.focus(); field.select(); };

  async function search() {
    const thisSearch = ++lastSearch;
    const showResults = (items, ...status) => {
      if (thisSearch !== lastSearch) return; // superseded by a later query
      list.replaceChildren(...items);
      showStatus(...status);
      dialog.ariaBusy = "false";
    };
    if (!field.value.trim()) return showResults([], "hint");
    dialog.ariaBusy = "true";
    if (!list.children.length) showStatus("loading");
    try {
      const { find, renderHit } = await import("./search-find.js");
      const { n, hits, matched } = await find(field.value);
      const key = n > hits.length ? "best" : n ? "found" : "none";
      showResults(hits.map((hit) => renderHit(hit, matched)), key, { n, shown: hits.length });
    } catch {
      showResults([], "failed");
    }
  }

  function moveFocus(event) {
    const targets = [field, ...list.querySelectorAll("a")];
    const index = targets.indexOf(document.activeElement);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1 }[event.key];
    if (to !== undefined && index >= 0) targets[(to + targets.length) % targets.length].focus();
    else if (event.key === "Enter" && index === 0 && !event.isComposing) targets[1]?.click();
    else return;
    event.preventDefault();
  }

  root.hidden = false;
  showStatus("hint");
  openButton.addEventListener("click", show);
  // The page for unknown addresses offers a search for the words of the address.
  for (const button of document.querySelectorAll("[data-search]")) {
    button.hidden = false;
    button.addEventListener("click", () => { field.value = button.dataset.search; show(); search(); });
  }
  field.addEventListener("input", search);
  dialog.addEventListener("keydown", (event) => {
    if (!dialog.open) return; // a slow browser may close it before it moves the focus
    event.stopPropagation();
    moveFocus(event);
  });
  dialog.querySelector("button").addEventListener("click", () => dialog.close());
  // Close on a click outside, or on a result on this page.
  dialog.addEventListener("click", (event) => {
    const isLink = event.target.closest("a") && !event.ctrlKey && !event.metaKey;
    if (event.target === dialog || isLink) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const isOtherKey = event.ctrlKey || event.metaKey || event.altKey || !["/", "s"].includes(event.key);
    if (isOtherKey || (typing && typing !== field)) return;
    event.preventDefault();
    show();
  });
})(document.querySelector(".ct-search"));
