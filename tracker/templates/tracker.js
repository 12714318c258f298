// Shows how long ago the page was built, and which reviews have become due since. Without this script
// the page shows the state on the day it was built.
const today = new Date().toISOString().slice(0, 10);
for (const element of document.querySelectorAll("[data-made]")) {
  const days = Math.round((Date.parse(today) - Date.parse(element.dataset.made)) / 864e5);
  if (days > 0) element.append(` (${days === 1 ? element.dataset.day : element.dataset.days.replace("{n}", days)})`);
}
for (const element of document.querySelectorAll(".ct-fresh--current")) {
  if (element.dataset.due <= today) {
    element.textContent = element.dataset.late;
    element.classList.replace("ct-fresh--current", "ct-fresh--due");
  }
}
// Unfolds the section that the URL leads to. Browsers do this only for what is inside it.
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let part = target?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  target?.scrollIntoView();
}
if (location.hash) unfold();
addEventListener("hashchange", unfold);
// Adds a button to each reference that copies it.
if (navigator.clipboard) {
  for (const quote of document.querySelectorAll("[data-copy] .ct-quote")) {
    const { copy, copied } = quote.closest("[data-copy]").dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ct-copy ct-screen";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(quote.textContent.trim());
      button.textContent = copied;
    });
    quote.after(button);
  }
}
