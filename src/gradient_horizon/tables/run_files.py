"""The files that a run left, read when they are first needed, and the networks in them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gradient_horizon.storage import read_arrays
from gradient_horizon.store.store import StoredRun
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tables.columns import RUN_KEY
from gradient_horizon.tables.schema import Row
from gradient_horizon.training.stages import STAGES

SHOWN_SEEDS = 5
"""Eigenvalues and gate traces are tabulated for the first judged seeds of a job only, at most for this many."""


@dataclass(frozen=True)
class RunFiles:
    """What one run was asked to do, and the files that it left."""

    spec: RunSpec
    stored: StoredRun

    @property
    def run(self) -> str:
        """The id of the run."""
        return self.spec.id

    @property
    def files(self) -> tuple[Path, ...]:
        """All that tables read of every run."""
        stored = self.stored
        return (stored.outcome, stored.history, stored.measures, stored.provenance, *stored.further.values())

    @cached_property
    def outcome(self) -> dict[str, Any]:
        """What became of each network."""
        content: dict[str, Any] = json.loads(self.stored.outcome.read_text(encoding="utf-8"))
        return content

    @cached_property
    def history(self) -> dict[str, np.ndarray]:
        """The record of training."""
        return read_arrays(self.stored.history)

    @cached_property
    def measures(self) -> dict[str, np.ndarray]:
        """What was measured on the saved networks."""
        return read_arrays(self.stored.measures)

    def further(self, name: str) -> dict[str, np.ndarray] | None:
        """What a measure found that only some experiments ask for; None: this one does not."""
        file = self.stored.further.get(name)
        return None if file is None else read_arrays(file)

    @cached_property
    def chosen_learning_rates(self) -> dict[int, float]:
        """The learning rate of each seed, chosen by the other judged seeds, or for a pilot seed by the other pilots."""
        seeds = (*self.spec.seeds, *self.spec.pilot_seeds)
        rates = (*self.outcome["chosen_learning_rates"], *self.outcome["pilot_learning_rates"])
        return dict(zip(seeds, rates, strict=True))

    @property
    def first_seed(self) -> int:
        """The smallest judged seed of the job."""
        return self.spec.seeds[0]

    @property
    def key(self) -> Row:
        """The columns of `RUN_KEY`, with which most tables begin."""
        return {name: getattr(self.spec, name) for name in RUN_KEY} | {"task": self.spec.named_task}

    def networks(self) -> Iterator[tuple[int, Row]]:
        """Index and outcome of each network; "chosen" says whether it has the learning rate chosen for its seed."""
        for index, network in enumerate(self.outcome["networks"]):
            chosen = network["learning_rate"] == self.chosen_learning_rates[network["seed"]]
            yield index, {**network, "chosen": chosen}

    def chosen_networks(self) -> Iterator[tuple[int, Row]]:
        """Those of judged seeds at the learning rates chosen for them."""
        return ((index, network) for index, network in self.networks() if network["judged"] and network["chosen"])

    def measured_networks(self) -> Iterator[tuple[int, int, Row]]:
        """Indices [stage seed] into the measures for each network measured then, and its columns of `MEASURED`."""
        solved = {network["seed"]: network["status"] == "solved" for _, network in self.chosen_networks()}
        for stage_index, stage in enumerate(STAGES):
            for seed_index, seed in enumerate(self.spec.seeds):
                if np.isfinite(self.measures["loss"][stage_index, seed_index]):
                    yield stage_index, seed_index, {**self.key, "seed": seed, "moment": stage, "solved": solved[seed]}
