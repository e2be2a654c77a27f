"""How far a study and its batches are: small files that their processes keep, for whoever watches.

`results/STUDY/progress/study.json` is written by the process that schedules, `results/STUDY/progress/BATCH.json` by the
process that trains a batch. Nothing that is reported depends on them: what cannot be written or read is left out.
"""

import json
import os
import platform
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

SECONDS_BETWEEN_WRITES = 1.0
FOLDER = "progress"
STUDY = "study.json"

Stage = Literal["training", "measuring"]
Outcome = Literal["finished", "failed"]


@dataclass(frozen=True)
class Process:
    """A process: its number, its machine, and its start in clock ticks since the machine's, where /proc tells.

    The number alone may belong to another process by now, after a restart of the machine or of a container above all.
    """

    number: int
    machine: str
    start: int | None = None

    @classmethod
    def own(cls) -> "Process":
        """The process that asks."""
        state = _state_and_start(os.getpid())
        return cls(os.getpid(), platform.node(), state[1] if state else None)

    def exists(self) -> bool | None:
        """Whether it runs; nothing if it is another machine's, which cannot be told from here."""
        if self.machine != platform.node():
            return None
        if state := _state_and_start(self.number):
            return state[0] != "Z" and self.start in (None, state[1])
        try:
            os.kill(self.number, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True  # another user's
        return True


def _state_and_start(number: int) -> tuple[str, int] | None:
    with suppress(OSError, ValueError, IndexError):
        words = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return words[0], int(words[19])
    return None


@dataclass(frozen=True)
class FailedRun:
    """A run that ended with an error, and the log that shows it."""

    run: str
    log: str


@dataclass(frozen=True)
class BatchProgress:
    """How far the process of a batch is; work is in estimated seconds of a core, times are seconds since 1970.

    `work_done` includes the share of the run under way; a failed run counts as done there, but not in `runs_done` and
    `networks_done`.
    """

    batch: str
    experiments: tuple[str, ...]
    process: Process
    started: float
    updated: float
    runs: int
    networks: int
    work: float
    runs_done: int = 0
    networks_done: int = 0
    work_done: float = 0.0
    run: str | None = None
    experiment: str | None = None
    stage: Stage | None = None
    failed: tuple[FailedRun, ...] = ()
    finished: bool = False


@dataclass(frozen=True)
class PlannedBatch:
    """What a batch of a study holds."""

    experiments: tuple[str, ...]
    runs: int
    networks: int
    work: float


@dataclass(frozen=True)
class StudyProgress:
    """What a study asks for, what was there when it started, and its batches for the rest."""

    title: str
    cores: int
    started: float
    process: Process
    networks: int
    networks_present: int
    batches: Mapping[str, PlannedBatch] = field(default_factory=dict)
    ended: float | None = None
    outcome: Outcome | None = None


_STUDY_READER, _BATCH_READER = TypeAdapter(StudyProgress), TypeAdapter(BatchProgress)


class ProgressWriter:
    """Keeps the record of a batch, at most once a second while a run goes on; never raises for a file."""

    def __init__(
        self,
        file: Path,
        *,
        batch: str,
        experiments: Sequence[str],
        runs: int,
        networks: int,
        work: float,
        clock: Callable[[], float] = time.time,
    ):
        now = clock()
        self.file, self.clock, self.written = file, clock, now
        self.record = BatchProgress(
            batch, tuple(experiments), Process.own(), now, now, runs=runs, networks=networks, work=work
        )
        self.own_networks, self.own_work, self.work_before = 0, 0.0, 0.0
        self._keep(self.record)

    def start_run(self, run_id: str, experiment: str, networks: int, work: float) -> None:
        """A run of the batch begins, with so many networks and so much work."""
        self.own_networks, self.own_work, self.work_before = networks, work, self.record.work_done
        self._keep(replace(self.record, run=run_id, experiment=experiment, stage=None))

    def stage(self, name: Stage) -> None:
        """The run is trained or measured from now on."""
        self._keep(replace(self.record, stage=name))

    def advance(self, share: float) -> None:
        """This share of the run's work is done."""
        done = self.work_before + min(max(share, 0.0), 1.0) * self.own_work
        self.record = replace(self.record, work_done=done)
        if not 0 <= self.clock() - self.written < SECONDS_BETWEEN_WRITES:
            self._keep(self.record)

    def end_run(self, failed_log: str | None = None) -> None:
        """The run has ended; `failed_log` is the log of one that failed."""
        record = replace(self.record, work_done=self.work_before + self.own_work, run=None, experiment=None, stage=None)
        if failed_log is None:
            done, networks = record.runs_done + 1, record.networks_done + self.own_networks
            self._keep(replace(record, runs_done=done, networks_done=networks))
        else:
            self._keep(replace(record, failed=(*record.failed, FailedRun(self.record.run or "", failed_log))))

    def finish(self) -> None:
        """The batch has ended, whether or not its runs failed."""
        self._keep(replace(self.record, run=None, experiment=None, stage=None, finished=True))

    def _keep(self, record: BatchProgress) -> None:
        self.written = self.clock()
        self.record = replace(record, updated=self.written)
        _write(self.file, self.record)


def begin_study(
    results: Path, *, title: str, cores: int, networks: int, networks_present: int, batches: Mapping[str, PlannedBatch]
) -> None:
    """Writes what this process is about to schedule; what batches wrote before now no longer counts."""
    record = StudyProgress(title, cores, time.time(), Process.own(), networks, networks_present, batches)
    _write(results / FOLDER / STUDY, record)


def end_study(results: Path, outcome: Outcome) -> None:
    """Writes how the study ended, if it is this process that began it."""
    record = read_study(results)
    if record and record.process == Process.own():
        _write(results / FOLDER / STUDY, replace(record, ended=time.time(), outcome=outcome))


def read_study(results: Path) -> StudyProgress | None:
    """The record of a study, or nothing where there is none that can be read."""
    with suppress(OSError, ValueError):
        return _STUDY_READER.validate_json((results / FOLDER / STUDY).read_bytes())
    return None


def read_batches(results: Path, study: StudyProgress) -> dict[str, BatchProgress]:
    """The records of a study's batches, of those that have one that can be read."""
    found = {}
    for name in study.batches:
        with suppress(OSError, ValueError):
            found[name] = _BATCH_READER.validate_json((results / FOLDER / f"{name}.json").read_bytes())
    return found


def _write(file: Path, record: BatchProgress | StudyProgress) -> None:
    temporary = file.with_name(f"{file.name}.{secrets.token_hex(4)}.tmp")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_text(json.dumps(asdict(record)), encoding="utf-8")
            temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)
