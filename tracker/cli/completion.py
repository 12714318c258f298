"""Completion in the shell: the values that options and arguments can have in this project."""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from tracker.analysis.diff import to_plain_text
from tracker.analysis.lookup import iter_records_and_parts
from tracker.citations.claims import iter_claims
from tracker.model.base import FrozenModel, Ref
from tracker.model.dataset import Dataset
from tracker.model.fields import describe_fields
from tracker.model.kinds import KINDS
from tracker.project import Project
from tracker.records.drafts import list_known_ids
from tracker.records.loader import find_project

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _find_root(context: click.Context) -> Path | None:
    given = (
        context.params.get("project") or context.params.get("path") or context.meta.get("project")
    )
    return find_project(given or Path())


def _open(context: click.Context) -> Dataset | None:
    """Return the records of the project; None outside one, or if it cannot be read."""
    root = _find_root(context)
    with suppress(OSError):
        return Project.open(root).dataset if root else None
    return None


def _filter(items: Iterable[CompletionItem], begun: str) -> list[CompletionItem]:
    return [item for item in items if str(item.value).startswith(begun)]


def complete_words(words: Callable[[], Iterable[str]]) -> Completer:
    """Return a completer of a fixed list."""
    return lambda _, __, begun: _filter(map(CompletionItem, words()), begun)


def complete_id(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the ids of records and parts that begin with a text, with their titles."""
    data = _open(context)
    return [
        CompletionItem(match.value.id, help=to_plain_text(match.record.title))
        for match in (iter_records_and_parts(data) if data else ())
        if match.value.id.startswith(begun)
    ]


def complete_ref(ref: Ref) -> Completer:
    """Return a completer of the ids that a reference can have."""

    def complete(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
        data = _open(context)
        known = list_known_ids(data, ref) if data else {}
        return _filter((CompletionItem(key, help=title) for key, title in known.items()), begun)

    return complete


def complete_citation(
    context: click.Context, _: click.Parameter, begun: str
) -> list[CompletionItem]:
    """Return the keys of citations that begin with a text."""
    data = _open(context)
    return _filter(
        (CompletionItem(claim.key) for claim in iter_claims(data)) if data else (), begun
    )


def complete_commit(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the branches and tags of git that begin with a text."""
    command = ["git", "-C", str(_find_root(context) or "."), "for-each-ref"]
    command += ["--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return _filter(map(CompletionItem, ["HEAD", *done.stdout.split()]), begun)


def complete_assignment(
    context: click.Context, _: click.Parameter, begun: str
) -> list[CompletionItem]:
    """Return `FIELD=` for the fields of a kind, and `FIELD=VALUE` where the values are known."""
    # After an option without its value, click does not know the arguments yet: offer all kinds.
    kind = KINDS.get(str(context.params.get("kind")))
    models = [kind.model] if kind else [each.model for each in KINDS.values()]
    data = _open(context)
    items = (item for model in models for item in _iter_assignments(model, data))
    return _filter({str(item.value): item for item in items}.values(), begun)


def _iter_assignments(model: type[FrozenModel], data: Dataset | None) -> Iterator[CompletionItem]:
    for name, field in describe_fields(model).items():
        ids = list_known_ids(data, field.ref) if field.ref and data else {}
        yield CompletionItem(f"{name}=", help=field.description)
        yield from (
            CompletionItem(f"{name}={value}", help=ids.get(value))
            for value in (*field.choices, *ids)
        )
