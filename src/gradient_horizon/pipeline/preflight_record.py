"""The record of a successful preflight: a digest of everything that it checks."""

import hashlib
import json
import platform
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gradient_horizon.storage import is_whole, write

PACKAGES = ("matplotlib", "numpy", "pikepdf", "torch", "typst")


def digest(study: str, preset: str, files: Iterable[Path]) -> str:
    """The SHA-256 of a study, of the contents of these files, and of the versions of the packages that check them."""
    contents = {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(set(files)) if file.is_file()
    }
    versions = {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}
    looked_at = {"study": study, "preset": preset, "files": contents, "versions": versions}
    return hashlib.sha256(json.dumps(looked_at, sort_keys=True).encode()).hexdigest()


def is_recorded(record: Path, found: str) -> bool:
    """Whether the last successful preflight had this digest."""
    return is_whole(record) and json.loads(record.read_text(encoding="utf-8")) == {"digest": found}


def remember(record: Path, found: str) -> None:
    """Writes the digest; where the file cannot be written, the preflight runs again next time."""
    with suppress(OSError):
        write(record, json.dumps({"digest": found}) + "\n")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"
