"""From a study to its runs: the only place where a cross product is taken."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from gradient_horizon import registries
from gradient_horizon.config import Experiment, Study

SPEC_VERSION = 1
SELECTION_SEED_OFFSET = 1_000_000
"""Selection seeds are numbered from here on, so that no judged seed is one of them."""

ENGINE = (
    "axes.py",
    "cells/base.py",
    "cells/pointwise.py",
    "checkpoints.py",
    "inits.py",
    "losses.py",
    "optimisers.py",
    "plan.py",
    "remedies/base.py",
    "seeding.py",
    "segments.py",
    "storage.py",
    "tasks/base.py",
    "training.py",
    "unroll.py",
)


@dataclass(frozen=True)
class RunSpec:
    """Everything that decides the numbers of one training job, and nothing else."""

    experiment: str
    task: str
    cell: str
    remedy: str
    changes: tuple[tuple[str, dict[str, Any]], ...]
    length: int
    hidden_size: int
    batch_size: int
    optimiser: str
    learning_rates: tuple[float, ...]
    precision: Literal["float32", "float64"]
    updates: int
    evaluate_every: int
    evaluation_sequences: int
    hidden_gradients_every: int
    seeds: tuple[int, ...]
    selection_seeds: tuple[int, ...]
    version: int = SPEC_VERSION

    def to_json(self) -> str:
        """One canonical line: the same spec always gives the same text."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "RunSpec":
        """The inverse of `to_json`."""
        raw = json.loads(text)
        changes = tuple((name, parameters) for name, parameters in raw.pop("changes"))
        lists = {key: tuple(value) for key, value in raw.items() if isinstance(value, list)}
        return cls(changes=changes, **{**raw, **lists})

    @property
    def id(self) -> str:
        """A readable name that no two different specs share; nobody parses it."""
        parts = (self.experiment, self.task, self.cell, self.remedy, f"T{self.length}", f"s{self.seeds[0]}")
        digest = hashlib.sha256(self.to_json().encode()).hexdigest()[:8]
        return "_".join([*(re.sub(r"[^A-Za-z0-9.-]", "-", part) for part in parts), digest])


def expand(study: Study) -> tuple[RunSpec, ...]:
    """All training jobs of a study, in a fixed order."""
    return tuple(spec for experiment in study.experiments for spec in _expand_experiment(study, experiment))


def sources(spec: RunSpec) -> list[Path]:
    """The files whose code decides the numbers of a run: the engine, and its own cell, task and changes."""
    package = Path(__file__).parent
    changes = [registries.load(registries.CHANGES, "change", name) for name, _ in spec.changes]
    parts = [name for change in changes for name in (change.wrapper, change.parametrisation)]
    own = [
        registries.source_file(registries.CELLS, "cell", spec.cell),
        registries.source_file(registries.TASKS, "task", spec.task),
        *(registries.source_file(registries.CHANGES, "change", name) for name, _ in spec.changes),
        *(registries.source_file({}, "class", name) for name in filter(None, parts)),
    ]
    return list(dict.fromkeys([*(package / name for name in ENGINE), *own]))


def _expand_experiment(study: Study, experiment: Experiment) -> Iterator[RunSpec]:
    seeds = range(experiment.first_seed, experiment.first_seed + experiment.seeds)
    choosing = range(experiment.selection_seeds) if len(experiment.learning_rates) > 1 else range(0)
    for cell in experiment.cells:
        for remedy in experiment.remedies:
            changes = tuple(
                (entry.change, entry.build().model_dump(mode="json")) for entry in study.changes(experiment, remedy)
            )
            for length in sorted(experiment.all_lengths):
                for first in range(seeds.start, seeds.stop, experiment.seeds_per_job):
                    yield RunSpec(
                        experiment=experiment.name,
                        task=experiment.task,
                        cell=cell,
                        remedy=remedy,
                        changes=changes,
                        length=length,
                        hidden_size=experiment.hidden_size,
                        batch_size=experiment.batch_size,
                        optimiser=experiment.optimiser,
                        learning_rates=tuple(sorted(experiment.learning_rates)),
                        precision=experiment.precision,
                        updates=experiment.updates,
                        evaluate_every=experiment.evaluate_every,
                        evaluation_sequences=experiment.evaluation_sequences,
                        hidden_gradients_every=experiment.hidden_gradients_every,
                        seeds=tuple(range(first, min(first + experiment.seeds_per_job, seeds.stop))),
                        selection_seeds=tuple(SELECTION_SEED_OFFSET + seeds.start + index for index in choosing),
                    )
