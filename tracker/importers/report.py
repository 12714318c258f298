"""Format the result of an import: report, summary and JSON."""

from typing import Any

from tracker.i18n import t
from tracker.importers.importer import ImportSummary
from tracker.importers.rows import DOUBTFUL, LOST, UNPLACED, ImportNote

_COUNTED = ("new", "updated", "unchanged", "duplicate", "own")
_MAX_SHOWN = 10  # rows without a record that the command prints; the report has all


def format_note(note: ImportNote, file: str) -> str:
    """Return a note on one line: file, row and column as far as they are known, and the detail."""
    place = [file] if file else []
    place += [t("import.row", n=note.row)] if note.row else []
    place += [t("import.column", name=note.column)] if note.column else []
    return ": ".join(filter(None, [", ".join(place), note.detail]))


def format_report(file: str, summary: ImportSummary) -> str:
    """Return all notes, by code: the same text after each import of the same export."""
    parts = [t("import.report.head", file=file, **_facts(summary))]
    if not summary.is_complete:
        parts.append(t("import.report.incomplete"))
    parts += _format_kinds(summary)
    if summary.labels:
        labels = [f"{label} ({n:,})" for label, n in sorted(summary.labels.items())]
        parts.append(t("import.report.labels", labels=labels))
    for code, number in sorted(summary.note_counts.items()):
        lines = [f"  {format_note(n, '')}" for n in summary.notes if n.code == code]
        if number > len(lines):
            lines.append(t("import.report.more", n=f"{number - len(lines):,}"))
        parts.append("\n".join([f"{t(f'import.note.{code}')} ({number:,}):", *lines]))
    return "\n\n".join(parts) + "\n"


def format_summary(file: str, summary: ImportSummary, *, guessed: bool) -> list[str]:
    """Return the lines that the command prints."""
    facts = _facts(summary)
    lines = [t("import.done", file=file, **facts), t("import.done.records", **facts)]
    lines += _format_kinds(summary)
    lines += [t("import.done.guessed", encoding=summary.encoding)] if guessed else []
    if summary.unmatched:
        lines.append(t("import.done.unmatched", names=summary.unmatched))
    for name, codes in (("unplaced", UNPLACED), ("lost", LOST), ("doubtful", DOUBTFUL)):
        numbers = [(code, summary.note_counts[code]) for code in codes]
        notes = [f"{t(f'import.note.{code}')} ({n:,})" for code, n in numbers if n]
        lines += [t(f"import.done.{name}", notes=notes)] if notes else []
    skipped = [note for note in summary.notes if note.code in (*UNPLACED, *LOST)]
    lines += [f"  {format_note(note, file)} [{note.code}]" for note in skipped[:_MAX_SHOWN]]
    for code in ("vanished", "edited"):
        number = summary.note_counts[code]
        lines += [t(f"import.done.{code}", n=f"{number:,}")] if number else []
    return lines


def to_data(file: str, summary: ImportSummary, *, written: int) -> dict[str, Any]:
    """Return the summary as data for `--json`."""
    return {
        "file": file,
        "database": summary.database,
        "encoding": summary.encoding,
        "read": summary.read,
        **{name: summary.counts[name] for name in _COUNTED},
        "filtered_out": summary.filtered_out,
        "unplaced": summary.unplaced,
        "unmatched": summary.unmatched,
        "other_kinds": dict(sorted(summary.other_kinds.items())),
        "labels_without_term": dict(sorted(summary.labels.items())),
        "complete": summary.is_complete,
        "files_written": written,
        "notes": [note._asdict() for note in summary.notes],
    }


def _format_kinds(summary: ImportSummary) -> list[str]:
    """Return one sentence about objects that are no recommendations, if there are any."""
    kinds = [f"{kind or '–'} ({n:,})" for kind, n in sorted(summary.other_kinds.items())]
    return [t("import.kinds", kinds=kinds)] if kinds else []


def _facts(summary: ImportSummary) -> dict[str, Any]:
    placed = sum(summary.counts[name] for name in _COUNTED[:3])
    return {
        "database": t(f"import.database.{summary.database}"),
        "encoding": summary.encoding,
        "read": f"{summary.read:,}",
        "placed": f"{placed:,}",
        "filtered_out": f"{summary.filtered_out:,}",
        "unplaced": f"{summary.unplaced:,}",
        **{name: f"{summary.counts[name]:,}" for name in _COUNTED},
    }
