"""Editor support while typing: yaml-language-server with our schemas.

The tests need node, and `make editor`, which installs the server. They do not need the network.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest

from tests.conftest import FROZEN, ROOT
from tracker.i18n import t
from tracker.model import COLLECTIONS

SERVER = ROOT / "tests/editor/node_modules/.bin/yaml-language-server"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    not SERVER.exists() or not NODE, reason="needs node and the server: make editor"
)
WAIT = 20
FINDINGS = (FROZEN / "data/findings.yml").read_text(encoding="utf-8")


def settings() -> dict[str, Any]:
    """Return the settings of .vscode/settings.json, with the URIs that VS Code would send."""
    found: dict[str, Any] = {}
    for name, value in json.loads((ROOT / ".vscode/settings.json").read_text("utf-8")).items():
        *path, last = name.split(".")
        here = found
        for step in path:
            here = here.setdefault(step, {})
        here[last] = value
    schemas = found["yaml"]["schemas"].items()
    found["yaml"]["schemas"] = {(ROOT / path).as_uri(): globs for path, globs in schemas}
    return found


class LanguageClient:
    """A language client: sends documents and receives diagnostics."""

    def __init__(self) -> None:
        self.settings = settings()
        command = [str(NODE), str(SERVER.resolve()), "--stdio"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.messages: Queue[dict[str, Any]] = Queue()
        self.number = 0
        self.reader = Thread(target=self._listen, daemon=True)
        self.reader.start()
        folder = {"uri": ROOT.as_uri(), "name": "project"}
        capabilities = {"workspace": {"configuration": True, "workspaceFolders": True}}
        self.request(
            "initialize",
            processId=None,
            rootUri=ROOT.as_uri(),
            workspaceFolders=[folder],
            capabilities=capabilities,
        )
        self.notify("initialized")
        self.notify("workspace/didChangeConfiguration", settings=self.settings)

    def close(self) -> None:
        """Stop the server and wait for its threads."""
        self.process.kill()
        self.process.wait()
        self.reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream
            stream.close()

    def notify(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, **params: Any) -> Any:
        """Send a request and return its result."""
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        return self._wait(lambda m: m.get("id") == self.number and "method" not in m)["result"]

    def open(self, name: str, text: str) -> list[dict[str, Any]]:
        """Open a text as a data file and return the diagnostics."""
        self.number += 1
        uri = (ROOT / f"data/{name}/{self.number}.yml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        message = self._wait(
            lambda m: (
                m.get("method") == "textDocument/publishDiagnostics"
                and m["params"]["uri"].rsplit("/", 2)[1:] == uri.rsplit("/", 2)[1:]
            )
        )
        self.uri = uri
        found: list[dict[str, Any]] = message["params"]["diagnostics"]
        return found

    def complete(self, line: int, character: int) -> dict[str, Any]:
        """Return the completions at a position of the last opened text, by label."""
        place = {"line": line, "character": character}
        found = self.request(
            "textDocument/completion", textDocument={"uri": self.uri}, position=place
        )
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: item for item in items}

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(f"Content-Length: {len(data)}\r\n\r\n".encode() + data)
        self.process.stdin.flush()

    def _listen(self) -> None:
        out = self.process.stdout
        assert out
        while header := out.readline():
            if found := re.match(rb"Content-Length: (\d+)", header):
                out.readline()
                self.messages.put(json.loads(out.read(int(found[1]))))

    def _wait(self, wanted: Any) -> dict[str, Any]:
        while True:
            message = self.messages.get(timeout=WAIT)
            if wanted(message):
                return message
            if message.get("method") == "workspace/configuration":
                items = message["params"]["items"]
                result = [self.settings.get(item.get("section", ""), None) for item in items]
                self._send({"id": message["id"], "result": result})
            elif "id" in message and "method" in message:
                self._send({"id": message["id"], "result": None})


@pytest.fixture(scope="module")
def editor() -> Iterator[LanguageClient]:
    found = LanguageClient()
    yield found
    found.close()


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n")


@pytest.mark.parametrize("file", sorted((FROZEN / "data").glob("*.yml")), ids=lambda f: f.stem)
def test_frozen_records_have_no_diagnostics(editor: LanguageClient, file: Path) -> None:
    """No line of the snapshot has a diagnostic."""
    assert editor.open(file.stem, file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "expected"),
    [
        ("  kind: problem\n", "  kind: problm\n", "problm", "problem"),
        ("  kind: problem\n", "  kin: problem\n", "kin: problem", "kin"),
        ("  title: ", "  titel: ", "titel: ", "titel"),
        ("  citations:\n", "  citations: none\n  extra:\n", "citations: none", "array"),
    ],
)
def test_mistake_has_a_diagnostic_on_its_line(
    editor: LanguageClient, old: str, new: str, at: str, expected: str
) -> None:
    """Unknown values, unknown fields and wrong types have diagnostics."""
    text = FINDINGS.replace(old, new, 1)
    found = editor.open("findings", text)
    here = [d["message"] for d in found if d["range"]["start"]["line"] == line_of(text, at)]
    assert any(expected in message for message in here), found


@pytest.mark.parametrize(
    ("kind", "line", "key"),
    [
        ("sources", "url: foo bar", "problem.bad-url.fix"),
        ("sources", "url: example.org", "problem.bad-url.fix"),
        ("sources", "archived: https://archive.today/x", "problem.bad-url.fix"),
        ("sources", "date: 20130517", "problem.bad-date.fix"),
        ("sources", "date: 2013/2014", "problem.bad-date.fix"),
        ("sources", "date: 17.05.2013", "problem.bad-date.fix"),
        ("sources", "type: NGO report", "problem.bad-id.fix"),
        ("sources", "symbol: E/С.12/XYZ/1", "problem.look-alike.fix"),
        ("sources", "title: {English: A report}", "problem.bad-language.fix"),
        ("sources", "title: ' '", "problem.empty-value.fix"),
        ("indicators", "unit: 'persons '", "problem.empty-value.fix.line"),
        ("indicators", "figure: {value: '1,200'}", "problem.figure-form.fix"),
        ("vocabulary", "review_months: twelve", "problem.not-a-number.fix"),
        (
            "findings",
            "citations: [{source: a, locator: b, states: ['']}]",
            "problem.empty-value.fix.line",
        ),
        ("findings", "groups: [settlers, settlers]", ""),
    ],
)
def test_invalid_value_has_a_message(
    editor: LanguageClient, kind: str, line: str, key: str
) -> None:
    """The message is that of `tracker check`, not a regular expression."""
    found = editor.open(kind, f"- id: a\n  {line}\n")
    here = [d["message"] for d in found if d["range"]["start"]["line"] == 1]
    assert [m for m in here if "Missing" not in m] == [
        t(key) if key else "Array has duplicate items."
    ]


def test_missing_field_is_marked_at_its_record(editor: LanguageClient) -> None:
    """A missing field has one diagnostic, at its record."""
    text = re.sub(r"(?m)^  summary: .*\n(?:    .*\n)*", "", FINDINGS, count=1)
    found = editor.open("findings", text)
    assert [d["range"]["start"]["line"] for d in found] == [0]
    assert "summary" in found[0]["message"]


def test_fields_and_values_are_completed(editor: LanguageClient) -> None:
    """Completions have descriptions."""
    text = "- id: a\n  title: A\n  \n"
    editor.open("findings", text)
    offered = editor.complete(2, 2)
    assert {"kind", "summary", "citations", "bears_on"} <= offered.keys()
    assert "title" not in offered
    documentation = offered["bears_on"]["documentation"]
    assert "recommendations" in (
        documentation if isinstance(documentation, str) else documentation["value"]
    )
    editor.open("findings", "- id: a\n  title: A\n  kind: \n")
    assert {"problem", "progress", "neutral"} <= editor.complete(2, 8).keys()


@pytest.mark.parametrize("kind", COLLECTIONS)
def test_completion_inserts_no_invented_values(editor: LanguageClient, kind: str) -> None:
    """Inserted defaults come from the model, except the server's 0 for counts."""
    editor.open(kind, "- \n")
    inserted = "\n".join(item["insertText"] for item in editor.complete(0, 2).values())
    filled = re.findall(r"\w: (?:\$\{\d+:)?(\w[^}\n]*|\"[^}\n]*)", inserted)
    assert set(filled) <= {"0", "printed", "same", "insufficient-information", "not-assessed"}


def test_problems_that_the_server_cannot_find(editor: LanguageClient) -> None:
    """Impossible dates and unknown ids are only reported by `tracker check`."""
    for old, new in ((r"date: \d{4}-\d\d-\d\d", "date: 2013-02-30"), (r"- upr\n", "- nobody\n")):
        events = (FROZEN / "data/events.yml").read_text(encoding="utf-8")
        assert editor.open("events", re.sub(old, new, events, count=1)) == []
