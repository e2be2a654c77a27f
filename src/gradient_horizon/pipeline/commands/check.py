"""Files held against their checksums."""

import sys
from pathlib import Path

from gradient_horizon.storage import damaged_files

DAMAGED = 3
"""The status where files are damaged, as of every step that finds some."""


def check_files(*, results: Path) -> None:
    """Prints the files of a study that are not what was written there, and how they are rebuilt; exits with 3 then."""
    damaged = [str(file) for file in damaged_files(results)]
    if damaged:
        print("\n".join(damaged), flush=True)
        sys.stderr.write(f"To rebuild them: snakemake --cores N --forcerun {' '.join(damaged)}\n")
        sys.exit(DAMAGED)
