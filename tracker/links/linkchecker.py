"""The list of URLs → what LinkChecker says of each."""

import csv
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tracker.links.guard import strip_proxies
from tracker.links.rate_limit import PAUSE

_OPTIONS = """\
[checking]
threads={threads}
timeout={timeout}
maxhttpredirects={redirects}
useragent={agent}
sslverify=1
allowedschemes=http,https
[output]
status=0
[csv]
parts=urlname,result,valid,url
"""


@dataclass(frozen=True, slots=True)
class LinkCheckerResult:
    """What LinkChecker said of one URL."""

    url: str
    status: int
    """The last status of HTTP; 0 if it got none."""
    final: str


def ask(
    urls: Sequence[str], *, agent: str, pause: float, timeout: float, seconds: float, redirects: int
) -> dict[str, LinkCheckerResult]:
    """Each URL that LinkChecker got to in this time, with its answer."""
    with tempfile.TemporaryDirectory() as folder:
        # LinkChecker gives up root for `nobody`, and must be able to read what it was given.
        Path(folder).chmod(0o755)
        options = Path(folder) / "linkcheckerrc"
        options.write_text(
            _OPTIONS.format(
                agent=agent.replace("\n", " "), timeout=int(timeout), redirects=redirects, threads=8
            ),
            encoding="utf-8",
        )
        output = Path(folder) / "answers.csv"
        with output.open("wb") as out:
            _run(urls, options=options, out=out, pause=pause, seconds=seconds)
        return read(output.read_text(encoding="utf-8", errors="replace"))


def _run(
    urls: Sequence[str], *, options: Path, out: io.BufferedWriter, pause: float, seconds: float
) -> None:
    if not find_spec("linkcheck"):
        raise ModuleNotFoundError("LinkChecker is missing", name="linkcheck")
    command = [sys.executable, "-m", "tracker.links.fetcher", "--stdin", "-r", "0"]
    command += ["--no-robots", "--verbose", "-o", "csv/utf-8", "-f", str(options)]
    root = str(Path(__file__).parents[2])  # the package need not be installed
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
    try:
        subprocess.run(
            command,
            input="\n".join(urls).encode(),
            stdout=out,
            stderr=subprocess.DEVNULL,
            env=strip_proxies() | {PAUSE: str(pause), "PYTHONPATH": path},
            timeout=max(seconds, 1),
            check=False,  # it ends with 1 if any link is bad
        )
    except subprocess.TimeoutExpired:
        return  # what it has written so far is true; the rest is looked at by ourselves


def read(text: str) -> dict[str, LinkCheckerResult]:
    """The table that LinkChecker writes → its rows by URL."""
    rows = {}
    for cells in csv.reader(io.StringIO(text), delimiter=";"):
        if len(cells) == 4 and cells[0] != "urlname":
            url, result, _, final = cells
            status = int(result[:3]) if result[:3].isdecimal() else 0
            rows[url] = LinkCheckerResult(url, status, final)
    return rows
