// The form of a record: fields from the templates of the page, and its YAML. Nothing is sent or stored.
const form = document.querySelector("[data-edit]");
const facts = JSON.parse(document.querySelector("[data-facts]").textContent);
const output = document.querySelector("[data-text]");
const record = form.querySelector("[data-record]");
const into = form.elements.into;
const query = new URLSearchParams(location.search);
let count = 0;
let unsaved = false;
let editedId = ""; // of the record to correct

const say = (key, more = {}) => Object.entries(more).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), facts.messages[key]);
const fieldsOf = (box) => [...box.querySelectorAll(":scope > [data-field]")];
const inputOf = (field) => field.querySelector(":scope > :is(input, select, textarea):not([hidden])");
const templateOf = (name) => document.querySelector(`template[data-part="${name}"]`);
const labelOf = (field) => field.querySelector(":scope > :is(label, legend, summary)").firstChild.textContent.trim();

// Building

function addFields(box, name, values = {}) {
  box.append(templateOf(name).content.cloneNode(true));
  if (box === record) foldParts();
  for (const field of fieldsOf(box)) {
    field.hidden = "later" in field.dataset && !editedId;
    startField(field, values[field.dataset.field]);
  }
}

/** Folds the parts of the record, except those that a new record must have. */
function foldParts() {
  for (const field of fieldsOf(record)) {
    if (field.dataset.as !== "list" || !field.dataset.part || (field.dataset.min && !editedId)) continue;
    const part = document.createElement("details");
    const summary = document.createElement("summary");
    for (const { name, value } of field.attributes) part.setAttribute(name, value);
    summary.append(...field.querySelector(":scope > legend").childNodes, document.createElement("span"));
    summary.id = `f${++count}`;
    part.setAttribute("role", "group");
    part.setAttribute("aria-labelledby", summary.id);
    part.append(summary, ...[...field.children].filter((element) => element.tagName !== "LEGEND"));
    field.replaceWith(part);
  }
}

function startField(field, value) {
  if (field.dataset.as === "boxes") {
    field.original = value ?? [];
    field.mayBeEmpty = "required" in field.dataset && value?.length === 0; // as in imported records
    for (const box of field.querySelectorAll("input")) box.checked = field.original.includes(box.value);
    describe(field, field);
  } else if (field.dataset.as === "list") {
    field.querySelector(":scope > [data-add]").addEventListener("click", () => focusIn(addItem(field)));
    const values = value === undefined || value === null || value === field.dataset.instead ? [] : [value].flat();
    for (const item of values) addItem(field, item);
    while (itemsOf(field).length < (field.dataset.min ?? 0)) addItem(field);
    describe(field, field);
  } else startInput(field, value);
}

const itemsOf = (field) => [...field.querySelector(":scope > [data-items]").children];

function addItem(field, value) {
  const item = field.querySelector(":scope > template").content.firstElementChild.cloneNode(true);
  field.querySelector(":scope > [data-items]").append(item);
  if (field.dataset.part) addFields(item, field.dataset.part, typeof value === "object" ? value : { value });
  else startInput(item, value);
  item.append(item.querySelector(":scope > [data-remove]") ?? "");
  item.querySelector(":scope > [data-remove]")?.addEventListener("click", () => {
    item.remove();
    nameItems(field);
    field.querySelector(":scope > [data-add]").focus();
    unsaved = true;
  });
  nameItems(field);
  return item;
}

function nameItems(field) {
  const items = itemsOf(field);
  const nameOf = (n) => say("edit.item", { n: items.length > 1 || !field.dataset.max ? n : "", field: labelOf(field) }).trim();
  items.forEach((item, index) => {
    const name = nameOf(index + 1);
    item.querySelector(":scope > :is(label, legend)").textContent = name;
    item.querySelector(":scope > [data-remove]")?.setAttribute("aria-label", say("edit.remove", { field: name }));
  });
  const number = field.querySelector(":scope > summary > span:last-child");
  if (number) number.textContent = items.length ? ` (${items.length})` : "";
  field.querySelector(":scope > [data-add]").hidden = items.length >= (field.dataset.max ?? Infinity);
}

function startInput(field, value) {
  const input = inputOf(field);
  input.id = `f${++count}`;
  field.querySelector(":scope > label").htmlFor = input.id;
  describe(field, input);
  if (input.dataset.options !== undefined) startPicker(field, input, value);
  if (value === undefined || value === null) return;
  if (typeof value === "object") {
    // A text in several languages is not changed.
    input.translations = value;
    input.readOnly = true;
    value = say("edit.languages");
  }
  input.value = value;
  input.original = value;
}

