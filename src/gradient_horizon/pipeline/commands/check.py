"""Files compared with their checksums."""

import sys
from pathlib import Path

from gradient_horizon.pipeline.command_line import DAMAGED
from gradient_horizon.storage import CHECKSUMS, damaged_files


def check_files(*, results: Path) -> None:
    """Prints the files of a study that do not match their checksums, and how they are rebuilt; exits with 3 then.

    Exits with 3 as well where there are no checksums: tools that skip hidden folders leave them behind.
    """
    checksums = sum(1 for folder in results.rglob(CHECKSUMS) for _ in folder.iterdir())
    if not checksums:
        sys.stderr.write(f"{results} must hold files with checksums, in hidden folders {CHECKSUMS}; got none\n")
        sys.exit(DAMAGED)
    damaged = [str(file) for file in damaged_files(results)]
    if damaged:
        print("\n".join(damaged), flush=True)
        sys.stderr.write(f"To rebuild them: snakemake --cores N --forcerun {' '.join(damaged)}\n")
        sys.exit(DAMAGED)
    print(f"none of the files with {checksums} checksums is damaged")
