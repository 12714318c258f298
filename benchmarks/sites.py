"""Write the same records as projects of other tools, set up as in their documentation.

Each function reads the published export (`data/tracker.json`), or the YAML files, and writes a
project into an empty folder.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PART = 500
Records = dict[str, list[dict[str, Any]]]


def read_export(export: Path) -> Records:
    """Return the records of an export that have pages, by collection."""
    records_by_name = json.loads(export.read_text("utf-8"))
    return {
        name: records
        for name, records in records_by_name.items()
        if isinstance(records, list) and records and "id" in records[0]
    }


def write_macros(root: Path, export: Path) -> None:
    """Write a project for MkDocs with Material and macros: one page per record, with one macro."""
    (root / "mkdocs.yml").write_text(_MKDOCS, encoding="utf-8")
    (root / "main.py").write_text(_MACROS, encoding="utf-8")
    shutil.copy(export, root / "records.json")
    (root / "docs").mkdir()
    (root / "docs/index.md").write_text("# The same records\n", encoding="utf-8")
    for name, records in read_export(export).items():
        (root / "docs" / name).mkdir()
        for record in records:
            page = f'# {_plain(record["title"])}\n\n{{{{ record("{name}", "{record["id"]}") }}}}\n'
            (root / "docs" / name / f"{record['id']}.md").write_text(page, encoding="utf-8")


_MKDOCS = """\
site_name: The same records
theme: {name: material, font: false}
plugins:
  - search
  - macros
"""
_MACROS = """\
import json
from pathlib import Path


def define_env(env):
    text = (Path(env.project_dir) / "records.json").read_text("utf-8")
    known = {name: {r["id"]: r for r in records} for name, records in json.loads(text).items()
             if isinstance(records, list) and records and "id" in records[0]}

    @env.macro
    def record(name, id):
        fields = known[name][id].items()
        return "\\n\\n".join(
            f"## {field.replace('_', ' ').capitalize()}\\n\\n" + "\\n".join(lines(value))
            for field, value in fields
        )


