# SPDX-License-Identifier: GPL-2.0-or-later
"""Run LinkChecker behind the guard: `python -m tracker.links.fetcher`, with LinkChecker's options.

A program of its own, under LinkChecker's licence, because it imports LinkChecker. No other module
imports either of them: the tracker starts this process, writes addresses to its standard input, and
reads a table from its standard output.

LinkChecker has no place for a guard of its own, so this process replaces the two functions through
which it connects and asks, and then hands over to it.
"""

import os
from typing import Any
from urllib.parse import urlsplit

import requests
from linkcheck import LinkCheckerError  # type: ignore[import-untyped]
from linkcheck.command.linkchecker import linkchecker  # type: ignore[import-untyped]

from tracker.links.guard import BlockedAddressError, Guard, Session, strip_proxies
from tracker.links.rate_limit import PAUSE, RateLimiter


class _Polite(Session):
    pace = RateLimiter(float(os.environ.get(PAUSE, "1")))

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        try:
            with self.pace.turn(urlsplit(request.url or "").netloc):
                return super().send(request, **kwargs)
        except (BlockedAddressError, ValueError) as error:
            # A result: what requests makes of a bad Location would end LinkChecker's thread.
            raise LinkCheckerError(f"refused: {error}") from None


def main() -> None:
    """Run LinkChecker, which reads its options from the command line."""
    kept = strip_proxies()
    os.environ.clear()
    os.environ.update(kept)
    setattr(requests, "Session", _Polite)  # noqa: B010 - for mypy
    with Guard().installed():
        linkchecker()


if __name__ == "__main__":
    main()
