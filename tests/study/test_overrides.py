import copy
import re

import pytest
from tiny_study import ROOT

from gradient_horizon.errors import ConfigError
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.overrides import with_wishes

FILES = (ROOT / "config.yaml", ROOT / "workflow" / "presets" / "smoke.yaml")
EXPERIMENTS = [
    {"name": "plain", "task": "recall", "cells": ["tanh", "lstm"], "hidden_sizes": {"lstm": 9}},
    {"name": "own", "task": "recall", "cells": ["tanh"], "lengths": [4, 8], "updates": 30},
    {"name": "mapped", "task": "recall", "cells": {"tanh": ["none", "orthogonal"]}},
]


def wished(**given):
    """The study of three experiments with these wishes, and what is remarked of these."""
    study, remarks = named(**given)
    return study, [each for each in remarks if not each.startswith("--config without a name: ")]


def named(*files, **given):
    """The same study, as it is named, and all that is remarked."""
    config = {**read_yaml(*FILES), "experiments": copy.deepcopy(EXPERIMENTS)}
    placed, remarks = with_wishes({**config, **given}, given, files)
    return validated_study(placed, files), remarks


def test_settings_hold_for_experiments_that_do_not_state_them():
    study, remarks = wished(seeds=4, lengths=["5", "10"], updates="200")
    assert [each.seeds for each in study.experiments] == [4, 4, 4]
    assert [each.lengths for each in study.experiments] == [(5, 10), (4, 8), (5, 10)]
    assert [each.updates for each in study.experiments] == [200, 30, 200]
    assert remarks == [
        "--config lengths: holds for 2 of 3 experiments; not for own, which state lengths themselves",
        "--config updates: holds for 2 of 3 experiments; not for own, which state updates themselves",
    ]


def test_cells_hold_for_experiments_that_list_cells():
    study, remarks = wished(cells=["gru", "lstm"])
    first, second, third = study.experiments
    assert first.cells == second.cells == ("gru", "lstm")
    assert first.hidden_sizes == {"lstm": 9}
    assert third.cells == {"tanh": ("none", "orthogonal")}
    assert remarks == [
        "--config cells: holds for 2 of 3 experiments; not for mapped, which give each of their cells remedies"
    ]
    assert wished(cells=["gru"])[0].experiments[0].hidden_sizes == {}


def test_what_is_no_wish_stays_where_it_is():
    study, remarks = wished(title="mine", name="other", defaults=read_yaml(*FILES)["defaults"] | {"seeds": 3})
    assert (study.title, study.name, study.defaults.seeds) == ("mine", "other", 3)
    assert remarks == []


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"seeds": 0}, "defaults.seeds: must be at least 1, got 0"),
        ({"seeds": "1:30"}, "defaults.seeds: must be a number, got '1:30'"),
        ({"lengths": 5}, "defaults.lengths: must be a list, got 5"),
        ({"cells": "gru"}, "experiments.0.cells: must be a list, got 'gru'"),
        ({"cells": ["lsmt"]}, "Did you mean 'lstm'?"),
        ({"sedes": 4}, "sedes: unknown key 'sedes'"),
    ],
)
def test_a_wrong_wish_is_refused_as_a_wrong_value_of_a_file_is(given, problem):
    with pytest.raises(ConfigError) as refused:
        wished(**given)
    assert any(problem in each for each in refused.value.problems), refused.value.problems


def test_the_same_key_at_the_top_of_a_file_is_refused_with_where_it_belongs():
    with pytest.raises(ConfigError) as refused:
        validated_study(read_yaml(*FILES) | {"seeds": 4})
    (problem,) = refused.value.problems
    assert problem.endswith("'seeds' belongs under `defaults` or in an experiment.")
    with pytest.raises(ConfigError) as refused:
        validated_study(read_yaml(*FILES) | {"cells": ["gru"]})
    assert refused.value.problems[0].endswith("'cells' belongs in an experiment.")


def test_wishes_do_not_change_what_they_are_given():
    config = {**read_yaml(*FILES), "experiments": copy.deepcopy(EXPERIMENTS), "cells": ["gru"]}
    before = copy.deepcopy(config)
    with_wishes(config, {"cells": ["gru"]})
    assert config == before


def test_wishes_without_a_name_have_results_of_their_own():
    study, remarks = named(*FILES, seeds=4)
    assert re.fullmatch("smoke-[0-9a-f]{6}", study.name)
    assert remarks == [
        f"--config without a name: the results of this study are in results/{study.name}; "
        "`--config name=NAME` gives it another name"
    ]
    assert named(*FILES, seeds="4")[0].name == study.name
    assert named(*FILES, seeds=4, title="mine")[0].name == study.name
    others = [named(*FILES, **wishes)[0].name for wishes in ({"seeds": 5}, {"updates": 20}, {"cells": ["gru"]})]
    assert len({study.name, *others}) == 4


@pytest.mark.parametrize("given", [{}, {"title": "mine"}, {"name": "smoke"}, {"name": "smoke", "seeds": 4}, {"x-a": 1}])
def test_a_name_that_is_given_and_keys_that_change_no_run_leave_the_name(given):
    study, remarks = named(*FILES, **given)
    assert (study.name, remarks) == ("smoke", [])


def test_a_key_that_is_taken_out_of_the_configuration_is_no_wish():
    config = read_yaml(*FILES)
    assert with_wishes(config, {"batch_minutes": 1}, FILES) == (config, [])


def test_a_study_that_its_file_names_is_kept_from_wishes_as_well(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text("name: mine\n")
    placed, _ = with_wishes({"name": "mine", "seeds": 4}, {"seeds": 4}, [file])
    assert re.fullmatch("mine-[0-9a-f]{6}", placed["name"])
    file.write_text(f"name: {'a' * 60}\n")
    placed, _ = with_wishes({"name": "a" * 60, "seeds": 4}, {"seeds": 4}, [file])
    assert re.fullmatch("a{53}-[0-9a-f]{6}", placed["name"])
