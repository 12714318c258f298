// Writes a record as canonical YAML, like tracker/records/formatter.py; tests compare the two.
// A text is {text, typed}, a list an Array, a mapping a Map.
"use strict";
const WIDTH = 98;
const RESERVED_WORDS = new Set(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<"]);
// Scalars that some YAML parsers read as a number, a time or a date.
const NOT_TEXT = new RegExp(
  "^(?:[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-f_]+|(?:[0-9][0-9_,]*)?\\.?[0-9_,]*(?:e[-+]?[0-9]+)?" +
  "|[0-9][0-9_]*(?::[0-9]{1,2})+(?:\\.[0-9_]*)?|\\.(?:inf|nan))|[0-9]{4}-[0-9]{1,2}(?:-[0-9]{1,2})?(?:[t\\t ].*)?)$", "i");
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;
const DATE = /^[1-9]\d{3}(?:-(?:0[1-9]|1[0-2]))?(-\d\d)?$/;
const NEEDS_QUOTES = /^(?:[\s\-?:](?:\s|$)|[\s?:,[\]{}#&*!|>'"%@`]|---|\.\.\.)/;
const NOT_PLAIN = /:(?:\s|$)|\s#|\s$/;

function isDay(text) {
  const day = new Date(`${text}T00:00Z`);
  return !isNaN(day) && day.toISOString().startsWith(text);
}

function isPlain(text, typed) {
  const date = DATE.exec(text);
  if (typed && (NUMBER.test(text) || (date && (!date[1] || isDay(text))))) return true;
  if (!text || RESERVED_WORDS.has(text.toLowerCase()) || NOT_TEXT.test(text)) return false;
  return !(NEEDS_QUOTES.test(text) || NOT_PLAIN.test(text));
}

/** Returns the lines of a text that starts after `column` characters of its first line. */
function wrapText(text, column, indent) {
  const lines = [""];
  for (const word of text.split(/(?<=[^ ]) (?=[^ ])/)) {
    if (column + [...lines.at(-1)].length > WIDTH) {
      lines.push(" ".repeat(indent) + word);
      column = 0;
    } else lines.push([lines.pop(), word].filter(Boolean).join(" "));
  }
  return lines;
}

/** Returns the lines of a scalar: plain, quoted or as a block. */
function scalarLines({ text, typed }, column, indent) {
  const rows = text.split("\n");
  if (rows.length < 2) return wrapText(isPlain(text, typed) ? text : `'${text.replaceAll("'", "''")}'`, column, indent);
  if (/^\s/.test(text)) return [JSON.stringify(text)];
  return ["|-", ...rows.map((row) => row && " ".repeat(indent) + row)];
}

function entryLines(start, value, indent) {
  const [first, ...more] = scalarLines(value, start.length + 1, indent);
  return [`${start} ${first}`, ...more];
}

/** Returns the lines of a list or mapping with this indentation. */
function yamlLines(value, indent = 0) {
  const pad = " ".repeat(indent);
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      if (item.text !== undefined) return entryLines(`${pad}-`, item, indent + 2);
      const [first, ...more] = yamlLines(item, indent + 2);
      return [`${pad}- ${first.trimStart()}`, ...more];
    });
  }
  return [...value].flatMap(([name, field]) => {
    const key = isPlain(name) ? name : `'${name}'`;
    if (field.text !== undefined) return entryLines(`${pad}${key}:`, field, indent + 2);
    if (field.length === 0) return [`${pad}${key}: []`];
    return [`${pad}${key}:`, ...yamlLines(field, field instanceof Map ? indent + 2 : indent)];
  });
}
