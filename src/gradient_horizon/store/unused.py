"""What a store holds that no study uses, and its removal."""

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gradient_horizon import registries
from gradient_horizon.errors import StoreError
from gradient_horizon.storage import CHECKSUMS, remove
from gradient_horizon.store.keys import Keys
from gradient_horizon.store.locks import held
from gradient_horizon.store.store import RUNS, Store, StoredRun

KEYED = tuple(f"{kind}-" for kind in ("history", "measures", *registries.MEASURES))
"""How the names of files begin that carry a digest, so that several can stand beside the same networks."""

LEFT_BEHIND = 3600.0
"""Seconds after which a temporary file is one that nobody writes now; locks may not tell of other machines."""


@dataclass(frozen=True)
class Unused:
    """A whole run, or one file, and why it is not needed; nothing is done to it while a process holds `locked`."""

    path: Path
    why: str
    size: int
    locked: Path | None

    @property
    def is_run(self) -> bool:
        """Whether this is a whole run."""
        return self.path == self.locked


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(map(_size, _files(folder)))


def unused(store: Store, used: Iterable[Keys]) -> Iterator[Unused]:
    """Runs and files of runs that are not among the used ones, and files that an interruption has left."""
    parts: dict[str, set[str]] = {}
    for keys in used:
        run = store.run(keys)
        files = (run.history, run.measures, *run.further.values())
        parts.setdefault(keys.networks, set()).update(file.name for file in files)
    for folder in store.folders():
        if folder.name not in parts:
            yield Unused(folder, "in no study", size_of(folder), folder)
        else:
            yield from _unused_files(folder, parts[folder.name])
    yield from _left_behind(store.folder)


def remove_unused(item: Unused) -> bool:
    """Removes a run or a file; False where a process works on the run, and nothing was done.

    An interruption leaves a run that is whole, or one that counts as lacking. Raises StoreError where nothing may be
    removed.
    """
    try:
        if item.locked is None:
            remove(item.path)
            return True
        with held(item.locked, wait=False) as is_held:
            if is_held:
                _remove(item)
            return is_held or not item.path.exists()
    except OSError as error:
        raise StoreError(
            f"{item.path} must be something that may be removed, got {error.strerror}. Give yourself the right to "
            "write in its folder; what is already removed stays so, and all runs that studies use are as they were."
        ) from None


def _remove(item: Unused) -> None:
    if item.is_run:
        remove(StoredRun(item.path, "", "").outcome)
        shutil.rmtree(item.path)
    else:
        remove(item.path)


def _unused_files(folder: Path, needed: set[str]) -> Iterator[Unused]:
    for path in _files(folder):
        name = path.name
        if why := _interrupted(path):
            if _is_left(path):
                yield Unused(path, why, _size(path), folder)
        elif path.parent == folder and name.startswith(KEYED) and name not in needed:
            yield Unused(path, "in no study", _size(path) + _size(folder / CHECKSUMS / name), folder)


def _left_behind(folder: Path) -> Iterator[Unused]:
    """Files beside the runs that were to be renamed long ago."""
    for place in (folder, folder / CHECKSUMS, folder / RUNS):
        for path in sorted(place.glob("*")):
            why = "a trial" if path.name.startswith(".probe-") else _interrupted(path)
            if why and path.is_file() and _is_left(path):
                yield Unused(path, why, _size(path), None)


def _is_left(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_mtime > LEFT_BEHIND
    except FileNotFoundError:
        return False


def _interrupted(path: Path) -> str | None:
    """Why nobody needs a file, whatever studies there are; None: somebody may."""
    if path.suffix == ".tmp":
        return "half written"
    if path.suffix == ".damaged":
        return "damaged"
    if path.parent.name == CHECKSUMS and not (path.parent.parent / path.name).exists():
        return "checksum of nothing"
    return None


def _files(folder: Path) -> list[Path]:
    return sorted(Path(place) / name for place, _, names in os.walk(folder) for name in names)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0
