"""Format data files canonically, and add records to them, without changing values or comments."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.model import FILES, FrozenModel, SourceMap
from tracker.model.diagnostics import Diagnostic
from tracker.records.loader import find_collection
from tracker.records.yaml_reader import read_yaml
from tracker.records.yaml_tree import YamlNode, read_nodes, to_node
from tracker.records.yaml_writer import emit_file

__all__ = [
    "AlteredError",
    "FormattedFile",
    "YamlNode",
    "append_record",
    "format_fields",
    "format_file",
    "format_record",
    "format_records",
    "read_nodes",
    "to_node",
]

_BOM = b"\xef\xbb\xbf"

Entries = list[tuple[YamlNode | None, YamlNode]]


class AlteredError(Exception):
    """A value or comment would change, which is a bug in the formatter."""


@dataclass(frozen=True)
class FormattedFile:
    """The formatted content of a file; unchanged if the file has problems."""

    data: bytes
    problems: tuple[Diagnostic, ...] = ()


def format_file(data: bytes, *, file: str) -> FormattedFile:
    """Format a data file; `file` is its path below the root, with `/`.

    Windows line ends are kept; a byte order mark is removed. Raises AlteredError if a value or a
    comment would change.
    """
    text_bytes = data.removeprefix(_BOM)
    document = read_yaml(text_bytes, file=file)
    if document.problems:
        return FormattedFile(data, tuple(document.problems))
    if isinstance(document.content, str):
        return FormattedFile(data)
    text = text_bytes.decode().replace("\r\n", "\n").replace("\r", "\n")
    tree = read_nodes(text)
    if _find_model(file) is SourceMap:
        _drop_derived(tree, document.content)
    new = _join_lines(emit_file(tree, _find_model(file)))
    if new != text:
        _require_same_content(tree, document.content, new, file)
    windows = text_bytes.partition(b"\n")[0].endswith(b"\r")
    return FormattedFile((new.replace("\n", "\r\n") if windows else new).encode())


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

    `inside` gives the id of a record and the name of a list in it, to which the value is added
    instead. Raises KeyError for an unknown id.
    """
    tree = read_nodes(data.decode().replace("\r\n", "\n"))
    entries = _get_entries(tree)
    if inside:
        owner, field = inside
        entries = _find_list({_get_text(node, "id"): node for _, node in entries}[owner], field)
    entries.append((None, to_node(value)))
    text = _join_lines(emit_file(tree, _find_model(file)))
    windows = data.partition(b"\n")[0].endswith(b"\r")
    return (text.replace("\n", "\r\n") if windows else text).encode()


def _join_lines(lines: list[str]) -> str:
    return "\n".join([*lines, ""])


def _get_text(record: YamlNode, field: str) -> str:
    return next((v.text for k, v in record.entries or () if k and k.text == field), "")


def _find_list(record: YamlNode, field: str) -> Entries:
    """Return the entries of a list in a record; create the list if it is missing."""
    for key, value in _get_entries(record):
        if key and key.text == field:
            return _get_entries(value)
    new = YamlNode(entries=[])
    _get_entries(record).append((YamlNode(field), new))
    return _get_entries(new)


def _get_entries(node: YamlNode) -> Entries:
    if node.entries is None:
        node.entries = []
    return node.entries


def _find_model(file: str) -> type[FrozenModel] | None:
    """Return the model of the records in a file, or None if it is not a data file."""
    return FILES.get(find_collection(file))


def _drop_derived(tree: YamlNode, content: Any) -> None:
    """Remove the list of records, which is derived from citations, from each block of a map.

    A list with comments is kept.
    """
    plain_blocks = content.get("blocks") if isinstance(content, dict) else None
    blocks = next((v for k, v in tree.entries or () if k and k.text == "blocks"), YamlNode())
    for (_, node), block in zip(blocks.entries or (), plain_blocks or (), strict=False):
        for key, value in (node.entries or ()) if isinstance(block, dict) else ():
            if (
                key
                and key.text == "records"
                and not any((*_iter_comment_words(key), *_iter_comment_words(value)))
            ):
                node.entries = [pair for pair in node.entries or () if pair[0] is not key]
                del block["records"]


def _require_same_content(tree: YamlNode, content: Any, new: str, file: str) -> None:
    document = read_yaml(new.encode(), file=file)
    same = document.content == content and not document.problems
    if not same or Counter(_iter_comment_words(tree)) != Counter(
        _iter_comment_words(read_nodes(new))
    ):
        raise AlteredError(file)


def _iter_comment_words(node: YamlNode) -> Iterator[str]:
    """Yield every word of every comment, because two comments on a line are merged."""
    for text in (*(comment.text for comment in node.head + node.foot), *node.tail):
        yield from text.split()
    for key, value in node.entries or ():
        yield from _iter_comment_words(value)
        yield from _iter_comment_words(key) if key else ()
