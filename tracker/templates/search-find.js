// Finds pages and renders the results. search.js imports this on the first key press. The list of
// terms is loaded first, then for each query the occurrences of its terms and the texts of the
// results. search_index.py splits and folds words in the same way; change both together.
export const WORD = /[\p{L}\p{N}]+(?:(?:[./]|,(?=\p{Nd}))[\p{L}\p{N}]+)*/gu;
const LONGEST = 40;
const STEPS = 16;
const LETTERS = { ə: "e", ı: "i", ø: "o", ł: "l", đ: "d", æ: "ae", ß: "ss" };
const SHOWN = 10;
const MOST = 6; // blocks loaded for a query, so that a single letter does not load all of them

export const fold = (text) =>
  text.replace(/,(?=\d{3}(?!\d))/g, "").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
    .replace(/[əıøłđæß]/g, (letter) => LETTERS[letter]);

/** Folds a word. Some characters, such as U+FDFA, fold to several words. */
const folded = (word) => fold(word).match(WORD) ?? [];

function formsOfFolded(whole) {
  const parts = whole.split(/[./,]/);
  if (parts.length === 1) return parts;
  const tails = [...whole.matchAll(/\//g)].map((found) => whole.slice(found.index + 1));
  return [...(whole.length <= LONGEST ? [whole, ...tails] : []), ...parts];
}

export const forms = (word) => [...new Set(folded(word).flatMap(formsOfFolded))];

/** Returns the folded words of a query. */
export const asked = (query) => [...new Set((query.normalize("NFC").match(WORD) ?? []).flatMap(folded))];

/** Returns true if two words differ by one substitution, insertion, deletion or transposition. */
export function near(one, other) {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  const [a, b] = [one.slice(start), other.slice(start)];
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1)
    || (a.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2));
}

const root = new URL("../", import.meta.url);
const kept = new Map();

