"""Records → the bytes of each published file."""

import json

from tracker.model import Dataset

FORMAT = 1


def to_json(data: Dataset) -> bytes:
    """Every record of every kind, collections and records in the order of their ids.

    The document is `{"format": 1, "<collection>": [records…], "maps": […]}`; each record as the
    model gives it, with fields that are empty left out.
    """
    document: dict[str, object] = {"format": FORMAT}
    for name in sorted(data.collections):
        records = sorted(data.collections[name], key=lambda record: record.id)
        document[name] = [r.model_dump(mode="json", exclude_none=True) for r in records]
    document["maps"] = [
        m.model_dump(mode="json", exclude_none=True)
        for m in sorted(data.maps, key=lambda source_map: source_map.source)
    ]
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
