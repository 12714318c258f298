"""Open a project: read and validate its data files once, and check them."""

import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from tracker import files
from tracker.analysis.reference_date import Basis, find_latest_date, find_reference_date
from tracker.checks import check
from tracker.checks.history import check_history, check_lock_file_kept
from tracker.checks.missing_records import explain_missing, find_ids, find_last_lines
from tracker.checks.project_files import INPUT_PATHS, OUTPUT_PATHS, check_project_files
from tracker.checks.verifications import check_verifications
from tracker.citations.claims import iter_claims
from tracker.citations.status import VerificationSummary
from tracker.model import Dataset
from tracker.model.diagnostics import Diagnostic
from tracker.model.lockfiles import CITATIONS, LINKS, LinkState, Verification
from tracker.records.loader import LoadResult, is_data, load, read_files


class UnknownCommitError(Exception):
    """Git is missing, or the commit does not exist."""


@dataclass(frozen=True)
class Project:
    """The records of a project, from its files or from an earlier commit."""

    root: Path
    loaded: LoadResult

    @classmethod
    def open(cls, root: Path, *, imported: bool = True, earlier: "Project | None" = None) -> Self:
        """Read and validate every data file, including imported ones unless `imported` is false.

        Files that are unchanged since `earlier` are not parsed again. Raises OSError if a file
        cannot be read.
        """
        files = read_files(root, imported=imported)
        return cls(root, load(files, earlier=earlier.loaded if earlier else None))

    @classmethod
    def open_commit(cls, root: Path, ref: str) -> Self:
        """Read and validate the data files of a commit. Raises UnknownCommitError.

        Before the first commit, as `HEAD^1` of it, there are none.
        """
        return cls(root, load(_read_commit(root, ref)))

    @property
    def dataset(self) -> Dataset:
        """The valid records."""
        return self.loaded.dataset

    @property
    def files(self) -> Mapping[str, bytes]:
        """The content of each data file and lock file, by its path below the root."""
        return self.loaded.files

    @property
    def verifications(self) -> Mapping[str, Verification]:
        """The rows of the verification lock, by the key of their citation."""
        return self.loaded.verifications.rows if self.loaded.verifications else {}

    @property
    def link_states(self) -> Mapping[str, LinkState]:
        """The rows of the link lock, by URL."""
        return self.loaded.links.rows if self.loaded.links else {}

    def verification_summary(self) -> VerificationSummary:
        """Return the records with the status of their citations and links."""
        return VerificationSummary(self.dataset, self.verifications, self.link_states)

    def with_files(self, changed: Mapping[str, bytes]) -> "Project":
        """Return the project with changed files, without writing them."""
        return Project(self.root, load({**self.files, **changed}))

    def reference_date(self, given: date | None = None) -> date:
        """Return the date from which ages are computed, which is the same for the same commit."""
        return find_reference_date(self.root, self.dataset, given=given)[0]

    def latest_date(self, given: date | None = None) -> tuple[date, Basis]:
        """Return the latest date allowed for a past event, and its basis."""
        return find_latest_date(self.root, self.dataset, given=given)

    def check(self, today: date | None = None) -> Iterator[Diagnostic]:
        """Yield every problem and notice about the records, but not about lock files.

        Without `today`, future dates are allowed, so that an old commit still builds.
        """
        yield from self.loaded.problems
        yield from check(self.dataset, today=today)

    def check_all(
        self, today: date, *, earlier: "Project | None" = None, verified_until: date | None = None
    ) -> list[Diagnostic]:
        """Return every problem and notice about records and lock files.

        With `earlier`, this includes records removed or rewritten since then. A verification dated
        after `verified_until` is a problem.
        """
        loaded = self.loaded
        published = earlier.loaded.verifications if earlier else None
        problems = list(self.check(today))
        if earlier:
            files_by_id = {key: file for key, (file, _, _) in earlier.loaded.record_lines.items()}
            problems += check_history(self.dataset, earlier=earlier.dataset, files=files_by_id)
        if loaded.verifications is None:
            is_published = published is not None or _is_committed(self.root, CITATIONS)
            problems += check_lock_file_kept(is_published=is_published)
        problems += loaded.links.problems if loaded.links else ()
        if loaded.verifications:
            faulty = frozenset(
                loaded.find_record(problem)
                for problem in problems
                if problem.is_blocking and problem.params.get("hint") != "figure"
            )
            problems += check_verifications(
                self.dataset,
                loaded.verifications,
                today=verified_until,
                faulty=faulty,
                earlier=published,
            )
        return self._explain_missing(problems, earlier)

    def _explain_missing(
        self, problems: list[Diagnostic], earlier: "Project | None"
    ) -> list[Diagnostic]:
        """Return the problems, with one explanation for all records that were deleted."""
        known = find_ids(earlier.files) if earlier else _list_published_ids(self.root)
        claims = {f"{CITATIONS} {claim.key}" for claim in iter_claims(self.dataset)}
        known = {k: file for k, file in known.items() if file != CITATIONS or k in claims}
        last_lines = find_last_lines(self.files)
        for file, line, _ in self.loaded.record_lines.values():
            last_lines[file] = max(line, last_lines.get(file, 1))
        located = self.loaded.locate_all(problems)
        return list(explain_missing(located, known, self.files, last_lines))


