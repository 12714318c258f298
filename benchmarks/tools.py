"""The compared tools: how to write and build a project of each, and which caches it has."""

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks import sites
from benchmarks.results import OURS, PLAIN
from benchmarks.synthetic import generate_data
from benchmarks.timing import LIMIT, Command, NotMeasuredError, Run, run_timed
from tracker.cli.scaffold import ProjectSettings, scaffold_project

BIN = Path(sys.executable).parent
PEERS = Path(".venv/.peers/bin").resolve()
OLD, NEW = "Nobody has typed it.", "Nobody typed it."


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool, set up as its users would set it up."""

    name: str
    write: Callable[[Path, "Records"], None]
    """Writes a project into an empty folder."""
    build: Command
    caches: tuple[str, ...]
    """Files and folders that a build leaves for the next one."""
    record_file: str
    """The file in which one record is changed."""
    max_records: int = 1_000_000
    """Maximum number of records that the tool builds in reasonable time."""


@dataclass
class Records:
    """Synthetic records in a folder, as a project of ours and as an export."""

    number: int
    folder: Path

    @cached_property
    def own_project(self) -> Path:
        """A project created by `tracker init`, with these records."""
        start = ProjectSettings("The same records", "Arland", "the Committee")
        files = scaffold_project(start, b"")
        shared = {f: data for f, data in files.items() if not f.startswith("data/")}
        root = self.folder / "own"
        for path, content in {**shared, **generate_data(self.number)}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        return root

    @cached_property
    def export(self) -> Path:
        """All records as one JSON file. Raises NotMeasuredError if the export fails."""
        file = self.folder / "export.json"
        run_timed((BIN / "tracker", "export", "--output", file), self.own_project)
        return file


@dataclass
class Project:
    """The records as a project of a tool, which can be built repeatedly."""

    tool: Tool
    records: Records
    limit: float = LIMIT
    _built: bool = False
    _failed: bool = False

    @cached_property
    def root(self) -> Path:
        """The folder of the project, created on first use."""
        if self.tool.name == OURS:
            return self.records.own_project
        root = self.records.folder / re.sub(r"\W+", "-", self.tool.name)
        root.mkdir()
        self.tool.write(root, self.records)
        return root

    def build_first(self) -> Run:
        """Build without caches of an earlier build."""
        for caches in self.tool.caches:
            shutil.rmtree(self.root / caches, ignore_errors=True)
        return self._build()

    def rebuild(self) -> Run:
        """Build again without changes."""
        self.ensure_built()
        return self._build()

    def rebuild_changed(self) -> Run:
        """Build again after changing one record."""
        self.ensure_built()
        file = self.root / self.tool.record_file
        if not file.exists():  # many records are in several files
            file = file.with_suffix("") / f"01{file.suffix}"
        text = file.read_text(encoding="utf-8")
        # Change another record each time, or a single record back and forth.
        pair = (OLD, NEW) if OLD in text else (NEW, OLD)
        assert pair[0] in text, file
        file.write_text(text.replace(*pair, 1), encoding="utf-8")
        return self._build()

    def ensure_built(self) -> Path:
        """Return the folder of the project, with a build in it. Tries to build only once."""
        if self._failed:
            raise NotMeasuredError("not run: no build was finished")
        if not self._built:
            self._failed = True
            self._build()
            self._failed = False
        return self.root

    def remove(self) -> None:
        """Delete the folder of the project."""
        if "root" in self.__dict__:
            shutil.rmtree(self.root)

    def _build(self) -> Run:
        self._built = False
        run = run_timed(self.tool.build, self.root, limit=self.limit)
        self._built = True
        return run


TOOLS = (
    Tool(
        OURS,
        lambda root, records: None,
        (BIN / "mkdocs", "build", "--strict"),
        (".cache", "site"),
        "data/recommendations.yml",
    ),
    Tool(
        "Hugo",
        lambda root, records: sites.write_hugo(root, records.own_project / "data"),
        (PEERS / "hugo", "build"),
        ("public", "resources"),
        "data/recommendations.yml",
    ),
    Tool(
        PLAIN,
        lambda root, records: sites.write_macros(root, records.export),
        (BIN / "mkdocs", "build"),
        ("site",),
        "records.json",
        max_records=5_000,
    ),
    Tool(
        "Zensical",
        lambda root, records: sites.write_macros(root, records.export),
        (PEERS / "zensical", "build"),
        ("site", ".cache"),
        "records.json",
        max_records=5_000,
    ),
    Tool(
        "sphinx-needs",
        lambda root, records: sites.write_sphinx(root, records.export),
        (PEERS / "sphinx-build", "-q", "-j", "auto", ".", "out"),
        ("out",),
        "recommendations/recommendation-0.rst",
        max_records=1_000,
    ),
    Tool(
        "StrictDoc",
        lambda root, records: sites.write_strictdoc(root, records.export),
        (PEERS / "strictdoc", "export", "."),
        ("output",),
        "recommendations.sdoc",
        max_records=1_000,
    ),
)
