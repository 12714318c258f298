"""The canonical form of data files: text → text, with every value and comment as it was.

`record_text("events", {"id": …})` is what a command appends to a file for a new record.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.model import FILES, FrozenModel, SourceMap
from tracker.model.diagnostics import Diagnostic
from tracker.records.loader import collection_of
from tracker.records.yaml_reader import read_yaml
from tracker.records.yaml_tree import YamlNode, node_of, read_nodes
from tracker.records.yaml_writer import lines_of

__all__ = [
    "AlteredError",
    "FormattedFile",
    "YamlNode",
    "added",
    "fields_text",
    "formed",
    "node_of",
    "read_nodes",
    "record_text",
    "records_text",
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


def formed(data: bytes, *, file: str) -> FormattedFile:
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
    if _model_of(file) is SourceMap:
        _drop_derived(tree, document.content)
    new = _joined(lines_of(tree, _model_of(file)))
    if new != text:
        _compare(tree, document.content, new, file)
    windows = text_bytes.partition(b"\n")[0].endswith(b"\r")
    return FormattedFile((new.replace("\n", "\r\n") if windows else new).encode())


def record_text(collection: str, record: Mapping[str, Any]) -> str:
    """One record as the item of a list, as it stands in `data/<collection>.yml`, with line ends.

    `record` holds texts, numbers, dates, lists and mappings, in any order and without empty values.
    It is not checked. KeyError if there is no such collection.
    """
    return records_text(collection, node_of([record]))


def records_text(collection: str, records: YamlNode, *, more: Iterable[YamlNode] = ()) -> str:
    """The whole text of a file: a list of records as a tree, with the comments in it. `more` are
    records behind these, which may be made one by one."""
    return _joined(lines_of(records, FILES[collection], more=more))


def fields_text(fields: Mapping[str, Any], model: type[FrozenModel]) -> str:
    """The fields of one record or part, a mapping of its own, in canonical form."""
    return _joined(lines_of(node_of(fields), model))


def added(data: bytes, value: Any, *, file: str, inside: tuple[str, str] | None = None) -> bytes:
    """A file in canonical form with one more record at its end. `data` is valid, or nothing.

    `inside` names a record by its id, and a list in it: then the value is added to that list.
    KeyError if there is no such id.
    """
    tree = read_nodes(data.decode().replace("\r\n", "\n"))
    entries = _entries(tree)
    if inside:
        owner, field = inside
        entries = _list_in({_text_of(node, "id"): node for _, node in entries}[owner], field)
    entries.append((None, node_of(value)))
    text = _joined(lines_of(tree, _model_of(file)))
    windows = data.partition(b"\n")[0].endswith(b"\r")
    return (text.replace("\n", "\r\n") if windows else text).encode()


def _joined(lines: list[str]) -> str:
    return "\n".join([*lines, ""])


def _text_of(record: YamlNode, field: str) -> str:
    return next((v.text for k, v in record.entries or () if k and k.text == field), "")


def _list_in(record: YamlNode, field: str) -> Entries:
    """The entries of a list in a record, which is begun where there is none."""
    for key, value in _entries(record):
        if key and key.text == field:
            return _entries(value)
    begun = YamlNode(entries=[])
    _entries(record).append((YamlNode(field), begun))
    return _entries(begun)


def _entries(node: YamlNode) -> Entries:
    if node.entries is None:
        node.entries = []
    return node.entries


def _model_of(file: str) -> type[FrozenModel] | None:
    """The model of a file's records; none for a file that is no data."""
    return FILES.get(collection_of(file))


def _drop_derived(tree: YamlNode, content: Any) -> None:
    """Remove the list of records from each block of a map: it is derived from the citations now.

    A list with comments in it stays.
    """
    written = content.get("blocks") if isinstance(content, dict) else None
    blocks = next((v for k, v in tree.entries or () if k and k.text == "blocks"), YamlNode())
    for (_, node), block in zip(blocks.entries or (), written or (), strict=False):
        for key, value in (node.entries or ()) if isinstance(block, dict) else ():
            if key and key.text == "records" and not any((*_remarks(key), *_remarks(value))):
                node.entries = [pair for pair in node.entries or () if pair[0] is not key]
                del block["records"]


def _compare(tree: YamlNode, content: Any, new: str, file: str) -> None:
    again = read_yaml(new.encode(), file=file)
    same = again.content == content and not again.problems
    if not same or Counter(_remarks(tree)) != Counter(_remarks(read_nodes(new))):
        raise AlteredError(file)


def _remarks(node: YamlNode) -> Iterator[str]:
    """Every word of every comment: two at the end of one line become one."""
    for text in (*(comment.text for comment in node.head + node.foot), *node.tail):
        yield from text.split()
    for key, value in node.entries or ():
        yield from _remarks(value)
        yield from _remarks(key) if key else ()
