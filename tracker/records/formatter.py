"""The canonical form of data files: text → text, with every value and comment as it was.

`record_text("events", {"id": …})` is what a command appends to a file for a new record.
"""

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

_MARK = b"\xef\xbb\xbf"

Entries = list[tuple[YamlNode | None, YamlNode]]


class AlteredError(Exception):
    """The new text would say something else than the old: a fault of this program."""


@dataclass(frozen=True)
class FormattedFile:
    """What a file should hold; the bytes as they were where it has problems."""

    data: bytes
    problems: tuple[Diagnostic, ...] = ()


def format_file(data: bytes, *, file: str) -> FormattedFile:
    """A data file in its canonical form; `file` is its path below the root, with `/`.

    Windows line ends stay. A byte order mark goes: the check refuses it, and nothing needs it.
    AlteredError if a value or a comment would change, which is a fault of this program.
    """
    text_bytes = data.removeprefix(_MARK)
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
        _compare(tree, document.content, new, file)
    windows = text_bytes.partition(b"\n")[0].endswith(b"\r")
    return FormattedFile((new.replace("\n", "\r\n") if windows else new).encode())


def format_record(collection: str, record: Mapping[str, Any]) -> str:
    """One record as the item of a list, as it stands in `data/<collection>.yml`, with line ends.

    `record` holds texts, numbers, dates, lists and mappings, in any order and without empty values.
    It is not checked. KeyError if there is no such collection.
    """
    return format_records(collection, to_node([record]))


def format_records(collection: str, records: YamlNode, *, more: Iterable[YamlNode] = ()) -> str:
    """The whole text of a file: a list of records as a tree, with the comments in it. `more` are
    records behind these, which may be made one by one."""
    return _join_lines(emit_file(records, FILES[collection], more=more))


def format_fields(fields: Mapping[str, Any], model: type[FrozenModel]) -> str:
    """The fields of one record or part, a mapping of its own, in canonical form."""
    return _join_lines(emit_file(to_node(fields), model))


def append_record(
    data: bytes, value: Any, *, file: str, inside: tuple[str, str] | None = None
) -> bytes:
    """A file in canonical form with one more record at its end. `data` is valid, or nothing.

    `inside` names a record by its id, and a list in it: then the value is added to that list.
    KeyError if there is no such id.
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
    """The entries of a list in a record, which is begun where there is none."""
    for key, value in _get_entries(record):
        if key and key.text == field:
            return _get_entries(value)
    begun = YamlNode(entries=[])
    _get_entries(record).append((YamlNode(field), begun))
    return _get_entries(begun)


def _get_entries(node: YamlNode) -> Entries:
    if node.entries is None:
        node.entries = []
    return node.entries


def _find_model(file: str) -> type[FrozenModel] | None:
    """The model of a file's records; none for a file that is no data."""
    return FILES.get(find_collection(file))


def _drop_derived(tree: YamlNode, content: Any) -> None:
    """Remove the list of records from each block of a map: it is derived from the citations now.

    A list with comments in it stays.
    """
    written = content.get("blocks") if isinstance(content, dict) else None
    blocks = next((v for k, v in tree.entries or () if k and k.text == "blocks"), YamlNode())
    for (_, node), block in zip(blocks.entries or (), written or (), strict=False):
        for key, value in (node.entries or ()) if isinstance(block, dict) else ():
            if (
                key
                and key.text == "records"
                and not any((*_iter_comment_words(key), *_iter_comment_words(value)))
            ):
                node.entries = [pair for pair in node.entries or () if pair[0] is not key]
                del block["records"]


def _compare(tree: YamlNode, content: Any, new: str, file: str) -> None:
    again = read_yaml(new.encode(), file=file)
    same = again.content == content and not again.problems
    if not same or Counter(_iter_comment_words(tree)) != Counter(
        _iter_comment_words(read_nodes(new))
    ):
        raise AlteredError(file)


def _iter_comment_words(node: YamlNode) -> Iterator[str]:
    """Every word of every comment: two at the end of one line become one."""
    for text in (*(comment.text for comment in node.head + node.foot), *node.tail):
        yield from text.split()
    for key, value in node.entries or ():
        yield from _iter_comment_words(value)
        yield from _iter_comment_words(key) if key else ()
