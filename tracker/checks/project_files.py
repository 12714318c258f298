"""What a proposal may not bring along, whatever it says: files that lead outside or run unasked."""

from collections.abc import Iterable, Iterator, Mapping

from tracker.files import FileEntry, find_broken_rule, make_printable
from tracker.model.diagnostics import Diagnostic, Rule, SourceLocation

INPUT_PATHS = (
    *("data", "docs", "overrides", "schemas", ".vscode"),
    *("mkdocs.yml", "macros.py", "tracker.local.toml"),
)
"""What commands open in a project, files and whole folders."""
OUTPUT_PATHS = (".cache", "dist", "site")
"""Where commands write; what is in there is looked at when it is written."""
_OUTPUTS = (
    *(".venv", ".cache", "site", "dist", "node_modules", "tracker.local.toml"),
    *(".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"),
)
"""What tools write, or belongs to one computer. Git ignores it, unless it was added by force."""
_RESERVED = frozenset(
    (
        *("gnumakefile", "makefile", "setup.py", "setup.cfg", "tox.ini"),
        *("pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "conftest.py"),
        *("sitecustomize.py", "usercustomize.py"),
        *("mypy.ini", ".mypy.ini", "ruff.toml", ".ruff.toml"),
    )
)
"""What `make`, pip, pytest, mypy, Ruff or Python read by themselves, before our own files."""
_LINK = "120000"
"""The mode by which git marks a symbolic link."""

FILE_RULES = (
    Rule(
        "link",
        "No symbolic link stands where a command reads or writes: it may lead to files outside "
        "the project, which would be published or overwritten.",
        None,
    ),
    Rule("not-a-file", "Where a file is read there is a regular file: no folder or device.", None),
    Rule(
        "file-name",
        "The names of files are valid UTF-8, without line breaks or invisible characters.",
        None,
    ),
    Rule("file-too-large", "A file has at most 100 MB.", None),
    Rule(
        "reserved-file",
        "No file at the top has a name that `make`, pip, pytest or Python run or obey unasked, "
        "such as `GNUmakefile`, `pytest.ini`, `conftest.py` or `sitecustomize.py`.",
        None,
    ),
    Rule(
        "committed-output",
        "What tools write is not committed: `.venv`, `.cache`, `site`, `dist`.",
        None,
    ),
)
"""Rules about the files of a project, which `check` applies before it reads any record."""


def check_project_files(
    entries: Iterable[FileEntry], *, top: Iterable[str], tracked: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Every file that must not be there.

    `entries` are INPUT_PATHS and OUTPUT_PATHS as they are on the disk, `top` is everything at the
    top, and `tracked` the mode of each file in git; empty without git.
    """
    broken = {entry.path: rule for entry in entries if (rule := find_broken_rule(entry))}
    broken |= {path: "link" for path, mode in tracked.items() if mode == _LINK}
    committed = {path.split("/")[0] for path in tracked}
    broken |= {name: "committed-output" for name in committed if name.casefold() in _OUTPUTS}
    broken |= {name: "reserved-file" for name in top if _is_reserved(name)}
    for path, rule in sorted(broken.items()):
        file = make_printable(path)
        yield Diagnostic(rule, params={"file": file}, location=SourceLocation(file, 1, 1))


def _is_reserved(name: str) -> bool:
    return name.casefold() in _RESERVED and name != "Makefile"
