"""A record that is about to be written: what it must hold, what was given, and where it goes."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from tracker.model import Dataset, Frozen, Kind, Path, Recommendation, Ref, Term
from tracker.typed import fold


@dataclass(frozen=True, slots=True)
class Asked:
    """One field as a question."""

    name: str
    description: str
    examples: tuple[str, ...]
    required: bool
    many: bool
    part: type[Frozen] | None
    """Where the field is made of fields itself."""
    choices: tuple[str, ...]
    ref: Ref | None
    type: Any
    """What one value must be, for pydantic."""

    def accepts(self, value: str) -> bool:
        """Whether one value has the right form. Whether an id exists is not asked here."""
        try:
            TypeAdapter(self.type).validate_python(value)
        except ValidationError:
            return False
        return True


def asked_of(model: type[Frozen]) -> Iterator[Asked]:
    """The fields of a record in their order, without its id."""
    for name, info in model.model_fields.items():
        if name != "id":
            yield _asked(info.alias or name, info)


def _asked(name: str, info: FieldInfo) -> Asked:
    kind: Any = info.annotation
    marks = list(info.metadata)
    many = False
    while True:
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType) and type(None) in inner:
            rest = tuple(one for one in inner if one is not type(None))
            kind = Union[rest]  # noqa: UP007  # made of a tuple
        elif origin is tuple:
            kind, many = inner[0], True
        elif origin is Annotated:
            kind, marks = inner[0], [*marks, *inner[1:]]
        else:
            break
    is_part = isinstance(kind, type) and issubclass(kind, Frozen)
    return Asked(
        name=name,
        description=info.description or "",
        examples=tuple(str(example) for example in info.examples or ()),
        required=info.is_required(),
        many=many,
        part=kind if is_part else None,
        choices=tuple(map(str, inner)) if origin is Literal else (),
        ref=next((mark for mark in marks if isinstance(mark, Ref)), None),
        type=Annotated[kind, *marks] if marks else kind,
    )


def known_ids(data: Dataset, ref: Ref) -> dict[str, str]:
    """The ids that a field may name, each with its title."""
    return {
        record.id: str(record.title)
        for name, record in data.records()
        if ref.collection in ("", name)
        if not ref.kinds or not isinstance(record, Term) or record.kind in ref.kinds
    }


def taken_ids(data: Dataset) -> set[str]:
    """The ids of all records, and of what has one inside a recommendation."""
    taken = {record.id for records in data.collections.values() for record in records}
    for asked in data.of(Recommendation):
        taken |= {one.id for one in asked.assessments} | {one.id for one in asked.positions}
    return taken


def fresh_id(kind: Kind, given: Mapping[str, Any], taken: Iterable[str], owner: str = "") -> str:
    """An id that is not taken: the title's first words, or the owner's id and a hash of the part.

    A number instead of the hash would be given twice where two proposals are made at once.
    """
    known = set(taken)
    if kind.list:
        content = json.dumps(given, sort_keys=True, default=str).encode()
        stem = f"{owner}-{kind.list[0]}-{hashlib.sha256(content).hexdigest()[:6]}"
    else:
        words = re.findall(r"[a-z0-9]+", fold(str(given.get("title", ""))))[:6]
        stem = "-".join(words) or kind.collection.rstrip("s")
    number = 1
    while (tried := stem if number == 1 else f"{stem}-{number}") in known:
        number += 1
    return tried


def put(draft: dict[str, Any], at: Path, value: Any) -> None:
    """Set a field, also one deep inside: parts and lists on the way are begun where missing.

    IndexError where a list would get a gap; TypeError where a text stands on the way.
    """
    here: Any = draft
    step: Any
    for step, after in zip(at, (*at[1:], None), strict=True):
        if isinstance(here, list):
            if not isinstance(step, int):
                raise TypeError(step)
            if step == len(here):
                here.append(None)
        elif not isinstance(here, dict) or isinstance(step, int):
            raise TypeError(step)
        if after is None:
            here[step] = value
            return
        below = here[step] if isinstance(here, list) else here.get(step)
        if below is None:
            below = here[step] = [] if isinstance(after, int) else {}
        here = below


def path_of(typed: str) -> Path:
    """`citations.0.source` as a path."""
    return tuple(int(step) if step.isdecimal() else step for step in typed.split("."))
