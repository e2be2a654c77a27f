"""What a store has, run by run, as people read it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradient_horizon.pipeline.usage import Use, Uses
from gradient_horizon.store.difference import ORIGIN
from gradient_horizon.store.store import Store, StoredRun
from gradient_horizon.store.unused import size_of
from gradient_horizon.study.task_text import task_text

SHORT = 12
"""Digits of a digest that are shown."""


@dataclass(frozen=True)
class Row:
    """A run of the store: where it is, what it was trained for, how far it is, and the studies that use it.

    `origin`: the store that it was merged from; empty: it was trained here.
    """

    folder: Path
    asked: tuple[str, ...]
    state: str
    size: int
    studies: tuple[str, ...]
    origin: str

    @property
    def words(self) -> tuple[str, ...]:
        """What is shown of it, column by column."""
        used = ", ".join(self.studies) or "in no study"
        state = f"{self.state}, from {self.origin}" if self.origin else self.state
        return (self.folder.name[:SHORT], *self.asked, megabytes(self.size), state, used)


def rows(store: Store, uses: Uses) -> Iterator[Row]:
    """Every run of a store."""
    used: dict[str, list[tuple[str, Use]]] = {}
    for study, of_study in uses.items():
        for use in of_study:
            used.setdefault(use.keys.networks, []).append((study, use))
    for folder in store.folders():
        by = used.get(folder.name, [])
        parts = [store.run(use.keys) for _, use in by] or list(_any_parts(folder))
        studies = tuple(dict.fromkeys(study for study, _ in by))
        names = tuple(dict.fromkeys(use.run for _, use in by))
        record = _provenance(folder)
        origin = record.get(ORIGIN, {}).get("store", "")
        yield Row(folder, _asked(record, names), state_of(parts), size_of(folder), studies, origin)


def state_of(parts: Sequence[StoredRun]) -> str:
    """How far a run is whose parts are looked for under these digests."""
    if parts and all(run.is_complete for run in parts):
        return "measured"
    return "trained" if parts and all(run.is_trained for run in parts) else "unfinished"


def megabytes(size: int) -> str:
    """Bytes in words."""
    return f"{size / 1e6:,.{1 if size >= 10_000_000 else 3}f} MB"


def table(lines: Sequence[Sequence[str]]) -> list[str]:
    """Lines of words, in columns as wide as their longest word."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _any_parts(folder: Path) -> Iterator[StoredRun]:
    """The parts that stand in a folder, under whatever digests."""
    histories, measures = (_digests(folder, kind) for kind in ("history", "measures"))
    found = [StoredRun(folder, history, measure) for history in histories for measure in measures or ("",)]
    yield from [run for run in found if run.is_complete] or found[:1]


def _digests(folder: Path, kind: str) -> list[str]:
    return [path.stem.removeprefix(f"{kind}-") for path in sorted(folder.glob(f"{kind}-*.safetensors"))]


def _provenance(folder: Path) -> dict[str, Any]:
    """What a run says of where it was trained, and for what; nothing, where that cannot be read."""
    try:
        record = json.loads(StoredRun(folder, "", "").provenance.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _asked(record: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    """What the run was trained for first; of one that is not trained yet, the names that studies have for it."""
    try:
        spec = record["spec"]
        changes = " ".join(_change(name, values) for name, values in spec["changes"]) or "no changes"
        seeds = [str(seed) for seed in spec["seeds"]]
        return (
            task_text(spec["task"], spec.get("task_parameters", {})),
            spec["cell"],
            changes,
            f"T = {spec['length']}",
            f"seeds {seeds[0]}-{seeds[-1]}" if len(seeds) > 1 else f"seed {seeds[0]}",
            f"{spec['updates']} updates",
        )
    except (ValueError, KeyError, TypeError, IndexError):
        return (", ".join(names) or "nothing is known of it", *[""] * 5)


def _change(name: str, values: Mapping[str, Any]) -> str:
    return f"{name}({', '.join(f'{key} {value}' for key, value in values.items())})" if values else name
