"""Simulated studies that hold the statistics against what is asked of them."""

import sys
from pathlib import Path

from gradient_horizon.simulating.page import page
from gradient_horizon.simulating.requirements import simulate, unmet


def simulate_studies(*, draws: int, out: Path) -> None:
    """Prints and writes how often intervals cover and tests decide; exits with 1 if a requirement is not met."""
    simulated = simulate(draws)
    text = page(simulated)
    print(text, flush=True)
    out.write_text(text, encoding="utf-8")
    if unmet(simulated):
        sys.exit(1)
