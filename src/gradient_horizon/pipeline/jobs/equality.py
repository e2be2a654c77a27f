"""The cells of this package beside those of torch.nn."""

from pathlib import Path

from gradient_horizon.measuring.checks.equality import measure_equality
from gradient_horizon.storage import write_json


def write_equality(*, out: Path) -> None:
    """Compares the states and gradients of our cells with those of torch.nn."""
    write_json(out, [equality._asdict() for equality in measure_equality()])
