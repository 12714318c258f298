"""The templates stay readable."""

from pathlib import Path

import pytest

TEMPLATES = sorted((Path(__file__).parent.parent / "tracker/templates").rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: "-".join(path.parts[-2:]))
def test_lines_are_short(template: Path) -> None:
    """No line of a template is over 120 columns, so that a diff can be read."""
    lines = enumerate(template.read_text(encoding="utf-8").splitlines(), 1)
    assert [number for number, line in lines if len(line) > 120] == []
