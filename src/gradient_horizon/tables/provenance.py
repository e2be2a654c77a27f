"""Where and with what runs were made: versions of libraries, machines, seconds."""

import json
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import NamedTuple

from gradient_horizon import registries
from gradient_horizon.storage import is_whole
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
    for run in runs:
        record = json.loads(run.stored.provenance.read_text(encoding="utf-8"))
        found = {**record["versions"], **record["machine"], "processor": record["processor"]}
        for key, value in found.items():
            values.setdefault(key, set()).add(value)
    if values:
        values |= {name: {version(name)} for name in MEASURED_WITH}
    return {key: sorted(each) for key, each in values.items()}


def stages(runs: Iterable[RunFiles]) -> Iterator[Stage]:
    """The time that each stage took, where runs have kept it."""
    files = [run.stored.durations for run in runs]
    kept = [json.loads(file.read_text(encoding="utf-8")) for file in files if is_whole(file)]
    for stage in STAGES:
        seconds = [each[stage] for each in kept if stage in each]
        if seconds:
            yield Stage(stage, len(seconds), round(sum(seconds), 1), max(seconds))
