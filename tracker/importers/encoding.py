"""Bytes of any encoding → text; and text of a row → what a record can hold."""

import codecs
import html
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import BinaryIO

from tracker.load.yaml_text import INVISIBLE

LEGACY = ("cp1252", "mac_roman")
"""What bytes may be that are not UTF-8: of old Windows, or of an old Mac."""

_GUESSED_FROM = 16_000_000  # bytes, at most
_FOREIGN = re.compile(rb"[\x80-\xff]+")
_LONG = 3  # different bytes: where most runs have so many, the script is another
# As they follow from UTF-8 that was read as cp1252: a lead byte, then one or more that continue.
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]+")
# A tag with its attributes; of scripts and styles, also what they hold. `a<b and c>d` is none.
_TAG = re.compile(
    r"<!--.*?-->|<(script|style)\b[^<>]*>.*?</\1\s*>"
    r"|</?[a-z][\w:-]*(?:\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))*\s*/?>",
    re.IGNORECASE | re.DOTALL,
)
_MOST_ROUNDS = 3  # as often as a text may have been encoded again
# How a file begins that is of more than a byte a letter: with a mark or, without one, in ASCII.
_BEGINNINGS = (
    (re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff"), "utf-32"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "utf-16"),
    (re.compile(rb"[^\0]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[^\0]\0[^\0]"), "utf-16-be"),
)
_SPACES = re.compile(r"[\s\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]+")
_LOST = re.compile("[\ufffd\ufffe\uffff\ud800-\udfff]")


def reading(stream: BinaryIO, *, encoding: str = "") -> tuple[io.TextIOWrapper, str]:
    """A stream of bytes as text with simple line ends, and the name of its encoding.

    Without a name it is UTF-8 or, by how it begins, UTF-16 or 32; what is not UTF-8 is read as
    that of `LEGACY` in which it makes the likelier words, and so is all of it, if little else is
    UTF-8.
    LookupError for a name that nobody knows, UnknownEncodingError where whole words are in another
    script: a dozen encodings make likely words of these.
    """
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    encoding = encoding or next((name for sign, name in _BEGINNINGS if sign.match(start)), "")
    legacy, mixed = ("", True) if encoding else _guessed(stream.read(_GUESSED_FROM))
    stream.seek(0)
    if encoding or not mixed:
        if not (encoding or legacy):
            raise UnknownEncodingError
        codecs.lookup(encoding or legacy)
        return io.TextIOWrapper(stream, encoding or legacy, errors="replace"), encoding or legacy
    errors = f"tracker-{legacy}" if legacy else "replace"
    return io.TextIOWrapper(stream, "utf-8-sig", errors=errors), legacy or "utf-8"


class UnknownEncodingError(Exception):
    """The bytes are no UTF-8, and nobody can tell what they are."""


def _guessed(data: bytes) -> tuple[str, bool]:
    """The legacy encoding in which the bytes that are no UTF-8 make the likelier words, none where
    there are none or they are of another script; and whether most of the others are UTF-8."""
    scores = dict.fromkeys(LEGACY, 0)
    foreign = sound = single = 0
    for before, run, after in _runs(data):
        if not run:
            sound += 1
            continue
        foreign += 1
        single += 1 if len(set(run)) < _LONG else -1
        for name in LEGACY:
            scores[name] += _likelihood(before, run.decode(name, "replace"), after)
    legacy = max(LEGACY, key=lambda name: scores[name]) if single > 0 else ""
    return legacy, sound >= foreign


def _runs(data: bytes) -> Iterator[tuple[str, bytes, str]]:
    """Each run of bytes beyond ASCII with the characters around it; an empty one if it is UTF-8."""
    for found in _FOREIGN.finditer(data):
        try:  # a letter at the end may be cut off
            codecs.utf_8_decode(found[0], "strict", found.end() < len(data))
            yield "", b"", ""
        except UnicodeDecodeError:
            before = data[max(0, found.start() - 1) : found.start()]
            after = data[found.end() : found.end() + 2]
            yield before.decode("ascii", "replace"), found[0], after.decode("ascii", "replace")


def _likelihood(before: str, text: str, after: str) -> int:
    """How well characters fit between two others: small letters within a word, marks around one."""
    total = 0
    for place, character in enumerate(text):
        left = text[place - 1] if place else before
        right = text[place + 1] if place + 1 < len(text) else after[:1]
        inside = left.isalpha() or right.isalpha()
        if character in "’‘“”–—…":
            # An apostrophe before the s of a possessive; a quotation mark at the edge of a word.
            own = after[:1] in ("s", "t") and not after[1:2].isalpha()
            total += 3 if (character == "’" and own) or not (left + right).isalpha() else 0
        elif character.islower():
            total += 2 if inside else -1
        elif character.isupper():
            total += -2 if left.islower() else 1
        elif character not in "°ºª§ «»¿¡":
            total -= 2
        elif character in "¡¿":
            total += 1 if right.isupper() else -2
    return total


def _legacy(name: str) -> None:
    """Registers how a decoder of UTF-8 goes on at bytes that are none."""

    def decoded(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        return error.object[error.start : error.end].decode(name, "replace"), error.end

    codecs.register_error(f"tracker-{name}", decoded)


for _name in LEGACY:
    _legacy(_name)


def cleaned(text: str) -> tuple[str, frozenset[str]]:
    """A text on one line as a record can hold it, without markup, and what was mended in it:
    `mojibake`, `invisible` characters, or `lost` ones, of which a question mark is left."""
    mended = set()
    if text.isascii() and text.isprintable() and "<" not in text and "&" not in text:
        return " ".join(text.split()), frozenset()
    text = _again(lambda part: html.unescape(_TAG.sub(" ", part)), text)
    whole = _again(lambda part: _MOJIBAKE.sub(_unscrambled, part), text)
    mended |= {"mojibake"} if whole != text else set()
    text = _SPACES.sub(" ", whole).strip()
    if _LOST.search(text):
        mended.add("lost")
        text = _LOST.sub("?", text)
    if INVISIBLE.search(text):
        mended.add("invisible")
        text = INVISIBLE.sub("", text)
    return unicodedata.normalize("NFC", text), frozenset(mended)


def _again(change: Callable[[str], str], text: str) -> str:
    """A text changed until nothing changes any more."""
    for _ in range(_MOST_ROUNDS):
        before, text = text, change(text)
        if text == before:
            break
    return text


def _unscrambled(found: re.Match[str]) -> str:
    """UTF-8 that was read as cp1252, read as UTF-8 again; as it is if it is none."""
    try:
        return b"".join(_byte(character) for character in found[0]).decode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        return found[0]


def _byte(character: str) -> bytes:
    """A character of cp1252 as a byte; the five that it lacks stand for themselves."""
    return bytes([ord(character)]) if ord(character) < 0xA0 else character.encode("cp1252")
