"""Titles are folded, and sorted by the alphabet of their language."""

from tracker.model.text import fold
from tracker.site.registers import make_sort_key


def test_folding() -> None:
    """Folding removes case and diacritics."""
    assert fold("Əli SIĞINACAQ İşi çöl gül Ñ") == "eli siginacaq isi col gul n"


def test_titles_sort_by_their_alphabet() -> None:
    """In Azerbaijani, `ə` sorts after `e`, and `ı` before `i`."""
    words = ["şəhər", "işçi", "ırq", "əmək", "ev", "at", "səs", "İclas"]
    ordered = ["at", "ev", "əmək", "ırq", "İclas", "işçi", "səs", "şəhər"]
    assert sorted(words, key=lambda word: make_sort_key(word, "az")) == ordered
    assert sorted(["Über", "unter", "Amt"], key=lambda word: make_sort_key(word, "en")) == [
        "Amt",
        "Über",
        "unter",
    ]
