"""Results held against those of an earlier run, or parts that were run again against those in `reference/`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from gradient_horizon.pipeline.comparing import compare
from gradient_horizon.pipeline.parts import ABOUT
from gradient_horizon.pipeline.places import RESULTS

REFERENCES = Path("reference")


def compare_results(*, reference: Path | None, results: Path, tolerance: float) -> None:
    """Prints which verdicts and numbers differ from those of an earlier run; exits with 1 if any does.

    Without a reference, every part in `reference/` of which this folder has results is one.
    """
    pairs = list(_parts_run_again()) if reference is None else [(reference, results)]
    if not pairs:
        sys.exit(
            f"no part in {REFERENCES}/ has results here: run one again, as {REFERENCES}/README.md says, or name the "
            "folder of an earlier run"
        )
    differ = False
    for earlier, here in pairs:
        differences = compare(here, earlier, tolerance=tolerance)
        for difference in differences:
            print(f"{difference.where}: {difference.what}")
        found = f"{len(differences) or 'no'} differences beyond a relative tolerance of {tolerance:g}"
        print(f"{here} against {earlier}: {found}", flush=True)
        differ = differ or bool(differences)
    if differ:
        sys.exit(1)


def _parts_run_again() -> Iterator[tuple[Path, Path]]:
    for about in sorted(REFERENCES.glob(f"*/*/{ABOUT}")):
        part = about.parent
        here = RESULTS / part.parent.name / "only" / part.name
        if (here / "tables").is_dir():
            yield part, here
