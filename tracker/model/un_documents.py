"""Addresses of UN documents, derived from their symbols."""

import re

from tracker.model.citation import UN_SYMBOL, Source
from tracker.model.dataset import Dataset

_SITE = "https://docs.un.org/en/"
_NOT_HOSTED = ("HCR/", "UNHCR/")  # UNHCR publishes these on its own site only
_BODY = r"[A-Z]{1,5}/"
_BRACKETED = re.compile(rf"\s*\((?={_BODY})([^()]+)\)$")  # E/2013/22 (E/C.12/2012/3)
_YEAR = re.compile(r"\s+(?=\((?:[0-9]{4}|[IVXL]+)\)$)")  # S/RES/1325 (2000)
# Between two symbols of one source: E/2013/22–E/C.12/2012/3, or Q/4 and RQ/4.
_JOINT = re.compile(rf"\s*[-–—]\s*(?={_BODY})|\s*[,;&+]\s*|\s+and\s+")
# SR.9-10 are two documents, but CO/10-12 is one, on combined reports.
_RANGE = re.compile(r"(?<=\.[0-9])([0-9]*)[-–][0-9]+$")
# The end of a further symbol: RQ/4, Corr.1, Add.1-3.
_END = re.compile(r"(?:[A-Z]{1,5}/|[A-Z][a-z]+\.|[A-Z]{1,5}\.)[0-9]+(?:[-–][0-9]+)?")


def derive_un_address(symbol: str) -> str | None:
    """Return the address of a document on the site for official UN documents, or None.

    If a symbol names several documents, such as `E/2013/22–E/C.12/2012/3`, `Q/4 and RQ/4` or
    `SR.9-10`, this is the address of the first.
    """
    symbol = _YEAR.sub("", _BRACKETED.sub(r", \1", symbol.strip()))
    first, *others = (part.rstrip("*") for part in _JOINT.split(symbol))
    first = _RANGE.sub(r"\1", first)
    if not UN_SYMBOL.fullmatch(first) or first.startswith(_NOT_HOSTED):
        return None
    if not all(UN_SYMBOL.fullmatch(other) or _END.fullmatch(other) for other in others):
        return None
    return f"{_SITE}{first}"


def find_derived_addresses(data: Dataset) -> dict[str, str]:
    """Return the address derived for each source by id, if no source records it."""
    recorded = {source.url for source in data.of(Source)}
    return {
        source.id: address
        for source in data.of(Source)
        if source.symbol and source.withdrawn is None and source.access != "not-citable"
        if (address := derive_un_address(source.symbol)) and address not in recorded
    }