function startPicker(field, select, value) {
  const other = field.querySelector(":scope > [data-other]");
  select.append(document.querySelector(`template[data-choices="${select.dataset.options}"]`).content.cloneNode(true));
  select.append(new Option(other.dataset.other, "*"));
  const change = () => { other.hidden = select.value !== "*"; };
  select.addEventListener("change", () => { change(); if (!other.hidden) other.focus(); });
  select.value = value ?? "";
  if (value && select.value !== value) {
    select.value = "*";
    other.value = value;
  }
  change();
}

function describe(field, input) {
  const texts = [...field.querySelectorAll(":scope > :is([data-help], [data-problem])")];
  for (const text of texts) text.id ||= `f${++count}`;
  if (texts.length) input.setAttribute("aria-describedby", texts.map((text) => text.id).join(" "));
}

const focusIn = (box) => box.querySelector("input:not([hidden]), select, textarea, button")?.focus();

// Reading the fields. Problems are collected in `problems`, as [field, text].

const SPACES = /[\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\t]/g;
// Not the joiners within a word of the scripts that are spelled with them.
const INVISIBLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufffd-\uffff]|(?<![\u0600-\u07ff\u0840-\u0dff\u1000-\u109f\u1780-\u17ff\u1807-\u18aa\ufb50-\ufdff\ufe70-\ufefc])[\u200c\u200d]|\u200c(?![\u0600-\u07ff\u0840-\u0dff\u1000-\u109f\u1780-\u17ff\u1807-\u18aa\ufb50-\ufdff\ufe70-\ufefc])/g;

function readText(field) {
  const input = inputOf(field);
  const other = field.querySelector(":scope > [data-other]");
  const text = (input.value === "*" && other ? other : input).value;
  const clean = text.replace(SPACES, " ").replace(INVISIBLE, "").split("\n").map((line) => line.trimEnd()).join("\n").trim();
  return input.tagName === "TEXTAREA" ? clean : clean.replace(/\s+/g, " ");
}

function readFields(box, name, problems, required) {
  const values = new Map();
  const fieldProblems = [];
  for (const field of fieldsOf(box)) {
    const value = readField(field, fieldProblems);
    if (value) values.set(field.dataset.field, value);
  }
  const given = [...values.values()].some((value) => !value.implied);
  if (!given && !required) return null;
  problems.push(...fieldProblems);
  const { constraints, allowsBareValue } = JSON.parse(templateOf(name).dataset.rules);
  if (allowsBareValue && values.has("value") && !values.has("basis")) {
    const { text } = values.get("value");
    const entries = new Map([["value", values.get("value")], ["printed", { text }], ...values]);
    return entries.size === 2 && entries.get("printed").text === text ? { text } : entries;
  }
  for (const { fields, how } of constraints) {
    const n = fields.filter((field) => {
      const [key, value] = field.split("=");
      return values.has(key) && (value === undefined || values.get(key).text === value);
    }).length;
    const satisfied = how === "one" ? n === 1 : how === "some" ? n > 0 : !n || n === fields.length;
    if (satisfied) continue;
    const labels = fields.map((field) => quotedLabel(box, field)).join(", ");
    problems.push([findField(box, fields[0]), sentence(say(`edit.${how}`, { fields: labels }))]);
  }
  return values.size ? values : null;
}

const findField = (box, name) => fieldsOf(box).find((field) => field.dataset.field === name.split("=")[0]);

/** Returns “Field”, or “Field: value” if only this value counts. */
function quotedLabel(box, name) {
  const field = findField(box, name);
  const value = [...(inputOf(field).options ?? [])].find((option) => option.value === name.split("=")[1]);
  return `“${labelOf(field)}${value ? `: ${value.text}` : ""}”`;
}

function readField(field, problems) {
  let value = null;
  if (field.dataset.as === "boxes") {
    // Existing values keep their order.
    const checked = [...field.querySelectorAll("input:checked")].map((box) => box.value);
    const existing = field.original.filter((id) => checked.includes(id));
    value = [...new Set([...existing, ...checked])].map((text) => ({ text }));
    if (field.mayBeEmpty && !value.length) return value;
  } else if (field.dataset.as === "list") {
    // Only the first item is required. Other empty items are ignored.
    const readItem = (item, index) => field.dataset.part
      ? readFields(item, field.dataset.part, problems, "required" in field.dataset && !index)
      : readInput(item, field, problems);
    value = itemsOf(field).map(readItem).filter(Boolean);
    if (field.dataset.instead && !value.length) return { text: field.dataset.instead, implied: true };
    if (field.dataset.max) return value[0] ?? checkRequired(field, problems);
  } else value = readInput(field, field, problems);
  return value?.length === 0 || !value ? checkRequired(field, problems) : value;
}

