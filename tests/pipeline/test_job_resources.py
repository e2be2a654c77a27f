"""What jobs ask for: their own needs, Snakemake's around them on a cluster, and more at each attempt."""

import math
from types import SimpleNamespace

import pytest

from gradient_horizon.pipeline import cost_of_tables
from gradient_horizon.pipeline.costing import Costs
from gradient_horizon.pipeline.job_resources import AROUND, JobResources, minutes_at
from gradient_horizon.pipeline.study_batches import StudyBatches
from gradient_horizon.store.store import Store
from gradient_horizon.study.costs import Speed


@pytest.fixture
def batches(small_run, tmp_path):
    found = StudyBatches([small_run()], Store(tmp_path / "store"), tmp_path, is_main=True)
    found.cut(Costs(Speed.REFERENCE), seconds=60.0, cores=None)
    return found


@pytest.mark.parametrize(("elsewhere", "around"), [(False, 0), (True, AROUND)])
def test_a_job_is_given_what_it_takes_and_on_a_cluster_what_snakemake_takes_around_it(
    small_run, batches, elsewhere, around
):
    runs = [small_run(length=100, seeds=tuple(range(50)))] * 400
    resources = JobResources(batches, lambda wildcards: runs, elsewhere=elsewhere)
    (name,) = batches.batches
    batch, part = SimpleNamespace(batch=name), SimpleNamespace(part="a/")
    rows = sum(map(cost_of_tables.rows_of, runs))
    assert rows > 5_000_000
    for attempt, times in ((1, 1), (3, 4)):
        longer = (attempt + 1) // 2
        planned = math.ceil(around + 0.006) if around else 0  # of a study of one run
        assert resources.megabytes(500)(part, attempt) == times * (500 + planned)
        assert resources.minutes(3)(part, attempt) == 3
        assert resources.megabytes_of_batch(batch, attempt) == times * (batches.megabytes(name) + around)
        assert resources.minutes_of_batch(batch, attempt) == longer * batches.minutes(name) == longer * 10
        tables = cost_of_tables.megabytes(runs), cost_of_tables.minutes(runs)
        assert resources.megabytes_of_tables(part, attempt) == times * (tables[0] + planned)
        assert resources.minutes_of_tables(part, attempt) == 10 + longer * (tables[1] - 10)
        read = resources.megabytes_of_reader(800)(part, attempt)
        assert read == pytest.approx(times * (800 + 0.0007 * rows + planned), abs=times)
        assert resources.minutes_of_reader(3)(part, attempt) == 3 + longer * (rows // 1_000_000)


def test_time_grows_by_half_at_each_attempt_and_memory_doubles(batches):
    assert [minutes_at(attempt, 91) for attempt in (1, 2, 3)] == [91, 137, 182]
    resources = JobResources(batches, lambda wildcards: [], elsewhere=False)
    assert [resources.megabytes(500)(None, attempt) for attempt in (1, 2, 3)] == [500, 1000, 2000]
