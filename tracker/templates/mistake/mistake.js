// Writes a message about a mistake from the fields of a form. Nothing is sent or stored.
const form = document.querySelector("[data-mistake]");
const output = document.querySelector("[data-message]");
const summary = form.querySelector("[data-problems]");
const status = output.querySelector("[role=status]");
const named = new URLSearchParams(location.search).get("record") ?? "";

const valueOf = (field) => field.value.trim();
const labelOf = (field) => form.querySelector(`label[for="${field.id}"]`).firstChild.textContent.trim();
const fields = [...form.querySelectorAll("input, textarea")];

function showProblem(field) {
  const message = valueOf(field) ? "" : field.dataset.missing ?? "";
  document.getElementById(`${field.id}-problem`).textContent = message;
  if (message) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  return message;
}

function showProblems() {
  const wrong = fields.filter(showProblem);
  summary.querySelector("ul").replaceChildren(...wrong.map((field) => {
    const [item, link] = [document.createElement("li"), document.createElement("a")];
    link.href = `#${field.id}`;
    link.textContent = field.dataset.missing;
    link.addEventListener("click", (event) => { event.preventDefault(); field.focus(); });
    item.append(link);
    return item;
  }));
  summary.hidden = !wrong.length;
  if (wrong.length) summary.focus();
  return wrong.length > 0;
}

function writeMessage() {
  const parts = fields.filter(valueOf).map((field) => `${labelOf(field)}:\n${valueOf(field)}`);
  return [...parts, form.dataset.site].join("\n\n");
}

function showMessage() {
  const text = writeMessage();
  const title = form.dataset.title.replace("{id}", () => valueOf(form.elements.record).slice(0, 100));
  output.querySelector("textarea").value = text;
  let tooLong = false;
  for (const link of output.querySelectorAll("[data-send]")) {
    const fill = (body) => link.dataset.send
      .replace("{title}", () => encodeURIComponent(title))
      .replace("{text}", () => encodeURIComponent(body.replaceAll("\n", "\r\n")));
    // Mail programs and hosts reject longer addresses.
    const isLong = fill(text).length > link.dataset.max;
    link.href = fill(isLong ? "" : text);
    tooLong ||= isLong;
  }
  output.querySelector("[data-long]").hidden = !tooLong;
  status.textContent = "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  output.hidden = true;
  if (showProblems()) return;
  showMessage();
  output.hidden = false;
  output.querySelector("h2").focus();
});
form.addEventListener("input", ({ target }) => {
  if (target.hasAttribute("aria-invalid")) showProblem(target);
  if (!output.hidden) showMessage();
});
output.querySelector("[data-copy]").addEventListener("click", async () => {
  const text = output.querySelector("textarea");
  text.select();
  const copied = await navigator.clipboard?.writeText(text.value).then(() => true, () => false) ?? false;
  status.textContent = copied ? form.dataset.copied : form.dataset.notCopied;
});

// A link can name a record, and nothing else: no one else may write into the message.
if (/^[a-z0-9-]{1,100}$/.test(named)) {
  form.elements.record.value = named;
  form.querySelector("[data-field=record]").hidden = true;
  const about = form.querySelector("[data-about]");
  about.hidden = false;
  about.querySelector("code").textContent = named;
}
document.querySelector("[data-by-hand]").hidden = true;
form.hidden = false;
