import json
from dataclasses import replace
from pathlib import Path

from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand
from gradient_horizon.study.run_spec import RunSpec

ROOT = Path(__file__).parents[2]
MEMORY = {
    "name": "memory",
    "task": "recall",
    "cells": ["tanh"],
    "lengths": [5, 10, 20, 40, 80],
    "seeds": 40,
    "seeds_per_job": 20,
}
"""Stands before the experiments of the shipped study."""


def study(**changes):
    config = read_yaml(ROOT / "config.yaml")
    config["experiments"].insert(0, MEMORY.copy())
    for experiment in config["experiments"]:
        experiment.update(changes.get(experiment["name"].replace("-", "_"), {}))
    return validated_study(config)


def test_every_run_is_planned_once():
    specs = expand(study())
    assert len({spec.id for spec in specs}) == len(specs)
    memory = [spec for spec in specs if spec.experiment == "memory"]
    assert len(memory) == 5 * 2  # lengths, and jobs of twenty seeds
    assert sum(spec.task == "digits" for spec in specs) == 4
    assert {spec.length for spec in specs if spec.task == "digits"} == {64}


def test_a_new_length_adds_exactly_its_runs():
    before = {spec.id for spec in expand(study())}
    after = {spec.id for spec in expand(study(memory={"lengths": [5, 10, 20, 30, 40, 80]}))}
    assert before < after
    assert sorted(name.split("_")[2:6] for name in after - before) == [
        ["tanh", "none", "T30", "s0"],
        ["tanh", "none", "T30", "s20"],
    ]


def test_more_seeds_add_jobs_and_change_none():
    before = {spec.id for spec in expand(study())}
    after = {spec.id for spec in expand(study(memory={"seeds": 60}))}
    assert before < after
    assert len(after - before) == 5


def test_a_changed_setting_is_a_new_run_and_a_reverted_one_finds_its_old_name():
    spec = expand(study())[0]
    changed = replace(spec, updates=spec.updates + 1)
    assert changed.id != spec.id
    assert replace(changed, updates=spec.updates).id == spec.id


def test_a_spec_survives_its_own_text():
    for spec in expand(study()):
        assert RunSpec.from_json(spec.to_json()) == spec
        assert RunSpec.from_json(spec.to_json()).to_json() == spec.to_json()


def test_pilot_seeds_are_trained_with_the_first_job_at_the_shortest_length_only():
    memory = [spec for spec in expand(study()) if spec.experiment == "memory"]
    pilots = {(spec.length, spec.seeds[0]): spec.pilot_seeds for spec in memory if spec.pilot_seeds}
    assert pilots == {(5, 0): tuple(range(1_000_000, 1_000_005))}
    again = expand(study(memory={"first_seed": 1000, "lengths": [40, 20]}))
    pilots = {(spec.length, spec.seeds[0]): spec.pilot_seeds for spec in again if spec.experiment == "memory"}
    assert pilots.pop((20, 1000)) == tuple(range(1_001_000, 1_001_005))
    assert set(pilots) == {(20, 1020), (40, 1000), (40, 1020)}
    assert set(pilots.values()) == {()}


def test_one_learning_rate_has_pilot_seeds_and_what_is_only_measured_has_none():
    specs = expand(study())
    early = next(spec for spec in specs if spec.experiment == "early-steps")
    assert (early.learning_rates, len(early.pilot_seeds)) == ((0.003,), 5)
    assert {spec.pilot_seeds for spec in specs if spec.updates == 0} == {()}


def test_cells_that_name_their_remedies_give_the_runs_of_the_same_product():
    crossed = {"cells": ["tanh", "lstm"], "remedies": ["none", "orthogonal"]}
    mapped = {"cells": {"tanh": ["none", "orthogonal"], "lstm": ["none", "orthogonal"]}}
    assert expand(study(memory=crossed)) == expand(study(memory=mapped))


def test_cells_have_the_remedies_that_they_name_in_the_order_in_which_they_do():
    named = study(memory={"cells": {"lstm": ["chrono", "none"], "tanh": ["orthogonal"]}})
    arms = (("lstm", "chrono"), ("lstm", "none"), ("tanh", "orthogonal"))
    assert named.experiments[0].arms == arms
    runs = [spec for spec in expand(named) if spec.experiment == "memory"]
    assert tuple(dict.fromkeys((spec.cell, spec.remedy) for spec in runs)) == arms
    assert len(runs) == 3 * 5 * 2


def test_a_study_that_was_written_as_json_is_the_same_study():
    named = study(memory={"cells": {"lstm": ["chrono", "none"], "tanh": ["orthogonal"]}})
    again = validated_study(json.loads(named.model_dump_json()))
    assert "remedies" not in json.loads(named.model_dump_json())["experiments"][0]
    assert again == named
    assert expand(again) == expand(named)
