"""The commit that a folder is a checkout of."""

import subprocess
from pathlib import Path
from typing import NamedTuple

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


def _git(folder: Path, *arguments: str) -> str:
    """What git prints; empty where git is not installed or fails."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
