"""How far a study is, put together from the records of its batches, and the line that says so."""

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from gradient_horizon.pipeline.places import in_project
from gradient_horizon.pipeline.progress_files import (
    BatchProgress,
    FailedRun,
    Process,
    Stage,
    StudyProgress,
    read_batches,
    read_study,
)

SECONDS_OF_SILENCE = 5.0
"""A process that does not exist counts as gone after it has written nothing for so long."""
SECONDS_OF_SILENCE_ELSEWHERE = 1800.0
"""The same for a process of another machine, of which only its silence can be seen."""
SECONDS_OF_TRUST = 30.0
"""What a second of work takes is one second at first; when this much work is done, half of it is what was observed."""
SECONDS_OF_EVIDENCE = 5.0
"""From this much work on, the time left counts as measured."""


class State(Enum):
    """What a study is doing."""

    TRAINING = "training"
    REPORTING = "reporting"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def goes_on(self) -> bool:
        """Whether more is to come without anyone's doing."""
        return self in (State.TRAINING, State.REPORTING)


class _Observed(NamedTuple):
    """The seconds that batches took so far, and the work that they did in them."""

    seconds: float
    work: float


@dataclass(frozen=True)
class RunningBatch:
    """A batch under way: its run, the share of its work that is done, the seconds since its start and to its end."""

    name: str
    experiments: tuple[str, ...]
    run: str | None
    stage: Stage | None
    runs: int
    runs_ended: int
    share: float
    seconds: float
    seconds_left: float


@dataclass(frozen=True)
class Summary:
    """How far a study is; `seconds_left` is an estimate of the plan unless `measured`, and nothing after training.

    `elsewhere`: the machine that it was started on; empty, where that is this one.
    """

    title: str
    state: State
    networks: int
    networks_done: int
    batches_done: int
    batches_waiting: int
    running: tuple[RunningBatch, ...]
    died: tuple[str, ...]
    failed: tuple[FailedRun, ...]
    seconds: float
    seconds_left: float | None
    measured: bool
    elsewhere: str

    @property
    def experiments(self) -> tuple[str, ...]:
        """The experiments that are on, each once."""
        return tuple(dict.fromkeys(name for batch in self.running for name in batch.experiments))


Exists = Callable[[Process], bool | None]
"""Whether a process runs; nothing where that cannot be told."""


def look(results: Path) -> Summary | None:
    """How far the study in this folder is now, or nothing where no study began."""
    summary = _look(results)
    if summary and (summary.died or summary.state is State.INTERRUPTED):
        return _look(results)  # a process may have ended well since its record was read
    return summary


def _look(results: Path) -> Summary | None:
    study = read_study(results)
    if study is None:
        return None
    return summarise(study, read_batches(results, study), now=time.time(), exists=Process.exists)


def summarise(study: StudyProgress, records: Mapping[str, BatchProgress], *, now: float, exists: Exists) -> Summary:
    """Puts the records together.

    A record from before the study's start is of an earlier attempt: its batch waits.
    """
    own = {name: records[name] for name in study.batches if name in records and records[name].started >= study.started}
    ended = {name: record for name, record in own.items() if record.finished}
    died = [
        name
        for name, record in own.items()
        if not record.finished and _is_gone(record.process, now - record.updated, exists)
    ]
    running = {name: record for name, record in own.items() if name not in ended and name not in died}
    waiting = [plan.work for name, plan in study.batches.items() if name not in own]
    observed = _observed(own.values())
    pace = (observed.seconds + SECONDS_OF_TRUST) / (observed.work + SECONDS_OF_TRUST)
    under_way = tuple(_running(record, pace, now) for record in running.values())
    state = _state(study, own, running, waiting=bool(waiting), now=now, exists=exists)
    left = _seconds_left([batch.seconds_left for batch in under_way], [work * pace for work in waiting], study.cores)
    return Summary(
        title=study.title,
        state=state,
        networks=study.networks,
        networks_done=study.networks_present + sum(record.networks_done for record in own.values()),
        batches_done=len(ended),
        batches_waiting=len(waiting),
        running=under_way,
        died=tuple(died),
        failed=tuple(run for record in own.values() for run in record.failed),
        seconds=max((study.ended or now) - study.started, 0.0),
        seconds_left=left if state is State.TRAINING else None,
        measured=observed.work >= SECONDS_OF_EVIDENCE,
        elsewhere=study.process.machine if exists(study.process) is None else "",
    )


def _observed(records: Iterable[BatchProgress]) -> _Observed:
    known = [record for record in records if record.work_done > 0]
    seconds = sum(max(record.updated - record.started, 0.0) for record in known)
    return _Observed(seconds, sum(record.work_done for record in known))


