"""The built site as one zip that can be passed on and read from a stick, without any server.

A web server shows `index.html` where an address ends in a folder; a file manager does not. So links
are written out to the end, and what only a server can use is left out.
"""

import re
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from posixpath import dirname, join, normpath
from urllib.parse import unquote

SUMS = "SHA256SUMS"
SERVED_ONLY = frozenset({"404.html", "sitemap.xml", "sitemap.xml.gz"})
"""Nobody asks a stick for a wrong address or a map."""

# In scripts and comments nothing is a tag. Quotation marks count after `=` only.
_TAG = re.compile(
    r"""<(?:script\b.*?</script|style\b.*?</style|!--.*?--"""
    r"""|[a-z](?:[^>=]|=\s*(?:"[^"]*"|'[^']*'|))*)>""",
    re.IGNORECASE | re.DOTALL,
)
_LINK = re.compile(r"""(\s(?:href|src)\s*=\s*)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|/|\\", re.IGNORECASE)
_WRITTEN = (1980, 1, 1, 0, 0, 0)  # the first day that a zip can name
_FILE = 0o100644 << 16


def pack(files: Mapping[str, bytes], *, folder: str) -> bytes:
    """A zip with all files of a site below one folder; the same files give the same bytes."""
    kept = {name: data for name, data in sorted(files.items()) if name not in SERVED_ONLY}
    packed = {
        name: _for_files(data, name=name, files=files) if name.endswith(".html") else data
        for name, data in kept.items()
    }
    packed[SUMS] = sums(packed)
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in packed.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", _WRITTEN)
            entry.create_system, entry.external_attr = 3, _FILE  # alike on every system
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


def sums(files: Mapping[str, bytes]) -> bytes:
    """What `sha256sum -c` reads: a line for each file, sorted by name."""
    lines = (f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return "".join(lines).encode()


def _for_files(data: bytes, *, name: str, files: Mapping[str, bytes]) -> bytes:
    """A page whose links name files."""

    def link(found: re.Match[str]) -> str:
        quote = '"' if found[2] is not None else "'"
        address = found[2] if found[2] is not None else found[3]
        return f"{found[1]}{quote}{_whole(address, name=name, files=files)}{quote}"

    def tag(found: re.Match[str]) -> str:
        opening, end, rest = found[0].partition(">") if found[0][1] in "sS" else (found[0], "", "")
        return found[0] if found[0][1] == "!" else f"{_LINK.sub(link, opening)}{end}{rest}"

    return _TAG.sub(tag, data.decode()).encode()


def _whole(address: str, *, name: str, files: Mapping[str, bytes]) -> str:
    """An address with `index.html` at its end if it leads to a folder that has one."""
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    if not path or _OUTSIDE.match(path):
        return address
    target = normpath(join(dirname(name), unquote(path)))
    index = "index.html" if target == "." else f"{target}/index.html"
    if target in files or index not in files:
        return address
    written = "" if path in (".", "./") else path.rstrip("/") + "/"
    return f"{written}index.html{address[len(path) :]}"
