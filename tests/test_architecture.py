"""The structure of the package: layers, sizes, and no references to a country or report."""

import ast
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tracker"


def imported(file: Path) -> set[str]:
    """Return the full names of everything a module imports, even inside functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "tracker":
            found |= {f"tracker.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


MODULES = [f for f in sorted(PACKAGE.rglob("*.py")) if f != PACKAGE / "__init__.py"]


def test_imports_respect_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package imports itself and lower layers only, even inside a function.

    Import Linter reads the layers from pyproject.toml, where each package must have one.
    """
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def test_layers_are_in_the_documentation() -> None:
    """The architecture page lists the same layers."""
    page = (ROOT / "docs/contributing/architecture.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| \d \| (.+?) \|", page, re.MULTILINE)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    assert [re.findall(r"`(\w+)/?", names) for names in documented] == [
        n.split(" | ") for n in layers
    ]
    assert sum(len(names.split(" | ")) for names in layers) <= 13


def test_only_the_plugin_imports_mkdocs() -> None:
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


def test_package_is_independent_of_a_country() -> None:
    """The country, report and language of a tracker are data and configuration."""
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
