"""The content security policy of each page, in a `<meta>` element.

The site is published on hosts that we do not run, so the policy cannot be a header. Hashes allow
the theme's own inline scripts. A script inside the content of a page has no hash and never runs.
"""

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'self'; form-action 'none'"
)
_META = (
    '<meta http-equiv="Content-Security-Policy" content="{policy}">'
    '<meta name="referrer" content="no-referrer">'
)

# The encoding must be in the first 1,024 bytes and loads nothing, so it may precede the policy.
_HEAD = re.compile(r"<head\b[^>]*>(?:\s*<meta charset=[^>]*>)?", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\b", re.IGNORECASE | re.DOTALL)
_SRC = re.compile(r"\ssrc\s*=", re.IGNORECASE)
_TYPE = re.compile(r"""\stype\s*=\s*["']?([^\s"'>]*)""", re.IGNORECASE)
_EXECUTABLE = frozenset({"", "module", "importmap", "text/javascript", "application/javascript"})


def add_csp(page: str, *, content: str = "", preview: bool = False) -> str:
    """Add the policy at the start of the head. A text without a head is returned unchanged.

    `content` is the part of the page that does not come from the theme. In a preview every inline
    script may run, because the server adds one.
    """
    head = _HEAD.search(page)
    if not head:
        return page
    # Only remove the content if it has a script: very short content could also occur inside one
    # of the theme's scripts.
    theme = page.replace(content, "", 1) if "<script" in content.lower() else page
    scripts = ["'unsafe-inline'"] if preview else _hash_scripts(theme)
    policy = _POLICY.format(scripts=" ".join(["'self'", *scripts]))
    return f"{page[: head.end()]}{_META.format(policy=policy)}{page[head.end() :]}"


def _hash_scripts(page: str) -> list[str]:
    """Return the hashes of the inline scripts in page order, without repetition."""
    scripts = (code for attributes, code in _SCRIPT.findall(page) if _is_inline_script(attributes))
    return list(dict.fromkeys(map(_hash, scripts)))


def _is_inline_script(attributes: str) -> bool:
    kind = _TYPE.search(attributes)
    return not _SRC.search(attributes) and (kind[1].lower() if kind else "") in _EXECUTABLE


@lru_cache(maxsize=256)
def _hash(code: str) -> str:
    # Browsers read every line ending as one character.
    text = code.replace("\r\n", "\n").replace("\r", "\n")
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
