"""Personal data is recognised by its format, without false alarms in the frozen records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import EXAMPLE
from tracker.checks.privacy import (
    _ANY,
    _PATTERNS,
    _is_plausible,
    check_personal_data,
    find_personal_data,
)
from tracker.checks.registry import CheckContext
from tracker.checks.report import format_message
from tracker.records.loader import LoadResult, load, read_files

PERSONAL = {
    "e-mail": [
        "write to first.last+x@mail.example.org now",
        "first (at) example.org",
        "A@B.AZ",
    ],
    "profile": [
        "follow @harbour_keeper there",
        "facebook.com/keeper.of.harbour",
        "https://t.me/harbour",
        "www.instagram.com/harbour",
    ],
    "account": [
        "GB29 NWBK 6016 1331 9268 19",
        "paid to DE89370400440532013000.",
        "NL91ABNA0417164300",
    ],
    "network": ["from 192.168.10.4", "203.0.113.77,", "2001:db8:0:1::7", "fe80::1:2:3"],
    "phone": [
        "+994 12 555 55 55",
        "+1 (202) 555-0143",
        "00994125555555",
        "call 050-555-55-55 today",
        "(012) 555 55 55",
        "994 50 555 55 55",
        "Tel.: 555 55 55",
        "WhatsApp 5551234",
    ],
    "paper": ["passport C01234567", "AA1234567", "ABC № 12345678", "P-1234567"],
    "code": ["FIN 5ZXK7PQ", "(1AB2CD3)", "A1B2C3D,"],
    "home": [
        "12 Harbour Street",
        "at Old Harbour Street 12",
        "Harbour Avenue, No. 4/7",
        "221b Baker Street",
        "Nizami küçəsi 14",
        "ул. Ленина, д. 5",
        "rue de la Paix 3".replace("de la ", ""),
    ],
}


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in PERSONAL.items() for text in texts]
)
def test_each_format_is_recognised(kind: str, text: str) -> None:
    """Each format is recognised once, alone and inside a sentence."""
    for whole in (text, f"The report says: {text} and so on.", f"In 2013, {text}; 1,237 people."):
        assert [match for match, _ in find_personal_data(whole)] == [kind], whole


HARMLESS = [
    "E/C.12/XYZ/CO/3, paragraph 9, and A/HRC/WG.6/30/XYZ/1",
    "HRI/GEN/2/Rev.6 and CCPR/C/21/Rev.1/Add.13",
    "Law No. 1234-IVQ of 17 May 2013; Decree 512 of 2011-06-08",
    "articles 3.0.1, 13.2.16.14 and 73.1.2.1 of the code",
    "article 13.2.16.14 of the code",
    "1,237 people, 1 200 000 manats, 45.5 percent, 2013/14, 2019–2020, 12-15 of them",
    "from 2013-05-17 to 2020-07-27, 01.02.2013, 17.05.2013-18.05.2013",
    "at 10:30:15 on 17/05/2013",
    "COVID19, COVID-19, ISO8601, UNHCR, ABCDEFG, 1234567",
    "the main street 20 people live in; on Harbour Street in 2013, 1,200 newcomers",
    "High Road 2013 and Harbour Street 1,200",
    "P13.1, I-06, cescr-2013-9-marriage, foundation-2020-r30",
    "ISBN 978-3-16-148410-0 and DOI 10.1000/182",
    "0.5 to 0.75 of 376 (12.5 %)",
    "meetings 3 and 4 (E/C.12/2013/SR.3-4)",
]


@pytest.mark.parametrize("kind", _PATTERNS)
@given(data=st.data())
def test_prefilter_accepts_every_match(kind: str, data: st.DataObject) -> None:
    """Applying the prefilter first loses no match."""
    text = data.draw(st.from_regex(_PATTERNS[kind]))
    matches = [m for m in _PATTERNS[kind].finditer(text) if _is_plausible(kind, m)]
    assert not matches or _ANY.search(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_similar_texts_are_accepted(text: str) -> None:
    """Symbols, laws, figures and dates are not personal data."""
    assert list(find_personal_data(text)) == []


def test_real_records_are_accepted(real: LoadResult) -> None:
    """No text in the frozen records is reported as personal data."""
    problems = list(check_personal_data(CheckContext(real.dataset)))
    assert [(diagnostic.record, diagnostic.path) for diagnostic in problems] == []


FIELDS = {
    "a text in two languages": (
        "events",
        "summary: The register opened at the harbour.",
        "summary:\n    en: The register opened.\n    az: keeper@example.org",
        ("summary",),
    ),
    "a printed figure": (
        "findings",
        "    - Harbour\n",
        "    - Harbour +99412 5555555\n",
        ("citations", 1, "states", 0, "value"),
    ),
    "a reason": (
        "indicators",
        "undated: The report gives no date.\n  figure:\n    value: 2 # listed",
        "undated: Ask 12 Harbour Street.\n  figure:\n    value: 2 # listed",
        ("undated",),
    ),
    "an assessment": (
        "recommendations",
        "why: A register is open to some.",
        "why: C01234567 is open to some.",
        ("assessments", 0, "why"),
    ),
}


@pytest.mark.parametrize("case", FIELDS.values(), ids=FIELDS.keys())
def test_every_field_is_checked(case: tuple[str, str, str, tuple[str | int, ...]]) -> None:
    """Personal data in any field gives one diagnostic there, which does not repeat it in full."""
    file, right, wrong, path = case
    files = read_files(EXAMPLE)
    text = files[f"data/{file}.yml"].decode()
    assert text.count(right) == 1
    loaded = load(files | {f"data/{file}.yml": text.replace(right, wrong).encode()})
    assert not loaded.problems
    (diagnostic,) = check_personal_data(CheckContext(loaded.dataset))
    assert diagnostic.path == path
    what, remedy = format_message(diagnostic)
    assert remedy
    secret = ("keeper@example.org", "+99412 5555555", "12 Harbour Street", "C01234567")
    assert not any(whole in what + remedy for whole in secret)


def test_long_texts_are_searched_in_linear_time() -> None:
    """The search ends; with catastrophic backtracking in a pattern it would not."""
    for part in ("A", "1", "A1", "1 ", "A ", "a@", "a.", "0-", "ab:", "12.", "Ab Ab Street "):
        list(find_personal_data(part * 3000))
