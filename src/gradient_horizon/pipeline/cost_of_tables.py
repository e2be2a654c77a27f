"""What jobs are given that make tables, or read them: memory and time, from the runs whose rows meet there."""

import math
from collections.abc import Sequence

from gradient_horizon.pipeline.batches import networks_of
from gradient_horizon.study.run_spec import RunSpec

MEGABYTES, PER_RUN, PER_NETWORK, PER_ROW, MOST_ROWS = 600, 0.01, 0.01, 0.0003, 3_000_000
"""Megabytes without runs, of a run, of a judged network, and of a row; rows are written as they come, so many wait.

Two to three times what was measured of 75 runs as in config.yaml, and of 5,000 tiny ones; more runs are extrapolated.
"""

MINUTES, RUNS_IN_A_MINUTE, ROWS_IN_A_MINUTE = 10, 2_500, 1_000_000
"""Minutes that every job is given at least; and far more than these runs took, for disks and slower processors."""

PER_ROW_READ = 0.0007
"""Megabytes of a job that reads tables: twice what it takes, which is twice their files, of about 170 bytes a row."""

CURVES, MOMENTS, SHOWN = 50, 3, 5
"""At most so many points of a curve, moments of training, and networks of a run with eigenvalues and gates."""


def megabytes(specs: Sequence[RunSpec]) -> int:
    """Memory of the job: tables of a row per network are read again as a whole, longer ones are not."""
    networks = sum(len(spec.seeds) * MOMENTS + networks_of(spec) for spec in specs)
    waiting = min(MOST_ROWS, sum(map(rows_of, specs)))
    return math.ceil(MEGABYTES + PER_RUN * len(specs) + PER_NETWORK * networks + PER_ROW * waiting)


def minutes(specs: Sequence[RunSpec]) -> int:
    """Time of the job."""
    rows = sum(map(rows_of, specs))
    return math.ceil(MINUTES + len(specs) / RUNS_IN_A_MINUTE + rows / ROWS_IN_A_MINUTE)


def megabytes_to_read(specs: Sequence[RunSpec]) -> int:
    """Memory that whole tables take."""
    return math.ceil(PER_ROW_READ * sum(map(rows_of, specs)))


def minutes_to_read(specs: Sequence[RunSpec]) -> int:
    """Time that reading and working on them takes beyond that of few runs."""
    return sum(map(rows_of, specs)) // ROWS_IN_A_MINUTE


def rows_of(spec: RunSpec) -> int:
    """About the rows of a run in all tables: of its curves, and of all lags of the networks that are measured."""
    seeds, networks = len(spec.seeds), networks_of(spec)
    of_training = networks * math.ceil(spec.updates / spec.evaluate_every) + CURVES * (seeds + spec.length)
    shown = min(seeds, SHOWN) * (spec.length + spec.hidden_size)
    return of_training + MOMENTS * (seeds * spec.length + shown)
