"""The files that a run left, read when they are asked for."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gradient_horizon.storage import read_arrays
from gradient_horizon.study.run_spec import RunSpec

Row = dict[str, Any]


@dataclass(frozen=True)
class RunFiles:
    """The files that one run left."""

    run: str
    outcome_file: Path
    history_file: Path
    measures_file: Path

    @cached_property
    def outcome(self) -> dict[str, Any]:
        """What became of each network."""
        content: dict[str, Any] = json.loads(self.outcome_file.read_text(encoding="utf-8"))
        return content

    @cached_property
    def spec(self) -> RunSpec:
        """What was asked for."""
        return RunSpec.from_json(json.dumps(self.outcome["spec"]))

    @cached_property
    def history(self) -> dict[str, np.ndarray]:
        """The record of training."""
        return read_arrays(self.history_file)

    @cached_property
    def measures(self) -> dict[str, np.ndarray]:
        """What was measured on the saved networks."""
        return read_arrays(self.measures_file)

    @property
    def chosen(self) -> float:
        """The run's learning rate."""
        return float(self.outcome["chosen_learning_rate"])

    @property
    def group(self) -> Row:
        """The columns that every table of runs begins with."""
        spec = self.spec
        return {
            "experiment": spec.experiment,
            "task": spec.task,
            "cell": spec.cell,
            "remedy": spec.remedy,
            "length": spec.length,
        }
