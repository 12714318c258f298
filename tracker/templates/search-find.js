// Finds pages and renders the results. search.js loads this on the first key press. The list of
// terms is loaded first, then for each query the occurrences of its terms and the texts of the
// results. search_index.py splits and folds words in the same way; change both together.
globalThis.trackerSearch = (() => {
const WORD = /[\p{L}\p{N}]+(?:(?:[./]|,(?=\p{Nd}))[\p{L}\p{N}]+)*/gu;
const DECIMAL = /^\d+[.,]\d+$/;
const NUMBER = /^\/?\d+([.,]\d+)?$/;
const SYMBOL = /^[^0-9].*\//; // a number inside one is marked, because a reader who types 12 means a figure
const SYMBOL_END = /(?<![\p{L}\p{N}./])\p{L}[\p{L}\p{N}./]*\/[\p{L}\p{N}./]*-(\d+)/gu;
const ADDRESS = /(?:https?:\/\/|www\.|(?:[\w-]+\.)+[a-z]{2,}\/)\S+/gi;
const MAX_WHOLE_LENGTH = 40; // longer words are found by their parts only
const WEIGHTS = 16; // a step is 16 times the distance to the next section, plus a weight
const LETTERS = { ə: "e", ı: "i", ø: "o", ł: "l", đ: "d", æ: "ae", ß: "ss" };
const MAX_HITS = 10;
const NAMED = 1000; // more than any score of single words
const MAX_BLOCKS = 6; // per query, so that a single letter does not load all of them

// Words that only connect others. Whoever asks how many expects a figure.
const IGNORED = new Set(("a an and any are as at be by can could do does for from have how in is it many may must of on "
  + "or should that the their there they to was were what when where which who why will with").split(" "));
const COUNTED = /\b(?:how many|(?:the )?numbers? of)\b/i;
const FIGURE_FACTOR = 4;
// A light stemmer: deport and deported, deporting, deportation, deports; marry and married, marriage.
const ENDING = /^(.{4,}?)(?:i?ages?|at(?:ions?|e[sd]?|ing)|ments?|(?<=[^aeiou])y(?:ing)?|ings?|ions?|e?rs?|ie[sd]|e[sd]?|s)$/;

/** Returns the beginning that the forms of an English word have in common. */
const stem = (word) => word.match(ENDING)?.[1] ?? word;

const fold = (text) =>
  text.replace(/,(?=\d{3}(?!\d))/g, "").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
    .replace(/[əıøłđæß]/g, (letter) => LETTERS[letter]);

/** Folds a word. Some characters, such as U+FDFA, fold to several words. */
const splitFolded = (word) => fold(word).match(WORD) ?? [];

function termsOfFolded(whole) {
  if (DECIMAL.test(whole)) return [whole]; // 5 is not a part of 12.5
  const parts = whole.split(/[./,]/);
  if (parts.length === 1) return parts;
  const tails = [...whole.matchAll(/\//g)].map((match) => whole.slice(match.index + 1));
  return markNumbers([...(whole.length <= MAX_WHOLE_LENGTH ? [whole, ...tails] : []), ...parts], whole);
}

/** Returns the terms of a word. Numbers that are parts of a symbol begin with a slash. */
const markNumbers = (terms, word) =>
  SYMBOL.test(word) ? terms.map((term) => (/^[0-9]+$/.test(term) ? `/${term}` : term)) : terms;

/** Returns the index terms of a word. */
const indexTerms = (word) => [...new Set(splitFolded(word).flatMap(termsOfFolded))];

/** Returns the folded words of a query. */
const queryWords = (query) => [...new Set((query.normalize("NFC").match(WORD) ?? []).flatMap(splitFolded))];

/** Returns true if two words differ by one substitution, insertion, deletion or transposition. */
function isSimilar(word, other) {
  let start = 0;
  while (start < word.length && word[start] === other[start]) start++;
  const [a, b] = [word.slice(start), other.slice(start)];
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1)
    || (a.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2));
}

const root = new URL("../", document.currentScript.src);
const cache = new Map(); // promises of loaded files, by path
const contents = new Map(); // of loaded files, by path

/** Keeps the content of a file. Each file of the index calls this. */
const add = (path, content) => contents.set(path, content);

/** Loads a file as a script, because a page opened as a file may not read other files. */
function load(path) {
  if (!cache.has(path)) {
    const loading = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(`search/${path}`, root);
      script.onload = () => (contents.has(path) ? resolve(contents.get(path)) : reject(new Error(path)));
      script.onerror = () => reject(new Error(path));
      document.head.append(script);
    });
    loading.catch(() => cache.delete(path)); // retry on the next key
    cache.set(path, loading);
  }
  return cache.get(path);
}

