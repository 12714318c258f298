// Shows how long ago the page was built, and which reviews have become due since. Without this script
// the page shows the state on the day it was built.
const today = new Date().toISOString().slice(0, 10);
for (const made of document.querySelectorAll("[data-made]")) {
  const days = Math.round((Date.parse(today) - Date.parse(made.dataset.made)) / 864e5);
  if (days > 0) made.append(` (${days === 1 ? made.dataset.day : made.dataset.days.replace("{n}", days)})`);
}
for (const fresh of document.querySelectorAll(".ct-fresh--current")) {
  if (fresh.dataset.due <= today) {
    fresh.textContent = fresh.dataset.late;
    fresh.classList.replace("ct-fresh--current", "ct-fresh--due");
  }
}
