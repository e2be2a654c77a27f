"""Results held against those of an earlier run."""

import sys
from pathlib import Path

from gradient_horizon.pipeline.comparing import compare


def compare_results(*, reference: Path, results: Path, tolerance: float) -> None:
    """Prints which verdicts and numbers differ from those of an earlier run; exits with 1 if any does."""
    differences = compare(results, reference, tolerance=tolerance)
    for difference in differences:
        print(f"{difference.where}: {difference.what}")
    print(f"{len(differences) or 'no'} differences beyond a relative tolerance of {tolerance:g}", flush=True)
    if differences:
        sys.exit(1)
