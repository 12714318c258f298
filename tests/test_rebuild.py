"""A build that takes over what did not change is, byte for byte, a build from nothing."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tracker import pages, processes
from tracker.checks import check
from tracker.load import Memory, load, read_files
from tracker.model import PAGED
from tracker.pages import Frame, record_pages, set_aside
from tracker.render import Book, Fragment

Files = dict[str, bytes]
REAL = read_files(ROOT)
DAY = date(2026, 11, 25)


def book_of(files: Files, **site: str) -> Book | None:
    """The book of these files; None where they are not sound."""
    loaded = load(files)
    if loaded.problems or list(check(loaded.dataset)):
        return None
    lines = {key: (w.file, w.first_line, w.last_line) for key, w in loaded.where.items()}
    proofs = loaded.proofs.rows if loaded.proofs else {}
    links = loaded.links.rows if loaded.links else {}
    return Book(loaded.dataset, DAY, lines, proofs, links, repo_url="https://x.example", **site)


def fill(address: str, fragment: Fragment) -> str:
    return f"<title>{fragment.title}</title>{fragment.description}{fragment.html}"


def build(book: Book, site: Path, memory: Memory, about: str = "") -> dict[str, object]:
    """Build the pages over those that are there; they, and what the site learns of them."""
    before = set_aside(site)
    frame = Frame(lambda *page: about + fill(*page), lambda address: about)
    found = record_pages(book, frame, site, before=before, memory=memory)
    made = list(processes.each(lambda page: page.write(), found))
    written = {p.relative_to(site).as_posix(): p.read_bytes() for p in site.rglob("*.*")}
    return {"files": written, "made": made}


def clean(book: Book, folder: Path, about: str = "") -> dict[str, object]:
    """The same from nothing."""
    fresh = replace(book)
    return build(fresh, folder / "site", Memory(folder / "none"), about)


@pytest.fixture
def made_anew(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the pages that were made, and not taken over."""
    found: list[str] = []
    make = pages._Maker._make

    def noted(self: pages._Maker, here: str, *rest: object) -> pages.Made:
        found.append(here)
        return make(self, here, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(pages._Maker, "_make", noted)
    monkeypatch.setattr(processes, "workers", lambda: 1)  # another would note it elsewhere
    return found


def records(text: str) -> list[str]:
    return re.findall(r"(?ms)^- .*?(?=^- |\Z)", text)


def edits(chance: random.Random) -> Iterator[tuple[str, str, str]]:
    """For ever: a file, and what of it is replaced by what."""
    names = [n for n in PAGED if f"data/{n}.yml" in REAL]
    while True:
        file = f"data/{chance.choice(names)}.yml"
        some = records(REAL[file].decode())
        one, other = chance.choice(some), chance.choice(some)
        kind = chance.choice(["title", "summary", "swap", "remove", "copy", "line", "field"])
        if kind == "title":
            yield file, one, re.sub(r"(?m)^(  title: '?)", r"\1New ", one, count=1)
        elif kind == "summary":
            yield file, one, re.sub(r"(?m)^(  (?:summary|definition): '?)", r"\1Now ", one, count=1)
        elif kind == "swap" and one != other:
            yield file, one, f"{other}{one}"
        elif kind == "remove":
            yield file, one, ""
        elif kind == "copy":
            yield file, one, one + re.sub(r"(?m)^(\s*- id: |- id: )(\S+)", r"\1\2-copy", one)
        elif kind == "line":
            yield file, one, f"# A remark\n# of two lines\n{one}"
        elif kind == "field":
            yield (
                file,
                one,
                re.sub(r"(?m)^(  +)(why|says|note): '?(\w)", r"\1\2: So \3", one, count=1),
            )


@pytest.mark.parametrize("seed", range(2))
def test_edits_one_after_the_other(tmp_path: Path, seed: int) -> None:
    """Titles, texts, order, records that go and come, lines that move: never a stale page."""
    memory = Memory(tmp_path / "memory")
    site = tmp_path / "site"
    files = dict(REAL)
    start = book_of(files)
    assert start
    build(start, site, memory)
    done = 0
    for file, old, new in edits(random.Random(seed)):
        text = files[file].decode()
        if old not in text or old == new:
            continue
        changed = files | {file: text.replace(old, new, 1).encode()}
        book = book_of(changed)
        if book is None:
            continue
        files = changed
        assert build(book, site, memory) == clean(book, tmp_path / f"clean-{done}"), (file, old)
        done += 1
        if done == 4:
            break


def test_only_what_an_edit_touches_is_made(tmp_path: Path, made_anew: list[str]) -> None:
    """Its own page and those that show it; with nothing changed, no page at all."""
    memory, site = Memory(tmp_path / "memory"), tmp_path / "site"
    file = "data/findings.yml"
    book = book_of(REAL)
    assert book
    build(book, site, memory)
    assert len(made_anew) > 400
    made_anew.clear()
    build(replace(book), site, memory)
    assert made_anew == []
    edited = REAL[file].decode().replace("  title: The National", "  title: A National", 1)
    assert edited.encode() != REAL[file]
    book = book_of(REAL | {file: edited.encode()})
    assert book
    build(book, site, memory)
    assert "findings/strategy-delayed/" in made_anew
    assert len(made_anew) < 20


def test_what_is_everywhere_makes_everything_anew(tmp_path: Path, made_anew: list[str]) -> None:
    """The day, the frame, and a word that pages use."""
    memory, site = Memory(tmp_path / "memory"), tmp_path / "site"
    book = book_of(REAL)
    assert book
    build(book, site, memory)
    word = "data/vocabulary.yml"
    other = REAL | {word: REAL[word].replace(b"title: Health", b"title: Good health", 1)}
    renamed = book_of(other)
    assert renamed
    later = replace(book, today=date(2027, 1, 1))
    for changed, about in ((later, ""), (renamed, ""), (book, "y")):
        made_anew.clear()
        found = build(changed, site, memory, about)
        assert len(made_anew) > 400
        assert found == clean(changed, tmp_path / f"{len(list(tmp_path.iterdir()))}", about)


def test_proof_and_links_change_pages(tmp_path: Path) -> None:
    """What was proved, and what an address answered, stand on pages as well."""
    memory, site = Memory(tmp_path / "memory"), tmp_path / "site"
    book = book_of(REAL)
    assert book
    build(book, site, memory)
    unproved = replace(book, proofs=dict(list(book.proofs.items())[::2]), links={})
    assert build(unproved, site, memory) == clean(unproved, tmp_path / "clean")


def test_interrupted_and_damaged_builds(tmp_path: Path) -> None:
    """Half a site, a page that somebody changed or took away, and a memory of another site."""
    memory, site = Memory(tmp_path / "memory"), tmp_path / "site"
    book = book_of(REAL)
    assert book
    whole = build(book, site, memory)
    pages_of = sorted(site.rglob("index.html"))
    pages_of[0].unlink()
    pages_of[1].write_bytes(pages_of[1].read_bytes()[:100])
    pages_of[2].write_bytes(pages_of[2].read_bytes().replace(b"<h1", b"<h2"))
    assert build(book, site, memory) == whole
    (site / ".git").mkdir()
    (site / "CNAME").write_text("x.example", encoding="utf-8")
    set_aside(site)  # as where a build ended here
    assert {p.name for p in site.iterdir()} == {".git", "CNAME"}
    (site / "CNAME").unlink()
    (site / ".git").rmdir()
    (site / "findings").mkdir(parents=True)
    assert build(book, site, memory) == whole
    elsewhere = tmp_path / "other"
    assert build(book, elsewhere, memory) == whole


def test_what_is_beside_a_page_stays(tmp_path: Path, made_anew: list[str]) -> None:
    """Feeds and pictures are written while pages are taken over: neither is in the other's way,
    and no old one comes back."""
    memory, site = Memory(tmp_path / "memory"), tmp_path / "site"
    book = book_of(REAL)
    assert book
    build(book, site, memory)
    folders = sorted(file.parent for file in site.rglob("index.html"))
    for folder in folders[:20]:
        (folder / "old.atom").touch()
    before = set_aside(site)
    for folder in folders[:10]:
        folder.mkdir(parents=True)
        (folder / "changes.atom").touch()
    made_anew.clear()
    frame = Frame(fill, lambda address: "")
    for page in record_pages(book, frame, site, before=before, memory=memory):
        page.write()
    assert made_anew == []
    assert sorted(file.parent for file in site.rglob("changes.atom")) == folders[:10]
    assert not list(site.rglob("old.atom"))
