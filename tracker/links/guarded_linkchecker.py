# SPDX-License-Identifier: GPL-2.0-or-later
"""Run LinkChecker behind the guard, with LinkChecker's own options.

This is a separate program under LinkChecker's licence, because it imports LinkChecker. No other
module imports either: the tracker starts this process, writes URLs to its standard input, and reads
a table from its standard output.

LinkChecker has no hook for a guard, so this replaces urllib3's connection function and the session
class of requests before it starts LinkChecker.
"""

import os
from typing import Any
from urllib.parse import urlsplit

import requests
from linkcheck import LinkCheckerError  # type: ignore[import-untyped]
from linkcheck.command.linkchecker import linkchecker  # type: ignore[import-untyped]

from tracker.links.fetch import PAUSE, RateLimiter
from tracker.links.guard import BlockedAddressError, Guard, Session, strip_proxies


class _RateLimitedSession(Session):
    rate_limiter = RateLimiter(float(os.environ.get(PAUSE, "1")))

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        try:
            with self.rate_limiter.acquire(urlsplit(request.url or "").netloc):
                return super().send(request, **kwargs)
        except (BlockedAddressError, ValueError) as error:
            # requests raises ValueError for a bad Location, which would end LinkChecker's thread.
            raise LinkCheckerError(f"refused: {error}") from None


def main() -> None:
    """Run LinkChecker with the options on the command line."""
    environment = strip_proxies()
    os.environ.clear()
    os.environ.update(environment)
    setattr(requests, "Session", _RateLimitedSession)  # noqa: B010 - for mypy
    with Guard().install():
        linkchecker()


if __name__ == "__main__":
    main()