async function loadIndex() {
  if (!cache.has("")) {
    const loading = load("index.js").then((index) => {
      const pageOf = index.pages.flatMap((sections, page) => Array(sections).fill(page));
      return { ...index, words: index.words.split(" "), pageOf };
    });
    loading.catch(() => cache.delete(""));
    cache.set("", loading);
  }
  return cache.get("");
}

/** Returns the index of the last of the sorted numbers that is not greater than this one. */
const blockOf = (firsts, number) => firsts.findLastIndex((first) => first <= number);

/** Returns the index of the first of the sorted terms that is not before a word. */
function findFirst(word, words) {
  let low = 0;
  for (let high = words.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (words[middle] < word) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the term of a whole name, in the singular or plural. */
function matchNames(name, words) {
  const forms = [name, `${name}s`, name.replace(/s$/, "")];
  const found = forms.map((form) => words.indexOf(`=${form}`)).find((term) => term >= 0);
  return new Map(found === undefined ? [] : [[found, 1]]);
}

/** Returns the symbols that continue with a number, such as CO/3 if CO 3 was typed. */
function matchSymbols(before, number, words) {
  const matches = new Map();
  for (const start of [`${before}/${number}`, `${before}.${number}`]) {
    for (let i = findFirst(start, words); words[i]?.startsWith(start); i++) {
      if (words[i] === start || words[i][start.length] === "/") matches.set(i, 0.8);
    }
  }
  return matches;
}

/** Returns the terms that a word matches, with a strength: equal, plural, prefix, stem, or one letter different. */
function matchTerms(word, words) {
  const matches = new Map();
  const low = findFirst(word, words);
  // Numbers must match exactly, because every digit matters.
  if (NUMBER.test(word)) return words[low] === word ? new Map([[low, 1]]) : matches;
  for (let i = low; words[i]?.startsWith(word); i++) {
    const isPlural = words[i] === `${word}s`;
    matches.set(i, words[i] === word ? 1 : isPlural ? 0.9 : 0.3 + 0.3 * (word.length / words[i].length));
  }
  if (word.length > 4 && /^[a-z]+$/.test(word)) {
    const start = stem(word);
    for (let i = findFirst(start, words); words[i]?.startsWith(start); i++) {
      if (!matches.has(i) && stem(words[i]) === start) matches.set(i, 0.4);
    }
  }
  if (!matches.size && word.length > 3 && !/\d/.test(word)) {
    words.forEach((other, i) => {
      if (other[0] !== "=" && Math.abs(other.length - word.length) < 2 && isSimilar(word, other)) matches.set(i, 0.25);
    });
  }
  return matches;
}

/** Returns the score of each section for the terms that one word matches. */
async function scoreSections(matches, index, maxBlocks) {
  const blocks = new Map();
  // The best matches come first. The blocks of the others are skipped if there are too many.
  for (const [term, strength] of [...matches].sort((a, b) => b[1] - a[1])) {
    const block = blockOf(index.blocks, term);
    if (!blocks.has(block) && blocks.size === maxBlocks) continue;
    blocks.set(block, [...(blocks.get(block) ?? []), [term, strength]]);
  }
  const scores = new Map();
  await Promise.all([...blocks].map(async ([block, terms]) => {
    const lists = await load(`${index.in}/words-${block}.js`);
    for (const [term, strength] of terms) {
      const list = lists[term - index.blocks[block]];
      const rarity = Math.log(1 + index.pageOf.length / list.length);
      let occurrence = 0;
      for (const step of list) {
        occurrence += step;
        const section = Math.floor(occurrence / WEIGHTS);
        const score = strength * rarity * (occurrence % WEIGHTS);
        scores.set(section, Math.max(scores.get(section) ?? 0, score));
      }
    }
  }));
  return scores;
}

/** Returns true if a section has more words of the query than another, or a higher score. */
const isBetter = ([words, score], [otherWords, otherScore]) =>
  words === otherWords ? score > otherScore : words > otherWords;

/**
 * Returns the pages that match the most words or are named by the query, the best first, each with
 * its best section. `named` has the first sections of the pages that the query names.
 */
function rankPages(scoresByWord, named, index, weigh) {
  const pages = new Map();
  scoresByWord.forEach((scores, word) => {
    for (const [section, score] of scores) {
      const page = index.pageOf[section];
      if (!pages.has(page)) pages.set(page, { best: scoresByWord.map(() => 0), sections: new Map() });
      const { best, sections } = pages.get(page);
      best[word] = Math.max(best[word], score);
      const [words, sum] = sections.get(section) ?? [0, 0];
      sections.set(section, [words + 1, sum + score]);
    }
  });
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  const countWords = ({ best }) => best.filter(Boolean).length;
  const most = Math.max(0, ...[...pages.values()].map(countWords));
  const found = [...pages].filter(([, page]) => countWords(page) === most);
  const results = new Map(found.map(([page, { best, sections }]) => {
    const [section, [, score]] = [...sections].reduce((a, b) => (isBetter(b[1], a[1]) ? b : a));
    return [page, { page, section, score: (sum(best) + score) * weigh(page) }];
  }));
  for (const section of named) {
    const page = index.pageOf[section];
    const score = NAMED * weigh(page) + (results.get(page)?.score ?? 0);
    results.set(page, { page, section, score });
  }
  const isPartial = !named.length && most < scoresByWord.length;
  return { isPartial, found: [...results.values()].sort((a, b) => b.score - a.score || a.section - b.section) };
}

/** Returns a map of the terms that each word of a query matches, with their strengths. */
function matchQuery(query, words, index) {
  const numbers = [...(query.match(ADDRESS) ?? []).flatMap((address) => address.match(/\d+/g) ?? []),
    ...[...query.matchAll(SYMBOL_END)].map((symbol) => symbol[1])];
  const match = (word) => matchTerms(numbers.includes(word) ? `/${word}` : word, index.words);
  return words.flatMap((word, i) => {
    const matches = match(word);
    if (i && NUMBER.test(word)) matchSymbols(words[i - 1], word, index.words).forEach((strength, term) => matches.set(term, strength));
    // A word without a match as a whole, such as part of a URL, is searched by its parts.
    return matches.size || DECIMAL.test(word) ? [matches] : markNumbers(word.split(/[./,]/), word).map(match);
  });
}

/**
 * Returns the number of pages that match a query, by kind as well, and the best of them with their
 * texts. `kind` limits them to one kind, and `all` gives all of them.
 */
async function find(query, { kind, all } = {}) {
  const index = await loadIndex();
  const named = queryWords(query);
  const isCounted = COUNTED.test(query);
  const sought = queryWords(query.replace(COUNTED, " ")).filter((word) => !IGNORED.has(word));
  const words = sought.length ? sought : named;
  const weigh = (page) => index.weights[page] * (isCounted && index.kind[page] === index.figures ? FIGURE_FACTOR : 1);
  const matchesByWord = matchQuery(query, words, index);
  const maxBlocks = Math.max(1, Math.floor(MAX_BLOCKS / matchesByWord.length));
  const [names, ...scoresByWord] = await Promise.all([
    scoreSections(matchNames(named.join("_"), index.words), index, 1),
    ...matchesByWord.map((matches) => scoreSections(matches, index, maxBlocks)),
  ]);
  const { found, isPartial } = rankPages(scoresByWord, [...names.keys()], index, weigh);
  const kindOf = ({ page }) => index.kinds[index.kind[page]];
  const kinds = index.kinds.map((name) => [name, found.filter((page) => kindOf(page) === name).length]);
  const pages = kind ? found.filter((page) => kindOf(page) === kind) : found;
  const matched = new Set(matchesByWord.flatMap((matches) => [...matches.keys()].map((term) => index.words[term])));
  // A text without an abbreviation is found by its full name.
  for (const word of words) index.names[word]?.split(" ").forEach((part) => matched.add(part));
  const inTitles = new Set([...matched, ...named]);
  const hits = await Promise.all(pages.slice(0, all ? pages.length : MAX_HITS).map(async ({ section }) => {
    const block = blockOf(index.texts, section);
    const texts = await load(`${index.in}/texts-${block}.js`);
    const [address, title, ofKind, status, heading, text] = texts[section - index.texts[block]];
    return { address: toHref(address), title, kind: ofKind, status, heading, text };
  }));
  return { n: pages.length, hits, matched, inTitles, isPartial, total: found.length, kinds: kinds.filter(([, n]) => n) };
}

/** Returns the address of a page. A page opened as a file has no server that adds index.html. */
function toHref(address) {
  const url = new URL(address, root);
  if (url.protocol === "file:" && url.pathname.endsWith("/")) url.pathname += "index.html";
  return url.href;
}

/** Returns the ranges of the matched words in a text. */
const findMarks = (text, matched) =>
  [...text.matchAll(WORD)].filter(([word]) => indexTerms(word).some((term) => matched.has(term)))
    .map((match) => [match.index, match.index + match[0].length, fold(match[0])]);

/** Returns the range of the excerpt with the most distinct matches. */
function findExcerpt(text, marks, length = 170) {
  const candidates = marks.map(([start], i) => [
    new Set(marks.slice(i).filter(([, end]) => end < start + length).map((mark) => mark[2])).size, start]);
  const [, start] = candidates.reduce((a, b) => (b[0] > a[0] ? b : a), [0, 0]);
  const from = start < length / 2 ? 0 : text.lastIndexOf(" ", start - 40) + 1;
  const end = text.length < from + length ? text.length : text.lastIndexOf(" ", from + length);
  return [from, end > from ? end : Math.min(text.length, from + length)];
}

/** Returns an element with a text and its matches highlighted. Text is never parsed as markup. */
function renderText(tag, name, text, { matched, shorten = false } = {}) {
  const element = document.createElement(tag);
  element.className = name;
  const marks = matched ? findMarks(text, matched) : [];
  const [from, to] = shorten ? findExcerpt(text, marks) : [0, text.length];
  let position = from;
  if (from) element.append("… ");
  for (const [start, end] of marks.filter((mark) => mark[0] >= from && mark[1] <= to)) {
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, end);
    element.append(text.slice(position, start), mark);
    position = end;
  }
  element.append(text.slice(position, to), to < text.length ? " …" : "");
  return element;
}

/** Returns the list item of a result. */
function renderHit({ address, title, kind, status, heading, text }, matched, inTitles) {
  const link = document.createElement("a");
  link.href = address;
  link.append(
    renderText("span", "ct-hit__kind", status ? `${kind} · ${status}` : kind),
    renderText("strong", "ct-hit__title", title, { matched: inTitles }),
    ...(heading ? [renderText("span", "ct-hit__where", heading, { matched })] : []),
    renderText("span", "ct-hit__text", text, { matched, shorten: true }),
  );
  const item = document.createElement("li");
  item.append(link);
  return item;
}

function renderButton(text, isPressed, onClick) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: text, onclick: onClick });
  if (isPressed !== undefined) button.ariaPressed = isPressed;
  return button;
}

