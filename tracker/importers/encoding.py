"""Decode exports of unknown encoding, and clean the text of their cells."""

import codecs
import html
import io
import re
import unicodedata
from functools import partial
from typing import Any, BinaryIO

import ftfy

from tracker.model.text import INVISIBLE

TWICE = "mac_roman_twice"
"""Our codec for bytes that were once read as Mac Roman and written as cp1252, in many exports."""
LEGACY = ("cp1252", "mac_roman", TWICE)
"""Encodings tried for bytes that are not UTF-8: those of old Windows and old Mac programs."""

_SAMPLE = 16_000_000  # bytes from which the encoding is guessed
_NON_ASCII = re.compile(rb"[\x80-\xff]+")
_MARGIN = 4  # by which text that was decoded twice must be likelier, as it is rare
_ELIDED, _VOWELS = frozenset("dlnscjmtuDLNSCJMTU"), frozenset("aeiouhyAEIOUHYéèêîôâÉÈÊÎÔÂ")
_MIN_WORD = 3  # distinct bytes in a word of a script other than Latin
_SIGNATURES = (
    (re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff"), "utf-32"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "utf-16"),
    # Without a byte order mark: ASCII characters, each next to a zero byte.
    (re.compile(rb"[^\0]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[^\0]\0[^\0]"), "utf-16-be"),
)
# A tag with its attributes; comments, scripts and styles with their content. Not `a<b and c>d`.
_TAG = re.compile(
    r"<!--.*?-->|<(script|style)\b[^<>]*>.*?</\1\s*>"
    r"|</?[a-z][\w:-]*(?:\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))*\s*/?>",
    re.IGNORECASE | re.DOTALL,
)
_MAX_ESCAPES = 3  # levels of escaped markup
_SPACES = re.compile(r"[\s\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]+")
_BULLETS = "-–—•* "
_LOST = re.compile("[\ufffd\ufffe\uffff\ud800-\udfff]")


def _find_codec(name: str) -> codecs.CodecInfo | None:
    """Return the codec for `TWICE`; None for any other name."""
    if name != TWICE:
        return None
    written = (bytes([byte]).decode("mac_roman").encode("cp1252", "replace") for byte in range(256))
    table = "".join(
        "\ufffe" if again == b"?" and byte != ord("?") else again.decode("mac_roman")
        for byte, again in enumerate(written)
    )

    class Decoder(codecs.IncrementalDecoder):
        def decode(self, data: Any, final: bool = False) -> str:
            return codecs.charmap_decode(data, self.errors, table)[0]

    return codecs.CodecInfo(
        name=TWICE,
        encode=codecs.lookup("mac_roman").encode,  # never used
        decode=lambda data, errors="strict": codecs.charmap_decode(data, errors, table),
        incrementalencoder=codecs.IncrementalEncoder,
        incrementaldecoder=Decoder,
    )


codecs.register(_find_codec)


class UnknownEncodingError(Exception):
    """The bytes are not UTF-8, and too many encodings are possible to guess one."""


def open_text(stream: BinaryIO, *, encoding: str = "") -> tuple[io.TextIOWrapper, str]:
    r"""Return a seekable byte stream as text with `\n` line endings, and the name of its encoding.

    Without `encoding`, the text is UTF-8, or UTF-16 or UTF-32 if it begins like that. Bytes that
    are not UTF-8 are decoded with the encoding in `LEGACY` that yields likelier words. So is the
    whole file if little else in it is UTF-8. charset-normalizer guesses wrong if only a few letters
    in a long file are not ASCII.

    Raises LookupError for an unknown encoding, and UnknownEncodingError if whole words are in a
    script other than Latin, for which a dozen encodings give likely words.
    """
    stream.seek(0)
    start = stream.read(4)
    encoding = encoding or next(
        (name for signature, name in _SIGNATURES if signature.match(start)), ""
    )
    stream.seek(0)
    if encoding:
        return io.TextIOWrapper(stream, encoding, errors="replace"), encoding
    legacy, mostly_utf8 = _guess(stream.read(_SAMPLE))
    stream.seek(0)
    if mostly_utf8:
        errors = f"tracker-{legacy}" if legacy else "replace"
        return io.TextIOWrapper(stream, "utf-8-sig", errors=errors), legacy or "utf-8"
    if not legacy:
        raise UnknownEncodingError
    return io.TextIOWrapper(stream, legacy, errors="replace"), legacy


def _guess(data: bytes) -> tuple[str, bool]:
    """Return the likelier legacy encoding, and True if most non-ASCII runs are UTF-8.

    The encoding is empty if every run is UTF-8, or if most others are of another script.
    """
    scores = dict.fromkeys(LEGACY, 0)
    invalid = valid = latin = 0
    for match in _NON_ASCII.finditer(data):
        try:  # the sample may end inside a letter
            codecs.utf_8_decode(match[0], "strict", match.end() < len(data))
            valid += 1
            continue
        except UnicodeDecodeError:
            invalid += 1
        latin += 1 if len(set(match[0])) < _MIN_WORD else -1
        before = data[max(0, match.start() - 1) : match.start()].decode("ascii", "replace")
        after = data[match.end() : match.end() + 2].decode("ascii", "replace")
        for name in LEGACY:
            scores[name] += _score(before, match[0].decode(name, "replace"), after)
    scores[TWICE] -= _MARGIN
    legacy = max(LEGACY, key=lambda name: scores[name]) if latin > 0 else ""
    return legacy, valid >= invalid


def _score(before: str, text: str, after: str) -> int:
    """Rate how well characters fit between two others: lower case in words, quotes around them."""
    total = 0
    for index, character in enumerate(text):
        left = text[index - 1] if index else before
        right = text[index + 1] if index + 1 < len(text) else after[:1]
        if character in "’‘“”–—…":
            possessive = after[:1] in ("s", "t") and not after[1:2].isalpha()
            elided = left in _ELIDED and right in _VOWELS
            fits = (character == "’" and (possessive or elided)) or not (left + right).isalpha()
            # A word seldom begins with an ellipsis; É in another encoding does.
            total += 3 if fits and not (character == "…" and right.isalpha()) else 0
        elif character.islower():
            is_in_word = left.isalpha() or right.isalpha()
            total += 2 if is_in_word and not (left.isupper() and right.isupper()) else -1
        elif character.isupper():
            total += -2 if left.islower() else 1
        elif character not in "°ºª§ «»¿¡":
            total -= 2
        elif character in "¡¿":
            total += 1 if right.isupper() else -2
    return total


def _decode_invalid(encoding: str, error: UnicodeError) -> tuple[str, int]:
    """Handle an error of decoding UTF-8 by decoding the bytes with a legacy encoding."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode(encoding, "replace"), error.end


for _name in LEGACY:
    codecs.register_error(f"tracker-{_name}", partial(_decode_invalid, _name))


def clean_text(text: str) -> tuple[str, frozenset[str]]:
    """Return a text on one line, in NFC, without markup or invisible characters, and note codes.

    The codes are `mojibake` (repaired), `lost-characters` (replaced by question marks) and
    `invisible-characters` (removed).
    """
    if text.isascii() and text.isprintable() and "<" not in text and "&" not in text:
        return " ".join(text.split()), frozenset()
    codes = set()
    for _ in range(_MAX_ESCAPES):
        escaped, text = text, html.unescape(_TAG.sub(" ", text))
        if text == escaped:
            break
    # Repair only the encoding. Quotation marks, dashes, ligatures and widths stay as published.
    fixed = text if text.isascii() else ftfy.fix_encoding(text)
    if fixed != text:
        codes.add("mojibake")
    fixed = _SPACES.sub(" ", fixed).strip()
    if _LOST.search(fixed):
        codes.add("lost-characters")
        fixed = _LOST.sub("?", fixed)
    if INVISIBLE.search(fixed):
        codes.add("invisible-characters")
        fixed = INVISIBLE.sub("", fixed)
    return unicodedata.normalize("NFC", fixed), frozenset(codes)


def clean_label(text: str) -> str:
    """Return a cleaned label without the hyphen that the UN index puts before each."""
    return clean_text(text)[0].lstrip(_BULLETS)


def split_labels(text: str) -> tuple[str, ...]:
    """Return the distinct labels in a cleaned text, split at semicolons and vertical bars."""
    labels = (part.strip().lstrip(_BULLETS) for part in re.split("[;|]", text))
    return tuple(dict.fromkeys(filter(None, labels)))