def lines(value, depth=0):
    indent = "    " * depth
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{indent}- {key}:"
            yield from lines(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from lines(inner, depth)
    else:
        yield f"{indent}- {value}"
"""


def write_hugo(root: Path, data: Path) -> None:
    """Write a project for Hugo: the same YAML, and a content adapter with layouts."""
    for name in ("data", "layouts", "content"):
        (root / name).mkdir()
    for collection in sorted({file.relative_to(data).parts[0] for file in data.rglob("*.yml")}):
        _write_parts(root / "data", data, Path(collection).stem)
    (root / "hugo.toml").write_text(
        'baseURL = "/"\ntitle = "The same records"\n'
        'disableKinds = ["taxonomy", "term", "rss", "sitemap", "404"]\n',
        encoding="utf-8",
    )
    (root / "content/_content.gotmpl").write_text(_ADAPTER, encoding="utf-8")
    (root / "layouts/baseof.html").write_text(_BASE, encoding="utf-8")
    (root / "layouts/page.html").write_text(_PAGE, encoding="utf-8")
    (root / "layouts/home.html").write_text(_LIST, encoding="utf-8")
    (root / "layouts/section.html").write_text(_LIST, encoding="utf-8")


def _write_parts(target: Path, data: Path, name: str) -> None:
    """Write the records of a collection in files of 500: Hugo refuses larger ones.

    It reports too many aliases, although there are none.
    """
    files = sorted(file for file in data.rglob("*.yml") if name in (file.stem, file.parent.name))
    records = re.split(r"(?m)^(?=- )", "".join(file.read_text("utf-8") for file in files))[1:]
    (target / name).mkdir()
    for number, at in enumerate(range(0, len(records), _PART), 1):
        part = target / name / f"{number:02}.yml"
        part.write_text("".join(records[at : at + _PART]), encoding="utf-8")


_ADAPTER = """\
{{ range $name, $found := site.Data }}
{{ $files := slice $found }}
{{ if reflect.IsMap $found }}{{ $files = $found }}{{ end }}
{{ range $records := $files }}
{{ range $records }}
{{ $path := printf "%s/%s" $name .id }}
{{ $.AddPage (dict "path" $path "title" (string .title) "params" (dict "record" .)) }}
{{ end }}
{{ end }}
{{ end }}
"""
_BASE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ .Title }} - {{ site.Title }}</title>
<meta name="viewport" content="width=device-width"></head>
<body><header><a href="/">{{ site.Title }}</a></header>
<main>{{ block "main" . }}{{ end }}</main></body></html>
"""
_PAGE = """\
{{ define "main" }}<h1>{{ .Title }}</h1>
{{ range $field, $value := .Params.record }}
<h2>{{ humanize $field }}</h2>{{ template "value" $value }}
{{ end }}{{ end }}
{{ define "value" }}{{ if reflect.IsMap . }}
<ul>{{ range $k, $v := . }}<li>{{ $k }}: {{ template "value" $v }}</li>{{ end }}</ul>
{{ else if reflect.IsSlice . }}{{ range . }}{{ template "value" . }}{{ end }}
{{ else }}<p>{{ . }}</p>{{ end }}{{ end }}
"""
_LIST = """\
{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>
{{ end }}
"""


def write_sphinx(root: Path, export: Path) -> None:
    """Write a project for sphinx-needs: one document per record, with a need that has links."""
    (root / "conf.py").write_text(_CONF, encoding="utf-8")
    records_by_name = read_export(export)
    known = {record["id"] for records in records_by_name.values() for record in records}
    pages = [
        f"{name}/{record['id']}" for name, records in records_by_name.items() for record in records
    ]
    entries = "".join(f"   {page}\n" for page in pages)
    index = f"The same records\n================\n\n.. toctree::\n   :maxdepth: 1\n\n{entries}"
    (root / "index.rst").write_text(index, encoding="utf-8")
    for name, records in records_by_name.items():
        (root / name).mkdir()
        for record in records:
            links = ", ".join(
                sorted({text for text in _texts(record) if text in known} - {record["id"]})
            )
            body = "\n".join(f"   {line}" for line in _lines(record))
            title = _plain(record["title"])
            page = (
                f"{title}\n{'=' * len(title.encode())}\n\n"
                f".. need:: {title}\n   :id: {record['id']}\n"
                + (f"   :links: {links}\n" if links else "")
                + f"\n{body}\n"
            )
            (root / name / f"{record['id']}.rst").write_text(page, encoding="utf-8")


_CONF = """\
project = "The same records"
extensions = ["sphinx_needs"]
needs_types = [dict(directive="need", title="Record", prefix="", color="#ffffff", style="node")]
needs_id_regex = "^[a-z0-9-]+$"
html_theme = "alabaster"
"""


def write_strictdoc(root: Path, export: Path) -> None:
    """Write a project for StrictDoc: one document per collection, one requirement per record."""
    for name, records in read_export(export).items():
        parts = [f"[DOCUMENT]\nTITLE: {name.capitalize()}\n"]
        for record in records:
            body = "\n".join(_lines(record))
            parts.append(
                f"[REQUIREMENT]\nUID: {record['id']}\nTITLE: {_plain(record['title'])}\n"
                f"STATEMENT: >>>\n{body}\n<<<\n"
            )
        (root / f"{name}.sdoc").write_text("\n".join(parts), encoding="utf-8")


def _lines(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield a record as nested lists, one value per line."""
    indent = "  " * depth
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, (dict, list)):
                yield f"{indent}* {key}:"
                yield ""
                yield from _lines(inner, depth + 1)
                yield ""
            else:
                yield f"{indent}* {key}: {_plain(inner)}"
    elif isinstance(value, list):
        for inner in value:
            yield from _lines(inner, depth)
    else:
        yield f"{indent}* {_plain(value)}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def _plain(value: object) -> str:
    """Return a value on one line, without characters that any of the tools reads as markup."""
    return str(value).replace("\n", " ").replace("*", "").replace("`", "").replace("_", " ")
