"""Powers of matrices."""

from pathlib import Path

from gradient_horizon.measuring.checks.powers import measure_powers
from gradient_horizon.storage import write_json


def write_powers(*, out: Path) -> None:
    """Compares powers of matrices by eigenvalues with powers by multiplication."""
    write_json(out, [powers._asdict() for powers in measure_powers()])
