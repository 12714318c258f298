"""The words of `tracker bench`."""

from collections.abc import Mapping

MEASURING: Mapping[str, Mapping[str, str]] = {
    "en": {
        "bench.not-empty": "{folder} holds something already",
        "bench.not-empty.fix": "Name another folder, or empty that one.",
        "bench.written": "{n} records written to {folder}",
    }
}
