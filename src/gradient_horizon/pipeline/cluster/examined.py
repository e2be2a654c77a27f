"""What a study needs of a Slurm cluster, looked at thing by thing, with what to do where it is lacking."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from gradient_horizon.errors import ClusterError
from gradient_horizon.pipeline.cluster import refusals, slurm
from gradient_horizon.pipeline.cluster.node_report import WORD, computed_with
from gradient_horizon.pipeline.cluster.nodes import Node, Probe, chosen, nodes_of, probed, shared_folder, taking
from gradient_horizon.pipeline.cluster.profile import FILE, Profile
from gradient_horizon.pipeline.cluster.slurm import Partition, Request
from gradient_horizon.pipeline.job_resources import minutes_at
from gradient_horizon.pipeline.machine import Line, installed, locked
from gradient_horizon.pipeline.places import STORE
from gradient_horizon.pipeline.study_batches import minutes_allowed

LOCK = Path("requirements.slurm.lock")
PLUGIN = "snakemake-executor-plugin-slurm"
MEGABYTES = 1000
"""Memory of an ordinary batch."""

REMEMBERED = 240
"""Seconds for which squeue must know an ended job; Snakemake's plugin asks every 40 at first, and later every 180."""


def examined_cluster(profile: Profile, wait: float) -> Iterator[Line]:
    """A line for each thing that a study needs of a cluster; without Slurm's controller, only for what can be told."""
    yield _plugin()
    if problems := list(refusals.cluster_problems()):
        yield from (Line("fail", "Slurm", problem.partition(": ")[2]) for problem in problems)
        return
    yield Line("ok", "Slurm", f"{slurm.version()}, its controller answers")
    yield from _accounting(profile.status_command)
    last = 1 + profile.retries
    minutes = minutes_at(last, minutes_allowed(60 * profile.batch_minutes))
    request = Request(profile.partition, profile.account, minutes, MEGABYTES, profile.extra, attempt=last)
    known = slurm.partitions()
    meant = [each for each in known.values() if refusals.is_meant(each, request)]
    refused = list(_submission(request, profile, known, meant))
    yield from refused
    if all(line.level == "ok" or line.what == refusals.MINUTES for line in refused):
        yield from _nodes(refusals.with_partition(request, known), wait)


def _plugin() -> Line:
    there, wanted = installed(PLUGIN), locked(LOCK).get(PLUGIN)
    if there is None:
        return Line("fail", "plugin", f"{PLUGIN} is not installed; install {LOCK}, as docs/howto/cluster.md says")
    if wanted not in (None, there):
        return Line("warn", "plugin", f"{PLUGIN} {there} (locked {wanted}): install {LOCK}, which the tests ran with")
    return Line("ok", "plugin", f"{PLUGIN} {there}{', at its locked version' if wanted else ''}")


def _accounting(status_command: str | None) -> Iterator[Line]:
    """How Snakemake hears that jobs have ended."""
    if (complaint := slurm.accounting_complaint()) and status_command != "squeue":
        advice = f"{FILE} needs `slurm-status-command: squeue`, without which Snakemake waits for ever"
        yield Line("fail", "accounting", f"sacct says {complaint!r}; {advice}")
        return
    remembered = slurm.seconds_remembered()
    if status_command == "squeue" and remembered is not None and remembered < REMEMBERED:
        advice = f"ask for MinJobAge={REMEMBERED} or more in slurm.conf, else Snakemake may miss the end of a job"
        yield Line("warn", "accounting", f"squeue forgets ended jobs after {remembered} seconds; {advice}")
    else:
        yield Line("ok", "accounting", "squeue is asked for jobs" if status_command == "squeue" else "sacct answers")


def _submission(
    request: Request, profile: Profile, known: Mapping[str, Partition], meant: Sequence[Partition]
) -> Iterator[Line]:
    """Whether a partition that is `meant`, of all that are `known`, takes jobs of such a length, for this account."""
    job = f"batches of {profile.batch_minutes:g} minutes"
    if problems := list(refusals.request_problems(request, job, known)):
        for problem in problems:
            what, _, found = problem.partition(": ")
            yield Line("fail", what, found)
        return
    names = ", ".join(_allowed(each) for each in meant) or f"{request.partition or 'one that Slurm chooses'} takes them"
    yield Line("ok", "partition", f"{names}; {job} are given {request.time}")
    unknown = " is taken, but there is no job accounting to look it up in" if slurm.accounting_complaint() else ""
    yield Line("ok", "account", f"{request.account}{unknown}" if request.account else "none is needed")


