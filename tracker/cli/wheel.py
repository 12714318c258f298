"""The wheel of this release, which a new project keeps so that pip needs no package index for it.

The name of the program is not registered on PyPI: a person who registers it could run code in
every project that installs the program by name.
"""

import subprocess
import sys
import tempfile
import zipfile
from base64 import urlsafe_b64encode
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from io import BytesIO
from pathlib import Path

from tracker import __version__

_NAME = "covenant_tracker"
WHEEL_NAME = f"{_NAME}-{__version__}-py3-none-any.whl"
_INFO = f"{_NAME}-{__version__}.dist-info"
_METADATA = (f"{_INFO}/METADATA", f"{_INFO}/WHEEL", f"{_INFO}/entry_points.txt")
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can contain


class NoWheelError(Exception):
    """No valid wheel can be built. The message says why."""


def read_wheel(path: Path) -> bytes:
    """Return the content of a wheel of this release. Raises NoWheelError, or OSError."""
    content = path.read_bytes()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        names = set()
    if path.name != WHEEL_NAME or not names.issuperset(_METADATA):
        raise NoWheelError(f"{path} is not a wheel of this release")
    return content


def make_wheel() -> bytes:
    """Return a wheel with the files of the running program. Raises NoWheelError, or OSError."""
    try:
        installed = distribution(_NAME)
    except PackageNotFoundError as error:
        raise NoWheelError("no wheel can be made from the running program") from error
    if any(str(file) == "tracker/__init__.py" for file in installed.files or ()):
        return pack_installed(installed)
    return _build_checkout(Path(__file__).parents[2])


def pack_installed(installed: Distribution) -> bytes:
    """Return the wheel that a distribution was installed from, without pip's own notes.

    The same files give the same bytes. Raises NoWheelError if a file has changed since.
    """
    packed = BytesIO()
    record = ""
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(installed.files or (), key=str):
            name = file.as_posix()
            if not _is_in_wheel(name):
                continue
            path = Path(str(file.locate()))
            content = path.read_bytes()
            digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
            if file.hash and file.hash.value != digest:
                raise NoWheelError(f"{path} has changed since the program was installed")
            archive.writestr(_make_entry(name), content)
            record += f"{name},sha256={digest},{len(content)}\n"
        archive.writestr(_make_entry(f"{_INFO}/RECORD"), f"{record}{_INFO}/RECORD,,\n")
    return packed.getvalue()


def _is_in_wheel(name: str) -> bool:
    """Return True for a file of the package or its metadata; False for what pip adds."""
    if name.startswith("tracker/"):
        return not name.endswith(".pyc")
    return name in _METADATA or name.startswith(f"{_INFO}/licenses/")


def _make_entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o100644 << 16
    return entry


def _build_checkout(root: Path) -> bytes:
    """Return a wheel of a checkout with the program's build backend, which its locks contain."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
        done = subprocess.run(
            [*command, "--directory", folder], cwd=root, capture_output=True, check=False
        )
        file = Path(folder) / WHEEL_NAME
        if done.returncode or not file.is_file():
            raise NoWheelError("no wheel can be made from the running program")
        return file.read_bytes()
