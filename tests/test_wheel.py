"""The wheel of a new project, which is built from the installed program."""

import hashlib
import zipfile
from base64 import urlsafe_b64encode
from importlib.metadata import Distribution
from io import BytesIO
from pathlib import Path

import pytest

from tracker import __version__
from tracker.cli import wheel as wheels


def install(folder: Path, files: dict[str, bytes]) -> Distribution:
    """Write the files of an installed program with their RECORD and the files of pip."""
    info = f"covenant_tracker-{__version__}.dist-info"
    files = {f"{info}/{name}": b"x" for name in ("METADATA", "WHEEL", "entry_points.txt")} | files
    files |= {f"{info}/INSTALLER": b"pip", f"{info}/direct_url.json": b"{}"}
    files |= {"tracker/__pycache__/a.pyc": b"", "../bin/tracker": b""}
    lines = [f"{info}/RECORD,,"]
    for name, content in files.items():
        path = folder / "lib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        digest = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}")
    (folder / "lib" / info / "RECORD").write_text("\n".join(lines), encoding="utf-8")
    return Distribution.at(folder / "lib" / info)


def test_wheel_of_an_installed_program(tmp_path: Path) -> None:
    """The wheel has the installed files except those of pip, is reproducible, and installs."""
    files = {"tracker/__init__.py": b"one = 1\n", "tracker/locale/a.pot": b"msgid"}
    content = wheels.pack_installed(install(tmp_path / "a", files))
    assert content == wheels.pack_installed(install(tmp_path / "b", dict(reversed(files.items()))))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.read("tracker/locale/a.pot") == b"msgid"
        names = archive.namelist()
        record = archive.read(names[-1]).decode()
    assert [name.rpartition("/")[2] for name in names] == [
        *("METADATA", "WHEEL", "entry_points.txt", "__init__.py", "a.pot", "RECORD")
    ]
    assert [line.split(",")[0] for line in record.splitlines()] == names


def test_changed_program_is_not_a_release(tmp_path: Path) -> None:
    """A file that was edited after the installation is reported."""
    installed = install(tmp_path, {"tracker/__init__.py": b"one = 1\n"})
    (tmp_path / "lib/tracker/__init__.py").write_bytes(b"two = 2\n")
    with pytest.raises(wheels.NoWheelError, match=r"lib/tracker/__init__\.py has changed since"):
        wheels.pack_installed(installed)
