"""The key `judge`: which settings a cell is judged in, the runs that this adds, and what is refused."""

import json

import pytest
from judging import ROOT, checked, config_judging, judging

from gradient_horizon.errors import ConfigError
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.judging import slug
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import Study, json_schema
from gradient_horizon.study.plan import expand

OWN = {"cell": "mine:Cell", "against": ["tanh", "lstm"]}
OF_ARMS = dict.fromkeys(("cells", "remedies"))
COMPARED = ("recall-32", "adding-32", "recall-64")


def arms(study, name):
    (experiment,) = (each for each in study.experiments if each.name == name)
    return experiment.arms


@pytest.mark.parametrize(
    ("against", "settings"),
    [
        (["tanh", "lstm"], COMPARED),
        (["tanh"], COMPARED),  # not those of one cell only, nor with another budget
        (["gru"], COMPARED),
        (["lstm-forget-open"], ("recall-32",)),
    ],
)
def test_without_settings_it_is_those_that_compare_cells_at_the_budget_of_the_study(against, settings):
    assert judging(OWN | {"against": against}).judge[0].settings == settings


def test_where_no_setting_compares_cells_at_that_budget_it_is_all_that_have_them():
    config = config_judging({"cell": "mine:Cell", "against": ["tanh"]})
    config["experiments"] = [
        {"name": name, "task": "recall", "cells": cells, "updates": updates, "lengths": lengths}
        for name, cells, updates, lengths in (
            ("alone", ["tanh"], 1500, [5, 10, 20]),
            ("patient", ["tanh", "gru"], 3000, [5, 10, 20]),
            ("two-lengths", ["tanh"], 1500, [5, 10]),
            ("untrained", ["tanh"], 0, [5, 10, 20]),
            ("without", ["gru"], 1500, [5, 10, 20]),
        )
    ]
    assert Study.model_validate(config).judge[0].settings == ("alone", "patient")


def test_the_judged_cell_and_those_it_lacks_are_trained_in_its_settings_and_nothing_else_changes():
    shipped = validated_study(read_yaml(ROOT / "config.yaml"))
    study = judging(OWN | {"against": ["tanh", "min-lstm"], "in": ["recall-32", "recall-67"], "remedy": "chrono"})
    added = {("mine:Cell", "chrono"), ("min-lstm", "none")}
    for before, after in zip(shipped.experiments, study.experiments, strict=True):
        more = added if before.name in ("recall-32", "recall-67") else set()
        assert after.arms[: len(before.arms)] == before.arms
        assert set(after.arms) - set(before.arms) == more
        assert {**after.model_dump(), **OF_ARMS} == {**before.model_dump(), **OF_ARMS}


def test_a_cell_that_is_there_with_a_remedy_is_trained_without_one_as_well():
    study = judging(OWN | {"against": ["lstm"], "in": ["radius"]})
    assert arms(study, "radius")[-2:] == (("mine:Cell", "none"), ("lstm", "none"))
    recurrent = judging({"cell": "tanh", "against": ["gru"], "in": ["truncated"]})
    assert arms(recurrent, "truncated") == (("tanh", "truncated-10"), ("tanh", "none"), ("gru", "none"))


def test_of_a_study_that_trains_the_cells_already_no_run_is_another_one():
    shipped = validated_study(read_yaml(ROOT / "config.yaml"))
    study = judging({"cell": "gru", "against": ["tanh", "lstm"]})
    assert [spec.id for spec in expand(study)] == [spec.id for spec in expand(shipped)]


def test_a_judging_study_is_the_same_when_it_is_read_again_and_another_one_has_no_such_key():
    study = judging(OWN, {"cell": "mine:Other", "against": ["mine:Cell"], "in": ["recall-32"], "remedy": "chrono"})
    again = Study.model_validate_json(study.model_dump_json())
    assert again == study
    assert again.model_dump_json() == study.model_dump_json()
    assert json.loads(study.model_dump_json())["judge"][0] == OWN | {"in": [*COMPARED], "remedy": "none"}
    shipped = validated_study(read_yaml(ROOT / "config.yaml"))
    assert shipped.judge == ()
    assert "judge" not in shipped.model_dump(mode="json")


def test_own_classes_are_named_by_the_key_that_judges_them_and_judged_cells_come_first():
    study = judging(OWN | {"against": ["a:Cell"], "in": ["recall-32"]}, {"cell": "b:Cell", "against": ["tanh"]})
    assert study.own_classes == {"mine:Cell": "judge.cell", "a:Cell": "judge.against.0", "b:Cell": "judge.cell"}
    assert study.own_cells == ["mine:Cell", "b:Cell", "a:Cell"]


