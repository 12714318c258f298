"""Check a list of URLs with LinkChecker, in a separate process."""

import csv
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from tracker.links.fetch import PAUSE, FetchResult
from tracker.links.guard import strip_proxies

_OPTIONS = """\
[checking]
threads=8
timeout={timeout}
maxhttpredirects={redirects}
useragent={user_agent}
sslverify=1
allowedschemes=http,https
[output]
status=0
[csv]
parts=urlname,result,valid,url
"""


def run_linkchecker(
    urls: Sequence[str],
    *,
    user_agent: str,
    pause: float,
    timeout: float,
    seconds: float,
    redirects: int,
) -> dict[str, FetchResult]:
    """Return LinkChecker's results after at most `seconds`, by URL and without bodies."""
    if not find_spec("linkcheck"):
        raise ModuleNotFoundError("LinkChecker is missing", name="linkcheck")
    command = [sys.executable, "-m", "tracker.links.guarded_linkchecker", "--stdin", "-r", "0"]
    command += ["--no-robots", "--verbose", "-o", "csv/utf-8", "-f"]
    root = str(Path(__file__).parents[2])  # the package need not be installed
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
    with tempfile.TemporaryDirectory() as folder:
        # LinkChecker changes from root to `nobody`, which must be able to read its options.
        Path(folder).chmod(0o755)
        options = Path(folder) / "linkcheckerrc"
        agent = user_agent.replace("\n", " ")
        values = {"user_agent": agent, "timeout": int(timeout), "redirects": redirects}
        options.write_text(_OPTIONS.format(**values), encoding="utf-8")
        output = Path(folder) / "results.csv"
        # After a timeout the results so far are valid; the checker requests the other URLs itself.
        with output.open("wb") as stream, suppress(subprocess.TimeoutExpired):
            subprocess.run(
                [*command, str(options)],
                input="\n".join(urls).encode(),
                stdout=stream,
                stderr=subprocess.DEVNULL,
                env=strip_proxies() | {PAUSE: str(pause), "PYTHONPATH": path},
                timeout=max(seconds, 1),
                check=False,  # exit code 1 if any link is bad
            )
        return parse_results(output.read_text(encoding="utf-8", errors="replace"))


def parse_results(table: str) -> dict[str, FetchResult]:
    """Return the rows of LinkChecker's table by URL; status 0 means that there is none."""
    results = {}
    for cells in csv.reader(io.StringIO(table), delimiter=";"):
        if len(cells) == 4 and cells[0] != "urlname":
            url, result, _, final_url = cells
            status = int(result[:3]) if result[:3].isdecimal() else 0
            results[url] = FetchResult(url, final_url or url, status)
    return results
