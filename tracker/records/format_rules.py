"""Rules for the form of data files: YAML first, then the fields of records."""

from tracker.model.diagnostics import Rule, RuleExample


def _make_rule(code: str, definition: str, file: str, right: str, wrong: str) -> Rule:
    return Rule(code, definition, RuleExample(file, right, wrong))


_GAP = (
    "- id: gap-1\n"
    "  title: Two names of the harbour\n"
    "  kind: caution\n"
    "  summary: The report names it twice.\n"
    "  sides:\n"
    "  - says: It is called the port.\n"
    "    citation:\n"
    "      source: report\n"
    "      locator: B1\n"
    "  state: explained\n"
    "  explanation: One place, two names.\n"
)

FAULTS = (
    Rule(
        "unknown-file",
        "A file in `data/` has the name of a collection, or lies in a folder of that name.",
        RuleExample("findigs", "", "- id: found-2\n"),
    ),
    Rule(
        "empty-file",
        "A file in `data/` holds records. A collection without any has no file.",
        RuleExample("discrepancies", _GAP, ""),
    ),
    _make_rule(
        "yaml-syntax",
        "A file must be YAML that can be read.",
        "events",
        "title: The register opened",
        "title: The register: opened",
    ),
    _make_rule(
        "conflict-mark",
        "A file holds no marks of a half-finished merge.",
        "events",
        "- id: opened\n",
        "<<<<<<< HEAD\n- id: opened\n",
    ),
    _make_rule(
        "not-utf8",
        "A file is encoded as UTF-8.",
        "events",
        "title: The register",
        "title: Caf\udce9",
    ),
    _make_rule(
        "too-large",
        "A file is small enough to be read by a person.",
        "events",
        "- id: opened",
        "#" * 8_000_001,
    ),
    _make_rule(
        "too-deep",
        "Lists and mappings are nested no deeper than the format needs.",
        "events",
        "title: The register opened",
        "title: " + "[" * 15 + "]" * 15,
    ),
    _make_rule(
        "invisible-character",
        "Text holds no character that cannot be seen: no-break and zero-width spaces, soft "
        "hyphens, marks of writing direction, control characters.",
        "events",
        "title: The register opened",
        "title: The\u00a0register opened",
    ),
    _make_rule(
        "yaml-feature",
        "Anchors, aliases, tags, merge keys and several documents in one file are not used: what "
        "is written stands where it is written.",
        "events",
        "title: The register opened",
        "title: &name The register opened",
    ),
    _make_rule(
        "cut-by-hash",
        "No `#` cuts a text off: YAML takes what follows a space and `#` for a comment. A comment "
        "begins with `# ` and a word.",
        "events",
        "title: The register opened",
        "title: The register #1 opened",
    ),
    _make_rule(
        "repeated-key",
        "A field is given once in a record.",
        "events",
        "title: The register opened",
        "title: The register opened\n  title: Again",
    ),
    _make_rule(
        "empty-value",
        "A field is left out, not left empty.",
        "events",
        "title: The register opened",
        "title:",
    ),
    _make_rule(
        "not-a-list",
        "A field for several values is a list, one value a line after a hyphen.",
        "events",
        "  who:\n  - home-office",
        "  who: home-office",
    ),
    _make_rule(
        "not-a-mapping",
        "A record, and each part of one, is a group of fields.",
        "indicators",
        "  figure:\n    value: 2 # listed\n    basis: counted",
        "  figure: two",
    ),
    _make_rule(
        "not-text",
        "A text is text, or one text per language.",
        "events",
        "title: The register opened",
        "title: [The register, opened]",
    ),
    _make_rule(
        "not-a-number",
        "A count is a whole number in digits.",
        "recommendations",
        "independent_sources: 1\n",
        "independent_sources: one\n",
    ),
    _make_rule(
        "missing-field",
        "A record has every field that its kind requires.",
        "events",
        "  summary: The register opened at the harbour.\n",
        "",
    ),
    _make_rule(
        "unknown-field",
        "A record has no field that its kind does not know.",
        "events",
        "  summary: The register opened at the harbour.",
        "  summry: The register opened at the harbour.\n  summary: It opened.",
    ),
    _make_rule(
        "unknown-value",
        "A field with a fixed list of values has one of them.",
        "events",
        "kind: programme",
        "kind: program",
    ),
    _make_rule(
        "unknown-status",
        "A status is one of the six.",
        "recommendations",
        "status: partly-implemented",
        "status: partialy",
    ),
    _make_rule(
        "duplicate-id",
        "An id belongs to one record, across all files.",
        "discrepancies",
        "- id: gap-1\n",
        "- id: count-1\n",
    ),
    _make_rule(
        "wrong-file",
        "A record stands in the file of its kind.",
        "discrepancies",
        "- id: gap-1\n",
        "- id: moved\n  title: The register moved\n  kind: practice\n"
        "  undated: The report gives no date.\n  summary: The register moved.\n  citations:\n"
        "  - source: report\n    locator: B2\n- id: gap-1\n",
    ),
    _make_rule(
        "bad-id",
        "An id is made of at most 200 lower-case letters, digits and hyphens.",
        "discrepancies",
        "- id: gap-1\n",
        "- id: Gap 1\n",
    ),
    _make_rule(
        "bad-date",
        "A date is written 2013-05-17, 1992-12, 2020-H1 or 2013, and exists.",
        "events",
        "date: 2014-03-01",
        "date: 2014-02-30",
    ),
    _make_rule(
        "bad-url",
        "An address is a full http or https address without user name or password, and not of an "
        "archive that alters what it keeps.",
        "sources",
        "url: https://example.org/observations",
        "url: https://archive.today/abcde",
    ),
    _make_rule(
        "bad-language",
        "A text in several languages names each by its code.",
        "events",
        "title: The register opened",
        "title:\n    English: The register opened",
    ),
    _make_rule(
        "bad-hash",
        "A SHA-256 is 64 digits and letters a to f.",
        "maps/report",
        "sha256: 8f",
        "sha256: 8F",
    ),
    _make_rule(
        "look-alike",
        "Symbols are typed in Latin letters: a Cyrillic С looks like a C and breaks every search.",
        "sources",
        "symbol: E/C.12/EXA/CO/1",
        "symbol: E/С.12/EXA/CO/1",
    ),
    _make_rule(
        "figure-form",
        "The value of a figure is the bare number; how the source writes it stands in `printed`.",
        "indicators",
        "value: 1300\n    printed: '1300'\n  series",
        "value: 1,300\n    printed: '1300'\n  series",
    ),
    _make_rule(
        "printed-or-counted",
        "A figure is printed in its source, as `printed` shows, or counted by the tracker.",
        "indicators",
        "value: 2 # listed\n    basis: counted",
        "value: 2 # listed",
    ),
    _make_rule(
        "undated",
        "What has no date says why.",
        "events",
        "  date: 2014-03-01\n",
        "",
    ),
    _make_rule(
        "one-time",
        "An indicator has a day (`as_of`), a period, or a reason why neither is known.",
        "indicators",
        "  as_of: 2020-04-01\n",
        "",
    ),
    _make_rule(
        "text-or-reason",
        "Official words stand there, or the reason why they do not.",
        "recommendations",
        "    missing: Nobody has typed it.",
        "    citations: []",
    ),
    _make_rule(
        "reporter",
        "A reported position names who reports it; a direct or inferred one has no reporter.",
        "recommendations",
        "mode: reported",
        "mode: direct",
    ),
    _make_rule(
        "split",
        "A part names its whole and who split it.",
        "recommendations",
        "  split_by: tracker\n",
        "",
    ),
    _make_rule(
        "unplaced",
        "A recommendation is about a right and a group, unless it was imported from a database.",
        "recommendations",
        "  - right-home\n  groups:\n  - newcomers\n  - bystanders",
        "  - right-home\n  groups: []",
    ),
    _make_rule(
        "wrong-or-redaction",
        "A correction says what was wrong; one of kind `redaction` never does.",
        "findings",
        "  kind: problem\n",
        "  corrections:\n  - on: 2024-03-01\n    why: It was misread.\n  kind: problem\n",
    ),
    _make_rule(
        "known-or-why",
        "Each part of a review holds facts, or says why it is empty.",
        "cycles",
        "unknown: No replies were found.",
        "unknown: No replies were found.\n    due: 2012",
    ),
    _make_rule(
        "voice",
        "Whoever can speak has a voice (state, committee, independent); nothing else has.",
        "vocabulary",
        "  kind: authority\n  definition: It keeps the register.\n  voice: state",
        "  kind: authority\n  definition: It keeps the register.",
    ),
)
"""All rules of form, in the order in which they are checked."""
