"""Check all links, anchors, ids and requests in a built site, parsed as browsers parse them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tracker.files import read_file, resolve_path, walk_safely
from tracker.model.diagnostics import Diagnostic, SourceLocation
from tracker.model.suggestions import closest_match

# Comments, strings and namespaces match as a whole, so that url() inside them is ignored.
_CSS_TOKEN = re.compile(
    rb"""/\*[^*]*+(?:\*(?!/)[^*]*+)*+|@namespace[^;]*+|url\(\s*+[^\s"')]++|"""
    rb"""(?:@import\s*+|url\(\s*+)?+(?:"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')""",
    re.IGNORECASE | re.DOTALL,
)
_CSS_URL = re.compile(rb"""(?:@import|url\()\s*["']?(.*?)["']?""", re.IGNORECASE | re.DOTALL)
_SRCSET = re.compile(r"[\s,]*(\S+?)(?:,+(?=\s|$)|\s[^,]*(?:,|$)|$)")
_REFRESH = re.compile(r"""[\s\d.]*[;,\s]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_START_TAG = re.compile(rb"<[a-zA-Z][^\s/>]*")

# Characters that browsers strip from both ends of a URL, and characters that they remove.
_STRIPPED = "".join(map(chr, range(0x21)))
_REMOVED = str.maketrans("", "", "\t\n\r")
_LOADED = ("src", "poster", "background", "ping", "action", "formaction", "manifest")
_FRAMES = ("iframe", "frame", "object", "embed")
_WEB = ("", "http", "https", "ws", "wss", "ftp")
# Allowed schemes. Others run a script, open a local file or start an unknown program.
_SCHEMES = (*_WEB, "mailto", "tel", "sms", "webcal", "data")
# Relations of <link> that cause no request.
_INFORMATIVE = {"alternate", "author", "canonical", "help", "license", "me", "next", "prev", "tag"}
_ANIMATED = ("from", "to", "by", "values")  # attributes of an SVG animation


@dataclass(frozen=True, slots=True)
class SiteLink:
    """A parsed address in a page, independent of the page that contains it."""

    got: str
    """The address as written."""
    fault: str = ""
    """Code of the diagnostic, if the address is wrong on every page."""
    hint: str = ""
    up: int = 0
    """Number of folders up; -1 for an address from the root."""
    path: str | None = None
    """Path from there; None for the page itself."""
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class LinkTag:
    """The links and anchors of a tag, or the links of a token in a stylesheet."""

    links: tuple[SiteLink, ...] = ()
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """The possible targets of links."""

    files: Mapping[str, str]
    """Files by each of their addresses."""
    anchors: Mapping[str, frozenset[str]]
    """Ids and names by page."""
    base: str


def read_site(folder: Path) -> dict[str, bytes]:
    """Return the files of a built site by path, with content only for pages and stylesheets."""
    root = resolve_path(folder)
    names = sorted(entry.path for entry in walk_safely(root) if entry.kind == "file")
    return {name: read_file(root, name) if _get_reader(name) else b"" for name in names}


def check_site(files: Mapping[str, bytes], *, base: str = "/") -> Iterator[Diagnostic]:
    """Yield a diagnostic for each broken link, repeated id, and request to another host.

    `base` is the path of the site on its host. By default it is unknown: a link that begins with /
    is then an error, except on 404.html, which is served at any address.
    """
    readers = {file: read for file in sorted(files) if (read := _get_reader(file))}
    tags = {file: [tag for tag, _ in read(files[file])] for file, read in readers.items()}
    anchors = {
        file: frozenset(filter(None, (name for tag in file_tags for name in (tag.id, tag.name))))
        for file, file_tags in tags.items()
        if file.endswith(".html")
    }
    site = SiteFiles(_map_addresses(files), anchors, f"{base.strip('/')}/".lstrip("/"))

    @cache
    def find_offsets(file: str) -> list[int]:
        return [offset for _, offset in readers[file](files[file], with_offsets=True)]

    groups: dict[tuple[str, ...], list[tuple[str, int, Diagnostic]]] = defaultdict(list)
    for file, file_tags in tags.items():
        for index, diagnostic in _check_tags(file_tags, file, site=site):
            groups[_get_group_key(diagnostic)].append((file, index, diagnostic))
    located: list[tuple[tuple[str, int, int], Diagnostic]] = []
    for (file, index, diagnostic), *others in groups.values():
        offsets = find_offsets(file)
        offset = offsets[index] if len(offsets) == len(tags[file]) else 0
        location = (file, *_locate(files[file], offset))
        other_files = sorted({other for other, _, _ in others} - {file})
        params = {
            **diagnostic.params,
            "places": len(other_files) + 1,
            "also": tuple(other_files[:3]),
        }
        params["hint"] = params.get("hint") or ("often" if other_files else "")
        located.append(
            (location, replace(diagnostic, params=params, location=SourceLocation(*location)))
        )
    # Sorted by location only: those of one tag stay in their order.
    yield from (diagnostic for _, diagnostic in sorted(located, key=lambda item: item[0]))


def _get_group_key(diagnostic: Diagnostic) -> tuple[str, ...]:
    """Return the key by which diagnostics are grouped, such as the target of a link."""
    params = diagnostic.params
    return diagnostic.code, params.get("target", params["got"]), params.get("anchor", "")


def _map_addresses(files: Iterable[str]) -> dict[str, str]:
    """Return each file by its path; an index.html also by the path of its folder."""
    addresses = {file: file for file in files}
    for file in files:
        folder, _, name = file.rpartition("/")
        if name == "index.html":
            addresses |= {folder: file, f"{folder}/" if folder else "": file}
    return addresses


def _locate(data: bytes, offset: int) -> tuple[int, int]:
    """Return the line and the column, in characters, of an offset; both count from 1."""
    start = data.rfind(b"\n", 0, offset) + 1
    line = data.count(b"\n", 0, offset) + 1
    return line, len(data[start:offset].decode(errors="replace")) + 1


def _check_tags(
    tags: Sequence[LinkTag], file: str, *, site: SiteFiles
) -> Iterator[tuple[int, Diagnostic]]:
    """Yield the diagnostics of one file, each with the index of its tag."""
    parts = file.split("/")[:-1]
    folders = ["".join(f"{part}/" for part in parts[:n]) for n in range(len(parts), -1, -1)]
    ids = set()
    for index, tag in enumerate(tags):
        if tag.id and tag.id in ids:
            yield index, Diagnostic("page-id", params={"got": tag.id})
        ids.add(tag.id)
        for link in tag.links:
            if diagnostic := _check_link(link, file, folders=folders, site=site):
                yield index, diagnostic


def _check_link(
    link: SiteLink, file: str, *, folders: Sequence[str], site: SiteFiles
) -> Diagnostic | None:
    """Return the diagnostic for a link in a file; None if it is valid."""
    params: dict[str, Any] = {"got": link.got, "hint": link.hint}
    address = file if link.path is None else link.path
    if link.fault:
        return Diagnostic(link.fault, params=params)
    if link.up >= len(folders):
        return Diagnostic("page-link", params=params | {"hint": "outside"})
    if link.up < 0:
        if not (site.base or file == "404.html") or not f"{address}/".startswith(site.base):
            relative = "../" * (len(folders) - 1) + address or "./"
            relative += f"#{link.fragment}" if link.fragment else ""
            return Diagnostic("page-base", params=params | {"relative": relative})
        address = address[len(site.base) :]
    elif link.path is not None:
        address = folders[link.up] + address
    target = site.files.get(address)
    if target is None:
        return Diagnostic("page-link", params=params | {"target": address})
    known = site.anchors.get(target)  # None if the file is not a page
    if not link.fragment or known is None or link.fragment in known:
        return None
    anchor = unquote(link.fragment)
    if anchor in known or anchor.lower() == "top":
        return None
    suggestion = closest_match(anchor, sorted(known))
    params |= {"target": target, "anchor": anchor, "suggest": suggestion}
    return Diagnostic("page-anchor", params=params)


Reader = Callable[..., Iterator[tuple[LinkTag, int]]]
"""Yields the tags in the content of a file, each with its offset (only if `with_offsets`)."""


def _read_page(data: bytes, *, with_offsets: bool = False) -> Iterator[tuple[LinkTag, int]]:
    """Parse a page. With `with_offsets`, add the offset of each tag as an attribute first.

    The parser gives no offsets. The attribute can change how broken markup is parsed, so links are
    read without it.
    """
    if with_offsets:
        data = _START_TAG.sub(lambda tag: tag[0] + b" data-at=%d " % tag.start(), data)
    for node in _iter_nodes(data.decode("utf-8", "replace")):
        if tag := _read_tag(node):
            yield tag, int(node.attributes.get("data-at") or 0)


def _iter_nodes(page: str) -> Iterator[LexborNode]:
    root = LexborHTMLParser(page).root
    return root.traverse(include_text=False) if root else iter(())


def _read_tag(node: LexborNode) -> LinkTag | None:
    """Return the links and anchors of a tag; None if it has none."""
    name = (node.tag or "").lower()
    attributes = {key.lower(): value or "" for key, value in node.attributes.items()}
    links = [link for link in _iter_links(name, attributes) if link] if attributes else []
    if name == "style":
        links += _find_css_links(node.text(deep=True).encode())
    anchor = attributes.get("name", "") if name == "a" else ""
    if not (links or anchor or attributes.get("id")):
        return None
    return LinkTag(tuple(links), attributes.get("id", ""), anchor)


def _read_stylesheet(data: bytes, *, with_offsets: bool = False) -> Iterator[tuple[LinkTag, int]]:
    for token in _CSS_TOKEN.finditer(data):
        if links := _find_css_links(token[0]):
            yield LinkTag(tuple(links)), token.start()


def _get_reader(file: str) -> Reader | None:
    return {".html": _read_page, ".css": _read_stylesheet}.get(PurePosixPath(file).suffix)


def _iter_links(name: str, attributes: Mapping[str, str]) -> Iterator[SiteLink | None]:
    """Yield the addresses in the attributes of a tag; None for those that need no check."""
    for key, value in attributes.items():
        if key in ("href", "xlink:href") and name == "base":
            yield SiteLink(value, fault="page-base", hint="element")
        elif key in ("href", "xlink:href"):
            relations = set(attributes.get("rel", "").lower().split())
            loaded = relations - _INFORMATIVE if name == "link" else name not in ("a", "area")
            yield _parse_link(value, loaded=bool(loaded))
        elif key in ("action", "formaction") and not value:
            continue  # the page itself
        elif key in _LOADED or (key, name) == ("data", "object"):
            yield _parse_link(value, loaded=True, framed=name in _FRAMES)
        elif key in ("srcset", "imagesrcset"):
            yield from (_parse_link(address, loaded=True) for address in _SRCSET.findall(value))
        elif key == "style":
            yield from _find_css_links(value.encode())
        elif key == "srcdoc" and name == "iframe":
            tags = map(_read_tag, _iter_nodes(value))
            yield from (link for tag in tags if tag for link in tag.links)
    if attributes.get("attributename", "").lower() in ("href", "xlink:href"):  # SVG animation
        for value in ";".join(attributes.get(k, "") for k in _ANIMATED).split(";"):
            yield _parse_link(value, loaded=True) if value.strip() else None
    if attributes.get("http-equiv", "").lower() == "refresh":
        refresh = _REFRESH.match(attributes.get("content", ""))
        yield _parse_link(refresh[1], loaded=True) if refresh else None


def _find_css_links(css: bytes) -> list[SiteLink]:
    """Return the addresses that a stylesheet loads."""
    urls = (_CSS_URL.fullmatch(token) for token in _CSS_TOKEN.findall(css))
    links = (_parse_link(url[1].decode(errors="replace"), loaded=True) for url in urls if url)
    return [link for link in links if link]


def _parse_link(got: str, *, loaded: bool, framed: bool = False) -> SiteLink | None:
    """Parse an address; return None if it needs no check.

    `loaded` is True if browsers request it without a click, `framed` if they show it in a frame.
    """
    address, _, fragment = got.strip(_STRIPPED).translate(_REMOVED).partition("#")
    address = address.partition("?")[0].replace("\\", "/")  # as browsers do
    match = _SCHEME.match(address)
    scheme = match[1].lower() if match else ""
    if scheme not in _SCHEMES or (framed and scheme == "data"):
        return SiteLink(got, fault="page-link", hint="scheme")
    if scheme or address.startswith("//"):
        is_request = loaded and scheme in _WEB
        return SiteLink(got, fault="page-request") if is_request else None
    if loaded and not got.strip():
        return SiteLink(got, fault="page-link", hint="empty")
    up, path = _resolve_path(unquote(address))
    return SiteLink(got, up=up, path=path, fragment=fragment.partition(":~:")[0])


def _resolve_path(address: str) -> tuple[int, str | None]:
    """Return the number of folders up and the path from there, as in `SiteLink`."""
    up, path = 0, list[str]()
    *_, last = parts = address.split("/")
    for part in parts:
        if part == ".." and path:
            path.pop()
        elif part == "..":
            up += 1
        elif part not in ("", "."):
            path.append(part)
    slash = "/" if path and last in ("", ".", "..") else ""
    return -1 if address.startswith("/") else up, "/".join(path) + slash if address else None
