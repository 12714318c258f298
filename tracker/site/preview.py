"""Render the files of a preview on request, so that a saved change is visible at once."""

from collections.abc import Callable, Iterable
from threading import RLock
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_PAGE = "index.html"
_LIVE_RELOAD = "/livereload/"
"""The path on which a page of MkDocs waits for the next build."""


class Preview:
    """Files to render when a browser first requests them, by URL."""

    def __init__(self) -> None:
        self.lock = RLock()
        """Held during a build, so that no request sees an incomplete site."""
        self.replacement = ""
        """The file to show at every URL while the records have problems."""
        self._pending: dict[str, Callable[[], object]] = {}

    def clear(self) -> None:
        """Discard the files of the previous build."""
        self._pending.clear()

    def register(self, url: str, write: Callable[[], object]) -> None:
        """Call `write` when the URL is first requested."""
        self._pending[_normalize(url)] = write

    def write(self, url: str) -> None:
        """Write the file of a URL if it is still pending. It stays pending after an error."""
        key = _normalize(url)
        with self.lock:
            if write := self._pending.get(key):
                write()
                del self._pending[key]

    def wrap(self, app: WSGIApplication, *, mount: str) -> WSGIApplication:
        """Return an application that writes the requested file before `app` serves it.

        `mount` is the path of the site on the server.
        """

        def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            path: Any = environ["PATH_INFO"]
            self.write(path.encode("latin-1").decode(errors="replace").removeprefix(mount))
            if self.replacement and not path.startswith(_LIVE_RELOAD):
                environ = {**environ, "PATH_INFO": mount + self.replacement}
            return app(environ, start_response)

        return serve


def _normalize(url: str) -> str:
    """Return the same key for a page with and without `index.html`."""
    folder, _, name = url.rpartition("/")
    return folder if name == _PAGE else url.rstrip("/")
