"""The nodes of a partition: which of them are asked, and the small jobs that ask them."""

import json
import secrets
import shlex
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from gradient_horizon.errors import ClusterError
from gradient_horizon.pipeline.cluster import node_report, slurm
from gradient_horizon.pipeline.cluster.slurm import Request
from gradient_horizon.store.renaming import Watch

AT_MOST = 16
"""Nodes that are asked; of more, one of each kind first."""

USABLE = ("idle", "mix", "alloc", "comp", "plnd")
MARKS = "~#!%+$@^-"
"""What sinfo puts behind the state of nodes that power down or up, boot or are reserved; a silent one's `*` is not."""

FORM = "%N|%t|%c|%m|%f|%z|%G"
MINUTES, MEGABYTES = 2, 500
"""What the job of a probe is given."""

GRACE = 10.0
"""Seconds after the end of a job in which a file that it wrote may come to be seen."""

PAUSE = 0.3


class Node(NamedTuple):
    """A node, and what tells it from nodes of another kind: processors, memory, features and so on."""

    name: str
    state: str
    kind: tuple[str, ...]

    @property
    def is_usable(self) -> bool:
        """Whether it takes jobs, now or once others have ended."""
        return self.state.rstrip(MARKS) in USABLE

    @property
    def is_free(self) -> bool:
        """Whether it would begin a job now."""
        return self.state == "idle"


@dataclass
class Probe:
    """A job on one node: what it has reported, what was seen of the file that it replaced, and how it ended."""

    node: str
    job: str
    watch: Watch
    found: dict[str, Any] | None = None
    is_over: bool = False
    ended: str | None = None
    since: float = field(default=0.0)

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to wait for: it is over, or ended without a word some time ago."""
        return self.is_over or (self.ended is not None and time.monotonic() - self.since > GRACE)


def nodes_of(partition: str) -> list[Node]:
    """The nodes of a partition, or of several with commas between them; of all, where none is named."""
    found: dict[str, Node] = {}
    where = ["-p", partition] if partition else []
    for line in slurm.ask("sinfo", "-h", "-N", *where, "-o", FORM).said.splitlines():
        name, state, *kind = line.split("|")
        found.setdefault(name, Node(name, state, tuple(kind)))
    return list(found.values())


def chosen(nodes: Sequence[Node], at_most: int = AT_MOST) -> list[Node]:
    """The usable nodes; where these are too many, one of each kind, and others as far as there is room."""
    usable = [node for node in nodes if node.is_usable]
    first = {node.kind: node for node in reversed(usable)}
    of_kinds = [node for node in usable if first[node.kind] is node]
    return [*of_kinds, *(node for node in usable if node not in of_kinds)][:at_most]


def taking(nodes: Sequence[Node], request: Request) -> tuple[list[Node], dict[str, str]]:
    """The nodes that Slurm would give to such jobs, and its complaint about each of the others, by name."""
    complaints = {node.name: slurm.refusal(_small(request, node.name)) for node in nodes}
    refused = {name: complaint for name, complaint in complaints.items() if complaint}
    return [node for node in nodes if node.name not in refused], refused


@contextmanager
def shared_folder(around: Path) -> Iterator[Path]:
    """A folder in the one that nodes share, with a random word; it is removed in the end."""
    folder = Path(tempfile.mkdtemp(dir=around.absolute(), prefix=".doctor-"))
    try:
        (folder / node_report.WORD).write_text(secrets.token_hex(16), encoding="utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def probed(nodes: Iterable[Node], folder: Path, request: Request, wait: float) -> list[Probe]:
    """Runs a job on each node and waits so many seconds for their reports; no job is left behind.

    SIGTERM ends it as Ctrl-C does; of a process that is killed, Slurm removes the jobs soon after.
    """
    probes: list[Probe] = []
    former = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        for node in nodes:
            watch = Watch(node_report.replaced(folder, node.name))
            probes.append(Probe(node.name, _submitted(node.name, folder, request, wait), watch))
        end = time.monotonic() + wait
        while not all(probe.is_done for probe in probes) and time.monotonic() < end:
            _look(probes, folder)
        return probes
    finally:
        slurm.cancel(_name(folder))  # by name, since a signal may come between a submission and its answer
        signal.signal(signal.SIGTERM, former)


def _name(folder: Path) -> str:
    """The name of all jobs that report in this folder, and of no other."""
    return folder.name.lstrip(".")


def _small(request: Request, node: str) -> Request:
    """What a probe of a node asks for."""
    return request._replace(minutes=MINUTES, megabytes=MEGABYTES, extra=(*request.extra, f"--nodelist={node}"))


def _submitted(node: str, folder: Path, request: Request, wait: float) -> str:
    """The number of the job that was submitted to a node."""
    command = [sys.executable, "-m", node_report.__name__, str(folder), node]
    options = (
        "--parsable",
        "--export=ALL",
        f"--job-name={_name(folder)}",
        f"--output={folder / node}.out",
        f"--chdir={Path.cwd()}",
        f"--deadline=now+{int(wait) + 60 * (MINUTES + 1)}",
    )
    done = slurm.ask(
        "sbatch", *_small(request, node).options, *options, script=f"#!/bin/sh\nexec {shlex.join(command)}\n"
    )
    if done.complaint:
        raise ClusterError(f"{node} must take a job of {MINUTES} minutes and {MEGABYTES} MB, got {done.complaint!r}")
    return done.said.strip().partition(";")[0]


def _look(probes: Sequence[Probe], folder: Path) -> None:
    """Takes in what is new in the folder and in the queue; reads replaced files for a moment, or waits as long."""
    there = node_report.names_in(folder)
    for probe in probes:
        if probe.found is None:
            if found := _read(node_report.reported(folder, probe.node), there):
                probe.found = found
                node_report.watched(folder, probe.node).touch()
        elif not probe.is_over and (last := _read(node_report.over(folder, probe.node), there)):
            probe.is_over, probe.watch.fault = True, probe.watch.fault or last["failed"]
    _look_for_ends([probe for probe in probes if not probe.is_over and probe.ended is None])
    watches = [probe.watch for probe in probes if probe.found is not None and not probe.is_over]
    end = time.monotonic() + PAUSE
    while watches and time.monotonic() < end:
        for watch in watches:
            if watch.fault is None:
                watch.look()
        time.sleep(0.0005)
    time.sleep(0 if watches else PAUSE)


def _read(file: Path, there: Collection[str]) -> dict[str, Any]:
    """What a node has written; nothing as long as the file is not `there`, or not whole."""
    try:
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.name in there else {}
    except ValueError:
        return {}


def _look_for_ends(probes: Sequence[Probe]) -> None:
    """Asks the queue for jobs that have ended."""
    if not probes:
        return
    jobs = ",".join(probe.job for probe in probes)
    answer = slurm.ask("squeue", "-h", "--states=all", f"--jobs={jobs}", "-o", "%A|%T")
    if answer.complaint and "Invalid job id" not in answer.complaint:
        return
    states = dict(line.split("|") for line in answer.said.splitlines())
    for probe in probes:
        if (state := states.get(probe.job, "gone")) not in ("PENDING", "CONFIGURING", "RUNNING", "COMPLETING"):
            probe.ended, probe.since = state, time.monotonic()
