import pytest
from small_runs import SETTINGS, write_run

from gradient_horizon.storage import write_json
from gradient_horizon.tables.provenance import Stage, facts, origins, stages


@pytest.fixture
def runs(small_run, tmp_path):
    return [write_run(small_run(seeds=(seed,), **SETTINGS | {"updates": 2}), tmp_path)[0] for seed in (0, 1)]


def test_durations_are_those_of_the_runs_as_far_as_they_were_timed(runs):
    assert list(stages(runs)) == []
    write_json(runs[0].stored.durations, {"training": 1.25})
    write_json(runs[1].stored.durations, {"training": 3.5, "measuring": 0.75})
    assert list(stages(runs)) == [Stage("training", 2, 4.8, 3.5), Stage("measuring", 1, 0.8, 0.75)]


def test_facts_that_differ_between_runs_are_all_named(runs):
    for run, processor in zip(runs, ("znver5", "haswell"), strict=True):
        record = {"versions": {"numpy": "2.4.6"}, "machine": {"system": "Linux"}, "processor": processor}
        write_json(run.stored.provenance, record)
    found = facts(runs)
    assert found.pop("torch")[0].startswith("2.")
    assert found == {"numpy": ["2.4.6"], "system": ["Linux"], "processor": ["haswell", "znver5"]}


def test_no_run_has_no_facts():
    assert facts([]) == {}


def test_runs_are_counted_by_the_store_that_they_were_merged_from(runs):
    machine = {"versions": {"numpy": "2.4.6"}, "machine": {"system": "Linux"}}
    records = [
        {**machine, "processor": "znver5"},
        {**machine, "processor": "haswell", "origin": {"store": "lab", "day": "2026-11-27"}},
    ]
    for run, record in zip(runs, records, strict=True):
        write_json(run.stored.provenance, record)
    own, lab = origins(runs)
    assert own == {"store": "", "days": [], "runs": 1, "facts": _facts("znver5")}
    assert lab == {"store": "lab", "days": ["2026-11-27"], "runs": 1, "facts": _facts("haswell")}
    assert origins(runs[:1]) == []
    assert origins([]) == []


def _facts(processor):
    return {"numpy": ["2.4.6"], "system": ["Linux"], "processor": [processor]}
