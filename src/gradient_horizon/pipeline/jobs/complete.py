"""The end of a study: whether all of its runs are there."""

import json
import sys
from pathlib import Path

from gradient_horizon.storage import require_whole, write


def check_complete(*, made_of: Path, failures: Path, out: Path) -> None:
    """Writes that no run is missing, or names those that are, with their logs, and exits with 1."""
    require_whole(made_of)
    missing = json.loads(made_of.read_text(encoding="utf-8"))["missing"]
    if not missing:
        write(out, "all runs are there\n")
        return
    for run in missing:
        log = failures / f"{run}.log"
        why = f"failed, see {log}" if log.exists() else "is not in the store: its code changed while the study ran"
        sys.stderr.write(f"{run} {why}\n")
    sys.stderr.write(f"missing: {len(missing)} of the runs; the report was made without them, and says so\n")
    sys.exit(1)
