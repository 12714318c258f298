"""The pages of a built site: every link, anchor, id and request in them, read as browsers do."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tracker.files import read_file, resolve_path, walk_safely
from tracker.model.diagnostics import Diagnostic, SourceLocation, closest_match

# Comments, strings and the names of namespaces are whole, so that nothing in them looks like url().
_RULE = re.compile(
    rb"""/\*[^*]*+(?:\*(?!/)[^*]*+)*+|@namespace[^;]*+|url\(\s*+[^\s"')]++|"""
    rb"""(?:@import\s*+|url\(\s*+)?+(?:"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')""",
    re.IGNORECASE | re.DOTALL,
)
_LOADED = re.compile(rb"""(?:@import|url\()\s*["']?(.*?)["']?""", re.IGNORECASE | re.DOTALL)
_CANDIDATE = re.compile(r"[\s,]*(\S+?)(?:,+(?=\s|$)|\s[^,]*(?:,|$)|$)")
_REFRESH = re.compile(r"""[\s\d.]*[;,\s]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_OPENING = re.compile(rb"<[a-zA-Z][^\s/>]*")

# Browsers strip the first from both ends of an address, and take the second out of it.
_ENDS = "".join(map(chr, range(0x21)))
_BREAKS = str.maketrans("", "", "\t\n\r")
_LOADING = ("src", "poster", "background", "ping", "action", "formaction", "manifest")
_FRAMES = ("iframe", "frame", "object", "embed")
_WEB = ("", "http", "https", "ws", "wss", "ftp")
# What a link may lead to. Anything else is a script, a local file or an unknown program.
_LINKED = (*_WEB, "mailto", "tel", "sms", "webcal", "data")
# A <link> of any other relation may make a browser ask for its address.
_TELLING = {"alternate", "author", "canonical", "help", "license", "me", "next", "prev", "tag"}


@dataclass(frozen=True, slots=True)
class SiteLink:
    """An address as written, and what of it is the same on every page."""

    got: str
    fault: str = ""  # what is wrong with it wherever it stands
    hint: str = ""
    up: int = 0  # folders to climb; -1: it begins with /
    path: str | None = None  # from there; None: the page itself
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class LinkTag:
    """What one tag of a page, or one rule of a stylesheet, says."""

    links: tuple[SiteLink, ...] = ()
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """What links are held against."""

    files: Mapping[str, str]  # by each address that leads there
    anchors: Mapping[str, frozenset[str]]  # by page
    base: str


def read_site(folder: Path) -> dict[str, bytes]:
    """Each file of a built site by its path; with contents those of pages and stylesheets."""
    real = resolve_path(folder)
    names = sorted(entry.path for entry in walk_safely(real) if entry.kind == "file")
    return {
        name: read_file(real, name) if PurePosixPath(name).suffix in _READ else b""
        for name in names
    }


def check_site(files: Mapping[str, bytes], *, base: str = "/") -> Iterator[Diagnostic]:
    """Links lead to a place in the site, ids stand once on a page, and no other host is asked.

    `base` is the path below which the site lives. The default leaves it open: a link that begins
    with / is a problem then, except on 404.html, which is shown at any address and needs them.
    """
    kinds = {file: _READ[kind] for file in sorted(files) if (kind := _suffix(file)) in _READ}
    tags = {file: [tag for tag, _ in read(files[file])] for file, read in kinds.items()}

    @cache
    def offsets(file: str) -> list[int]:
        return [offset for _, offset in kinds[file](files[file], marked=True)]

    site = SiteFiles(
        _map_addresses(files), _collect_anchors(tags), f"{base.strip('/')}/".lstrip("/")
    )
    alike: dict[tuple[str, ...], list[tuple[str, int, Diagnostic]]] = {}
    for file, found in tags.items():
        for index, problem in _find_problems(found, file, site=site):
            alike.setdefault(_group_key(problem), []).append((file, index, problem))
    told: list[tuple[tuple[str, int, int], Diagnostic]] = []
    for (file, index, problem), *others in alike.values():
        known = offsets(file)
        start = known[index] if len(known) == len(tags[file]) else 0
        where = (file, *_locate(files[file], start))
        also = sorted({other for other, _, _ in others} - {file})
        hint = problem.params.get("hint") or ("often" if also else "")
        facts = {**problem.params, "places": len(also) + 1, "also": tuple(also[:3]), "hint": hint}
        told.append((where, replace(problem, params=facts, location=SourceLocation(*where))))
    # Several in one tag stay in the order in which they stand there.
    yield from (problem for _, problem in sorted(told, key=lambda one: one[0]))


def _group_key(problem: Diagnostic) -> tuple[str, ...]:
    """What is told once for all pages: with one target missing, links to it may differ."""
    facts = problem.params
    return problem.code, facts.get("target", facts["got"]), facts.get("anchor", "")


def _map_addresses(files: Iterable[str]) -> dict[str, str]:
    """Each file by its addresses: its path, and of an index.html its folder's."""
    found = {file: file for file in files}
    for file in files:
        folder, _, name = file.rpartition("/")
        if name == "index.html":
            found |= {folder: file, f"{folder}/" if folder else "": file}
    return found


def _collect_anchors(tags: Mapping[str, Sequence[LinkTag]]) -> dict[str, frozenset[str]]:
    return {
        file: frozenset(name for tag in found for name in (tag.id, tag.name) if name)
        for file, found in tags.items()
        if file.endswith(".html")
    }


def _locate(data: bytes, start: int) -> tuple[int, int]:
    """Line and column, in characters, from 1."""
    begin = data.rfind(b"\n", 0, start) + 1
    return data.count(b"\n", 0, start) + 1, len(data[begin:start].decode(errors="replace")) + 1


def _find_problems(
    tags: Sequence[LinkTag], file: str, *, site: SiteFiles
) -> Iterator[tuple[int, Diagnostic]]:
    """What is wrong in one file, with the number of the tag."""
    parts = file.split("/")[:-1]
    folders = ["".join(f"{part}/" for part in parts[:n]) for n in range(len(parts), -1, -1)]
    seen = set()
    for index, tag in enumerate(tags):
        if tag.id in seen:
            yield index, Diagnostic("page-id", params={"got": tag.id})
        elif tag.id:
            seen.add(tag.id)
        for link in tag.links:
            if not link.fault and 0 <= link.up < len(folders):  # most of them, without a call
                address = file if link.path is None else folders[link.up] + link.path
                target = site.files.get(address)
                if target and (not link.fragment or link.fragment in site.anchors.get(target, ())):
                    continue
            if problem := _check_link(link, file, folders=folders, site=site):
                yield index, problem


def _check_link(
    link: SiteLink, file: str, *, folders: Sequence[str], site: SiteFiles
) -> Diagnostic | None:
    """What is wrong with a link that stands in this file."""
    facts = {"got": link.got, "hint": link.hint}
    address = file if link.path is None else link.path
    if link.fault:
        return Diagnostic(link.fault, params=facts)
    if link.up >= len(folders):
        return Diagnostic("page-link", params=facts | {"hint": "outside"})
    if link.up < 0:
        if not (site.base or file == "404.html") or not f"{address}/".startswith(site.base):
            relative = "../" * (len(folders) - 1) + address or "./"
            relative += f"#{link.fragment}" if link.fragment else ""
            return Diagnostic("page-base", params=facts | {"relative": relative})
        address = address[len(site.base) :]
    elif link.path is not None:
        address = folders[link.up] + address
    target = site.files.get(address)
    if target is None:
        return Diagnostic("page-link", params=facts | {"target": address})
    known = site.anchors.get(target)  # none where it is no page: a PDF has places of its own
    anchor = unquote(link.fragment)
    if known is None or not anchor or {link.fragment, anchor} & known or anchor.lower() == "top":
        return None
    suggest = closest_match(anchor, sorted(known))
    found = {"target": target, "anchor": anchor, "suggest": suggest}
    return Diagnostic("page-anchor", params=facts | found)


def _suffix(file: str) -> str:
    return PurePosixPath(file).suffix


Reader = Callable[..., Iterator[tuple[LinkTag, int]]]
"""The content of a file → what each of its tags says; where it begins, if `marked`."""


def _read_page(data: bytes, *, marked: bool = False) -> Iterator[tuple[LinkTag, int]]:
    """Parse a page. The parser keeps no positions: to get them, each tag is marked with its own.

    A mark can change how broken markup is parsed, so what a page says is read without marks.
    """
    if marked:
        data = _OPENING.sub(lambda tag: tag[0] + b" data-at=%d " % tag.start(), data)
    for node in _nodes(data.decode("utf-8", "replace")):
        if tag := _read_tag(node):
            yield tag, int(node.attributes.get("data-at") or 0)


def _nodes(page: str) -> Iterator[LexborNode]:
    root = LexborHTMLParser(page).root
    return root.traverse(include_text=False) if root else iter(())


def _read_tag(node: LexborNode) -> LinkTag | None:
    """What a tag says; nothing for tags without links and anchors."""
    name = (node.tag or "").lower()
    attributes = {key.lower(): value or "" for key, value in node.attributes.items()}
    links = [link for link in _iter_links(name, attributes) if link] if attributes else []
    if name == "style":
        links += _find_loaded(node.text(deep=True).encode())
    anchor = attributes.get("name", "") if name == "a" else ""
    if not (links or anchor or attributes.get("id")):
        return None
    return LinkTag(tuple(links), attributes.get("id", ""), anchor)


def _read_sheet(data: bytes, *, marked: bool = False) -> Iterator[tuple[LinkTag, int]]:
    for rule in _RULE.finditer(data):
        if links := _find_loaded(rule[0]):
            yield LinkTag(tuple(links)), rule.start()


_READ: Mapping[str, Reader] = {".html": _read_page, ".css": _read_sheet}


def _iter_links(name: str, attributes: Mapping[str, str]) -> Iterator[SiteLink | None]:
    """Each address in the attributes of a tag that leads into the site or is asked for."""
    for key, value in attributes.items():
        if key in ("href", "xlink:href") and name == "base":
            yield SiteLink(value, fault="page-base", hint="element")
        elif key in ("href", "xlink:href"):
            relations = set(attributes.get("rel", "").lower().split())
            asked = relations - _TELLING if name == "link" else name not in ("a", "area")
            yield _parse_link(value, loaded=bool(asked))
        elif key in ("action", "formaction") and not value:
            continue  # the page itself
        elif key in _LOADING or (key, name) == ("data", "object"):
            yield _parse_link(value, loaded=True, framed=name in _FRAMES)
        elif key in ("srcset", "imagesrcset"):
            yield from (_parse_link(one, loaded=True) for one in _CANDIDATE.findall(value))
        elif key == "style":
            yield from _find_loaded(value.encode())
        elif key == "srcdoc" and name == "iframe":
            yield from (
                link for node in _nodes(value) if (tag := _read_tag(node)) for link in tag.links
            )
    yield from _set_later(attributes)
    if attributes.get("http-equiv", "").lower() == "refresh":
        refresh = _REFRESH.match(attributes.get("content", ""))
        yield _parse_link(refresh[1], loaded=True) if refresh else None


def _set_later(attributes: Mapping[str, str]) -> Iterator[SiteLink | None]:
    """Each address that an SVG animation puts into a link."""
    if attributes.get("attributename", "").lower() in ("href", "xlink:href"):
        for key in ("from", "to", "by", "values"):
            for value in attributes.get(key, "").split(";"):
                yield _parse_link(value, loaded=True) if value.strip() else None


def _find_loaded(css: bytes) -> list[SiteLink]:
    """Each address that a stylesheet asks for."""
    rules = (_LOADED.fullmatch(token) for token in _RULE.findall(css))
    links = (_parse_link(rule[1].decode(errors="replace"), loaded=True) for rule in rules if rule)
    return [link for link in links if link]


def _parse_link(got: str, *, loaded: bool, framed: bool = False) -> SiteLink | None:
    """The address, taken apart; nothing if it may lead where it does."""
    address, _, fragment = got.strip(_ENDS).translate(_BREAKS).partition("#")
    address = address.partition("?")[0].replace("\\", "/")  # as browsers do
    scheme = _SCHEME.match(address)
    kind = scheme[1].lower() if scheme else ""
    if kind not in _LINKED or (framed and kind == "data"):
        return SiteLink(got, fault="page-link", hint="scheme")
    if kind or address.startswith("//"):
        asked = loaded and kind in _WEB
        return SiteLink(got, fault="page-request") if asked else None
    if loaded and not got.strip():
        return SiteLink(got, fault="page-link", hint="empty")
    up, path = _resolve_path(unquote(address))
    return SiteLink(got, up=up, path=path, fragment=fragment.partition(":~:")[0])


def _resolve_path(address: str) -> tuple[int, str | None]:
    """How many folders up, and the way from there without dots; nothing for the page itself."""
    up, way = 0, list[str]()
    *_, last = parts = address.split("/")
    for part in parts:
        if part == ".." and way:
            way.pop()
        elif part == "..":
            up += 1
        elif part not in ("", "."):
            way.append(part)
    folder = "/" if way and last in ("", ".", "..") else ""
    path = "/".join(way) + folder
    return (-1 if address.startswith("/") else up), path if address else None
