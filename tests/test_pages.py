"""The pages of records are the same however many processes make them, and miss nothing."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from pathlib import Path

import pytest

from tracker import processes
from tracker.load import Loaded, Memory
from tracker.model import PAGED
from tracker.pages import Frame, record_pages
from tracker.render import Book, Fragment


@pytest.fixture(scope="module")
def book(real: Loaded) -> Book:
    """The real records."""
    return Book(real.dataset, date(2026, 11, 25))


def framed(address: str, fragment: Fragment) -> str:
    return f"{address}\n{fragment.title}\n{fragment.html}"


def written(book: Book, folder: Path) -> dict[str, bytes]:
    frame = Frame(framed, lambda address: "")
    memory = Memory(folder / "none")
    found = record_pages(book, frame, folder, before=folder / "none", memory=memory)
    made = list(processes.each(lambda page: page.write(), found))
    files = {
        f"{name}/{p.parent.name}/{p.name}": p.read_bytes()
        for name in PAGED
        for p in (folder / name).rglob("*.*")
    }
    assert len(made) * 2 == len(files)
    assert {f"{page.address}index.html" for page in found} < files.keys()
    assert all(one.entries and one.names for one in made)
    return files


def test_every_record_has_a_page_and_its_facts(book: Book, tmp_path: Path) -> None:
    """Both at its address; the facts tell which collection they are of."""
    files = written(book, tmp_path)
    for name in PAGED:
        for record in book.data.collections[name]:
            assert record.id in files[f"{name}/{record.id}/index.html"].decode()
            facts = json.loads(files[f"{name}/{record.id}/record.json"])
            assert (facts["collection"], facts["id"]) == (name, record.id)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no copies here")
def test_several_processes_write_the_same(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does, also where there is only one core to try it on."""
    alone = written(book, tmp_path / "one")
    monkeypatch.setattr(processes, "workers", lambda: 2)
    assert written(book, tmp_path / "two") == alone


def test_a_fault_in_a_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends the work; nothing goes missing without a word."""
    monkeypatch.setattr(processes, "workers", lambda: 2)
    with pytest.raises(ZeroDivisionError):
        list(processes.each(lambda n: 1 // n, [2, 1, 0], few=1))


def test_a_process_that_is_ended_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the system does where memory is short: a build fails then, and does not stand still."""
    monkeypatch.setattr(processes, "workers", lambda: 2)
    with pytest.raises(BrokenProcessPool):
        list(processes.each(lambda n: os.kill(os.getpid(), signal.SIGKILL), [2, 1, 0], few=1))


def test_copies_end_with_what_they_are_of(tmp_path: Path) -> None:
    """A build that is killed leaves nothing behind that works, or holds on to what it locked."""
    program = (
        "import os, pathlib, time\nfrom tracker import processes\n"
        "def work(n):\n"
        "    pathlib.Path(str(os.getpid())).touch()\n"
        "    time.sleep(0.2)\n"
        "processes.workers = lambda: 2\n"
        "list(processes.each(work, range(10_000), few=1, chunk=1))"
    )
    whole = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path)
    try:
        wait_for(lambda: len(list(tmp_path.iterdir())) == 2)
    finally:
        whole.kill()
        whole.wait()
    copies = [int(file.name) for file in tmp_path.iterdir()]
    wait_for(lambda: not any(map(is_running, copies)))


def is_running(process: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def wait_for(done: Callable[[], bool]) -> None:
    """Fails after half a minute."""
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_no_mark_is_left(site: Path) -> None:
    """Whatever was put aside, or stood in the frame, is filled in on every page."""
    left = [p for p in site.rglob("*.html") if "\ue000" in p.read_text(encoding="utf-8")]
    assert left == []
