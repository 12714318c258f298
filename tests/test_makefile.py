"""The Makefile: its help, and names of earlier versions."""

import subprocess

from tests.conftest import ROOT


def make(*arguments: str) -> str:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_help_fits_a_terminal() -> None:
    """Each target has one line of at most 80 columns."""
    lines = make("help").splitlines()
    assert len(lines) > 20
    assert [line for line in lines if len(line) > 80] == []


def test_prove_is_an_alias_of_verify() -> None:
    """`make prove` runs what `make verify` runs, and names the new target."""
    verify, prove = make("--dry-run", "verify", "BY=A"), make("--dry-run", "prove", "BY=A")
    assert 'tracker verify --write  --by "A"' in verify
    assert verify.strip() in prove
    assert "make prove is now make verify" in prove
