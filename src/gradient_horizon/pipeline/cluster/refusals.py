"""What Slurm, or one of its partitions, has against a job, as a sentence that names the key of the profile."""

import re
from collections.abc import Iterator, Mapping

from gradient_horizon.pipeline.cluster import slurm
from gradient_horizon.pipeline.cluster.slurm import Partition, Request

ACCOUNT, PARTITION, MINUTES, MEMORY = "slurm_account", "slurm_partition", "runtime", "mem_mb"
"""Keys of default-resources in a profile, and resources of rules."""

BLAMED: Mapping[str | None, str] = {
    None: r"policy",
    ACCOUNT: r"\baccount\b|association",
    PARTITION: r"partition",
    MINUTES: r"time ?limit|walltime",
    MEMORY: r"memory|node configuration",
}
"""What Slurm's complaint says of each, the first that fits; of a policy, it does not say what breaks it."""

ADVICE = {
    ACCOUNT: "put it under default-resources of the profile",
    PARTITION: "put it under default-resources of the profile",
    MINUTES: "lower batch_minutes (`config: [batch_minutes=10]` in the profile) or retries, or name another partition",
    MEMORY: "name a partition with larger nodes, or lower hidden_size, batch_size, lengths or seeds_per_job",
}


def cluster_problems() -> Iterator[str]:
    """A sentence where Slurm cannot be asked for anything."""
    if missing := slurm.missing_commands():
        yield (
            f"executor slurm: Slurm's commands must be on PATH, got no {', '.join(missing)}: start Snakemake on a "
            "machine of the cluster, such as its login node"
        )
    elif complaint := slurm.controller_complaint():
        yield (
            f"executor slurm: Slurm's controller must answer, got {complaint!r}: try `scontrol ping`, and start the "
            "study again once it answers"
        )


def status_problems(command: str | None) -> Iterator[str]:
    """A sentence where Snakemake would never hear that a job has ended; `command` is what it asks with."""
    if command in (None, "sacct") and (complaint := slurm.accounting_complaint()):
        yield (
            f"slurm-status-command: must be squeue where there is no job accounting, got {command or 'nothing'}, and "
            f"sacct says {complaint!r}: Snakemake would wait for ever. Put `slurm-status-command: squeue` into the "
            "profile"
        )


def request_problems(request: Request, job: str, known: Mapping[str, Partition]) -> Iterator[str]:
    """A sentence where a job would be refused, or would wait for ever; `known` are the partitions of the cluster."""
    if complaint := slurm.refusal(request):
        yield _sentence(_blamed(complaint), request, job, f"Slurm says {complaint!r}", known)
        return
    asked = [each for each in known.values() if is_meant(each, request)]
    names = ", ".join(each.name for each in asked)
    limits = [each.minutes for each in asked if each.minutes is not None]
    if asked and not any(each.is_up for each in asked):
        yield _sentence(PARTITION, request, job, f"partition {names} is down", known)
    elif asked and len(limits) == len(asked) and request.minutes > max(limits):
        said = f"partition {names} ends jobs after {max(limits)} minutes, and lets longer ones wait for ever"
        yield _sentence(MINUTES, request, job, said, known)


def is_meant(partition: Partition, request: Request) -> bool:
    """Whether a job may run there; several partitions may be named, with commas between them."""
    return partition.name in request.partition.split(",") if request.partition else partition.is_default


def with_partition(request: Request, known: Mapping[str, Partition]) -> Request:
    """The request with the partitions that it means by name, where it leaves them to Slurm."""
    names = ",".join(each.name for each in known.values() if is_meant(each, request))
    return request._replace(partition=request.partition or names)


def _blamed(complaint: str) -> str | None:
    return next((key for key, words in BLAMED.items() if re.search(words, complaint, re.IGNORECASE)), None)


def _sentence(key: str | None, request: Request, job: str, said: str, known: Mapping[str, Partition]) -> str:
    given = {
        PARTITION: request.partition or "none",
        ACCOUNT: request.account or "none",
        MINUTES: request.time,
        MEMORY: f"{request.megabytes} MB",
    }
    if key is None:
        every = ", ".join(f"{name} {value}" for name, value in given.items())
        return f"{' or '.join(given)}: must be as the cluster takes jobs, got {every} for {job}: {said}"
    legal = _legal(key, known)
    return f"{key}: must be as the cluster takes jobs, got {given[key]} for {job}: {said}{legal}; {ADVICE[key]}"


def _legal(key: str, known: Mapping[str, Partition]) -> str:
    """What may be given for a key, as far as Slurm tells."""
    up = [each for each in known.values() if each.is_up]
    found = {
        ACCOUNT: slurm.accounts() if key == ACCOUNT else [],
        PARTITION: [each.name for each in up],
        MINUTES: [f"up to {each.minutes} in {each.name}" for each in up if each.minutes],
        MEMORY: [f"up to {each.megabytes} in {each.name}" for each in up if each.megabytes],
    }[key]
    return f"; legal: {', '.join(found)}" if found else ""