function load(path) {
  if (!kept.has(path)) {
    const loading = fetch(new URL(`search/${path}`, root)).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status} ${path}`);
      return answer.json();
    });
    loading.catch(() => kept.delete(path)); // retry on the next key
    kept.set(path, loading);
  }
  return kept.get(path);
}

async function index() {
  if (!kept.has("")) {
    const loading = load("index.json").then((read) => {
      const pageOf = read.pages.flatMap((sections, page) => Array(sections).fill(page));
      return { ...read, words: read.words.split(" "), pageOf };
    });
    loading.catch(() => kept.delete(""));
    kept.set("", loading);
  }
  return kept.get("");
}

/** Returns the index of the last of the sorted numbers that is not greater than this one. */
const blockOf = (firsts, number) => firsts.findLastIndex((first) => first <= number);

/** Returns the terms that a word matches, with a strength: equal, prefix, or one letter different. */
export function meant(word, words) {
  const found = new Map();
  let low = 0;
  for (let high = words.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (words[middle] < word) low = middle + 1;
    else high = middle;
  }
  for (let at = low; words[at]?.startsWith(word); at++) {
    found.set(at, words[at] === word ? 1 : 0.3 + 0.3 * (word.length / words[at].length));
  }
  // Numbers must match exactly: with another digit it is another number.
  if (!found.size && word.length > 3 && !/\d/.test(word)) {
    words.forEach((other, at) => {
      if (Math.abs(other.length - word.length) < 2 && near(word, other)) found.set(at, 0.25);
    });
  }
  return found;
}

/** Returns the score of each section for one word. */
async function placesOf(meanings, read, most) {
  const blocks = new Map();
  // The best matches first: the blocks of others are skipped if there are too many.
  for (const [at, strength] of [...meanings].sort((a, b) => b[1] - a[1])) {
    const block = blockOf(read.blocks, at);
    if (!blocks.has(block) && blocks.size === most) continue;
    blocks.set(block, [...(blocks.get(block) ?? []), [at, strength]]);
  }
  const worth = new Map();
  await Promise.all([...blocks].map(async ([block, chosen]) => {
    const lists = await load(`${read.in}/words-${block}.json`);
    for (const [at, strength] of chosen) {
      const list = lists[at - read.blocks[block]];
      const rare = Math.log(1 + read.pageOf.length / list.length);
      let place = 0;
      for (const step of list) {
        place += step;
        const section = Math.floor(place / STEPS);
        const points = strength * rare * (place % STEPS);
        worth.set(section, Math.max(worth.get(section) ?? 0, points));
      }
    }
  }));
  return worth;
}

/** Returns the pages that match every word, the best first, each with its best section. */
function ranked(each, read) {
  const pages = new Map();
  each.forEach((worth, word) => {
    for (const [section, points] of worth) {
      const page = read.pageOf[section];
      if (!pages.has(page)) pages.set(page, { best: each.map(() => 0), sections: new Map() });
      const { best, sections } = pages.get(page);
      best[word] = Math.max(best[word], points);
      sections.set(section, (sections.get(section) ?? 0) + points);
    }
  });
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  return [...pages.values()].filter(({ best }) => best.every(Boolean)).map(({ best, sections }) => {
    const [section, points] = [...sections].reduce((a, b) => (b[1] > a[1] ? b : a));
    return { section, points: sum(best) + points };
  }).sort((a, b) => b.points - a.points || a.section - b.section);
}

/** Returns the number of pages that match a query, and the best of them with their texts. */
export async function find(query) {
  const read = await index();
  // A word without a match as a whole, such as part of a URL, is searched by its parts.
  const meanings = asked(query).flatMap((word) => {
    const whole = meant(word, read.words);
    return whole.size ? [whole] : word.split(/[./,]/).map((part) => meant(part, read.words));
  });
  if (!meanings.length || meanings.some((found) => !found.size)) return { n: 0, hits: [] };
  const most = Math.max(1, Math.floor(MOST / meanings.length));
  const each = await Promise.all(meanings.map((found) => placesOf(found, read, most)));
  const all = ranked(each, read);
  const matched = new Set(meanings.flatMap((found) => [...found.keys()].map((at) => read.words[at])));
  const hits = await Promise.all(all.slice(0, SHOWN).map(async ({ section }) => {
    const block = blockOf(read.texts, section);
    const texts = await load(`${read.in}/texts-${block}.json`);
    const [address, title, kind, status, heading, text] = texts[section - read.texts[block]];
    return { address: new URL(address, root).href, title, kind, status, heading, text };
  }));
  return { n: all.length, hits, matched };
}

/** Returns the ranges of the matched words in a text. */
const marksIn = (text, matched) =>
  [...text.matchAll(WORD)].filter(([word]) => forms(word).some((form) => matched.has(form)))
    .map((found) => [found.index, found.index + found[0].length, fold(found[0])]);

/** Returns the range of the excerpt with the most distinct matches. */
function excerpt(text, marks, length = 170) {
  const worth = marks.map(([start], at) => [
    new Set(marks.slice(at).filter(([, end]) => end < start + length).map((mark) => mark[2])).size, start]);
  const [, start] = worth.reduce((a, b) => (b[0] > a[0] ? b : a), [0, 0]);
  const from = start < length / 2 ? 0 : text.lastIndexOf(" ", start - 40) + 1;
  const end = text.length < from + length ? text.length : text.lastIndexOf(" ", from + length);
  return [from, end > from ? end : Math.min(text.length, from + length)];
}

/** Returns an element with a text and its matches highlighted. Text is never parsed as markup. */
function shown(tag, name, text, { matched, cut = false } = {}) {
  const element = document.createElement(tag);
  element.className = name;
  const marks = matched ? marksIn(text, matched) : [];
  const [from, to] = cut ? excerpt(text, marks) : [0, text.length];
  let at = from;
  if (from) element.append("… ");
  for (const [start, end] of marks.filter((mark) => mark[0] >= from && mark[1] <= to)) {
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, end);
    element.append(text.slice(at, start), mark);
    at = end;
  }
  element.append(text.slice(at, to), to < text.length ? " …" : "");
  return element;
}

/** Returns the list item of a result. */
export function item({ address, title, kind, status, heading, text }, matched) {
  const link = document.createElement("a");
  link.href = address;
  link.append(
    shown("span", "ct-hit__kind", status ? `${kind} · ${status}` : kind),
    shown("strong", "ct-hit__title", title, { matched }),
    ...(heading ? [shown("span", "ct-hit__where", heading, { matched })] : []),
    shown("span", "ct-hit__text", text, { matched, cut: true }),
  );
  const line = document.createElement("li");
  line.append(link);
  return line;
}