function checkRequired(field, problems) {
  const inside = field.dataset.part && itemsOf(field).length; // reported for its own fields
  if ("required" in field.dataset && !inside) problems.push([field, sentence(say("missing-field", { field: labelOf(field) }))]);
  return null;
}

function readInput(item, field, problems) {
  const { translations, original } = inputOf(item);
  if (translations) return new Map(Object.entries(translations).map(([language, text]) => [language, { text }]));
  const text = readText(item);
  if (!text || text === field.dataset.default) return null;
  const problem = findProblem(field.dataset.control, text, labelOf(field), original);
  if (problem) problems.push([item, problem]);
  return { text, typed: "typed" in field.dataset };
}

const sentence = (text, fix = "") => `${text[0].toUpperCase()}${text.slice(1)}. ${fix}`.trim();
const POINT = /^\d{4}(?:-H[12]|-(?:0[1-9]|1[0-2])(?:-\d\d)?)?$/;
const isPoint = (text) => POINT.test(text) && (text.length < 10 || isDay(text));

// Keys that compare dates: a half-year by its months, the end of a year after all dates in it.
const startKey = (text) => text.replace("-H1", "-01").replace("-H2", "-07");
const endKey = (text) => `${text.replace("-H1", "-06").replace("-H2", "-12")}~`;