def _seconds_left(running: list[float], waiting: list[float], cores: int) -> float:
    """The time of all on the cores that they can occupy, but never less than the longest one's."""
    all_of_them = [*running, *waiting]
    if not all_of_them:
        return 0.0
    return max(sum(all_of_them) / min(max(cores, 1), len(all_of_them)), *all_of_them)


def _running(record: BatchProgress, pace: float, now: float) -> RunningBatch:
    return RunningBatch(
        name=record.batch,
        experiments=(record.experiment,) if record.experiment else record.experiments,
        run=record.run,
        stage=record.stage,
        runs=record.runs,
        runs_ended=record.runs_done + len(record.failed),
        share=min(record.work_done / record.work, 1.0) if record.work > 0 else 0.0,
        seconds=max(now - record.started, 0.0),
        seconds_left=max(record.work - record.work_done, 0.0) * pace,
    )


def _state(
    study: StudyProgress,
    own: Mapping[str, BatchProgress],
    running: Mapping[str, BatchProgress],
    *,
    waiting: bool,
    now: float,
    exists: Exists,
) -> State:
    if study.outcome:
        return State(study.outcome)
    heard = max([study.started, *(record.updated for record in own.values())])
    orphans = exists(study.process) is False and any(exists(record.process) for record in running.values())
    if orphans or _is_gone(study.process, now - heard, exists):
        return State.INTERRUPTED
    return State.TRAINING if running or waiting else State.REPORTING


def _is_gone(process: Process, silence: float, exists: Exists) -> bool:
    found = exists(process)
    if found is None:
        return silence > SECONDS_OF_SILENCE_ELSEWHERE
    return not found and silence > SECONDS_OF_SILENCE


def line(summary: Summary) -> str:
    """One line: what is done and left, which experiments are on, what failed."""
    return "; ".join([*_clauses(summary), *troubles(summary)])


def _clauses(summary: Summary) -> list[str]:
    if summary.state is State.TRAINING:
        return [f"training: {done(summary)}, {time_left(summary)}, then the report", _what_is_on(summary)]
    if summary.state is State.REPORTING:
        report = [] if summary.died else ["tables, claims, figures and report are being made"]
        return [f"training has ended: {done(summary)}", *report]
    if summary.state is State.FINISHED:
        return [f"finished: {done(summary)}"]
    if summary.state is State.FAILED:
        return [f"stopped before its end: {done(summary)}", _how_to_resume()]
    still = f"{_plural(len(summary.running), 'batch', 'batches')} still running" if summary.running else "nothing runs"
    return [f"interrupted: {done(summary)}", still, _how_to_resume(summary.elsewhere)]


def done(summary: Summary) -> str:
    """The networks that are done, in numbers and as a share, and the time that they took."""
    share = 100 * summary.networks_done // summary.networks if summary.networks else 100
    return f"{summary.networks_done:,} of {summary.networks:,} networks ({share} %){_took(summary)}"


def _took(summary: Summary) -> str:
    return "" if summary.state is State.INTERRUPTED else f" in {duration(summary.seconds)}"


def time_left(summary: Summary) -> str:
    """The time to the end of training, and whether it is more than an estimate from before the start."""
    left = duration(60.0 * max(math.ceil((summary.seconds_left or 0.0) / 60), 1))
    return f"about {left} left" if summary.measured else f"some {left} left by the plan, nothing measured yet"


def _what_is_on(summary: Summary) -> str:
    if not summary.running:
        return "no batch is on" if summary.batches_done or summary.died else "no batch has begun"
    return f"on: {', '.join(summary.experiments)}"


def doing(batch: RunningBatch) -> str:
    """What a batch is doing: its run and stage, how much of it is done, and the time."""
    at = ", ".join(word for word in (batch.run, batch.stage) if word) or "between runs"
    count = f"{batch.runs_ended} of {_plural(batch.runs, 'run', 'runs')} done"
    return f"{at}; {count}, {100 * batch.share:.0f} % in {duration(batch.seconds)}"


def troubles(summary: Summary) -> list[str]:
    """What failed and what died, a clause each."""
    clauses = []
    if summary.failed:
        first = summary.failed[0]
        which = first.run if len(summary.failed) == 1 else f"the first {first.run}"
        clauses.append(f"{_plural(len(summary.failed), 'run', 'runs')} failed: {which}, see {first.log}")
    if summary.died:
        clauses.append(f"{_plural(len(summary.died), 'batch', 'batches')} died: {', '.join(summary.died)}")
    return clauses


def duration(seconds: float) -> str:
    """Hours and minutes, or seconds where it is less than one minute."""
    if seconds < 60:
        return f"{int(seconds)} s"
    minutes = int(seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _plural(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _how_to_resume(where: str = "") -> str:
    return f"`{'make' if in_project() else 'gradient_horizon'} resume`{f' on {where}' if where else ''} goes on"
