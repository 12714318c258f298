"""The website: pages, registers, charts, search and preview."""

from typing import Any


def __getattr__(name: str) -> Any:
    """Return `macros`, which the `macros.py` of projects of version 0.1.0 imports from here."""
    if name == "macros":
        from tracker.site.plugin import macros

        return macros
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
