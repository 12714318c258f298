"""The tools that are compared: how the project of each is written and built, and what it keeps."""

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks import sites
from benchmarks.results import OURS, PLAIN
from benchmarks.synthetic import synthetic
from benchmarks.timing import LIMIT, Command, Run, Unfinished, timed
from tracker.cli.scaffold import ProjectSettings, scaffold_project

BIN = Path(sys.executable).parent
PEERS = Path(".venv/.peers/bin").resolve()
OLD, NEW = "Nobody has typed it.", "Nobody typed it."


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool, set up as its users would."""

    name: str
    write: Callable[[Path, "Records"], None]
    """Into an empty folder, from the same records."""
    build: Command
    kept: tuple[str, ...]
    """What a build leaves for the next one."""
    holds: str
    """A file with one record or many, of which one is changed."""
    most: int = 1_000_000
    """To so many records it is worth waiting for."""


@dataclass
class Records:
    """So many invented records, as a project of ours and as an export, in a folder."""

    number: int
    folder: Path

    @cached_property
    def own(self) -> Path:
        """The project as `tracker init` begins it, with these records."""
        start = ProjectSettings("The same records", "Arland", "the Committee", "")
        shared = {
            f: data for f, data in scaffold_project(start).items() if not f.startswith("data/")
        }
        root = self.folder / "own"
        for path, content in {**shared, **synthetic(self.number)}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        return root

    @cached_property
    def export(self) -> Path:
        """All records as one JSON file. Unfinished if it could not be made."""
        file = self.folder / "export.json"
        timed((BIN / "tracker", "export", "--output", file), self.own)
        return file


@dataclass
class Project:
    """The records as a project of a tool, to be built again and again."""

    tool: Tool
    records: Records
    limit: float = LIMIT
    _built: bool = False
    _vain: bool = False

    @cached_property
    def root(self) -> Path:
        """Its folder, written when it is first asked for."""
        if self.tool.name == OURS:
            return self.records.own
        root = self.records.folder / re.sub(r"\W+", "-", self.tool.name)
        root.mkdir()
        self.tool.write(root, self.records)
        return root

    def first(self) -> Run:
        """A build with nothing kept from an earlier one."""
        for kept in self.tool.kept:
            shutil.rmtree(self.root / kept, ignore_errors=True)
        return self._build()

    def again(self) -> Run:
        """A build with nothing changed since the last."""
        self.ready()
        return self._build()

    def changed(self) -> Run:
        """A build with one record changed since the last."""
        self.ready()
        file = self.root / self.tool.holds
        if not file.exists():  # so many records stand in several files
            file = file.with_suffix("") / f"01{file.suffix}"
        text = file.read_text(encoding="utf-8")
        # Each time another one, or in a file of one record the same: nothing was built so before.
        pair = (OLD, NEW) if OLD in text else (NEW, OLD)
        assert pair[0] in text, file
        file.write_text(text.replace(*pair, 1), encoding="utf-8")
        return self._build()

    def ready(self) -> Path:
        """The project with a finished build in it, which may take one more. It is tried once."""
        if self._vain:
            raise Unfinished("not run: no build was finished")
        if not self._built:
            self._vain = True
            self._build()
            self._vain = False
        return self.root

    def remove(self) -> None:
        """Take its folder away."""
        if "root" in self.__dict__:
            shutil.rmtree(self.root)

    def _build(self) -> Run:
        self._built = False
        run = timed(self.tool.build, self.root, limit=self.limit)
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
        lambda root, records: sites.write_hugo(root, records.own / "data"),
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
        most=5_000,
    ),
    Tool(
        "Zensical",
        lambda root, records: sites.write_macros(root, records.export),
        (PEERS / "zensical", "build"),
        ("site", ".cache"),
        "records.json",
        most=5_000,
    ),
    Tool(
        "sphinx-needs",
        lambda root, records: sites.write_sphinx(root, records.export),
        (PEERS / "sphinx-build", "-q", "-j", "auto", ".", "out"),
        ("out",),
        "recommendations/recommendation-0.rst",
        most=1_000,
    ),
    Tool(
        "StrictDoc",
        lambda root, records: sites.write_strictdoc(root, records.export),
        (PEERS / "strictdoc", "export", "."),
        ("output",),
        "recommendations.sdoc",
        most=1_000,
    ),
)