function findProblem(control, text, field, original) {
  if (control === "id" || control === "record") {
    if (text.length > facts.max_id_length) {
      return sentence(say("bad-id.as.long", { limit: facts.max_id_length, length: text.length }), say("bad-id.fix.long"));
    }
    if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) {
      const taken = control === "id" && text !== original && facts.existing_ids.includes(text);
      return taken ? sentence(say("edit.taken", { id: text })) : "";
    }
    return sentence(say("bad-id", { got: text }), hint(slug(text)) || say("bad-id.fix"));
  }
  if (control === "date" || control === "period") {
    const ends = text.split("/");
    const span = control === "period" && ends.length === 2;
    if (ends.every(isPoint) && (ends.length === 1 || (span && startKey(ends[0]) <= endKey(ends[1])))) return "";
    const day = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text);
    const suggest = day ? `${day[3]}-${day[2].padStart(2, "0")}-${day[1].padStart(2, "0")}` : "";
    if (POINT.test(text)) return sentence(say("bad-date.as.calendar", { field, got: text }), say("bad-date.fix.calendar"));
    return sentence(say("bad-date", { field, got: text }), `${hint(isPoint(suggest) && suggest)} ${say("bad-date.fix")}`);
  }
  if (control === "count" && !/^\d+$/.test(text)) return sentence(say("not-a-number", { field, got: text }), say("not-a-number.fix"));
  if (control === "value" && plainNumber(text)) return sentence(say("figure-form", { field, got: text }), `${hint(plainNumber(text))} ${say("figure-form.fix")}`);
  if (control === "url" && !/^https?:\/\/[^\s<>"\\@/]+\.[^\s<>"\\@/]+(\/[^\s<>"\\]*)?$/.test(text)) {
    return sentence(say("bad-url", { field, got: text, why: say("edit.url.why") }), say("bad-url.fix"));
  }
  return "";
}

const hint = (suggest) => (suggest ? say("edit.suggest", { suggest }) : "");

/** Returns a number without separators, decimal comma or per cent sign, or "" if it has none of them. */
function plainNumber(text) {
  const number = text.replace(/\s?(%|per ?cent)$/, "");
  if (/^-?\d{1,3}([ ,’']\d{3})+(\.\d+)?$/.test(number)) return number.replace(/[^\d.-]/g, "");
  return /^-?\d{1,15}([.,]\d{1,15})?$/.test(number) && number.replace(",", ".") !== text ? number.replace(",", ".") : "";
}

const slug = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");

// Messages

function openParts(input) {
  for (let part = input.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
}

function showProblems(problems) {
  const box = form.querySelector("[data-problems]");
  for (const element of form.querySelectorAll("[data-problem]")) element.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  box.hidden = !problems.length;
  box.querySelector("h2").textContent = say("edit.problems", { n: problems.length });
  box.querySelector("ul").replaceChildren(...problems.map(([field, text]) => {
    const input = inputOf(field) ?? field.querySelector("input, select, textarea, [data-add]");
    input.id ||= `f${++count}`;
    input.setAttribute("aria-invalid", "true");
    openParts(input);
    field.querySelector(":scope > [data-problem]").textContent = text;
    const link = Object.assign(document.createElement("a"), { href: `#${input.id}`, textContent: text });
    link.addEventListener("click", (event) => { event.preventDefault(); openParts(input); input.focus(); });
    const line = document.createElement("li");
    line.append(link);
    return line;
  }));
  if (problems.length) box.focus();
}

function showText(value) {
  const id = value.get("id").text;
  const name = `${facts.kind}-${id}.yml`;
  const owner = into?.value;
  // A corrected part may be in its recommendation's list; a new one has a separate file.
  const listed = owner && editedId && !facts.lines[editedId];
  if (owner && !listed) value = new Map([["id", value.get("id")], ["recommendation", { text: owner }], ...value]);
  const [file, first, last] = (editedId && facts.lines[listed ? owner : editedId]) || [`data/${facts.folder}/${id}.yml`];
  const text = `${yamlLines([value], listed ? 2 : 0).join("\n")}\n`;
  const fileText = `${yamlLines(value).join("\n")}\n`;
  const place = output.querySelector("[data-where]");
  output.hidden = false;
  place.textContent = say(editedId ? "edit.in-place" : "edit.in-file", { file, first, last, id });
  output.querySelector("textarea").value = text;
  const command = output.querySelector("[data-command]");
  command.hidden = Boolean(editedId);
  command.querySelector("code").textContent = say("edit.command", { kind: facts.kind, name });
  const save = output.querySelector("[data-save]");
  save.download = name;
  save.href = `data:application/yaml;charset=utf-8,${encodeURIComponent(fileText)}`;
  const request = `${place.textContent}\n\n\`\`\`yaml\n${text}\`\`\`\n`;
  const values = { file, folder: `data/${facts.folder}`, name: `${id}.yml`, title: say("edit.request", { kind: facts.kind, id }) };
  for (const item of output.querySelectorAll("[data-way]")) {
    const { way } = item.dataset;
    const url = Object.entries({ ...values, text: way === "issue" ? request : text }).reduce((pattern, [key, part]) =>
      pattern.replace(`{${key}}`, () => encodeURIComponent(part).replaceAll("%2F", "/")), facts.submit_urls[way]);
    item.querySelector("a").href = url;
    // Hosts reject longer URLs.
    item.hidden = url.length > 7500 || (way !== "issue" && (way === "edit") !== Boolean(editedId));
  }
  output.querySelector("h2").focus();
}

// Start

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const problems = [];
  const value = readFields(record, facts.part, problems, true);
  if (into && !into.value) problems.unshift([into.parentElement, sentence(say("missing-field", { field: labelOf(into.parentElement) }))]);
  output.hidden = true;
  showProblems(problems);
  if (!problems.length) showText(value);
});
form.addEventListener("input", () => { unsaved = true; });
form.addEventListener("change", () => {
  const field = (name) => record.querySelector(`:scope > [data-field="${name}"] > :is(input, textarea)`);
  const id = field("id");
  if (editedId || id.value) return;
  if (field("title")) id.value = slug(field("title").value).slice(0, 60).replace(/-$/, "");
  else if (into?.value) {
    // Random, so that two proposals made at the same time differ.
    const [random] = crypto.getRandomValues(new Uint32Array(1));
    id.value = `${into.value}-${facts.list[0]}-${random.toString(16).padStart(8, "0").slice(0, 6)}`;
  }
});
output.querySelector("[data-copy]").addEventListener("click", async () => {
  const text = output.querySelector("textarea");
  text.select();
  const copied = await navigator.clipboard?.writeText(text.value).then(() => true, () => false) ?? false;
  output.querySelector("[role=status]").textContent = say(copied ? "edit.copied" : "edit.not-copied");
  unsaved &&= !copied;
});
output.querySelector("[data-save]").addEventListener("click", () => { unsaved = false; });
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

async function start() {
  let values;
  const id = query.get("id");
  if (id) {
    try {
      const owner = facts.list ? facts.owners[id] : id;
      const text = await (await fetch(`../../${facts.collection}/${encodeURIComponent(owner)}/record.json`)).text();
      // Numbers stay as written: 10.0 is not 10.
      values = JSON.parse(text, (_, value, context) => (typeof value === "number" ? context?.source ?? String(value) : value));
      if (facts.list) values = values[facts.list].find((part) => part.id === id);
      if (!values) throw new Error(id);
      editedId = id;
      if (into) into.value = owner;
    } catch {
      form.querySelector("[data-status]").textContent = say("edit.not-read", { id });
    }
  } else if (into && query.get("in")) into.value = query.get("in");
  addFields(record, facts.part, values);
  if (editedId) record.querySelector(':scope > [data-field="id"] > input').readOnly = true;
  document.querySelector("[data-without]").hidden = true;
  form.hidden = false;
}
start();
