"""What is asked of Slurm and its nodes when a study starts, so that what they refuse is a sentence before any job."""

import shlex
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from snakemake.exceptions import WorkflowError

from gradient_horizon.errors import ClusterError
from gradient_horizon.pipeline.cluster import refusals, slurm
from gradient_horizon.pipeline.cluster.examined import asked_nodes
from gradient_horizon.pipeline.cluster.nodes import chosen, nodes_of, taking
from gradient_horizon.pipeline.cluster.slurm import Request

PLUGIN = "slurm"
OPTIONS = {"constraint": "--constraint", "qos": "--qos", "clusters": "--clusters"}
"""Further resources that Snakemake's plugin for Slurm hands on, and the options of sbatch for them."""

SECONDS = 40.0
"""For which idle nodes are waited for, to say what they compute with."""


def require_cluster(workflow: Any, *, in_container: bool = False) -> None:
    """Raises WorkflowError where jobs go to Slurm and it would not take them as the profile asks for them.

    Also where a node that is idle has other versions or another folder; not so for jobs `in_container`.
    """
    plugin = workflow.executor_plugin
    if plugin is None or plugin.name != PLUGIN:
        return
    dag, settings = workflow.dag, workflow.executor_settings
    jobs, group_of = list(dag.needrun_jobs()), dag.get_job_group
    problems = list(problems_of(jobs, settings, group_of=group_of))
    if not problems and not in_container:
        problems = list(node_problems(largest(jobs, settings, group_of=group_of)))
    if problems:
        raise WorkflowError("\n".join(problems))


GroupOf = Callable[[Any], Hashable | None]
"""What of several jobs is submitted as one, by any of them; None: it is submitted by itself."""


def problems_of(jobs: Iterable[Any], settings: Any, *, group_of: GroupOf = lambda job: None) -> Iterator[str]:
    """A sentence for each thing that keeps these jobs of Snakemake from being run; `settings` are the plugin's."""
    if found := list(refusals.cluster_problems()):
        yield from found
        return
    yield from refusals.status_problems(settings.status_command)
    known = slurm.partitions()
    told: set[str] = set()
    for request, job in largest(jobs, settings, group_of=group_of).items():
        for problem in refusals.request_problems(request, job, known):
            if (key := problem.partition(":")[0]) not in told:
                told.add(key)
                yield problem


def node_problems(requests: Iterable[Request]) -> Iterator[str]:
    """A sentence for each thing that keeps jobs from being run on nodes that are idle now.

    What other nodes have, and those that do not answer in time, is seen by the first job there, which does nothing.
    """
    known = slurm.partitions()
    kinds = {refusals.with_partition(each, known)._replace(minutes=0, megabytes=0, attempt=1) for each in requests}
    for request in sorted(kinds):
        asked, _ = taking(chosen([node for node in nodes_of(request.partition) if node.is_free]), request)
        if not asked:
            continue
        sys.stderr.write(f"asking idle nodes what they compute with: {', '.join(node.name for node in asked)}\n")
        with suppress(ClusterError, OSError):  # such as too many jobs in the queue; of a full disk, the store tells
            lines = asked_nodes(asked, request, SECONDS)
            yield from (f"{line.what}: {line.found}" for line in lines if line.level == "fail")


def largest(jobs: Iterable[Any], settings: Any, *, group_of: GroupOf = lambda job: None) -> dict[Request, str]:
    """Of all that jobs ask for, what asks for the most time or memory, with the name of such a job.

    Time is that of their last attempt, which would wait for ever where it is too long; memory is that of the first.
    The jobs of a group run one after another: it asks for the time of all, and the memory of the largest.
    """
    asked: dict[Request, str] = {}
    groups: dict[Hashable, list[Any]] = {}
    for job in jobs:
        if not job.is_local:
            groups.setdefault(group_of(job) or id(job), []).append(job)
    for members in groups.values():
        requests = [request_of(job.resources, settings) for job in members]
        last = 1 + max(job.restart_times for job in members)
        minutes = sum(_minutes_at(last, job) for job in members)
        megabytes = max(each.megabytes for each in requests)
        request = requests[0]._replace(minutes=minutes, megabytes=megabytes, attempt=last)
        asked[request] = _name(members)
    kinds = {request._replace(minutes=0, megabytes=0) for request in asked}
    found = {}
    for kind in kinds:
        alike = [request for request in asked if request._replace(minutes=0, megabytes=0) == kind]
        for most in (lambda each: (each.minutes, each.megabytes), lambda each: (each.megabytes, each.minutes)):
            request = max(alike, key=most)
            found[request] = asked[request]
    return found


def request_of(resources: Any, settings: Any) -> Request:
    """What the plugin would ask Slurm for with these resources of a job; of several accounts it takes the first."""
    given = [f"{option}={resources.get(name)}" for name, option in OPTIONS.items() if resources.get(name) is not None]
    given += [f"--{name}={getattr(settings, name)}" for name in ("qos", "reservation") if getattr(settings, name, None)]
    return Request(
        partition=str(resources.get("slurm_partition") or ""),
        account=next(iter(str(resources.get("slurm_account") or "").replace(",", " ").split()), ""),
        minutes=_number(resources.get("runtime")),
        megabytes=_number(resources.get("mem_mb")),
        extra=(*given, *shlex.split(str(resources.get("slurm_extra") or ""))),
    )


def _minutes_at(attempt: int, job: Any) -> int:
    """Minutes that a job of Snakemake asks for at an attempt; the job is as it was afterwards."""
    first, job.attempt = job.attempt, attempt
    try:
        return _number(job.resources.get("runtime"))
    finally:
        job.attempt = first


def _number(given: Any) -> int:
    """A number; 0, for which Slurm is not asked, where Snakemake does not know it before other jobs have ended."""
    return int(given) if isinstance(given, int | float) else 0


def _name(members: Sequence[Any]) -> str:
    if len(members) > 1:
        return f"the job of {', '.join(job.rule.name for job in members)}"
    return " ".join(("the job of", members[0].rule.name, *map(str, members[0].wildcards)))