REFUSED = [
    (5, "judge: must be a mapping of keys to values, or a list of such, got 5"),
    ({"cell": "gru"}, "judge.against: must be given, got nothing"),
    ([{"cell": "gru", "against": []}], "judge.0.against: must be of at least 1 element(s), got []"),
    (
        {"cell": "gru", "against": ["tanh"], "on": ["recall-32"]},
        "judge.on: unknown key 'on'; legal: against, cell, in, remedy. Did you mean 'in'?",
    ),
    ({"cell": "nowhere:Cell", "against": ["tanh"]}, "judge.cell: must be importable, got 'nowhere:Cell'"),
    ({"cell": "gru", "against": ["tahn"]}, "judge.against.0: cell must be one of"),
    (
        {"cell": "tanh", "against": ["gru", "tanh"]},
        "judge.against.1: must be another cell than the one that is judged, got 'tanh' for both",
    ),
    ({"cell": "gru", "against": ["tanh", "tanh"]}, "judge.against.1: must name each cell once, got 'tanh' again"),
    ({"cell": "gru", "against": ["tanh"], "remedy": "magic"}, "judge.remedy: must be one of the study's remedies"),
    (
        {"cell": "gru", "against": ["tanh"], "remedy": "Bad Name"},
        "judge.remedy: must be one of the study's remedies",
    ),
    (
        {"cell": "gru", "against": ["tanh"], "in": ["recall-33"]},
        "got 'recall-33'",
    ),
    (
        {"cell": "gru", "against": ["tanh"], "in": ["recall-32", "early-steps"]},
        "judge.in.1: must be one of the experiments with training and at least 3 lengths, got 'early-steps', which has "
        "2 lengths; such experiments: recall-32, adding-32,",
    ),
    ({"cell": "gru", "against": ["tanh"], "in": ["digits-32"]}, "got 'digits-32', which has 1 length;"),
    (
        {"cell": "gru", "against": ["tanh"], "in": ["flow"]},
        "got 'flow', which has updates 0, so that nothing is trained",
    ),
    ({"cell": "gru", "against": ["tanh"], "in": ["radius", "radius"]}, "must name each experiment once, got 'radius'"),
    (
        {"cell": "gru", "against": ["min-lstm"]},
        "judge.in: must name experiments with training and at least 3 lengths, got none: none has min-lstm without a "
        "remedy; such experiments: recall-32,",
    ),
    (
        [{"cell": "gru", "against": ["tanh"]}, {"cell": "gru", "against": ["lstm"]}],
        "judge.1.cell: must be judged once under each name, got 'gru', which would be called 'gru' in the report as",
    ),
]


@pytest.mark.parametrize(("judge", "said"), REFUSED)
def test_what_cannot_be_judged_is_refused_by_its_key_in_one_sentence(judge, said):
    with pytest.raises(ConfigError) as refused:
        checked(judge)
    lines = str(refused.value).splitlines()[1:]
    assert len(lines) == 1
    assert said in lines[0]


def test_what_experiments_with_the_cells_lack_is_said():
    config = config_judging({"cell": "gru", "against": ["tanh"]})
    config["experiments"] = [
        {"name": "short", "task": "recall", "cells": ["tanh"], "lengths": [5, 10]},
        {"name": "other", "task": "recall", "cells": ["lstm"], "lengths": [5, 10, 20]},
        {"name": "untrained", "task": "recall", "cells": ["tanh"], "updates": 0, "lengths": [5, 10, 20]},
    ]
    with pytest.raises(ConfigError) as refused:
        validated_study(config)
    assert refused.value.problems[0].startswith(
        "judge.in: must name experiments with training and at least 3 lengths, got none: of those with tanh without a "
        "remedy, 'short' has 2 lengths, 'untrained' has updates 0, so that nothing is trained; such experiments: other"
    )


def test_a_remedy_that_does_not_fit_the_judged_cell_is_refused():
    with pytest.raises(ConfigError, match="'constant-flow' must go with cells of"):
        checked({"cell": "gru", "against": ["tanh"], "in": ["recall-32"], "remedy": "constant-flow"})


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("mine:Cell", "mine-cell"),
        ("cells.mine:MyLSTMCell", "cells-mine-my-lstm-cell"),
        ("min-gru", "min-gru"),
        ("ż:Ł", "cell"),
        ("m:" + "A" * 300, "m-" + "a" * 48),
    ],
)
def test_the_name_of_a_cell_in_files(cell, name):
    assert slug(cell) == name


def test_the_schema_takes_a_mapping_or_a_list_of_them():
    one, many = json_schema()["properties"]["judge"]["anyOf"]
    assert one["$ref"] == many["items"]["$ref"] == "#/$defs/Judged"
    assert set(json_schema()["$defs"]["Judged"]["properties"]) == {"cell", "against", "in", "remedy"}
