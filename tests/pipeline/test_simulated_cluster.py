"""Batches on a cluster that only counts: are its cores kept busy, and is what dies submitted again?"""

import json
import os
from collections import Counter

import pytest
import yaml
from tiny_study import PARTS, ROOT, snakemake

from gradient_horizon.pipeline.job_resources import AROUND, minutes_at
from gradient_horizon.pipeline.study_batches import MARGIN, MEGABYTE

pytestmark = pytest.mark.slow

LONG = {
    "title": "long",
    "defaults": {
        "lengths": [60],
        "seeds_per_job": 1,
        "pilot_seeds": 0,
        "hidden_size": 32,
        "batch_size": 32,
        "learning_rates": [0.01],
        "evaluate_every": 1000,
    },
    "experiments": [{"name": "memory", "task": "recall", "cells": ["lstm"]}],
}
"""Runs that are batches of their own, of some 15 minutes each."""


@pytest.fixture
def run_on(tmp_path):
    """Runs the batches of so many runs on a simulated cluster, which trains nothing; what it counted."""
    for part in PARTS:
        (tmp_path / part).symlink_to(ROOT / part)

    def run(runs, *options, **counting):
        defaults = LONG["defaults"] | {"seeds": runs, "updates": 1_000_000}
        (tmp_path / "long.yaml").write_text(yaml.safe_dump(LONG | {"defaults": defaults}))
        path = os.pathsep.join(str(ROOT / folder) for folder in ("src", "tests/support"))
        settings = [f"--counting-{name.replace('_', '-')}={value}" for name, value in counting.items()]
        command = ["--executor", "counting", "--until", "batch", "--config", "batch_minutes=20", *settings, *options]
        done = snakemake(tmp_path, *command, overlay="long.yaml", PYTHONPATH=path)
        assert done.returncode == 0, done.stderr[-3000:]
        assert len([*(tmp_path / "results" / "long" / "batches").glob("*.json")]) == runs
        return json.loads((tmp_path / "counted.json").read_text())

    run.planned = lambda batch: json.loads((tmp_path / f"results/long/plan/batches/{batch}.json").read_text())
    return run


def test_two_hundred_cores_are_kept_busy_by_batches_that_are_each_submitted_once_with_what_they_cost(run_on):
    counted = run_on(400, "--jobs", "250", cores=200, acceleration=100, submission_seconds=0.01)
    assert counted["occupancy"] >= 0.95
    assert len({job["batch"] for job in counted["jobs"]}) == len(counted["jobs"]) == 400
    for job in counted["jobs"]:
        planned = run_on.planned(job["batch"])
        assert 10 * 60 < planned["seconds"] < 20 * 60
        assert job["minutes"] == 1 + int(MARGIN * planned["seconds"] / 60)
        assert job["megabytes"] == 1 + int(planned["memory"] / MEGABYTE) + AROUND
        assert (job["threads"], job["attempt"]) == (1, 1)


def test_a_batch_whose_node_dies_is_submitted_again_with_twice_the_memory_and_half_more_time(run_on):
    counted = run_on(
        20, "--jobs", "20", "--retries", "2", cores=20, acceleration=10_000, submission_seconds=0, dying_every=4
    )
    tried = Counter(job["batch"] for job in counted["jobs"])
    assert sorted(tried.values()) == [1] * 15 + [2] * 5
    for batch in (name for name, times in tried.items() if times == 2):
        first, second = (job for job in counted["jobs"] if job["batch"] == batch)
        assert (first["dies"], second["dies"], second["attempt"]) == (True, False, 2)
        assert (second["megabytes"], second["minutes"]) == (2 * first["megabytes"], minutes_at(2, first["minutes"]))
