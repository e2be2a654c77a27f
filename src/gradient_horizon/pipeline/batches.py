"""Batches: what the store lacks of a study, cut into jobs of about the same time."""

import hashlib
import json
import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.pipeline.environment import planned_here
from gradient_horizon.store.keys import Keys, keys_of
from gradient_horizon.store.store import Store, StoredRun
from gradient_horizon.study.costs import Cost
from gradient_horizon.study.run_spec import RunSpec

SHORTEST = 5.0
"""Seconds below which a job is not made shorter to occupy more cores: starting one takes some."""

JOBS_PER_CORE = 2
"""At least so many jobs for every core, so that cores do not wait long for the last one."""


@dataclass(frozen=True)
class PlannedRun:
    """A run of a study, and its place in the store."""

    spec: RunSpec
    keys: Keys
    stored: StoredRun


@dataclass(frozen=True)
class Work:
    """A run that the store lacks, or lacks a part of: the experiments that ask for it, and what it should cost.

    `further` are the measures that are asked for beyond those of every run; the cost is that of those that are lacking.
    """

    spec: RunSpec
    experiments: tuple[str, ...]
    cost: Cost
    is_trained: bool
    is_measured: bool = False
    further: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """The time that is expected on one core."""
        return self.training + self.measuring

    @property
    def training(self) -> float:
        """That of training."""
        return 0.0 if self.is_trained else self.cost.training

    @property
    def measuring(self) -> float:
        """That of all measures."""
        return self.cost.further + (0.0 if self.is_measured else self.cost.measuring)

    @property
    def networks(self) -> int:
        """Networks of the run."""
        return networks_of(self.spec)


@dataclass(frozen=True)
class Batch:
    """Runs that one job works through; all are asked for by the same experiments."""

    name: str
    runs: tuple[Work, ...]

    @property
    def experiments(self) -> tuple[str, ...]:
        """The experiments that ask for these runs."""
        return self.runs[0].experiments

    @property
    def seconds(self) -> float:
        """The time that is expected on one core."""
        return sum(run.seconds for run in self.runs)

    @property
    def networks(self) -> int:
        """Networks of all its runs."""
        return sum(run.networks for run in self.runs)

    @property
    def memory(self) -> int:
        """An upper estimate of the memory, in bytes."""
        return max(run.cost.memory for run in self.runs)

    def to_json(self) -> str:
        """What the job of this batch reads."""
        runs = [
            {
                "spec": run.spec.to_json(),
                "further": run.further,
                "training": run.training,
                "measuring": run.measuring,
            }
            for run in self.runs
        ]
        content = {"experiments": self.experiments, "memory": self.memory, "seconds": self.seconds, "runs": runs}
        return json.dumps({**content, "planned": planned_here()}) + "\n"


def networks_of(spec: RunSpec) -> int:
    """The number of networks that a run trains."""
    return (len(spec.seeds) + len(spec.pilot_seeds)) * len(spec.learning_rates)


def planned(
    specs: Iterable[RunSpec], store: Store, measures: Mapping[str, Iterable[str]] = MappingProxyType({})
) -> dict[str, PlannedRun]:
    """The runs of a study by id; raises ConfigError where a class of the user's own does not let it.

    `measures` are those that experiments ask for beyond the measures of every run, by name.
    """
    found = {}
    for spec in specs:
        try:
            keys = keys_of(spec, measures.get(spec.experiment, ()))
        except ConfigError:
            raise
        except (Exception, SystemExit) as error:
            said = f"{type(error).__name__}: {' '.join(str(error).split())}"
            named = ", ".join((spec.named_task, spec.cell, *(name for name, _ in spec.changes)))
            raise ConfigError([f"{named}: must be classes that a run can be planned with, got {said}"]) from error
        found[spec.id] = PlannedRun(spec, keys, store.run(keys))
    return found


def lacking(runs: Iterable[PlannedRun], costs: Costs) -> list[Work]:
    """What the store lacks; a run that several experiments ask for is there once."""
    asked: dict[Keys, list[PlannedRun]] = {}
    for run in runs:
        if not run.stored.is_complete:
            asked.setdefault(run.keys.of_every_run, []).append(run)
    return [_work(same, costs) for same in asked.values()]


def _work(same: Sequence[PlannedRun], costs: Costs) -> Work:
    """What is to be done for one run that so many experiments ask for."""
    first = same[0]
    further = {name: file for run in same for name, file in run.stored.further.items()}
    return Work(
        spec=first.spec,
        experiments=tuple(dict.fromkeys(run.spec.experiment for run in same)),
        cost=costs.of(first.spec, [name for name, file in further.items() if not file.is_file()]),
        is_trained=first.stored.is_trained,
        is_measured=first.stored.measures.is_file(),
        further=tuple(further),
    )


def cut(
    work: Sequence[Work],
    *,
    seconds: float,
    cores: int | None,
    manifests: Path,
    apart: Callable[[Work], Hashable] = lambda run: None,
) -> list[Batch]:
    """Batches of at most about so many seconds each, and shorter ones where cores would have nothing to do.

    `cores`: those of this machine; None on a cluster. `manifests`: the folder of what earlier batches left; a batch has
    another name than these, even if its runs are the same, because some failed or were lost. Runs stand in one batch
    only where the same experiments ask for them, and `apart` says the same of them.
    """
    if cores is not None:
        total = sum(run.seconds for run in work)
        seconds = min(seconds, max(SHORTEST, total / (JOBS_PER_CORE * cores)))
    groups: dict[Hashable, list[Work]] = {}
    for run in work:
        groups.setdefault((run.experiments, apart(run)), []).append(run)
    taken = {file.stem for file in manifests.glob("*.json")}
    pieces = (piece for group in groups.values() for piece in _cut(group, seconds))
    return [Batch(_name(piece, taken), tuple(piece)) for piece in pieces]


def _cut(work: Sequence[Work], seconds: float) -> Iterator[list[Work]]:
    """Pieces of about the same time, in the order of the runs."""
    total = sum(run.seconds for run in work)
    share = total / max(1, math.ceil(total / seconds))
    piece: list[Work] = []
    so_far = 0.0
    for run in work:
        if piece and so_far + run.seconds / 2 > share:
            yield piece
            piece, so_far = [], 0.0
        piece.append(run)
        so_far += run.seconds
    yield piece


def _name(piece: Sequence[Work], taken: set[str]) -> str:
    """The first experiment and a digest of the runs; of the name itself, as long as it is taken."""
    name, text = "", "\n".join(f"{run.spec.to_json()} {run.is_trained}" for run in piece)
    while not name or name in taken:
        text = hashlib.sha256(text.encode()).hexdigest()
        name = f"{piece[0].experiments[0]}-{text[:12]}"
    return name


def read_batch(file: Path) -> Mapping[str, Any]:
    """What `Batch.to_json` wrote."""
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content
