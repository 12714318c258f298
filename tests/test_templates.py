"""Templates are readable."""

from pathlib import Path

import pytest

TEMPLATES = sorted((Path(__file__).parent.parent / "tracker/templates").rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: "-".join(path.parts[-2:]))
def test_lines_are_short(template: Path) -> None:
    """Lines have at most 120 characters, so that diffs are readable."""
    lines = enumerate(template.read_text(encoding="utf-8").splitlines(), 1)
    assert [number for number, line in lines if len(line) > 120] == []