def _allowed(partition: Partition) -> str:
    limit = partition.minutes
    return f"{partition.name} takes jobs for {'any time' if limit is None else f'up to {limit} minutes'}"


def _nodes(request: Request, wait: float) -> Iterator[Line]:
    """What a small job on each node says."""
    every = nodes_of(request.partition)
    asked, refused = taking(chosen(every), request)
    if unusable := [f"{node.name} ({node.state})" for node in every if not node.is_usable]:
        yield Line("warn", "nodes", f"{', '.join(unusable)}: take no jobs now")
    if refused:
        names = "; ".join(f"{name}: {complaint}" for name, complaint in refused.items())
        yield Line("warn", "nodes", f"Slurm would not give all to such jobs, and these are not asked: {names}")
    if not asked:
        yield Line("fail", "nodes", "none takes jobs; `sinfo --list-reasons` says why")
        return
    if len(asked) + len(refused) < (usable := sum(node.is_usable for node in every)):
        yield Line("warn", "nodes", f"{len(asked)} of {usable} are asked, those of different kinds first")
    try:
        yield from asked_nodes(asked, request, wait)
    except (ClusterError, OSError) as error:
        yield Line("fail", "nodes", str(error))


def asked_nodes(nodes: Sequence[Node], request: Request, wait: float) -> Iterator[Line]:
    """A line for each thing in which a node is not as this machine, or one that it is, by a small job on each.

    Raises ClusterError for a job that Slurm does not take, OSError for a folder that nothing can be written to.
    """
    with shared_folder(STORE if STORE.is_dir() else Path()) as folder:
        word = (folder / WORD).read_text(encoding="utf-8")
        own = computed_with()
        for probe in probed(nodes, folder, request, wait):
            yield from _compared(probe, own, word, _last_line(folder / f"{probe.node}.out"), wait)


def _last_line(file: Path) -> str:
    lines = file.read_text(encoding="utf-8", errors="replace").strip().splitlines() if file.is_file() else []
    return lines[-1] if lines else ""


def _compared(probe: Probe, own: Mapping[str, Any], word: str, printed: str, wait: float) -> Iterator[Line]:
    """A line for each thing in which a node is not as this machine; one that says so where there is none."""
    what, found = f"node {probe.node}", probe.found
    if found is None and probe.ended is None:
        said = (
            f"gave no answer in {wait:g} seconds, and its job was cancelled: the queue is long; try --wait {2 * wait:g}"
        )
        yield Line("warn", what, said)
        return
    if found is None or found["word"] != word:
        told = f", and printed {printed!r}" if printed else ""
        state = f"its job ended ({probe.ended}) without a report" if found is None else "it found another folder"
        yield Line(
            "fail", what, f"must see {Path.cwd()} and this Python, {state}{told}; use a folder that all nodes share"
        )
        return
    problems = list(_problems(probe, own, found))
    for level, said in problems:
        yield Line(level, what, said)
    if not problems:
        memory = f"; {found['memory']:.1f} GB of memory" if found["memory"] is not None else ""
        yield Line("ok", what, f"the same versions, code and processor ({found['processor']}), and folder{memory}")


Level = Literal["ok", "warn", "fail"]


def _problems(probe: Probe, own: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[tuple[Level, str]]:
    one, other = own["versions"], found["versions"]
    if differing := [f"{name} {other.get(name)} (here {one[name]})" for name in one if one[name] != other.get(name)]:
        yield "fail", f"{', '.join(differing)}: install the same versions there, or {_left_out(probe.node)}"
    if found["architecture"] != own["architecture"]:
        said = f"{found['architecture']} (here {own['architecture']}) computes other bits: {_left_out(probe.node)}"
        yield "fail", said
    elif found["processor"] != own["processor"]:
        others = f"{found['processor']} (here {own['processor']})"
        yield "warn", f"processor {others}: training has the same bits, measures agree to 1e-6"
    if fault := found["fault"] or probe.watch.fault:
        seen = "there" if found["fault"] else "here"
        said = (
            f"a file was replaced there again and again, and seen from {seen}, {fault}: put the study on another disk"
        )
        yield "fail", said
    elif not probe.is_over:
        yield "warn", "its file was not replaced in time: whether that takes one step is not known; try a longer --wait"


def _left_out(node: str) -> str:
    return f"leave the node out, by `slurm_extra: \"'--exclude={node}'\"` under default-resources of the profile"
