"""Memory and minutes that jobs are given, which matters where a cluster ends those that take more."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from gradient_horizon.pipeline import cost_of_tables
from gradient_horizon.pipeline.study_batches import StudyBatches
from gradient_horizon.study.run_spec import RunSpec

AROUND = 700
"""Megabytes of what stands around the command of a job on a cluster: two processes of Snakemake, of 300 each."""

PER_PLANNED_RUN = 0.006
"""Megabytes more of the two, where a job asks for the plan of all runs, as every job does but those of batches."""

Given = Callable[[Any, int], int]
"""A function of the wildcards of a job and of the number of its attempt."""


def minutes_at(attempt: int, own: int) -> int:
    """Time at an attempt, from 1, of a job that takes so much: half more at each, so that it still fits a partition."""
    return -(-own * (attempt + 1) // 2)


class JobResources:
    """What the rules ask for; memory in megabytes, twice as many at each attempt, and time in minutes.

    Of the time, what grows with the runs is half more at each attempt; the rest is ample for what takes seconds.
    `runs_of` finds the runs of the part of the study that a job's wildcards name.
    """

    def __init__(self, batches: StudyBatches, runs_of: Callable[[Any], Sequence[RunSpec]], *, elsewhere: bool):
        self._batches, self._runs_of = batches, runs_of
        self._elsewhere = elsewhere

    def megabytes(self, own: int) -> Given:
        """Memory of a job whose command takes so much, and which asks for the plan."""
        return lambda wildcards, attempt: (own + self._around(len(self._batches.runs))) << (attempt - 1)

    def _around(self, planned_runs: int) -> int:
        return math.ceil(AROUND + PER_PLANNED_RUN * planned_runs) if self._elsewhere else 0

    def minutes(self, own: int) -> Given:
        """Time of a job that takes so much, whatever the study."""
        return lambda wildcards, attempt: own

    def megabytes_of_reader(self, without: int) -> Given:
        """Memory of a job that reads tables, and takes so much without any."""
        return lambda wildcards, attempt: self.megabytes(
            without + cost_of_tables.megabytes_to_read(self._runs_of(wildcards))
        )(wildcards, attempt)

    def minutes_of_reader(self, without: int) -> Given:
        """Time of a job that reads tables, and takes so much without any."""
        return lambda wildcards, attempt: (
            without + minutes_at(attempt, cost_of_tables.minutes_to_read(self._runs_of(wildcards)))
        )

    def megabytes_of_tables(self, wildcards: Any, attempt: int) -> int:
        """Memory of the job that makes tables."""
        return self.megabytes(cost_of_tables.megabytes(self._runs_of(wildcards)))(wildcards, attempt)

    def minutes_of_tables(self, wildcards: Any, attempt: int) -> int:
        """Time of that job."""
        least = cost_of_tables.MINUTES
        return least + minutes_at(attempt, cost_of_tables.minutes(self._runs_of(wildcards)) - least)

    def megabytes_of_batch(self, wildcards: Any, attempt: int) -> int:
        """Memory of the job of a batch."""
        return (self._batches.megabytes(wildcards.batch) + self._around(0)) << (attempt - 1)

    def minutes_of_batch(self, wildcards: Any, attempt: int) -> int:
        """Time of that job."""
        return minutes_at(attempt, self._batches.minutes(wildcards.batch))
