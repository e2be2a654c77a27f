"""Where and with what runs were made: versions of libraries, machines, seconds."""

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Any, NamedTuple

from gradient_horizon import registries
from gradient_horizon.storage import is_whole
from gradient_horizon.store.difference import ORIGIN
from gradient_horizon.tables.run_files import RunFiles

STAGES = ("training", "measuring", *registries.MEASURES)

MEASURED_WITH = ("torch",)
"""A run is measured with these libraries in the versions that are installed: other versions have other measures."""


class Stage(NamedTuple):
    """What a stage took over runs, in seconds."""

    stage: str
    runs: int
    seconds: float
    longest: float


def facts(runs: Iterable[RunFiles]) -> dict[str, list[str]]:
    """What runs say of where they were trained, by what it is about; several values where they differ."""
    values: dict[str, set[str]] = {}
    for record in _records(runs):
        _add(values, record)
    if values:
        values |= {name: {version(name)} for name in MEASURED_WITH}
    return {key: sorted(each) for key, each in values.items()}


def origins(runs: Iterable[RunFiles]) -> list[dict[str, Any]]:
    """Where runs come from, where any were taken from another store: first those trained here, then store by store.

    Of each: the name of the store (empty: here), the days on which runs were taken, their number, and what they say of
    where they were trained, as in `facts`.
    """
    counts: dict[str, int] = {}
    days: dict[str, set[str]] = {}
    values: dict[str, dict[str, set[str]]] = {}
    for record in _records(runs):
        origin = record.get(ORIGIN) or {"store": "", "day": ""}
        store = origin["store"]
        counts[store] = counts.get(store, 0) + 1
        days.setdefault(store, set()).update(filter(None, [origin["day"]]))
        _add(values.setdefault(store, {}), record)
    if not any(counts):
        return []
    return [
        {
            "store": store,
            "days": sorted(days[store]),
            "runs": counts[store],
            "facts": {key: sorted(each) for key, each in values[store].items()},
        }
        for store in sorted(counts)
    ]


def _records(runs: Iterable[RunFiles]) -> Iterator[Mapping[str, Any]]:
    for run in runs:
        yield json.loads(run.stored.provenance.read_text(encoding="utf-8"))


def _add(values: dict[str, set[str]], record: Mapping[str, Any]) -> None:
    for key, value in {**record["versions"], **record["machine"], "processor": record["processor"]}.items():
        values.setdefault(key, set()).add(value)


def stages(runs: Iterable[RunFiles]) -> Iterator[Stage]:
    """The time that each stage took, where runs have kept it."""
    files = [run.stored.durations for run in runs]
    kept = [json.loads(file.read_text(encoding="utf-8")) for file in files if is_whole(file)]
    for stage in STAGES:
        seconds = [each[stage] for each in kept if stage in each]
        if seconds:
            yield Stage(stage, len(seconds), round(sum(seconds), 1), max(seconds))
