"""Create the files of a new project: shared files, and an example to replace."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Any

from tracker.cli.wheel import WHEEL_NAME
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
    ".github/ISSUE_TEMPLATE",
    ".github/PULL_REQUEST_TEMPLATE.md",
    "LICENSE",
    "SECURITY.md",
)
"""Files copied as they are. A wheel contains them."""
_PROGRAM = "(?:architecture|ci|licences|performance)"
_OWN_PAGES = re.compile(
    r"docs/(?:index|about|help|licences|report)\.md|docs/assets/record-page\.png"
    rf"|docs/contributing/{_PROGRAM}\.md"
)
"""Pages about this project or about the program, which new projects do not need."""
_LINK = re.compile(rf"\[([^\]]+)\]\((?:contributing/)?{_PROGRAM}\.md(?:#[\w-]*)?\)")
"""A link to one of these pages."""
_SHARED_TERMS = ("status", "reason")


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """The names in a new project."""

    title: str
    state: str
    committee: str


def scaffold_project(settings: ProjectSettings, wheel: bytes) -> dict[str, bytes]:
    """Return the files of a new project, by path, with a wheel of the program.

    Raises OSError if the package is incomplete.
    """
    shared = find_shared_folder()
    files = dict(_iter_shared_files(shared))
    files[f"vendor/{WHEEL_NAME}"] = wheel
    files["requirements.lock"] = _make_lock(shared, wheel)
    facts = {
        **asdict(settings),
        "body": settings.committee.removeprefix("the "),
        **_collect_actions(shared),
    }
    for file in sorted(path for path in _STARTER.rglob("*") if path.is_file()):
        path = file.relative_to(_STARTER).as_posix()
        collection = path.removeprefix("data/").removesuffix(".yml").partition("/")[0]
        is_record = path.startswith("data/") and path.endswith(".yml")
        files[path] = (
            _fill_records(file, facts, collection) if is_record else _fill_placeholders(file, facts)
        )
    files["mkdocs.yml"] = _make_config(shared, settings, files).encode()
    vocabulary = "data/vocabulary.yml"
    files[vocabulary] = _make_vocabulary(shared / vocabulary) + files[vocabulary]
    return files


def _make_lock(shared: Path, wheel: bytes) -> bytes:
    """Return the lock file of this release with the wheel itself, by path and hash."""
    entry = (
        "# `make` installs exactly these packages. The first is the program: this release of it\n"
        "# is in vendor/, because its name is not registered on PyPI.\n"
        f"./vendor/{WHEEL_NAME} \\\n    --hash=sha256:{sha256(wheel).hexdigest()}\n"
    )
    return entry.encode() + read_file(shared, "requirements.lock")


def _fill_placeholders(file: Path, facts: Mapping[str, str]) -> bytes:
    return Template(file.read_text(encoding="utf-8")).substitute(facts).encode()


def _fill_records(file: Path, facts: Mapping[str, str], collection: str) -> bytes:
    """Fill placeholders value by value, so that no name can be read as YAML."""

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: fill(content) for name, content in value.items()}
        if isinstance(value, list):
            return [fill(item) for item in value]
        return Template(value).substitute(facts)

    records = read_yaml(file.read_bytes(), file=file.name).content
    return format_records(collection, to_node(fill(records))).encode()


def find_shared_folder() -> Path:
    """Return the folder of the shared files: next to the package, or inside an installed wheel."""
    wheel = _HERE / "shared"
    return wheel if wheel.is_dir() else _HERE.parent


def _iter_shared_files(shared: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(
        entry.path for entry in walk_safely(shared, *_SHARED) if entry.kind == "file"
    ):
        if not _OWN_PAGES.fullmatch(path):
            content = read_file(shared, path)
            text = path.endswith(".md")
            yield path, _LINK.sub(r"\1", content.decode()).encode() if text else content


def _collect_actions(shared: Path) -> Mapping[str, str]:
    """Return the actions of our own workflows, with their pinned versions."""
    folder = shared / ".github/workflows"
    texts = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yml"))]
    used = dict(re.findall(r"uses: ((?:[\w-]+/)+[\w-]+)(@\w+ # v[\d.]+)", "\n".join(texts)))
    names = {
        "checkout": "actions/checkout",
        "upload": "actions/upload-pages-artifact",
        "deploy": "actions/deploy-pages",
    }
    return {key: name + used[name] for key, name in names.items()}


def _make_config(shared: Path, settings: ProjectSettings, files: Mapping[str, bytes]) -> str:
    """Return our own configuration with the new names, without pages that are not copied."""
    text = (shared / "mkdocs.yml").read_text(encoding="utf-8")
    description = (
        f"What {settings.committee} asked {settings.state} to do, what was done, and the evidence."
    )
    head = "".join(
        f"{field}: '{content.replace(chr(39), chr(39) * 2)}'\n"
        for field, content in (("site_name", settings.title), ("site_description", description))
    )
    text = head + text[text.index("\n# Both may stay unset") + 1 :]
    text = re.sub(r"(?m)^copyright: .*\n(?:  .*\n)*", "", text)
    text = re.sub(r"(?m)^  - tracker\n(?=  - macros\.py)", "", text)
    text = re.sub(r"(?m)^(?:  #.*\n)*  redirects:\n(?:    .*\n)*", "", text)
    pages = re.compile(r"(?m)^ +- [^:\n]+: (\S+\.md)\n")
    return pages.sub(lambda match: match[0] if f"docs/{match[1]}" in files else "", text)


def _make_vocabulary(vocabulary: Path) -> bytes:
    """Return the statuses and reasons as this project defines them."""
    terms = read_yaml(vocabulary.read_bytes(), file=vocabulary.name).content
    shared = [term for term in terms if term["kind"] in _SHARED_TERMS]
    return format_records("vocabulary", to_node(shared)).encode()