def check_files(root: Path) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each file that a project must not contain, without opening any."""
    entries = [
        *files.walk(root, *INPUT_PATHS),
        *filter(None, (files.get_entry(root, name) for name in OUTPUT_PATHS)),
    ]
    yield from check_project_files(entries, top=files.list_names(root), tracked=list_tracked(root))


def list_tracked(root: Path) -> dict[str, str]:
    """Return the mode of each file that git tracks, by its path; empty without git."""
    try:
        listed = _run_git(root, "ls-files", "-z", "--stage")
    except UnknownCommitError:
        return {}
    rows = (row.split("\t", 1) for row in os.fsdecode(listed).split("\0") if row)
    return {path: facts.split(" ")[0] for facts, path in rows}


def _list_published_ids(root: Path) -> dict[str, str]:
    """Return the file of each record of the last commit, by id; empty without git."""
    try:
        lines = "^(- id: |[a-z0-9-]+/)"  # records, passages of maps, rows of the lock file
        found = _run_git(root, "grep", "-E", lines, "HEAD", "--", "data/*.yml", CITATIONS)
    except UnknownCommitError:
        return {}
    lines_by_file: dict[str, list[bytes]] = defaultdict(list)
    for row in found.splitlines(keepends=True):
        _, file, line = row.split(b":", 2)
        lines_by_file[os.fsdecode(file)].append(line)
    return find_ids({file: b"".join(lines) for file, lines in lines_by_file.items()})


def _is_committed(root: Path, file: str) -> bool:
    """Return True if the last commit has this file; False without git."""
    try:
        _run_git(root, "cat-file", "-e", f"HEAD:./{file}")
    except UnknownCommitError:
        return False
    return True


def _read_commit(root: Path, ref: str) -> dict[str, bytes]:
    try:
        name = _find_commit(root, ref)
    except UnknownCommitError:
        child = re.fullmatch(r"(.+?)(\^1?|~1?)", ref)
        if child and _is_first_commit(root, child[1]):
            return {}
        raise
    listed = _run_git(root, "ls-tree", "-r", "-z", "--name-only", name, "--", "data")
    return {
        file: _run_git(root, "show", f"{name}:./{file}")
        for file in os.fsdecode(listed).split("\0")
        if is_data(file) or file in (CITATIONS, LINKS)
    }


def _find_commit(root: Path, ref: str) -> str:
    # `--end-of-options` keeps git from reading the ref as an option.
    commit = _run_git(root, "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")
    return commit.decode().strip()


def _is_first_commit(root: Path, ref: str) -> bool:
    """Return whether a commit has no parent. In a shallow clone, it may only lack it."""
    commits = _run_git(root, "rev-list", "--parents", "--max-count=1", _find_commit(root, ref))
    is_shallow = _run_git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
    return len(commits.split()) == 1 and not is_shallow


def _run_git(root: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise UnknownCommitError(str(error)) from None
