"""Runs of another store taken into one: whole files only, and of each run its outcome last, as training writes it."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gradient_horizon.errors import StoreError
from gradient_horizon.storage import remove, write, write_json
from gradient_horizon.store.difference import (
    CHECKPOINT,
    ORIGIN,
    OUTCOME,
    PROVENANCE,
    Difference,
    difference,
    is_trained,
    recorded,
)
from gradient_horizon.store.locks import held
from gradient_horizon.store.store import Store


class State(StrEnum):
    """What became of a run of another store."""

    NEW = "new"
    MORE = "more files of it are there"
    SAME = "all of it was there"
    BUSY = "a process works on it"
    CONTRADICTORY = "another result is there"


@dataclass(frozen=True)
class Joined:
    """What became of a run of another store: names of files that were taken, are damaged there, or differ and stay.

    `size`: bytes that were taken. `contradiction` is the first file that differs and must not; empty: none does.
    """

    folder: Path
    state: State
    taken: tuple[str, ...] = ()
    size: int = 0
    damaged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    contradiction: str = ""


def join(theirs: Path, store: Store, name: str, day: str) -> Joined:
    """Takes into a store what it lacks of a run in another store's folder; `name` and `day` are kept as its origin.

    An interruption leaves files that are whole, and the next call goes on from there. Raises StoreError where the store
    cannot be written.
    """
    ours = store.folder_of(theirs.name)
    found = _compared(theirs, ours)
    if found.contradiction or not found.lacking:
        return _unchanged(theirs, found)
    try:
        ours.mkdir(parents=True, exist_ok=True)
        with held(ours, wait=False) as is_held:
            if not is_held:
                return Joined(theirs, State.BUSY)
            return _take(theirs, ours, _compared(theirs, ours), {"store": name, "day": day})
    except OSError as error:
        raise StoreError(
            f"{ours} must be a folder that can be written to, got {error.strerror}. What was taken is kept; give it "
            "room, or the right to write, and merge again."
        ) from None


def would_join(theirs: Path, store: Store) -> Joined:
    """What `join` would do, but for files that turn out damaged when they are read."""
    found = _compared(theirs, store.folder_of(theirs.name))
    if found.contradiction or not found.lacking:
        return _unchanged(theirs, found)
    size = sum((theirs / name).stat().st_size for name in found.lacking)
    return Joined(theirs, _state(found.lacking), found.lacking, size, found.damaged, found.kept)


def _compared(theirs: Path, ours: Path) -> Difference:
    try:
        return difference(theirs, ours)
    except OSError as error:
        raise StoreError(f"{theirs} and {ours} must be folders that can be read, got {error}") from None


def _unchanged(theirs: Path, found: Difference) -> Joined:
    state = State.CONTRADICTORY if found.contradiction else State.SAME
    return Joined(theirs, state, (), 0, found.damaged, found.kept, found.contradiction)


def _state(taken: tuple[str, ...]) -> State:
    if OUTCOME in taken:
        return State.NEW
    return State.MORE if taken else State.SAME


def _take(theirs: Path, ours: Path, found: Difference, origin: dict[str, str]) -> Joined:
    if found.contradiction:
        return _unchanged(theirs, found)
    taken, damaged, size = [], list(found.damaged), 0
    for name in found.lacking:
        content = _whole_content(theirs / name)
        if content is None:
            damaged.append(name)
            continue
        if name == PROVENANCE and ORIGIN not in (record := json.loads(content)):
            write_json(ours / name, {**record, ORIGIN: origin})
        else:
            write(ours / name, content)
        taken.append(name)
        size += len(content)
    if is_trained(ours):
        remove(ours / CHECKPOINT)
    return Joined(theirs, _state(tuple(taken)), tuple(taken), size, tuple(damaged), found.kept)


def _whole_content(file: Path) -> bytes | None:
    """The content of a file; None where it cannot be read, or does not match its checksum."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == recorded(file) else None
