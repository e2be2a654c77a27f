"""Wishes that are legal key by key, and cannot be meant."""

import json

import pytest
from tiny_study import ROOT

from gradient_horizon.errors import ConfigError
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.plan import expand

CONFIG = read_yaml(ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml")


def study_of(remedies=None, **experiment):
    remedies = {**CONFIG["remedies"], **(remedies or {})}
    given = {"name": "memory", "task": "recall", "cells": ["tanh"], **experiment}
    return validated_study({**CONFIG, "remedies": remedies, "experiments": [given]})


def problems_of(remedies=None, **experiment):
    with pytest.raises(ConfigError) as refused:
        study_of(remedies, **experiment)
    return refused.value.problems


@pytest.mark.parametrize(("task", "steps"), [("digits", 64), ("digits-permuted", 64), ("two-sequences-100", 100)])
def test_lengths_of_its_own_with_a_task_of_one_length_are_refused(task, steps):
    (problem,) = problems_of(task=task, lengths=[5, 9])
    assert problem == (
        f"experiments.0.lengths: must not be given with task '{task}', whose sequences all have {steps} steps, "
        "got [5, 9]"
    )


@pytest.mark.parametrize("given", [{}, {"lengths": [64]}, {"lengths": [5, 10]}])
def test_lengths_that_the_task_has_or_that_are_the_defaults_are_no_wish(given):
    assert {spec.length for spec in expand(study_of(task="digits", **given))} == {64}


@pytest.mark.parametrize("cell", ["tanh", "gru", "lstm"])
def test_antisymmetric_matrices_go_with_the_cell_that_they_mean_something_for(cell):
    antisymmetric = {"a": [{"change": "antisymmetric"}]}
    (problem,) = problems_of(antisymmetric, cells={cell: ["a"]})
    assert problem == f"experiments.0.cells.{cell}.0: 'a' must go with cells of euler, got {cell}"
    assert study_of(antisymmetric, cells={"euler": ["a"]})


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"change": "antisymmetric", "gamma": True}, "gamma"),
        ({"change": "clip-norm", "threshold": True}, "threshold"),
        ({"change": "truncation", "window": True}, "window"),
        ({"change": "forget-bias", "bias": False}, "bias"),
        ({"change": "normal-start", "deviation": 0.1, "inputs_per_unit": True}, "inputs_per_unit"),
    ],
)
def test_true_and_false_are_no_numbers_of_a_change(change, key):
    with pytest.raises(ConfigError) as refused:
        study_of({"a": [change]})
    (problem,) = refused.value.problems
    assert problem.startswith(
        f"remedies.a.0.{key}: must be a number, got {change[key]}; keys of '{change['change']}': "
    )


@pytest.mark.parametrize(
    ("given", "longest"),
    [
        ({"name": "a" * 60, "task": f"longnames:{'T' * 300}"}, "longnames:TTT"),
        ({"cells": [f"longnames:{'C' * 250}"]}, "longnames:CCC"),
    ],
)
def test_names_of_runs_are_short_enough_for_names_of_files(given, longest, tmp_path, monkeypatch):
    (tmp_path / "longnames.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    found = [problem for problem in problems_of(**given) if "for names of files; got" in problem]
    assert len(found) == 1
    assert longest in found[0]


def test_a_name_of_sixty_letters_is_short_enough():
    assert len(expand(study_of(name="a" * 60))[0].id) < 200


def test_a_study_of_a_thousand_experiments_is_refused_with_a_way_out():
    experiments = [{"name": f"e{index}", "task": "recall", "cells": ["tanh"]} for index in range(1000)]
    with pytest.raises(ConfigError) as refused:
        validated_study({**CONFIG, "experiments": experiments})
    (problem,) = refused.value.problems
    assert (
        "of 1000 experiments: list cells and lengths in one experiment instead of many, or cut the study into"
        in problem
    )
    one = {**experiments[0], "cells": ["tanh", "gru", "lstm"], "lengths": list(range(2, 335))}
    assert len(expand(validated_study({**CONFIG, "experiments": [one]}))) == 999


@pytest.mark.parametrize(
    ("place", "key", "value", "advice"),
    [
        ((), "seeds", 4, "'seeds' belongs under `defaults` or in an experiment."),
        ((), "lengths", [5], "'lengths' belongs under `defaults` or in an experiment."),
        ((), "cells", ["gru"], "'cells' belongs in an experiment."),
        (("defaults",), "cells", ["gru"], "'cells' belongs in an experiment."),
        (("defaults",), "limits", {}, "'limits' belongs beside `experiments`."),
        (("experiments", 0), "title", "a", "'title' belongs beside `experiments`."),
        (("defaults",), "sead", 4, "Did you mean 'seeds'?"),
        ((), "seed", 4, "Did you mean 'seeds'? It belongs under `defaults` or in an experiment."),
        ((), "lenghts", [5], "Did you mean 'lengths'? It belongs under `defaults` or in an experiment."),
        ((), "cell", ["gru"], "Did you mean 'cells'? It belongs in an experiment."),
        ((), "update", 9, "Did you mean 'updates'? It belongs under `defaults` or in an experiment."),
        ((), "experiment", [], "Did you mean 'experiments'?"),
        ((), "hours", 9, "'hours' belongs under `limits`."),
        (("experiments", 0), "titel", "a", "Did you mean 'title'? It belongs beside `experiments`."),
        (("limits",), "memry", 9, "legal: hours, memory, runs. Did you mean 'memory'?"),
    ],
)
def test_a_key_that_stands_in_the_wrong_place_is_told_where_it_belongs(place, key, value, advice):
    config = json.loads(json.dumps(CONFIG))
    around = config
    for part in place:
        around = around.setdefault(part, {}) if isinstance(part, str) else around[part]
    around[key] = value
    with pytest.raises(ConfigError) as refused:
        validated_study(config)
    (problem,) = refused.value.problems
    assert problem.startswith(".".join(map(str, (*place, key))) + f": unknown key '{key}'; legal: ")
    assert problem.endswith(advice)
