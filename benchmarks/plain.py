"""The same records as a plain Material site, set up as its users would: a Markdown file each."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CONFIG = """\
site_name: The same records
theme: {name: material, font: false, features: [navigation.tabs, navigation.top]}
plugins: [search]
"""


def write_project(root: Path, export: Path) -> None:
    """Write the project that shows every record of an export (`data/tracker.json`) into `root`."""
    (root / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    collections = json.loads(export.read_text("utf-8"))
    for name, records in collections.items():
        if not isinstance(records, list) or not records or "id" not in records[0]:
            continue
        folder = root / "docs" / name
        folder.mkdir(parents=True)
        for record in records:
            page = "\n\n".join([f"# {_plain(record['title'])}", *_fields(record)])
            (folder / f"{record['id']}.md").write_text(page + "\n", encoding="utf-8")
    (root / "docs/index.md").write_text("# The same records\n", encoding="utf-8")


def _fields(record: dict[str, Any]) -> Iterator[str]:
    for field, value in record.items():
        yield f"## {field.replace('_', ' ').capitalize()}"
        yield "\n".join(_lines(value))


def _lines(value: Any, depth: int = 0) -> Iterator[str]:
    indent = "    " * depth
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{indent}- {key}:"
            yield from _lines(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _lines(inner, depth)
    else:
        yield f"{indent}- {_plain(value)}"


def _plain(value: object) -> str:
    return str(value).replace("<", "&lt;").replace("\n", " ")
