"""The site while it is edited: what it shows is made when somebody asks for it, so that a change is
seen at once, however many records there are."""

from collections.abc import Callable, Iterable
from threading import RLock
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_PAGE = "index.html"
_RELOADING = "/livereload/"
"""Where a page of MkDocs asks whether there is a newer one."""


class Preview:
    """What waits to be asked for, by its address."""

    def __init__(self) -> None:
        self.building = RLock()
        """Held while the site is built: nobody is answered from half of it."""
        self.replaced_by = ""
        """The file of the site that is shown at every address, where the site has problems."""
        self._waiting: dict[str, Callable[[], object]] = {}

    def empty(self) -> None:
        """Nothing waits any longer: another site takes the place of this one."""
        self._waiting.clear()

    def put(self, address: str, make: Callable[[], object]) -> None:
        """Let something wait that is made, and written, when its address is asked for."""
        self._waiting[_place(address)] = make

    def ask(self, address: str) -> None:
        """Make what waits at an address. It goes on waiting where that fails."""
        with self.building:
            if make := self._waiting.get(_place(address)):
                make()
                del self._waiting[_place(address)]

    def before(self, answer: WSGIApplication, *, mount: str) -> WSGIApplication:
        """A server's answers, with what is asked of it made before; its site lies at `mount`."""

        def made(asked: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            path: Any = asked["PATH_INFO"]
            self.ask(path.encode("latin-1").decode(errors="replace").removeprefix(mount))
            if self.replaced_by and not path.startswith(_RELOADING):
                asked = {**asked, "PATH_INFO": mount + self.replaced_by}
            return answer(asked, start)

        return made


def _place(address: str) -> str:
    """One name for a page, with its file or without."""
    folder, _, name = address.rpartition("/")
    return folder if name == _PAGE else address.rstrip("/")
