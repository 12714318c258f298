"""Rules about the files of a project: no links, special files, or files that tools execute."""

from collections.abc import Iterable, Iterator, Mapping

from tracker.files import FileEntry, find_broken_rule, make_printable
from tracker.model.diagnostics import Diagnostic, SourceLocation

INPUT_PATHS = (
    *("data", "docs", "overrides", "schemas", ".vscode"),
    *("mkdocs.yml", "macros.py", "tracker.local.toml"),
)
"""Files and folders of a project that commands read."""
OUTPUT_PATHS = (".cache", "dist", "site")
"""Folders that commands write to; their content is checked when it is written."""
_OUTPUTS = (
    *(".venv", ".cache", "site", "dist", "node_modules", "tracker.local.toml"),
    *(".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"),
)
"""Output of tools and local settings. Git ignores them unless they are added by force."""
_RESERVED = frozenset(
    (
        *("gnumakefile", "makefile", "setup.py", "setup.cfg", "tox.ini"),
        *("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "conftest.py"),
        *("sitecustomize.py", "usercustomize.py"),
        *("mypy.ini", ".mypy.ini", "ruff.toml", ".ruff.toml"),
    )
)
"""Files that `make`, pip, pytest, mypy, Ruff or Python read automatically, before our own."""
_LINK = "120000"
"""The git mode of a symbolic link."""


def check_project_files(
    entries: Iterable[FileEntry], *, top: Iterable[str], tracked: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Yield every file that must not be there.

    `entries` are the files of INPUT_PATHS and OUTPUT_PATHS on disk, `top` the names in the root
    folder, and `tracked` the git mode of each tracked file (empty without git).
    """
    broken = {entry.path: rule for entry in entries if (rule := find_broken_rule(entry))}
    broken |= {path: "link" for path, mode in tracked.items() if mode == _LINK}
    committed = {path.split("/")[0] for path in tracked}
    broken |= {name: "committed-output" for name in committed if name.casefold() in _OUTPUTS}
    reserved = (name for name in top if name.casefold() in _RESERVED and name != "Makefile")
    broken |= dict.fromkeys(reserved, "reserved-file")
    for path, rule in sorted(broken.items()):
        file = make_printable(path)
        yield Diagnostic(rule, params={"file": file}, location=SourceLocation(file, 1, 1))
