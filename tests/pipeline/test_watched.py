"""What those who watch are told is to be done."""

from types import SimpleNamespace

import pytest

from gradient_horizon.pipeline.progress_files import PlannedBatch
from gradient_horizon.pipeline.workflow import watched

PLANNED = {
    "memory-1": PlannedBatch(("memory",), 3, 30, 5.0),
    "gates-1": PlannedBatch(("gates",), 2, 12, 5.0),
}
BATCHES = SimpleNamespace(for_watchers=PLANNED, networks=100, networks_present=58)


def job(rule, **wildcards):
    return SimpleNamespace(rule=SimpleNamespace(name=rule), wildcards=SimpleNamespace(**wildcards))


@pytest.mark.parametrize(
    ("asked", "networks", "present"),
    [(["memory-1", "gates-1"], 100, 58), (["gates-1"], 12, 0), ([], 0, 0)],
)
def test_who_watches_a_part_of_a_study_sees_its_networks_alone(asked, networks, present):
    jobs = [*(job("batch", batch=name) for name in asked), job("tables", part="smoke/")]
    workflow = SimpleNamespace(dag=SimpleNamespace(needrun_jobs=lambda: jobs))
    found = watched(BATCHES, workflow)
    assert (found["networks"], found["networks_present"]) == (networks, present)
    assert set(found["batches"]) == set(asked)
