"""What a built page may load and run, told to browsers in the page itself.

A page is given to hosts that we do not run, so the policy can't be a header. Hashes name the
theme's own inline scripts; a script that came in with the content of a page gets none, and is dead.
"""

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

_RULES = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'self'; form-action 'none'"
)
_META = (
    '<meta http-equiv="Content-Security-Policy" content="{rules}">'
    '<meta name="referrer" content="no-referrer">'
)

# The encoding must stand in the first 1,024 bytes, and loads nothing: it may stay before us.
_HEAD = re.compile(r"<head\b[^>]*>(?:\s*<meta charset=[^>]*>)?", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\b", re.IGNORECASE | re.DOTALL)
_SRC = re.compile(r"\ssrc\s*=", re.IGNORECASE)
_TYPE = re.compile(r"""\stype\s*=\s*["']?([^\s"'>]*)""", re.IGNORECASE)
_RUNS = frozenset({"", "module", "importmap", "text/javascript", "application/javascript"})


def add_csp(page: str, *, content: str = "", watched: bool = False) -> str:
    """The page with its policy first in its head; text that is no page stays as it is.

    `content` is the part of it that was written, not made by the theme. `watched` is for the
    preview while editing, into which a script comes that nobody can know before.
    """
    head = _HEAD.search(page)
    if not head:
        return page
    # Only where it matters: a content of one letter would be found inside a script of the theme.
    theme = page.replace(content, "", 1) if "<script" in content.lower() else page
    scripts = ["'unsafe-inline'"] if watched else _hash_scripts(theme)
    rules = _RULES.format(scripts=" ".join(["'self'", *scripts]))
    return f"{page[: head.end()]}{_META.format(rules=rules)}{page[head.end() :]}"


def _hash_scripts(page: str) -> list[str]:
    """The hash of each inline script that runs, in the order of the page, each once."""
    found = (code for attributes, code in _SCRIPT.findall(page) if _is_executable(attributes))
    return list(dict.fromkeys(map(_hash, found)))


def _is_executable(attributes: str) -> bool:
    kind = _TYPE.search(attributes)
    return not _SRC.search(attributes) and (kind[1].lower() if kind else "") in _RUNS


@lru_cache(maxsize=256)
def _hash(code: str) -> str:
    """As browsers compute it, which read every end of line as one character."""
    text = code.replace("\r\n", "\n").replace("\r", "\n")
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
