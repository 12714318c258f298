"""Pack a built site into one zip that can be read without a server.

A web server shows `index.html` where a URL ends in a folder; a file manager does not. So links name
the file, and files that only a server uses are left out.
"""

import os
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from tracker.files import RefusedError, read_file, resolve_path, walk, walk_safely

SUMS = "SHA256SUMS"
"""The list of files and their hashes, in a site and in its zip."""
SERVER_FILES = frozenset({"404.html", "sitemap.xml", "sitemap.xml.gz"})
"""Files that only a web server uses. A zip leaves them out."""

# Scripts and comments contain no tags. Quotation marks count after `=` only.
_TAG = re.compile(
    r"""<(?:script\b.*?</script|style\b.*?</style|!--.*?--"""
    r"""|[a-z](?:[^>=]|=\s*(?:"[^"]*"|'[^']*'|))*)>""",
    re.IGNORECASE | re.DOTALL,
)
_LINK = re.compile(r"""(\s(?:href|src)\s*=\s*)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|/|\\", re.IGNORECASE)
_TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can contain
_MODE = 0o100644 << 16


def pack_site(files: Mapping[str, bytes], *, folder: str) -> bytes:
    """Return a zip of all files of a site below one folder; the same files give the same bytes."""
    packed = {
        name: _use_file_links(data, name=name, files=files) if name.endswith(".html") else data
        for name, data in sorted(files.items())
        if name not in SERVER_FILES
    }
    packed[SUMS] = format_checksums(packed.items())
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in packed.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", _TIMESTAMP)
            entry.create_system, entry.external_attr = 3, _MODE  # the same on every system
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


def mark_site_folder(folder: Path) -> None:
    """Mark a folder as one that the next build may clear."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SUMS).write_bytes(b"")


def check_site_folder(folder: Path) -> None:
    """Raise RefusedError for a folder that a build must not clear, or cannot clear.

    MkDocs empties the folder it builds into, except for names at the top that begin with a dot.
    """
    real = resolve_path(folder)
    entries = list(walk_safely(real)) if os.path.lexists(real) else []
    if entries and SUMS not in (entry.path for entry in entries):
        raise RefusedError("foreign-folder", folder)
    for entry in entries:
        if entry.path.startswith("."):
            raise RefusedError("foreign-file", folder / entry.path)


def refuse_unsafe_files(folders: Iterable[str | None], *, target: str | None) -> None:
    """Raise OSError for unsafe files in folders that a build reads, or in the one it writes."""
    for folder in filter(None, folders):
        deque(walk_safely(resolve_path(Path(folder))), maxlen=0)
    if target:
        check_site_folder(Path(target))


def write_checksums(folder: Path) -> None:
    """Write the list of all files in a folder after a build, which began with an empty one."""
    names = sorted(e.path for e in walk(folder) if e.kind == "file" and e.path != SUMS)
    sums = format_checksums((name, read_file(folder, name)) for name in names)
    (folder / SUMS).write_bytes(sums)


def format_checksums(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a list of hashes and files in the format of `sha256sum -c`."""
    return "".join(f"{compute_digest(data)}  {name}\n" for name, data in files).encode()


def parse_checksums(manifest: bytes) -> dict[str, str]:
    """Return the hash of each file in a list that `format_checksums` made."""
    rows = (line.partition("  ") for line in manifest.decode("utf-8", "replace").splitlines())
    return {name: file_hash for file_hash, _, name in rows}


def compute_digest(data: bytes) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return sha256(data).hexdigest()


def _use_file_links(data: bytes, *, name: str, files: Mapping[str, bytes]) -> bytes:
    """Return a page in which links to folders end in `index.html`."""

    def complete_link(match: re.Match[str]) -> str:
        quote = '"' if match[2] is not None else "'"
        url = match[2] if match[2] is not None else match[3]
        return f"{match[1]}{quote}{_complete_url(url, name=name, files=files)}{quote}"

    def complete_tag(match: re.Match[str]) -> str:
        tag = match[0]
        if tag[1] == "!":
            return tag
        opening, end, rest = tag.partition(">") if tag[1] in "sS" else (tag, "", "")
        return f"{_LINK.sub(complete_link, opening)}{end}{rest}"

    return _TAG.sub(complete_tag, data.decode()).encode()


def _complete_url(url: str, *, name: str, files: Mapping[str, bytes]) -> str:
    """Return a URL with `index.html` added if it points to a folder that contains one."""
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    if not path or _OUTSIDE.match(path):
        return url
    target = normpath(join(dirname(name), unquote(path)))
    index = "index.html" if target == "." else f"{target}/index.html"
    if target in files or index not in files:
        return url
    prefix = "" if path in (".", "./") else path.rstrip("/") + "/"
    return f"{prefix}index.html{url[len(path) :]}"
