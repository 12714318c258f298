"""The addresses of a source that pages show, and which of them are links."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from tracker.model import Source
from tracker.model.un_documents import derive_un_address

_UN_HOSTS = ("un.org", "undocs.org", "ohchr.org", "unhcr.org")


@dataclass(frozen=True, slots=True)
class SourceAddresses:
    """The addresses of a source; each may be empty."""

    official: str
    """The address derived from the symbol, if it differs from the address as cited."""
    cited: str
    """The address as cited, if readers can be sent there."""
    copies: tuple[str, ...]
    """The address of the copy that was read. Shown as text, never as a link."""

    @property
    def best(self) -> str:
        """The address to give if there is room for one."""
        return self.official or self.cited


def find_addresses(source: Source) -> SourceAddresses:
    """Return the addresses of a source.

    If a UN document has an official address, a copy on another host is not a link.
    """
    cited = source.url or ""
    official = (derive_un_address(source.symbol) if source.symbol else None) or ""
    copies = (source.copy_read,) if source.copy_read else ()
    if official and cited and not _is_official(cited):
        return SourceAddresses(official, "", (cited, *copies))
    return SourceAddresses("" if official == cited else official, cited, copies)


def _is_official(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return any(host == name or host.endswith(f".{name}") for name in _UN_HOSTS)
