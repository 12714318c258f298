"""The rooms: who may import whom, and that nothing in the package knows one country or report."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tracker"

# One row a room, as in docs/contributing/architecture.md; a change goes into both.
MAY_IMPORT = {
    "arithmetic": "model",
    "cards": "",
    "changes": "model",
    "checks": "arithmetic claims files locks matching model problem",
    "claims": "locks model",
    "cli": (
        "changes checks claims day drafting export files form freshness health importers links "
        "load locks lookup model packing problem proof schema site_check starting telling "
        "typed words"
    ),
    "content_policy": "",
    "day": "model",
    "drafting": "model typed",
    "export": "claims freshness health locks model",
    "feeds": "",
    "files": "",
    "form": "load model problem",
    "frame": "",
    "freshness": "model",
    "health": "claims locks model",
    "importers": "checks files form load model problem words",
    "kinds": "drafting form model schema",
    "links": "locks model",
    "load": "files locks model problem",
    "locks": "model problem",
    "lookup": "claims freshness health locks model problem typed",
    "matching": "model",
    "model": "",
    "opening": "checks day load render telling",
    "packing": "files",
    "pages": "export model preview prose publishing render search",
    "preview": "",
    "problem": "",
    "proof": "arithmetic claims locks matching model problem",
    "prose": "frame render search",
    "publishing": "cards export feeds model render schema search words",
    "quoting": "",
    "render": "freshness health locks model quoting typed words",
    "schema": "model words",
    "search": "lookup model render typed words",
    "site": (
        "cards checks cli content_policy files frame kinds load opening packing pages preview "
        "prose publishing render search words"
    ),
    "site_check": "files problem",
    "starting": "files form load",
    "telling": "problem words",
    "typed": "",
    "words": "",
}


def imported(file: Path) -> set[str]:
    """What a module imports, wherever in it, by whole names."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "tracker":
            found |= {f"tracker.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def rooms_imported(file: Path) -> set[str]:
    """The rooms among them."""
    found = {name.split(".")[1] for name in imported(file) if name.startswith("tracker.")}
    return found - {"__version__"}


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


MODULES = [f for f in sorted(PACKAGE.rglob("*.py")) if f != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_imports_keep_to_the_table(file: Path) -> None:
    """A room imports only the rooms that the table allows it."""
    room = room_of(file)
    assert rooms_imported(file) - {room} <= set(MAY_IMPORT[room].split())


def test_table_is_no_wider_than_the_code() -> None:
    """What the table allows is really used: it describes, it does not wish."""
    used: dict[str, set[str]] = {room: set() for room in MAY_IMPORT}
    for file in MODULES:
        used[room_of(file)] |= rooms_imported(file) - {room_of(file)}
    assert {room: set(allowed.split()) for room, allowed in MAY_IMPORT.items()} == used


def test_table_stands_in_the_documentation() -> None:
    """The table on the page about architecture is this one, row by row."""
    page = (ROOT / "docs/contributing/architecture.md").read_text(encoding="utf-8")
    written = {}
    for rooms, allowed in re.findall(r"^\| (`.+?) \| (.+?) \|$", page, re.MULTILINE):
        for room in re.findall(r"`([^`]+)`", rooms):
            written[room] = set(re.findall(r"`([^`]+)`", allowed))
    assert written.pop("macros.py") == {"site"}
    assert written == {room: set(allowed.split()) for room, allowed in MAY_IMPORT.items()}


def test_only_site_knows_mkdocs() -> None:
    """One module imports MkDocs, even inside a function."""
    knowing = [
        file.name
        for file in MODULES
        if any(name.split(".")[0] == "mkdocs" for name in imported(file))
    ]
    assert knowing == ["site.py"]


def test_functions_are_short() -> None:
    """No function is longer than 40 lines."""
    long = []
    for file in [*MODULES, *sorted((ROOT / "benchmarks").glob("*.py")), ROOT / "macros.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                long += [(file.name, node.name, length)] if length > 40 else []
    assert long == []


def test_package_knows_no_country() -> None:
    """Country, report and language of one tracker are its data and configuration."""
    word = re.compile(
        r"azerbaijan(?!i\",$)|bakı|baku|\bAZE\b|constitution. research|cescr-2013|sığınacaq", re.I
    )
    files = [
        f
        for f in PACKAGE.rglob("*")
        if f.is_file() and f.suffix in (".py", ".html", ".css", ".yml")
    ]
    files += [f for f in (ROOT / "overrides").rglob("*") if f.is_file()]
    named = {
        f"{f.relative_to(ROOT)}: {line.strip()}"
        for f in files
        for line in f.read_text(encoding="utf-8").splitlines()
        if word.search(line)
    }
    assert named == set()
