// The form of a record: fields from the templates of the page, and its YAML. Nothing is sent or stored.
const form = document.querySelector("[data-edit]");
const facts = JSON.parse(document.querySelector("[data-facts]").textContent);
const made = document.querySelector("[data-text]");
const record = form.querySelector("[data-record]");
const into = form.elements.into;
const asked = new URLSearchParams(location.search);
let count = 0;
let unsaved = false;
let known = ""; // the id of the record to correct

const say = (key, more = {}) => Object.entries(more).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), facts.words[key]);
const fieldsOf = (box) => [...box.querySelectorAll(":scope > [data-field]")];
const inputOf = (field) => field.querySelector(":scope > :is(input, select, textarea):not([hidden])");
const templateOf = (name) => document.querySelector(`template[data-part="${name}"]`);
const labelOf = (field) => field.querySelector(":scope > :is(label, legend)").firstChild.textContent.trim();

// Building

function addFields(box, name, values = {}) {
  box.append(templateOf(name).content.cloneNode(true));
  for (const field of fieldsOf(box)) {
    field.hidden = "later" in field.dataset && !known;
    startField(field, values[field.dataset.field]);
  }
}

function startField(field, value) {
  if (field.dataset.as === "boxes") {
    field.given = value ?? [];
    field.none = "required" in field.dataset && value?.length === 0; // as in imported records
    for (const tick of field.querySelectorAll("input")) tick.checked = field.given.includes(tick.value);
    describe(field, field);
  } else if (field.dataset.as === "list") {
    field.querySelector(":scope > [data-add]").addEventListener("click", () => focusIn(addItem(field)));
    const values = value === undefined || value === null ? [] : [value].flat();
    for (const one of values) addItem(field, one);
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
    number(field);
    field.querySelector(":scope > [data-add]").focus();
    unsaved = true;
  });
  number(field);
  return item;
}

function number(field) {
  const items = itemsOf(field);
  const told = (n) => say("edit.item", { n: items.length > 1 || !field.dataset.max ? n : "", field: labelOf(field) }).trim();
  items.forEach((item, at) => {
    const name = item.querySelector(":scope > :is(label, legend)");
    name.textContent = told(at + 1);
    item.querySelector(":scope > [data-remove]")?.setAttribute("aria-label", say("edit.remove", { field: told(at + 1) }));
  });
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
    input.kept = value;
    input.readOnly = true;
    value = say("edit.languages");
  }
  input.value = value;
  input.given = value;
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
  const told = field.querySelectorAll(":scope > :is([data-help], [data-problem])");
  for (const one of told) one.id ||= `f${++count}`;
  if (told.length) input.setAttribute("aria-describedby", [...told].map((one) => one.id).join(" "));
}

const focusIn = (box) => box.querySelector("input:not([hidden]), select, textarea, button")?.focus();

// Reading the fields. Problems are collected in `problems`, as [field, text].

const SPACES = /[\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\t]/g;
const UNSEEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufffd-\uffff]/g;

function typedIn(field) {
  const input = inputOf(field);
  const other = field.querySelector(":scope > [data-other]");
  const text = (input.value === "*" && other ? other : input).value;
  const clean = text.replace(SPACES, " ").replace(UNSEEN, "").split("\n").map((line) => line.trimEnd()).join("\n").trim();
  return input.tagName === "TEXTAREA" ? clean : clean.replace(/\s+/g, " ");
}

function readFields(box, name, problems, needed) {
  const found = new Map();
  const own = [];
  for (const field of fieldsOf(box)) {
    const value = readField(field, own);
    if (value) found.set(field.dataset.field, value);
  }
  if (!found.size && !needed) return null;
  const { together, bare: alone } = JSON.parse(templateOf(name).dataset.rules);
  if (alone && found.has("value") && !found.has("basis")) {
    const { text } = found.get("value");
    const entries = new Map([["value", found.get("value")], ["printed", { text }], ...found]);
    problems.push(...own);
    return entries.size === 2 && entries.get("printed").text === text ? { text } : entries;
  }
  for (const { fields, how } of together) {
    const given = fields.filter((one) => {
      const [key, value] = one.split("=");
      return found.has(key) && (value === undefined || found.get(key).text === value);
    });
    const right = how === "one" ? given.length === 1 : how === "some" ? given.length > 0 : !given.length || given.length === fields.length;
    if (!right) own.push([fieldNamed(box, fields[0]), sentence(say(`edit.${how}`, { fields: fields.map((one) => named(box, one)).join(", ") }))]);
  }
  problems.push(...own);
  return found.size ? found : null;
}

const fieldNamed = (box, name) => fieldsOf(box).find((field) => field.dataset.field === name.split("=")[0]);

/** “Field”, or “Field: value” where only this value counts. */
function named(box, name) {
  const field = fieldNamed(box, name);
  const value = [...(inputOf(field).options ?? [])].find((option) => option.value === name.split("=")[1]);
  return `“${labelOf(field)}${value ? `: ${value.text}` : ""}”`;
}

