"""Whether this machine, or a cluster, has what a study needs; of this machine with no more than Python has."""

import sys
from collections.abc import Iterable

from gradient_horizon.pipeline.machine import Line, examined

STATUS = 1
"""After something that keeps studies from running."""


def examine(*, cluster: bool, partition: str | None, account: str | None, wait: int) -> None:
    """Prints a line for each thing that was looked at, and what to do about it; exits with 1 where something fails.

    With `cluster` also for what a study needs of Slurm, with this partition and account in place of the profile's;
    nodes are waited for so many seconds. Raises ConfigError for a profile that cannot be read.
    """
    failed = _prints(examined())
    if cluster:
        from gradient_horizon.pipeline.cluster.examined import examined_cluster
        from gradient_horizon.pipeline.cluster.profile import read_profile

        profile = read_profile()
        profile = profile._replace(partition=partition or profile.partition, account=account or profile.account)
        failed |= _prints(examined_cluster(profile, wait))
    if failed:
        sys.exit(STATUS)


def _prints(lines: Iterable[Line]) -> bool:
    """Prints lines as they come; says whether any of them is of a failure."""
    failed = False
    for line in lines:
        print(f"{line.level:4}  {line.what}: {line.found}", flush=True)
        failed |= line.level == "fail"
    return failed
