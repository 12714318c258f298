"""The pages of a built site: every link, anchor, id and request in them, read as HTML reads them.

One expression cuts a page into tags. What a tag says is worked out once for all pages that write it
the same way, since a theme repeats itself: 1,000 pages take about a quarter of a second.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from tracker.problem import Place, Problem, closest

# The rest of a tag. Quotation marks count after `=` only; possessive: nothing is tried twice.
_REST = rb"""[^>=]*+(?:=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>][^\s>]*+)?+[^>=]*+)*+>"""
# What stands in these is text, or (template) not yet part of the page.
_RAW = b"script style template textarea title iframe xmp noembed noframes".split()
_WHOLE = b"|".join(rb"%s(?=[\s/>])%s[^<]*+(?:<(?!/%s\b)[^<]*+)*+" % (n, _REST, n) for n in _RAW)
_COMMENT = rb"!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+)"
_TAG = re.compile(rb"<(?:%s|[a-z]%s|%s)" % (_WHOLE, _REST, _COMMENT), re.IGNORECASE)
_HEAD = re.compile(rb"<([a-z][^\s/>]*+)" + _REST, re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""(?<=[\s/"'])([^\s/>="']+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*))"""
)
# Comments, strings and the names of namespaces are whole, so that nothing in them looks like url().
_RULE = re.compile(
    rb"""/\*[^*]*+(?:\*(?!/)[^*]*+)*+|@namespace[^;]*+|url\(\s*+[^\s"')]++|"""
    rb"""(?:@import\s*+|url\(\s*+)?+(?:"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')""",
    re.IGNORECASE | re.DOTALL,
)
_LOADED = re.compile(rb"""(?:@import|url\()\s*["']?(.*?)["']?""", re.IGNORECASE | re.DOTALL)
_CANDIDATE = re.compile(r"[\s,]*(\S+?)(?:,+(?=\s|$)|\s[^,]*(?:,|$)|$)")
_REFRESH = re.compile(r"""[\s\d.]*[;,\s]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.IGNORECASE)
_REFERENCE = re.compile(r"&#?\w+;")  # with its semicolon: `?a&copy=1` holds no ©
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)

_BREAKS = str.maketrans("", "", "\t\n\r")  # browsers take them out of an address
_LOADING = ("src", "poster", "background", "ping", "action", "formaction")
_WEB = ("", "http", "https", "ws", "wss", "ftp")
# A <link> of any other relation may make a browser ask for its address.
_TELLING = {"alternate", "author", "canonical", "help", "license", "me", "next", "prev", "tag"}


@dataclass(frozen=True, slots=True)
class Link:
    """An address as written, and what of it is the same on every page."""

    got: str
    fault: str = ""  # what is wrong with it wherever it stands
    hint: str = ""
    up: int = 0  # folders to climb; -1: it begins with /
    path: str | None = None  # from there; None: the page itself
    fragment: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """What one tag of a page, or one rule of a stylesheet, says."""

    links: tuple[Link, ...] = ()
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """What links are held against."""

    files: Mapping[str, str]  # by each address that leads there
    anchors: Mapping[str, frozenset[str]]  # by page
    base: str


def read_site(folder: Path) -> dict[str, bytes]:
    """Each file of a built site by its path; with contents those of pages and stylesheets."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.suffix in _READ else b""
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def check_site(files: Mapping[str, bytes], *, base: str = "/") -> Iterator[Problem]:
    """Links lead to a place in the site, ids stand once on a page, and no other host is asked.

    `base` is the path below which the site lives. The default leaves it open: a link that begins
    with / is a problem then, except on 404.html, which is shown at any address and needs them.
    """
    read = {suffix: (pattern, cache(reader)) for suffix, (pattern, reader) in _READ.items()}
    kinds = {f: read[kind] for f in sorted(files) if (kind := PurePosixPath(f).suffix) in read}
    tags = {
        file: list(filter(None, map(reader, pattern.findall(files[file]))))
        for file, (pattern, reader) in kinds.items()
    }
    site = Site(_addresses(files), _anchors(tags), f"{base.strip('/')}/".lstrip("/"))
    alike: dict[tuple[str, ...], list[tuple[str, int, Problem]]] = {}
    for file, found in tags.items():
        for index, problem in _problems(found, file, site=site):
            alike.setdefault(_subject(problem), []).append((file, index, problem))
    told: list[tuple[tuple[str, int, int], Problem]] = []
    for (file, index, problem), *others in alike.values():
        pattern, reader = kinds[file]
        start = [m.start() for m in pattern.finditer(files[file]) if reader(m[0])][index]
        where = (file, *_position(files[file], start))
        also = sorted({other for other, _, _ in others} - {file})
        hint = problem.facts.get("hint") or ("often" if also else "")
        facts = {**problem.facts, "places": len(also) + 1, "also": tuple(also[:3]), "hint": hint}
        told.append((where, replace(problem, facts=facts, place=Place(*where))))
    # Several in one tag stay in the order in which they stand there.
    yield from (problem for _, problem in sorted(told, key=lambda one: one[0]))


def _subject(problem: Problem) -> tuple[str, ...]:
    """What is told once for all pages: with one target missing, links to it may differ."""
    facts = problem.facts
    return problem.code, facts.get("target", facts["got"]), facts.get("anchor", "")


def _addresses(files: Iterable[str]) -> dict[str, str]:
    """Each file by its addresses: its path, and of an index.html its folder's."""
    found = {file: file for file in files}
    for file in files:
        folder, _, name = file.rpartition("/")
        if name == "index.html":
            found |= {folder: file, f"{folder}/" if folder else "": file}
    return found


def _anchors(tags: Mapping[str, Sequence[Tag]]) -> dict[str, frozenset[str]]:
    return {
        file: frozenset(name for tag in found for name in (tag.id, tag.name) if name)
        for file, found in tags.items()
        if file.endswith(".html")
    }


def _position(data: bytes, start: int) -> tuple[int, int]:
    """Line and column, in characters, from 1."""
    begin = data.rfind(b"\n", 0, start) + 1
    return data.count(b"\n", 0, start) + 1, len(data[begin:start].decode(errors="replace")) + 1


def _problems(tags: Sequence[Tag], file: str, *, site: Site) -> Iterator[tuple[int, Problem]]:
    """What is wrong in one file, with the number of the tag."""
    parts = file.split("/")[:-1]
    folders = ["".join(f"{part}/" for part in parts[:n]) for n in range(len(parts), -1, -1)]
    seen = set()
    for index, tag in enumerate(tags):
        if tag.id in seen:
            yield index, Problem("page-id", facts={"got": tag.id})
        elif tag.id:
            seen.add(tag.id)
        for link in tag.links:
            if not link.fault and 0 <= link.up < len(folders):  # most of them, without a call
                address = file if link.path is None else folders[link.up] + link.path
                target = site.files.get(address)
                if target and (not link.fragment or link.fragment in site.anchors.get(target, ())):
                    continue
            if problem := _problem(link, file, folders=folders, site=site):
                yield index, problem


def _problem(link: Link, file: str, *, folders: Sequence[str], site: Site) -> Problem | None:
    """What is wrong with a link that stands in this file."""
    facts = {"got": link.got, "hint": link.hint}
    address = file if link.path is None else link.path
    if link.fault:
        return Problem(link.fault, facts=facts)
    if link.up >= len(folders):
        return Problem("page-link", facts=facts | {"hint": "outside"})
    if link.up < 0:
        if not (site.base or file == "404.html") or not f"{address}/".startswith(site.base):
            relative = "../" * (len(folders) - 1) + address or "./"
            relative += f"#{link.fragment}" if link.fragment else ""
            return Problem("page-base", facts=facts | {"relative": relative})
        address = address[len(site.base) :]
    elif link.path is not None:
        address = folders[link.up] + address
    target = site.files.get(address)
    if target is None:
        return Problem("page-link", facts=facts | {"target": address})
    known = site.anchors.get(target)  # none where it is no page: a PDF has places of its own
    anchor = unquote(link.fragment)
    if known is None or not anchor or {link.fragment, anchor} & known or anchor.lower() == "top":
        return None
    suggest = closest(anchor, sorted(known))
    found = {"target": target, "anchor": anchor, "suggest": suggest}
    return Problem("page-anchor", facts=facts | found)


def _tag(token: bytes) -> Tag | None:
    """What a tag says; nothing for comments and for tags without links and anchors."""
    head = _HEAD.match(token)
    if not head:
        return None
    name, attributes = head[1].decode(errors="replace").lower(), dict[str, str]()
    for key, *values in _ATTRIBUTE.findall(head[0].decode(errors="replace")):
        value = "".join(values)
        if "&" in value:
            value = _REFERENCE.sub(lambda reference: unescape(reference[0]), value)
        attributes.setdefault(key.lower(), value)  # the first of two counts
    links = [link for link in _links(name, attributes) if link]
    if name == "style":
        links += _loaded(token[head.end() :])
    anchor = attributes.get("name", "") if name == "a" else ""
    if not (links or anchor or attributes.get("id")):
        return None
    return Tag(tuple(links), attributes.get("id", ""), anchor)


def _rule(token: bytes) -> Tag | None:
    links = _loaded(token)
    return Tag(tuple(links)) if links else None


_READ = {".html": (_TAG, _tag), ".css": (_RULE, _rule)}


def _links(name: str, attributes: Mapping[str, str]) -> Iterator[Link | None]:
    """Each address in the attributes of a tag that leads into the site or is asked for."""
    for key, value in attributes.items():
        if key in ("href", "xlink:href") and name == "base":
            yield Link(value, fault="page-base", hint="element")
        elif key in ("href", "xlink:href"):
            relations = set(attributes.get("rel", "").lower().split())
            asked = relations - _TELLING if name == "link" else name not in ("a", "area")
            yield _link(value, loaded=bool(asked))
        elif key in ("action", "formaction") and not value:
            continue  # the page itself
        elif key in _LOADING or (key, name) == ("data", "object"):
            yield _link(value, loaded=True)
        elif key in ("srcset", "imagesrcset"):
            yield from (_link(one, loaded=True) for one in _CANDIDATE.findall(value))
        elif key == "style":
            yield from _loaded(value.encode())
    if attributes.get("http-equiv", "").lower() == "refresh":
        refresh = _REFRESH.match(attributes.get("content", ""))
        yield _link(refresh[1], loaded=True) if refresh else None


def _loaded(css: bytes) -> list[Link]:
    """Each address that a stylesheet asks for."""
    rules = (_LOADED.fullmatch(token) for token in _RULE.findall(css))
    links = (_link(rule[1].decode(errors="replace"), loaded=True) for rule in rules if rule)
    return [link for link in links if link]


def _link(got: str, *, loaded: bool) -> Link | None:
    """The address, taken apart; nothing if it may lead where it does."""
    address, _, fragment = got.strip().translate(_BREAKS).partition("#")
    address = address.partition("?")[0].replace("\\", "/")  # as browsers do
    scheme = _SCHEME.match(address)
    kind = scheme[1].lower() if scheme else ""
    if kind in ("javascript", "vbscript", "file"):
        return Link(got, fault="page-link", hint="scheme")
    if kind or address.startswith("//"):
        asked = loaded and kind in _WEB
        return Link(got, fault="page-request") if asked else None
    if loaded and not got.strip():
        return Link(got, fault="page-link", hint="empty")
    up, path = _path(unquote(address))
    return Link(got, up=up, path=path, fragment=fragment.partition(":~:")[0])


def _path(address: str) -> tuple[int, str | None]:
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
