"""Format data files, and add records to them, without changing values or comments."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tracker.model import FILES, FrozenModel, SourceMap
from tracker.model.diagnostics import Diagnostic
from tracker.records.loader import find_collection
from tracker.records.yaml_reader import YamlDocument, read_yaml
from tracker.records.yaml_tree import YamlNode, to_content, to_node
from tracker.records.yaml_writer import emit_file

_BOM = b"\xef\xbb\xbf"


class AlteredError(Exception):
    """Formatting would change a value or comment, which is a bug in the formatter."""


@dataclass(frozen=True)
class FormattedFile:
    """The formatted content of a file; unchanged if the file has problems."""

    data: bytes
    problems: tuple[Diagnostic, ...] = ()


def format_file(data: bytes, *, file: str, document: YamlDocument | None = None) -> FormattedFile:
    """Format a data file; `file` is its path below the root, with `/`.

    `document` is the result of `read_yaml`, if available. Windows line endings are kept; a byte
    order mark is removed. Raises AlteredError if a value or a comment would change.
    """
    if document is None or data.startswith(_BOM):
        document = read_yaml(data.removeprefix(_BOM), file=file)
    if document.problems:
        return FormattedFile(data, tuple(document.problems))
    tree, model = document.root, FILES.get(find_collection(file))
    if tree.entries is None and tree.line:
        return FormattedFile(data)  # a scalar
    if model is SourceMap:
        tree = _drop_derived(tree)
    new = _encode(emit_file(tree, model), like=data)
    if new != data.removeprefix(_BOM):
        _require_same_content(tree, new, file)
    return FormattedFile(new)


def format_record(collection: str, record: Mapping[str, Any]) -> str:
    """Format a record as the item of a list in `data/<collection>.yml`.

    `record` has strings, numbers, dates, lists and mappings, in any order and without empty values.
    It is not validated. Raises KeyError for an unknown collection.
    """
    return format_records(collection, to_node([record]))


def format_records(collection: str, records: YamlNode, *, more: Iterable[YamlNode] = ()) -> str:
    """Format a whole file from a list of records, followed by the records that `more` yields."""
    return _join_lines(emit_file(records, FILES[collection], more=more))


def format_fields(fields: Mapping[str, Any], model: type[FrozenModel]) -> str:
    """Format the fields of one record or part as a mapping."""
    return _join_lines(emit_file(to_node(fields), model))


def append_record(
    data: bytes, value: Any, *, file: str, inside: tuple[str, str] | None = None
) -> bytes:
    """Return a formatted file with one more record at its end. `data` must be valid or empty.

    With `inside`, the id of a record and the name of a list in it, the value is added to that list
    instead. Raises KeyError for an unknown id.
    """
    tree = target = read_yaml(data, file=file).root
    if inside:
        owner, field = inside
        records = {node.get_text("id"): node for _, node in tree.entries or ()}
        target = _get_list(records[owner], field)
    target.entries = [*(target.entries or ()), (None, to_node(value))]
    return format_tree(tree, file=file, like=data)


def format_tree(tree: YamlNode, *, file: str, like: bytes = b"") -> bytes:
    """Return a tree as a formatted file with the line endings of `like`."""
    return _encode(emit_file(tree, FILES.get(find_collection(file))), like=like)


def _join_lines(lines: list[str]) -> str:
    return "\n".join([*lines, ""])


def _encode(lines: list[str], *, like: bytes) -> bytes:
    """Return lines as a file with the line endings of another."""
    windows = like.partition(b"\n")[0].endswith(b"\r")
    return _join_lines(lines).replace("\n", "\r\n" if windows else "\n").encode()


def _get_list(record: YamlNode, field: str) -> YamlNode:
    """Return a list in a record; create it if it is missing."""
    if entry := record.get_entry(field):
        return entry[1]
    new = YamlNode(entries=[])
    record.entries = [*(record.entries or ()), (YamlNode(field), new)]
    return new


def _drop_derived(tree: YamlNode) -> YamlNode:
    """Return a map without the list of records in each block, which is computed from citations.

    A list with comments is kept.
    """
    entry = tree.get_entry("blocks")
    if not entry or not entry[1].entries or entry[1].is_mapping:
        return tree
    blocks = [(key, _drop_records(block)) for key, block in entry[1].entries]
    new = (entry[0], replace(entry[1], entries=blocks))
    return replace(tree, entries=[new if e is entry else e for e in tree.entries or ()])


def _drop_records(block: YamlNode) -> YamlNode:
    entry = block.get_entry("records")
    if not entry or any(word for node in entry if node for word in _iter_comment_words(node)):
        return block
    return replace(block, entries=[e for e in block.entries or () if e is not entry])


def _require_same_content(tree: YamlNode, new: bytes, file: str) -> None:
    document = read_yaml(new, file=file)
    same = to_content(document.root) == to_content(tree) and not document.problems
    if not same or Counter(_iter_comment_words(tree)) != Counter(
        _iter_comment_words(document.root)
    ):
        raise AlteredError(file)


def _iter_comment_words(node: YamlNode) -> Iterator[str]:
    """Yield every word of every comment, because two comments on a line are merged."""
    for text in (*(comment.text for comment in node.head + node.foot), *node.tail):
        yield from text.split()
    for key, value in node.entries or ():
        yield from _iter_comment_words(value)
        yield from _iter_comment_words(key) if key else ()