/** Returns a button for each kind of result, and one for all, if there are several kinds. */
function renderKinds({ kinds, total }, chosen, allText, choose) {
  const options = kinds.length > 1 || chosen ? [["", total], ...kinds] : [];
  return options.map(([kind, n]) =>
    renderButton(`${kind || allText} ${n}`, String(kind === chosen), () => choose(kind)));
}

/** Returns a list item with the button that shows all results. */
function renderMore(text, showAll) {
  const item = document.createElement("li");
  item.append(renderButton(text, undefined, showAll));
  return item;
}

let lastRun = 0;

/** Searches for the text in the field of a dialog, and shows the results in it. */
async function run(dialog, say, { kind = "", all = false } = {}) {
  const thisRun = ++lastRun;
  const [field, status, kindList, list] =
    ["input", "[role=status]", "[role=group]", "ol"].map((part) => dialog.querySelector(part));
  const show = (items, kinds, ...message) => {
    if (thisRun !== lastRun) return; // superseded by a later query
    list.replaceChildren(...items);
    kindList?.replaceChildren(...kinds); // copies of overrides/ of version 0.1.0 have no such list
    status.textContent = say(...message);
    dialog.ariaBusy = "false";
  };
  const rerun = (options) => { field.focus(); return run(dialog, say, options); };
  if (!field.value.trim()) return show([], [], "hint");
  dialog.ariaBusy = "true";
  try {
    const found = await find(field.value, { kind, all });
    const { n, hits, matched, inTitles, isPartial } = found;
    const isCut = n > hits.length;
    const items = hits.map((hit) => renderHit(hit, matched, inTitles));
    if (isCut && dialog.dataset.more) items.push(renderMore(say("more", { n }), () => rerun({ kind, all: true })));
    const kinds = renderKinds(found, kind, dialog.dataset.all, (chosen) => rerun({ kind: chosen }));
    // Copies of overrides/ of version 0.1.0 have no text for some of the words.
    const message = n && isPartial && dialog.dataset.some ? "some" : isCut ? "best" : n ? "found" : "none";
    show(items, kinds, message, { n, shown: hits.length });
  } catch {
    show([], [], "failed");
  }
}

return { add, run, find, WORD, indexTerms, stem };
})();
