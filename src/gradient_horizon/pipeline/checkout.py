"""The commit that a folder is a checkout of, or the version that is installed."""

import hashlib
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from gradient_horizon.pipeline.places import CONFIG, PACKAGE, PROJECT

UNKNOWN = "unknown"


class Checkout(NamedTuple):
    """A commit, marked "-dirty" where files differ from it or are not part of it, and its day, as 2026-11-24."""

    commit: str
    day: str


def checkout(folder: Path) -> Checkout:
    """The commit of this folder; unknown, without a day, where it is not a checkout or git is not available.

    A folder inside another repository, such as an unpacked archive, is not a checkout.
    """
    top = _git(folder, "rev-parse", "--show-toplevel")
    if not top or not Path(top).samefile(folder):
        return Checkout(UNKNOWN, "")
    commit, day = (
        _git(folder, "show", "--no-patch", f"--format={what}", "--abbrev=12", "HEAD") for what in ("%h", "%cs")
    )
    if not commit:
        return Checkout(UNKNOWN, "")
    changed = _git(folder, "status", "--porcelain", "--untracked-files=normal")
    return Checkout(f"{commit}-dirty" if changed else commit, day)


def project_commit() -> Checkout:
    """The commit of the project; where it is installed as a package, its version with a digest of its files."""
    if not PROJECT.is_relative_to(PACKAGE):
        return checkout(PROJECT)
    return Checkout(f"{version('gradient-horizon')}-{_digest(PACKAGE)[:12]}", "")


def study_commit(folder: Path) -> str:
    """The commit of a study's own folder, which may be part of a larger repository; empty where there is none."""
    if folder == PROJECT or not _git(folder, "ls-files", "--", CONFIG.name):
        return ""
    commit = _git(folder, "show", "--no-patch", "--format=%h", "--abbrev=12", "HEAD")
    changed = _git(folder, "status", "--porcelain", "--untracked-files=normal", "--", ".")
    return f"{commit}-dirty" if commit and changed else commit


def _digest(folder: Path) -> str:
    """The SHA-256 of all files of a folder and their names, without what Python and the engine compiled."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            found.update(f"{content}  {file.relative_to(folder).as_posix()}\n".encode())
    return found.hexdigest()


def _git(folder: Path, *arguments: str) -> str:
    """What git prints; empty where git is not installed or fails."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
