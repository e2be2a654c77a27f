"""The runs that configuration files ask for."""

import sys
from pathlib import Path

from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import load_study
from gradient_horizon.study.plan import expand


def print_plan(*, files: list[Path]) -> None:
    """Prints a line per run that these configuration files ask for, and how many networks that is."""
    specs = expand(load_study(read_yaml(*files), files))
    networks = 0
    for spec in specs:
        count = (len(spec.seeds) + len(spec.selection_seeds)) * len(spec.learning_rates)
        networks += count
        sys.stdout.write(f"{spec.id}  {count} networks, up to {spec.updates} updates of {spec.length} steps\n")
    sys.stdout.write(f"{len(specs)} runs, {networks} networks\n")
