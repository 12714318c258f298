"""Addresses of UN documents, derived from their symbols."""

import pytest

from tracker.model.lockfiles import is_url
from tracker.model.un_documents import derive_un_address


@pytest.mark.parametrize(
    ("symbol", "document"),
    [
        ("E/C.12/XYZ/CO/3", "E/C.12/XYZ/CO/3"),
        ("A/HRC/WG.6/30/XYZ/1", "A/HRC/WG.6/30/XYZ/1"),
        ("A/HRC/29/34/Add.1", "A/HRC/29/34/Add.1"),
        ("E/C.12/XYZ/CO/3/Corr.1", "E/C.12/XYZ/CO/3/Corr.1"),
        ("CERD/C/SR.2904", "CERD/C/SR.2904"),
        ("HRI/GEN/1/Rev.9 (Vol. I)", None),
        ("A/RES/ES-11/1", "A/RES/ES-11/1"),
        ("S/RES/1325(2000)", "S/RES/1325(2000)"),
        ("S/RES/1325 (2000)", "S/RES/1325(2000)"),
        ("A/RES/217(III)", "A/RES/217(III)"),
        # A reissued document has an asterisk in print.
        ("E/C.12/XYZ/CO/3*", "E/C.12/XYZ/CO/3"),
        # Several symbols for one document, or several documents in one source.
        ("E/2013/22–E/C.12/2012/3", "E/2013/22"),
        ("E/2013/22-E/C.12/2012/3", "E/2013/22"),
        ("E/2013/22 (E/C.12/2012/3)", "E/2013/22"),
        ("E/2013/22 and E/C.12/2012/3", "E/2013/22"),
        ("E/C.12/XYZ/Q/4 and RQ/4", "E/C.12/XYZ/Q/4"),
        ("E/1990/5/Add.30 and Corr.1", "E/1990/5/Add.30"),
        ("E/1990/5/Add.30, Add.31-33", "E/1990/5/Add.30"),
        ("E/C.12/2013/SR.9-10", "E/C.12/2013/SR.9"),
        ("E/C.12/2013/SR.19–20", "E/C.12/2013/SR.19"),
        # One document on combined reports.
        ("CERD/C/XYZ/CO/10-12", "CERD/C/XYZ/CO/10-12"),
        ("CERD/C/XYZ/7-9", "CERD/C/XYZ/7-9"),
        # No UN documents.
        ("CRI(2016)17", None),
        ("CommDH(2019)27", None),
        ("CM/Rec(2018)4", None),
        ("CPT/Inf(2018)37", None),
        ("CDL-AD(2012)023", None),
        ("COM/2021/101", None),
        ("HCR/GIP/12/09", None),
        ("E/C.12/XYZ/CO/3 and others", None),
        ("60/251", None),
        ("", None),
    ],
)
def test_address_is_derived_from_the_symbol(symbol: str, document: str | None) -> None:
    address = derive_un_address(symbol)
    assert address == (document and f"https://docs.un.org/en/{document}")
    assert address is None or is_url(address)
