// The search field. Other files of the search are loaded on the first key press.
(function start(root, source) {
  if (!root) return;
  const [openButton, dialog] = [root.querySelector("button"), root.querySelector("dialog")];
  const [field, status, list] = ["input", "[role=status]", "ol"].map((part) => dialog.querySelector(part));
  let loading;
  const say = (key, facts = {}) => dialog.dataset[key].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const showStatus = (key) => { status.textContent = say(key); };
  const show = () => { if (!dialog.open) dialog.showModal(); field.focus(); field.select(); };

  function loadFinder() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: new URL("search-find.js", source), onload: resolve, onerror: reject });
      document.head.append(script);
    }).catch((error) => { loading = undefined; throw error; });
    return loading;
  }

  async function search() {
    dialog.ariaBusy = "true";
    if (!list.children.length) showStatus("loading");
    try {
      await loadFinder();
      globalThis.trackerSearch.run(dialog, say);
    } catch {
      showStatus("failed");
      dialog.ariaBusy = "false";
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
})(document.querySelector(".ct-search"), document.currentScript.src);
