"""The whole pipeline on a real Slurm: the same bytes as on one machine, whatever happens to the cluster meanwhile."""

import os
import re
import time

import pytest
from cluster_study import SECONDS, ClusterStudy, batches_of
from slurm import LIMITED, NODES, SlurmCluster
from tiny_study import TINY

from gradient_horizon.pipeline.batches import read_batch
from gradient_horizon.pipeline.job_resources import AROUND

pytestmark = pytest.mark.cluster

SMOKE = "workflow/presets/smoke.yaml"
LONG = {
    "title": "Long enough to be disturbed",
    "defaults": {
        "lengths": [4, 100],
        "seeds": 4,
        "seeds_per_job": 4,
        "pilot_seeds": 0,
        "hidden_size": 16,
        "batch_size": 16,
        "learning_rates": [1e-6],
        "updates": 20000,
        "evaluate_every": 3000,
        "evaluation_sequences": 64,
        "hidden_gradients_every": 3000,
    },
    "experiments": [
        {"name": name, "task": task, "cells": [cell], "hidden_size": size}
        for name, task, cell, size in (
            ("first", "recall", "tanh", 16),
            ("second", "adding", "tanh", 16),
            ("third", "recall", "relu", 16),
            ("fourth", "adding", "relu", 16),
        )
    ],
}


def finished(process, study):
    assert process.wait(SECONDS) == 0, study.said()[-6000:]


def wait_for(condition, process, study):
    """Waits for something while Snakemake runs, and returns it."""
    end = time.monotonic() + SECONDS
    while not (found := condition()):
        assert process.poll() is None, study.said()[-6000:]
        assert time.monotonic() < end, study.said()[-6000:]
        time.sleep(0.05)
    return found


def test_the_smoke_study_on_two_nodes_that_limit_memory_has_the_bytes_of_one_machine(tmp_path, tell):
    """Each of its batches asks for the memory, time and core of the cost model."""
    here, there = (ClusterStudy(tmp_path / name, SMOKE, "smoke") for name in ("here", "there"))
    local = here.start(dict(os.environ), "--cores", "1")
    with SlurmCluster(tmp_path / "slurm", LIMITED) as cluster:
        finished(there.start_on(cluster), there)
        batches, jobs = batches_of(cluster), cluster.jobs()
    finished(local, here)
    own, others = here.digests(), there.digests()
    assert own == others
    tables = [name for name in own if name.startswith("tables/")]
    assert len(tables) > 20
    assert {job["BatchHost"] for job in batches.values()} == set(NODES)
    assert {job["JobState"] for job in jobs} == {"COMPLETED"}
    for name, job in batches.items():
        planned = read_batch(there.results / "plan" / "batches" / f"{name}.json")
        assert job["MinMemoryNode"] == f"{1 + int(planned['memory'] / 1e6) + AROUND}M"
        assert job["NumCPUs"] == "1"
        assert job["TimeLimit"] == "00:10:00"  # the least that any job is given
        tell(f"batch {name}: job {job['JobId']} on {job['BatchHost']}, {job['MinMemoryNode']}, {job['TimeLimit']}")
    for name in tables[:4]:
        tell(f"{name}: {others[name][:16]} on the cluster, {own[name][:16]} on one machine")
    tell(f"{len(own)} files, {len(tables)} of them tables: equal, each byte; 0 lost")


def test_a_dry_run_without_a_cluster_shows_the_batches_that_would_be_submitted(tmp_path):
    study = ClusterStudy(tmp_path / "study", SMOKE, "smoke")
    finished(study.start(dict(os.environ), "--profile", "profiles/slurm", "--dry-run"), study)
    said = study.log.read_text(encoding="utf-8")
    assert dict(re.findall(r"(?m)^(batch|tables|page|total) +(\d+)$", said)) == {
        "batch": "6",
        "tables": "1",
        "page": "2",
        "total": "23",
    }


