"""Whether this machine has what a study needs; nothing here imports more than Python has, so that it runs anywhere."""

import sys

from gradient_horizon.pipeline.machine import examined

STATUS = 1
"""After something that keeps studies from running."""


def examine() -> None:
    """Prints a line for each thing that was looked at, and what to do about it; exits with 1 where something fails."""
    failed = False
    for line in examined():
        print(f"{line.level:4}  {line.what}: {line.found}", flush=True)
        failed |= line.level == "fail"
    if failed:
        sys.exit(STATUS)
