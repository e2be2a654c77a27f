from dataclasses import replace
from pathlib import Path

from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import load_study
from gradient_horizon.study.plan import expand
from gradient_horizon.study.run_spec import RunSpec

ROOT = Path(__file__).parents[2]


def study(**changes):
    config = read_yaml(ROOT / "config.yaml")
    for experiment in config["experiments"]:
        experiment.update(changes.get(experiment["name"].replace("-", "_"), {}))
    return load_study(config)


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


def test_X():
    early = next(spec for spec in expand(study()) if spec.experiment == "early-steps")
    assert early.selection_seeds == ()
