"""The structure of the package: layers, sizes, and no knowledge of one country or report."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tracker"

LAYERS = (
    ("model", "i18n", "files"),
    ("records", "citations"),
    ("checks", "analysis", "links"),
    ("project",),
    ("importers", "export"),
    ("site", "cli"),
)
"""Packages and modules at the top of `tracker/`, the lowest layer first."""
LAYER = {name: number for number, layer in enumerate(LAYERS) for name in layer}
NO_CODE = {"example", "locale", "starter", "templates", "__pycache__", "__init__.py"}


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


def package_of(name: str) -> str:
    """Return the package of a module named `tracker.package.module`, or the module itself."""
    return name.split(".")[1]


MODULES = [f for f in sorted(PACKAGE.rglob("*.py")) if f != PACKAGE / "__init__.py"]


def test_each_package_has_a_layer() -> None:
    """Every package and module at the top of `tracker/` is in one layer; there are at most 13."""
    names = {path.name for path in PACKAGE.iterdir()} - NO_CODE
    assert {name.removesuffix(".py") for name in names} == LAYER.keys()
    assert len(LAYER) <= 13


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_imports_lead_downwards(file: Path) -> None:
    """A module imports its own package and lower layers only, even inside a function."""
    own = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    others = {package_of(n) for n in imported(file) if n.startswith("tracker.")}
    others -= {own, "__version__"}
    assert {other for other in others if LAYER[other] >= LAYER[own]} == set()


def test_layers_are_in_the_documentation() -> None:
    """The page about the architecture shows the same layers."""
    page = (ROOT / "docs/contributing/architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| (.+?) \|", page, re.MULTILINE)
    assert [tuple(re.findall(r"`(\w+)/?", names)) for _, names in reversed(rows)] == list(LAYERS)


def test_only_the_plugin_knows_mkdocs() -> None:
    """One module imports MkDocs, even inside a function."""
    knowing = [
        str(file.relative_to(PACKAGE))
        for file in MODULES
        if any(name.split(".")[0] == "mkdocs" for name in imported(file))
    ]
    assert knowing == ["site/plugin.py"]


def test_modules_are_short() -> None:
    """No module is longer than 400 lines."""
    lengths = {file.name: len(file.read_text("utf-8").splitlines()) for file in MODULES}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


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


def test_class_names_are_unique() -> None:
    """No two public classes of the package share a name."""
    names = Counter(
        node.name
        for file in MODULES
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, count in names.items() if count > 1] == []
