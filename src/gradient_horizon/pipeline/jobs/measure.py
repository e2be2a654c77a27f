"""Measuring of one trained run."""

import json
from pathlib import Path

from gradient_horizon.measuring.measure import measure
from gradient_horizon.storage import read_arrays, require_whole, write_arrays
from gradient_horizon.study.run_spec import RunSpec


def measure_run(*, outcome: Path, networks: Path, measures: Path) -> None:
    """Takes all measures on the saved networks of one run."""
    require_whole(outcome, networks)
    content = json.loads(outcome.read_text(encoding="utf-8"))
    spec = RunSpec.from_json(json.dumps(content["spec"]))
    write_arrays(measures, measure(spec, content["chosen_learning_rate"], read_arrays(networks)))
