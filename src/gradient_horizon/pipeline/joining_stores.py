"""Stores of other machines joined into one: which folders may be, whether there is room, what became of the runs."""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from gradient_horizon.errors import MergeError
from gradient_horizon.pipeline.machine import GIGABYTE, SPARE_DISK, free_disk, free_files
from gradient_horizon.pipeline.places import SPEED
from gradient_horizon.storage import CHECKSUMS
from gradient_horizon.store.joining import Joined, State, join, would_join
from gradient_horizon.store.store import MARKER, RUNS, Store

OF_STORE = {MARKER, RUNS, CHECKSUMS, SPEED.name}
"""What stands in the folder of a store, of which a new one has only some."""

OVERHEAD = 8192
"""Bytes that a file may take beside its content: what is left of its last block, and the file of its checksum."""

INODES = 3
"""Of a file: its own, that of its checksum, and its share of the two folders of its run."""

SECONDS_BETWEEN_LINES = 5.0
"""How often is said how far a store is."""


class Source(NamedTuple):
    """A store that is joined into another, by a name that says where it came from."""

    name: str
    folder: Path


@dataclass
class Summary:
    """What became of the runs of one store; `left` are those of which something was left there.

    `kept`: how many runs have files that differ from those that are there, by kind. `rate`: files per second, in words.
    """

    name: str
    states: Counter[State] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    left: list[Joined] = field(default_factory=list)
    files: int = 0
    size: int = 0
    rate: str = ""

    def add(self, joined: Joined) -> None:
        """Counts a run."""
        self.states[joined.state] += 1
        self.kept.update({_kind(name) for name in joined.kept})
        self.files += len(joined.taken)
        self.size += joined.size
        if joined.damaged or joined.state in (State.CONTRADICTORY, State.BUSY):
            self.left.append(joined)


def is_store(folder: Path) -> bool:
    """Whether a folder is a store of runs, whatever its format."""
    return (folder / MARKER).is_file() and (folder / RUNS).is_dir()


def require_joinable(sources: Sequence[Source], out: Path) -> None:
    """Raises MergeError or StoreError where stores cannot be joined into `out`; nothing is written."""
    paths = [source.folder.resolve() for source in sources]
    names = [source.name for source in sources]
    for source, path in zip(sources, paths, strict=True):
        if path == out.resolve():
            raise MergeError(
                f"--out must be another store than those that are joined into it, got {source.folder} as both"
            )
        if out.resolve().is_relative_to(path):
            raise MergeError(f"--out must lie outside the stores that are joined into it, got {out} in {source.folder}")
        if paths.count(path) > 1:
            raise MergeError(f"stores must be folders, each given once; got {path} {paths.count(path)} times")
        if names.count(source.name) > 1:
            raise MergeError(f"stores must have names of their own; got {source.name!r} for {names.count(source.name)}")
        Store(source.folder)
    if out.exists() and not (out.is_dir() and (is_store(out) or {each.name for each in out.iterdir()} <= OF_STORE)):
        raise MergeError(f"{out} must be a store, or a new folder, for stores to be joined into; got something else")
    Store(out)


def require_room(sources: Sequence[Source], out: Path) -> None:
    """Raises MergeError where the disk has no room for what `out` lacks of these stores, in bytes or in files."""
    size, files = _lacking(sources, Store(out))
    needed, free = (size + files * OVERHEAD) / GIGABYTE, free_disk(out)
    if files and needed + SPARE_DISK > free:
        raise MergeError(f"{out}: the disk must have room for {needed + SPARE_DISK:.2g} GB, got {free:.2g} GB")
    room = free_files(out)
    if room is not None and INODES * files > room:
        raise MergeError(f"{out}: the disk must have room for {INODES * files:,} more files, got {room:,}")


def join_store(source: Source, out: Path, *, dry_run: bool) -> Summary:
    """Takes into `out` what it lacks of a store, and says from time to time how far that is."""
    summary, day, start = Summary(source.name), date.today().isoformat(), time.monotonic()
    store, folders = Store(out), list(Store(source.folder).folders())
    said = start
    for number, folder in enumerate(folders, start=1):
        summary.add(would_join(folder, store) if dry_run else join(folder, store, source.name, day))
        if (now := time.monotonic()) - said > SECONDS_BETWEEN_LINES:
            said = now
            sys.stderr.write(f"{source.name}: {number:,} of {len(folders):,} runs{_rate(summary.files, now - start)}\n")
    summary.rate = _rate(summary.files, time.monotonic() - start)
    return summary


def _lacking(sources: Sequence[Source], store: Store) -> tuple[int, int]:
    """Bytes and number of the files that a store lacks of others; what several of them have counts once."""
    seen: set[tuple[str, str]] = set()
    size = 0
    for source in sources:
        for folder in Store(source.folder).folders():
            for name in would_join(folder, store).taken:
                if (folder.name, name) not in seen:
                    seen.add((folder.name, name))
                    size += (folder / name).stat().st_size
    return size, len(seen)


def _rate(files: int, seconds: float) -> str:
    return f", {files / max(seconds, 1e-3):,.0f} files per second" if files else ""


def _kind(name: str) -> str:
    """What a file holds, without the digest that stands in its name."""
    return name.partition("-")[0].partition(".")[0]