def test_a_job_that_is_killed_for_its_memory_is_submitted_again_with_twice_as_much(tmp_path, tell):
    study = ClusterStudy(tmp_path / "study", TINY, "tiny")
    module = study.folder / "src" / "gradient_horizon" / "pipeline" / "job_resources.py"
    text = module.read_text(encoding="utf-8")
    assert "AROUND = 700\n" in text
    module.write_text(text.replace("AROUND = 700\n", "AROUND = 0\n"), encoding="utf-8")  # too little
    with SlurmCluster(tmp_path / "slurm", LIMITED) as cluster:
        finished(study.start_on(cluster, "--until", "batch"), study)
        jobs = [job for job in cluster.jobs() if "rule_batch" in job.get("Comment", "")]
    assert len(jobs) > 1
    assert {job["JobState"] for job in jobs[:-1]} <= {"OUT_OF_MEMORY", "FAILED", "CANCELLED"}
    assert jobs[-1]["JobState"] == "COMPLETED"
    asked = [int(job["MinMemoryNode"].removesuffix("M")) for job in jobs]
    assert asked == [asked[0] << attempt for attempt in range(len(jobs))]
    tell(f"a batch was killed at {asked[:-1]} MB by Slurm, and finished with {asked[-1]} MB")


def test_the_loss_of_a_node_a_cancelled_job_and_a_new_controller_lose_no_file(cluster, tmp_path, tell):
    here, there = (ClusterStudy(tmp_path / name, LONG, "long") for name in ("here", "there"))
    for study in (here, there):
        module = study.folder / "src" / "gradient_horizon" / "training" / "checkpoints.py"
        text = module.read_text(encoding="utf-8")
        assert "SECONDS_BETWEEN_CHECKPOINTS = 30.0" in text
        module.write_text(text.replace("CHECKPOINTS = 30.0", "CHECKPOINTS = 1.0"), encoding="utf-8")
    process = there.start_on(cluster)

    def running(node):
        numbers = cluster.ask("squeue", "-h", "-t", "running", "-w", node, "-o", "%A").split()
        return [job for job in batches_of(cluster).values() if job["JobId"] in numbers]

    # each batch has finished its short run, and is in the middle of its long one
    wait_for(lambda: len(list(there.store.glob("runs/*/*/measures-*"))) >= 4, process, there)
    wait_for(lambda: len(list(there.store.glob("runs/*/*/checkpoint.safetensors"))) >= 4, process, there)
    jobs = wait_for(lambda: running("node1"), process, there)
    kept = there.whole_files()
    lost = cluster.lose("node1")
    assert [int(job["JobId"]) for job in jobs] == lost
    tell(f"slurmd of node1 killed with jobs {lost}: {len(kept)} files were whole before")
    victim = wait_for(lambda: running("node2"), process, there)[0]
    kept |= there.whole_files()
    cluster.ask("scancel", victim["JobId"])
    tell(f"job {victim['JobId']} cancelled: {len(kept)} files were whole before")
    wait_for(lambda: running("node2"), process, there)
    kept |= there.whole_files()
    cluster.stop("controller")
    time.sleep(5)
    cluster.start_controller()
    tell(f"slurmctld stopped for 5 s: {len(kept)} files were whole before")
    wait_for(lambda: all(job["Restarts"] == "1" for job in cluster.jobs() if int(job["JobId"]) in lost), process, there)
    for job in lost:  # Slurm lets them wait for two minutes, in case the node comes back
        cluster.ask("scontrol", "update", f"JobId={job}", "StartTime=now")
    finished(process, there)
    finished(here.start(dict(os.environ), "--cores", "2"), here)
    gone = [path for path, changed in kept.items() if not path.exists() or path.stat().st_mtime_ns != changed]
    assert gone == []
    assert here.digests() == there.digests()
    assert len(there.whole_files()) == len(here.whole_files())
    went_on = there.said().count("going on after update")
    assert went_on >= len(lost) + 1
    tell(f"{went_on} trainings went on from their last state; {len(here.digests())} files equal; 0 lost")
