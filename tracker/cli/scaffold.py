"""A project for another State: what is shared by all of them, and an example to replace."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from typing import Any

from tracker.files import read_file, walk_safely
from tracker.records.formatter import format_records
from tracker.records.yaml_reader import read_yaml
from tracker.records.yaml_tree import to_node

_HERE = Path(__file__).parent.parent
_STARTER = _HERE / "starter"
_SHARED = (
    "docs",
    "overrides",
    "macros.py",
    ".vscode",
    ".editorconfig",
    ".gitattributes",
    ".ci/changes",
    ".github/CODEOWNERS",
    ".github/PULL_REQUEST_TEMPLATE.md",
)
"""What a project has as it is; a wheel brings it along."""
_PROGRAM = "(?:architecture|ci|licences|reading|reuse|scale)"
_OWN = re.compile(
    r"docs/(?:index|about|report)\.md|docs/assets/record-page\.png"
    rf"|docs/contributing/{_PROGRAM}\.md"
)
"""Pages about one project, or about the program, that others have no use for."""
_LINK = re.compile(rf"\[([^\]]+)\]\((?:contributing/)?{_PROGRAM}\.md(?:#[\w-]*)?\)")
"""A link to one of these."""
_WORDS = ("status", "reason")


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What somebody says who starts a tracker."""

    title: str
    state: str
    committee: str
    package: str
    """What pip installs to get the program."""


def scaffold_project(start: ProjectSettings) -> dict[str, bytes]:
    """The files of a new project, by path. OSError if the package is not whole."""
    shared = find_shared_folder()
    files = dict(_iter_shared_files(shared))
    facts = {
        **asdict(start),
        "body": start.committee.removeprefix("the "),
        **_collect_actions(shared),
    }
    for file in sorted(path for path in _STARTER.rglob("*") if path.is_file()):
        path = file.relative_to(_STARTER).as_posix()
        fill = _fill_records if path.startswith("data/") else _fill_placeholders
        files[path] = fill(file, facts)
    files["mkdocs.yml"] = _make_config(shared, start, files).encode()
    words = "data/vocabulary.yml"
    files[words] = _make_vocabulary(shared / words) + files[words]
    return files


def _fill_placeholders(file: Path, facts: Mapping[str, str]) -> bytes:
    return Template(file.read_text(encoding="utf-8")).substitute(facts).encode()


def _fill_records(file: Path, facts: Mapping[str, str]) -> bytes:
    """Value by value, so that a name is a text whatever is in it."""

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: fill(content) for name, content in value.items()}
        if isinstance(value, list):
            return [fill(item) for item in value]
        return Template(value).substitute(facts)

    records = read_yaml(file.read_bytes(), file=file.name).content
    return format_records(file.stem, to_node(fill(records))).encode()


def find_shared_folder() -> Path:
    """Where the shared files are: beside the package, or in it where it came as a wheel."""
    wheel = _HERE / "shared"
    return wheel if wheel.is_dir() else _HERE.parent


def _iter_shared_files(shared: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(
        entry.path for entry in walk_safely(shared, *_SHARED) if entry.kind == "file"
    ):
        if not _OWN.fullmatch(path):
            content = read_file(shared, path)
            text = path.endswith(".md")
            yield path, _LINK.sub(r"\1", content.decode()).encode() if text else content


def _collect_actions(shared: Path) -> Mapping[str, str]:
    """The actions that our own workflows use, each pinned as it is there."""
    folder = shared / ".github/workflows"
    texts = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yml"))]
    used = dict(re.findall(r"uses: ((?:[\w-]+/)+[\w-]+)(@\w+ # v[\d.]+)", "\n".join(texts)))
    names = {
        "checkout": "actions/checkout",
        "upload": "actions/upload-pages-artifact",
        "deploy": "actions/deploy-pages",
    }
    return {key: name + used[name] for key, name in names.items()}


def _make_config(shared: Path, start: ProjectSettings, files: Mapping[str, bytes]) -> str:
    """Our own configuration, with the names of the new project, and without pages that it lacks."""
    text = (shared / "mkdocs.yml").read_text(encoding="utf-8")
    told = f"What {start.committee} asked {start.state} to do, what was done, and the proof."
    head = "".join(
        f"{field}: '{content.replace(chr(39), chr(39) * 2)}'\n"
        for field, content in (("site_name", start.title), ("site_description", told))
    )
    text = head + text[text.index("\n# Both may stay unset") + 1 :]
    text = re.sub(r"(?m)^copyright: .*\n(?:  .*\n)*", "", text)
    text = re.sub(r"(?m)^  - tracker\n(?=  - macros\.py)", "", text)
    pages = re.compile(r"(?m)^ +- [^:\n]+: (\S+\.md)\n")
    return pages.sub(lambda found: found[0] if f"docs/{found[1]}" in files else "", text)


def _make_vocabulary(vocabulary: Path) -> bytes:
    """The statuses and reasons, as this project defines them."""
    known = read_yaml(vocabulary.read_bytes(), file=vocabulary.name).content
    kept = [word for word in known if word["kind"] in _WORDS]
    return format_records("vocabulary", to_node(kept)).encode()
