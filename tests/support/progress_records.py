"""A study of three batches with hand-made records of their progress, and one that this process begins."""

import time
from dataclasses import replace

from gradient_horizon.pipeline.progress_files import (
    BatchProgress,
    PlannedBatch,
    Process,
    ProgressWriter,
    StudyProgress,
    begin_study,
)
from gradient_horizon.pipeline.progress_view import summarise

SCHEDULER, GONE, AFAR = Process(1, "here"), Process(99, "here"), Process(7, "elsewhere")


def planned(experiment, *, networks=100, work=300.0):
    return PlannedBatch((experiment,), runs=4, networks=networks, work=work)


STUDY = StudyProgress(
    title="A study",
    cores=2,
    started=1000.0,
    process=SCHEDULER,
    networks=1400,
    networks_present=1000,
    batches={"memory-1": planned("memory"), "memory-2": planned("memory"), "gates-1": planned("gates", networks=200)},
)


def record(batch, **changes):
    plan = STUDY.batches[batch]
    whole = BatchProgress(
        batch,
        plan.experiments,
        Process(7, "here"),
        started=1000.0,
        updated=1100.0,
        runs=plan.runs,
        networks=plan.networks,
        work=plan.work,
    )
    return replace(whole, **changes)


def finished(batch, **changes):
    plan = STUDY.batches[batch]
    return record(
        batch, runs_done=plan.runs, networks_done=plan.networks, work_done=plan.work, finished=True, **changes
    )


def summary_of(*records, study=STUDY, now=1100.0, gone=(GONE,)):
    def exists(process):
        return None if process == AFAR else process not in gone

    return summarise(study, {each.batch: each for each in records}, now=now, exists=exists)


class Clock:
    def __init__(self, now=50.0):
        self.now = now

    def __call__(self):
        return self.now


def writer(folder, clock=time.time):
    return ProgressWriter(
        folder / "progress" / "b.json", batch="b", experiments=["memory"], runs=2, networks=30, work=40.0, clock=clock
    )


def begin(results, **changes):
    batches = {"b": PlannedBatch(("memory",), 2, 30, 40.0), "c": PlannedBatch(("gates",), 2, 30, 40.0)}
    given = {"title": "A study", "cores": 2, "networks": 100, "networks_present": 40, "batches": batches}
    begin_study(results, **given | changes)
