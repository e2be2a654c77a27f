"""The files of the user's own that decide runs: code of own classes with what it imports, and data."""

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from gradient_horizon.errors import ChangedError
from gradient_horizon.registries import PACKAGE
from gradient_horizon.store.imports import SOURCES
from gradient_horizon.store.keys import deciding_files, keys_of
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tables.run_files import RunFiles

SHOWN = 16
"""Digits of a checksum that a report shows."""


def own_files(specs: Iterable[RunSpec]) -> dict[str, str]:
    """The SHA-256 of each such file, by its path, relative to the current folder where it stands there."""
    own = _own(file for spec in specs for file in deciding_files(spec))
    return {_path(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in own}


def require_unchanged(runs: Iterable[RunFiles]) -> None:
    """Raises ChangedError where such a file is not as it was when a run was trained, so that tables would mix both."""
    own_of = cache(_own)  # many runs are decided by the same files
    own = [run for run in runs if own_of(deciding_files(run.spec))]
    changed = [run.spec for run in own if keys_of(run.spec).networks != run.stored.folder.name]
    if changed:
        experiments = ", ".join(dict.fromkeys(spec.experiment for spec in changed))
        raise ChangedError(
            f"{', '.join(own_files(changed))} must be as they were when {experiments} was trained, got others; "
            "call Snakemake again, which trains what they decide"
        )


def as_facts(files: dict[str, str]) -> dict[str, list[str]]:
    """The same as a fact of a report: nothing where there are none."""
    shown = [f"{path} (SHA-256 {digest[:SHOWN]}…)" for path, digest in files.items()]
    return {"own files": shown} if shown else {}


def _own(deciding: Iterable[Path]) -> list[Path]:
    return sorted(file for file in {each.resolve() for each in deciding} if not file.is_relative_to(SOURCES / PACKAGE))


def _path(file: Path) -> str:
    here = Path.cwd().resolve()
    return os.path.relpath(file, here) if file.is_relative_to(here) else str(file)