function readField(field, problems) {
  let found = null;
  if (field.dataset.as === "boxes") {
    // Existing values keep their order.
    const ticked = [...field.querySelectorAll("input:checked")].map((tick) => tick.value);
    const kept = field.given.filter((id) => ticked.includes(id));
    found = [...new Set([...kept, ...ticked])].map((text) => ({ text }));
    if (field.none && !found.length) return found;
  } else if (field.dataset.as === "list") {
    // Only the first item is required; other empty items are ignored.
    const one = (item, at) => field.dataset.part
      ? readFields(item, field.dataset.part, problems, "required" in field.dataset && !at)
      : readInput(item, field, problems);
    found = itemsOf(field).map(one).filter(Boolean);
    if (field.dataset.max) return found[0] ?? missing(field, problems);
  } else found = readInput(field, field, problems);
  return found?.length === 0 || !found ? missing(field, problems) : found;
}

function missing(field, problems) {
  const inside = field.dataset.part && itemsOf(field).length; // reported for its own fields
  if ("required" in field.dataset && !inside) problems.push([field, sentence(say("missing-field", { field: labelOf(field) }))]);
  return null;
}

function readInput(item, field, problems) {
  const { kept } = inputOf(item);
  if (kept) return new Map(Object.entries(kept).map(([language, text]) => [language, { text }]));
  const text = typedIn(item);
  if (!text || text === field.dataset.default) return null;
  const told = wrong(field.dataset.control, text, labelOf(field), inputOf(item).given);
  if (told) problems.push([item, told]);
  return { text, typed: "typed" in field.dataset };
}

const sentence = (what, fix = "") => `${what[0].toUpperCase()}${what.slice(1)}. ${fix}`.trim();
const POINT = /^\d{4}(?:-H[12]|-(?:0[1-9]|1[0-2])(?:-\d\d)?)?$/;
const isPoint = (text) => POINT.test(text) && (text.length < 10 || isDay(text));

// Keys for comparing dates: a half-year by its months, the end of a year after all dates in it.
const begins = (text) => text.replace("-H1", "-01").replace("-H2", "-07");
const finishes = (text) => `${text.replace("-H1", "-06").replace("-H2", "-12")}~`;

