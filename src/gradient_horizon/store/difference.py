"""What another store has of a run, beside what is here: told by names and checksums.

Networks, history and outcome are promised to be the same bytes on every processor; where they are not, one of the two
runs is not what its digest says. All else, such as measures in their last digits, may differ.
"""

import json
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradient_horizon.storage import CHECKSUMS, is_whole
from gradient_horizon.store.store import StoredRun

ORIGIN = "origin"
"""The key in the provenance of a run that was taken from another store: the name of that store, and the day."""

HISTORY = "history-"
"""How the names of histories begin."""

LEFT = (".tmp", ".damaged")
"""Endings of files that an interruption left, or that were moved aside."""

_RUN = StoredRun(Path(), "", "")
NETWORKS, OUTCOME, PROVENANCE, CHECKPOINT = (
    file.name for file in (_RUN.networks, _RUN.outcome, _RUN.provenance, _RUN.checkpoint)
)


@dataclass(frozen=True)
class Difference:
    """What another store has of a run, beside what is here, as names of files.

    `lacking` are those that are lacking or damaged here, in the order in which they are taken: the outcome last, as
    training writes it. `damaged` are those that differ since they are damaged there, `kept` those of which the one
    here stays. `contradiction` is the first that differs and must not; empty: none does.
    """

    lacking: tuple[str, ...]
    damaged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    contradiction: str = ""


def difference(theirs: Path, ours: Path) -> Difference:
    """Compares two folders of a run; ours need not exist. Of files that only theirs has, the content is not read."""
    there, here = _names(theirs), _names(ours)
    lacking, damaged, kept, contradictions = there - here, [], [], []
    if _is_trained(there) or _is_trained(here):
        lacking.discard(CHECKPOINT)
    for name in sorted((there & here) - {CHECKPOINT}):
        one, other = theirs / name, ours / name
        if recorded(one) == recorded(other) != "":
            continue
        if not is_whole(one):
            damaged.append(name)
        elif not is_whole(other):
            lacking.add(name)
        elif name in (NETWORKS, OUTCOME) or name.startswith(HISTORY):
            contradictions.append(name)
        elif name != PROVENANCE or _without_origin(one) != _without_origin(other):
            kept.append(name)
    ordered = sorted(lacking, key=lambda name: (name == OUTCOME, name))
    return Difference(tuple(ordered), tuple(damaged), tuple(kept), next(iter(contradictions), ""))


def recorded(file: Path) -> str:
    """The checksum that was written with a file; empty: none was."""
    try:
        return (file.parent / CHECKSUMS / file.name).read_text(encoding="ascii").partition(" ")[0]
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def is_trained(folder: Path) -> bool:
    """Whether a folder has all parts of a training."""
    return _is_trained(_names(folder))


def _is_trained(names: Collection[str]) -> bool:
    return {NETWORKS, OUTCOME, PROVENANCE} <= {*names} and any(name.startswith(HISTORY) for name in names)


def _names(folder: Path) -> set[str]:
    try:
        with os.scandir(folder) as entries:
            return {entry.name for entry in entries if entry.is_file() and not entry.name.endswith(LEFT)}
    except FileNotFoundError:
        return set()


def _without_origin(file: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    record.pop(ORIGIN, None)
    return record
