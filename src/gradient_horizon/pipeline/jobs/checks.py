"""Identities that need no run: powers of matrices, and our cells beside those of torch.nn."""

from pathlib import Path

from gradient_horizon.measuring.checks.equality import measure_equality
from gradient_horizon.measuring.checks.powers import measure_powers
from gradient_horizon.storage import write_json


def write_checks(*, out: Path) -> None:
    """Writes both into files of this folder."""
    write_json(out / "powers.json", [powers._asdict() for powers in measure_powers()])
    write_json(out / "equality.json", [equality._asdict() for equality in measure_equality()])
