"""The built site as one zip that can be passed on and read from a stick, without any server.

A web server shows `index.html` where an address ends in a folder; a file manager does not. So links
are written out to the end, and what only a server can use is left out.
"""

import os
import re
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from tracker.files import RefusedError, read_file, resolve_path, walk, walk_safely

SUMS = "SHA256SUMS"
"""The list of its files and their hashes, in a site and in its zip."""
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


def pack_site(files: Mapping[str, bytes], *, folder: str) -> bytes:
    """A zip with all files of a site below one folder; the same files give the same bytes."""
    kept = {name: data for name, data in sorted(files.items()) if name not in SERVED_ONLY}
    packed = {
        name: _use_file_links(data, name=name, files=files) if name.endswith(".html") else data
        for name, data in kept.items()
    }
    packed[SUMS] = format_checksums(packed)
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in packed.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", _WRITTEN)
            entry.create_system, entry.external_attr = 3, _FILE  # alike on every system
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


def start_site(folder: Path) -> None:
    """Mark a folder as one that the next build may clear."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SUMS).write_bytes(b"")


def refuse_foreign(folder: Path) -> None:
    """Raise RefusedError for a folder that a build must not clear, or cannot clear.

    MkDocs empties the folder it builds into, but leaves names with a dot at the top.
    """
    real = resolve_path(folder)
    entries = list(walk_safely(real)) if os.path.lexists(real) else []
    if entries and SUMS not in (entry.path for entry in entries):
        raise RefusedError("foreign-folder", folder)
    for entry in entries:
        if entry.path.startswith("."):
            raise RefusedError("foreign-file", folder / entry.path)


def finish_site(folder: Path) -> None:
    """List what a build has written, which began with a folder that held nothing else."""
    names = sorted(one.path for one in walk(folder) if one.kind == "file" and one.path != SUMS)
    lines = (f"{compute_digest(read_file(folder, name))}  {name}\n" for name in names)
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def format_checksums(files: Mapping[str, bytes]) -> bytes:
    """What `sha256sum -c` reads: a line for each file, sorted by name."""
    lines = (f"{compute_digest(data)}  {name}\n" for name, data in sorted(files.items()))
    return "".join(lines).encode()


def parse_checksums(manifest: bytes) -> dict[str, str]:
    """The hash of each file that a list made by `sums` names."""
    rows = (line.partition("  ") for line in manifest.decode("utf-8", "replace").splitlines())
    return {name: found for found, _, name in rows}


def compute_digest(data: bytes) -> str:
    """The hash of a file as `sums` writes it."""
    return sha256(data).hexdigest()


def _use_file_links(data: bytes, *, name: str, files: Mapping[str, bytes]) -> bytes:
    """A page whose links name files."""

    def link(found: re.Match[str]) -> str:
        quote = '"' if found[2] is not None else "'"
        address = found[2] if found[2] is not None else found[3]
        return f"{found[1]}{quote}{_complete_address(address, name=name, files=files)}{quote}"

    def tag(found: re.Match[str]) -> str:
        opening, end, rest = found[0].partition(">") if found[0][1] in "sS" else (found[0], "", "")
        return found[0] if found[0][1] == "!" else f"{_LINK.sub(link, opening)}{end}{rest}"

    return _TAG.sub(tag, data.decode()).encode()


def _complete_address(address: str, *, name: str, files: Mapping[str, bytes]) -> str:
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