function wrong(control, text, field, given) {
  if (control === "id" || control === "record") {
    if (text.length > facts.longest) {
      return sentence(say("bad-id.as.long", { limit: facts.longest, length: text.length }), say("bad-id.fix.long"));
    }
    if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) {
      const taken = control === "id" && text !== given && facts.taken.includes(text);
      return taken ? sentence(say("edit.taken", { id: text })) : "";
    }
    return sentence(say("bad-id", { got: text }), hint(slug(text)) || say("bad-id.fix"));
  }
  if (control === "date" || control === "period") {
    const ends = text.split("/");
    const span = control === "period" && ends.length === 2;
    if (ends.every(isPoint) && (ends.length === 1 || (span && begins(ends[0]) <= finishes(ends[1])))) return "";
    const day = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text);
    const suggest = day ? `${day[3]}-${day[2].padStart(2, "0")}-${day[1].padStart(2, "0")}` : "";
    if (POINT.test(text)) return sentence(say("bad-date.as.calendar", { field, got: text }), say("bad-date.fix.calendar"));
    return sentence(say("bad-date", { field, got: text }), `${hint(isPoint(suggest) && suggest)} ${say("bad-date.fix")}`);
  }
  if (control === "count" && !/^\d+$/.test(text)) return sentence(say("not-a-number", { field, got: text }), say("not-a-number.fix"));
  if (control === "value" && bare(text)) return sentence(say("figure-form", { field, got: text }), `${hint(bare(text))} ${say("figure-form.fix")}`);
  if (control === "url" && !/^https?:\/\/[^\s<>"\\@/]+\.[^\s<>"\\@/]+(\/[^\s<>"\\]*)?$/.test(text)) {
    return sentence(say("bad-url", { field, got: text, why: say("edit.url.why") }), say("bad-url.fix"));
  }
  return "";
}

const hint = (suggest) => (suggest ? say("edit.suggest", { suggest }) : "");

/** A number with separators, a decimal comma or a per cent sign, without them. */
function bare(text) {
  const number = text.replace(/\s?(%|per ?cent)$/, "");
  if (/^-?\d{1,3}([ ,’']\d{3})+(\.\d+)?$/.test(number)) return number.replace(/[^\d.-]/g, "");
  return /^-?\d{1,15}([.,]\d{1,15})?$/.test(number) && number.replace(",", ".") !== text ? number.replace(",", ".") : "";
}

const slug = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");

// Messages

function showProblems(problems) {
  const box = form.querySelector("[data-problems]");
  for (const one of form.querySelectorAll("[data-problem]")) one.textContent = "";
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  box.hidden = !problems.length;
  box.querySelector("h2").textContent = say("edit.problems", { n: problems.length });
  box.querySelector("ul").replaceChildren(...problems.map(([field, text]) => {
    const input = inputOf(field) ?? field.querySelector("input, select, textarea, [data-add]");
    input.id ||= `f${++count}`;
    input.setAttribute("aria-invalid", "true");
    field.querySelector(":scope > [data-problem]").textContent = text;
    const link = Object.assign(document.createElement("a"), { href: `#${input.id}`, textContent: text });
    link.addEventListener("click", (event) => { event.preventDefault(); input.focus(); });
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
  // A corrected part may be in its recommendation's list; a new one has a file of its own.
  const listed = owner && known && !facts.lines[known];
  if (owner && !listed) value = new Map([["id", value.get("id")], ["recommendation", { text: owner }], ...value]);
  const [file, first, last] = (known && facts.lines[listed ? owner : known]) || [`data/${facts.folder}/${id}.yml`];
  const text = `${yamlLines([value], listed ? 2 : 0).join("\n")}\n`;
  const alone = `${yamlLines(value).join("\n")}\n`;
  made.hidden = false;
  made.querySelector("[data-where]").textContent = say(known ? "edit.in-place" : "edit.in-file", { file, first, last, id });
  made.querySelector("textarea").value = text;
  const command = made.querySelector("[data-command]");
  if (command) {
    command.hidden = Boolean(known);
    command.querySelector("code").textContent = say("edit.command", { kind: facts.kind, name });
  }
  const save = made.querySelector("[data-save]");
  save.download = name;
  save.href = `data:application/yaml;charset=utf-8,${encodeURIComponent(alone)}`;
  const told = `${made.querySelector("[data-where]").textContent}\n\n\`\`\`yaml\n${text}\`\`\`\n`;
  const fill = { file, folder: `data/${facts.folder}`, name: `${id}.yml`, title: say("edit.request", { kind: facts.kind, id }) };
  for (const way of made.querySelectorAll("[data-way]")) {
    const { way: kind } = way.dataset;
    const address = Object.entries({ ...fill, text: kind === "issue" ? told : text })
      .reduce((made, [key, one]) => made.replace(`{${key}}`, () => encodeURIComponent(one).replaceAll("%2F", "/")), facts.ways[kind]);
    way.querySelector("a").href = address;
    // Hosts reject longer URLs.
    way.hidden = address.length > 7500 || (kind !== "issue" && (kind === "edit") !== Boolean(known));
  }
  made.querySelector("h2").focus();
}

// Start

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const problems = [];
  const value = readFields(record, facts.part, problems, true);
  if (into && !into.value) problems.unshift([into.parentElement, sentence(say("missing-field", { field: labelOf(into.parentElement) }))]);
  made.hidden = true;
  showProblems(problems);
  if (!problems.length) showText(value);
});
form.addEventListener("input", () => { unsaved = true; });
form.addEventListener("change", () => {
  const field = (name) => record.querySelector(`:scope > [data-field="${name}"] > :is(input, textarea)`);
  const id = field("id");
  if (known || id.value) return;
  if (field("title")) id.value = slug(field("title").value).slice(0, 60).replace(/-$/, "");
  else if (into?.value) {
    // Random, so that two proposals made at the same time differ.
    const [chance] = crypto.getRandomValues(new Uint32Array(1));
    id.value = `${into.value}-${facts.list[0]}-${chance.toString(16).padStart(8, "0").slice(0, 6)}`;
  }
});
made.querySelector("[data-copy]").addEventListener("click", async () => {
  const text = made.querySelector("textarea");
  text.select();
  const done = await navigator.clipboard?.writeText(text.value).then(() => true, () => false) ?? false;
  made.querySelector("[role=status]").textContent = say(done ? "edit.copied" : "edit.not-copied");
  unsaved &&= !done;
});
made.querySelector("[data-save]").addEventListener("click", () => { unsaved = false; });
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

async function start() {
  let values;
  const id = asked.get("id");
  if (id) {
    try {
      const owner = facts.list ? facts.owners[id] : id;
      const text = await (await fetch(`../../${facts.collection}/${encodeURIComponent(owner)}/record.json`)).text();
      // Numbers stay as written: 10.0 is not 10.
      values = JSON.parse(text, (_, value, context) => (typeof value === "number" ? context?.source ?? String(value) : value));
      if (facts.list) values = values[facts.list].find((part) => part.id === id);
      if (!values) throw new Error(id);
      known = id;
      if (into) into.value = owner;
    } catch {
      form.querySelector("[data-told]").textContent = say("edit.not-read", { id });
    }
  } else if (into && asked.get("in")) into.value = asked.get("in");
  addFields(record, facts.part, values);
  if (known) record.querySelector(':scope > [data-field="id"] > input').readOnly = true;
  document.querySelector("[data-without]").hidden = true;
  form.hidden = false;
}
start();
