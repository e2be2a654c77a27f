import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from gradient_horizon.engine.layout import Layout
from gradient_horizon.errors import ConfigError
from gradient_horizon.study.files import file_problems, read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import Study, json_schema
from gradient_horizon.study.plan import expand
from gradient_horizon.training.assembly import build_cell, build_task

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config.yaml"
SMOKE = ROOT / "workflow" / "presets" / "smoke.yaml"


def study():
    """The shipped study, with an experiment of the plainest form before its own."""
    config = copy.deepcopy(read_yaml(CONFIG))
    config["experiments"].insert(0, {"name": "memory", "task": "recall", "cells": ["tanh"]})
    return config


def refusal(config):
    with pytest.raises(ConfigError) as caught:
        validated_study(config)
    return str(caught.value)


def with_default(key, value):
    config = study()
    config["defaults"][key] = value
    return config


def with_experiment(key, value, index=0):
    config = study()
    config["experiments"][index][key] = value
    return config


def with_untrained(measure):
    config = with_experiment("measures", [measure])
    config["experiments"][0]["updates"] = 0
    return config


def with_task(task, measure):
    config = with_experiment("measures", [measure])
    config["experiments"][0]["task"] = task
    return config


PAPER, ROBUST, FRESH, MODERN = (SMOKE.with_name(f"{name}.yaml") for name in ("paper", "robust", "fresh", "modern"))


@pytest.mark.parametrize(
    ("files", "first"),
    [
        ((CONFIG,), "recall-32"),
        ((CONFIG, SMOKE), "recall-32"),
        ((CONFIG, ROBUST), "recall-128"),
        ((CONFIG, FRESH), "recall-32"),
        ((CONFIG, PAPER), "paper-order-20"),
        ((CONFIG, PAPER.with_name("paper-beyond.yaml")), "beyond-order"),
        ((CONFIG, MODERN), "modern-recall"),
    ],
)
def test_the_shipped_studies_are_accepted(files, first):
    assert validated_study(read_yaml(*files), files).experiments[0].name == first


@pytest.mark.parametrize("character", ["\x07", "\x00", "\n", "\u202e", "\ue000"])
def test_a_title_that_cannot_be_printed_is_refused_and_one_in_any_script_is_not(character):
    assert validated_study(study() | {"title": "循環🧠 ёжик"}).title == "循環🧠 ёжик"
    said = refusal(study() | {"title": f"a{character}b"})
    shown = repr(character)
    assert f"title: must be made of characters that can be printed, which {shown} is not, got" in said


@pytest.mark.parametrize(
    ("config", "path", "given", "legal"),
    [
        (with_default("lenghts", [5]), "defaults.lenghts", "'lenghts'", "Did you mean 'lengths'?"),
        (with_experiment("cells", ["tanh", "lsmt"]), "experiments.0.cells.1", "'lsmt'", "Did you mean 'lstm'?"),
        (with_experiment("task", "recal"), "experiments.0.task", "'recal'", "Did you mean 'recall'?"),
        (with_experiment("remedies", ["clip"]), "experiments.0.remedies.0", "'clip'", "Did you mean 'clipped'?"),
        (with_experiment("lengths", [5, 0]), "experiments.0.lengths.1", "got 0", "at least 2"),
        (with_default("learning_rates", [-0.1]), "defaults.learning_rates.0", "got -0.1", "greater than 0"),
        (with_default("learning_rates", ["fast"]), "defaults.learning_rates.0", "'fast'", "must be a number"),
        (with_default("learning_rates", [True]), "defaults.learning_rates.0", "True", "must be a number"),
        (with_default("lengths", []), "defaults.lengths", "got []", "at least 1 element"),
        (with_default("seeds", 0), "defaults.seeds", "got 0", "at least 1"),
        (with_default("optimiser", "adamw"), "defaults.optimiser", "'adamw'", "'momentum', 'nesterov' or 'rmsprop'"),
        (with_default("evaluation_sequences", 100), "evaluation_sequences", "got 100", "multiple of batch_size (32)"),
        (with_default("pilot_seeds", -1), "defaults.pilot_seeds", "got -1", "at least 0"),
        (with_default("learning_rates", [0.1, 0.1]), "learning_rates", "got 0.1 2 times", "once"),
        (with_experiment("name", "a/b"), "experiments.0.name", "'a/b'", "lower-case letters"),
        (with_experiment("name", "../up"), "experiments.0.name", "'../up'", "lower-case letters"),
        (with_experiment("name", "explosion"), "experiments.0.name", "'explosion' 2 times", "one experiment only"),
        (with_experiment("cells", []), "experiments.0.cells", "got []", "at least 1 element"),
        (with_experiment("cells", [False]), "experiments.0.cells.0", "got False", "text"),
        (with_experiment("cells", "tanh"), "experiments.0.cells:", "got 'tanh'", "a list"),
        (with_experiment("cells", ["tanh", "tanh"]), "experiments.0.cells:", "got 'tanh' 2 times", "once"),
        (with_experiment("remedies", ["none", "none"]), "experiments.0.remedies:", "got 'none' 2 times", "once"),
        (with_experiment("cells", {}), "experiments.0.cells:", "got {}", "at least 1 element"),
        (with_experiment("cells", {"tanh": []}), "experiments.0.cells.tanh:", "got []", "at least 1 element"),
        (with_experiment("cells", {"tanh": "none"}), "experiments.0.cells.tanh:", "got 'none'", "a list"),
        (with_experiment("cells", {"tanh": None}), "experiments.0.cells.tanh:", "got None", "a list"),
        (with_experiment("cells", {"tanh": ["none", 1]}), "experiments.0.cells.tanh.1:", "got 1", "text"),
        (with_experiment("cells", {"lsmt": ["none"]}), "experiments.0.cells.lsmt:", "'lsmt'", "Did you mean 'lstm'?"),
        (
            with_experiment("cells", {"tanh": ["none"], "lstm": ["none", "clip"]}),
            "experiments.0.cells.lstm.1:",
            "'clip'",
            "Did you mean 'clipped'?",
        ),
        (
            with_experiment("cells", {"tanh": ["none", "orthogonal", "none"]}),
            "experiments.0.cells.tanh:",
            "got 'none' 2 times",
            "once",
        ),
        (
            with_experiment("cells", {"lstm": ["chrono"], "tanh": ["none", "chrono"]}),
            "experiments.0.cells.tanh.1:",
            "got tanh",
            "cells of gru, janet, lstm",
        ),
        (
            with_experiment("cells", {"tanh": ["truncated-10"]}),
            "experiments.0.cells.tanh.0:",
            "got 5",
            "lengths of at least 10",
        ),
        (with_experiment("remedies", ["truncated-10"]), "experiments.0.remedies.0", "got 5", "lengths of at least 10"),
        (with_experiment("remedies", ["chrono"]), "experiments.0.remedies.0", "got tanh", "cells of gru, janet, lstm"),
        (
            with_experiment("hidden_sizes", {"lstm": 9}),
            "experiments.0.hidden_sizes.lstm:",
            "got 9",
            "one of the cells (tanh)",
        ),
        (with_experiment("hidden_sizes", {"tanh": 0}), "experiments.0.hidden_sizes.tanh:", "got 0", "at least 1"),
        (with_experiment("hidden_sizes", [9]), "experiments.0.hidden_sizes:", "got [9]", "a mapping"),
        (
            with_experiment("measures", ["extra"]),
            "experiments.0.measures.0:",
            "'extra'",
            "Did you mean 'extrapolation'?",
        ),
        (with_experiment("measures", "extrapolation"), "experiments.0.measures:", "'extrapolation'", "a list"),
        (with_experiment("measures", 2 * ["extrapolation"]), "experiments.0.measures:", "2 times", "once"),
        (with_untrained("extrapolation"), "experiments.0.measures.0:", "with updates 0", "updates of at least 1"),
        (
            with_task("digits", "extrapolation"),
            "experiments.0.measures.0:",
            "'digits'",
            "whose sequences have 64 steps",
        ),
        (with_experiment("cells", ["nowhere:Cell"]), "experiments.0.cells.0", "'nowhere:Cell'", "importable"),
        (with_experiment("cells", ["__import__('os'):x"]), "experiments.0.cells.0", "__import__", "importable"),
    ],
)
def test_bad_input_is_refused_with_the_key_the_value_and_what_is_legal(config, path, given, legal):
    message = refusal(config)
    assert path in message
    assert given in message
    assert legal in message


def test_an_unknown_key_of_an_experiment_is_refused_where_it_stands():
    assert "experiments.2.colour: unknown key 'colour'" in refusal(with_experiment("colour", "red", index=2))


def test_an_unknown_top_level_key_is_refused():
    assert "cells: unknown key 'cells'" in refusal({**study(), "cells": []})


def test_a_mistake_in_the_defaults_is_named_once():
    assert refusal(with_default("seeds", 0)).count("got 0") == 1


def test_a_remedy_s_parameters_are_checked():
    config = study()
    config["remedies"]["clipped"] = [{"change": "clip-norm", "threshold": -1}]
    assert "remedies.clipped.0.threshold" in refusal(config)
    config["remedies"]["clipped"] = [{"change": "clip-norms", "threshold": 1}]
    assert "Did you mean 'clip-norm'?" in refusal(config)


def test_two_changes_of_the_same_thing_are_refused():
    config = study()
    config["remedies"]["both"] = [{"change": "orthogonal"}, {"change": "identity"}]
    config["experiments"][0]["remedies"] = ["both"]
    assert "two changes of the recurrent weights" in refusal(config)


def test_all_problems_are_named_at_once():
    config = with_default("seeds", 0)
    config["experiments"][1]["lengths"] = [0]
    message = refusal(config)
    assert "defaults.seeds" in message
    assert "experiments.1.lengths.0" in message


def test_a_number_that_yaml_reads_as_text_is_the_number(tmp_path):
    assert yaml.safe_load("1e-3") == "1e-3"
    assert validated_study(with_default("learning_rates", ["1e-3"])).defaults.learning_rates == (0.001,)


def test_a_duplicate_yaml_key_is_refused_with_both_lines(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG.read_text().replace("  seeds: 12 ", "  seeds: 3\n  seeds: 12 "))
    assert list(file_problems(file)) == ["defaults.seeds: must stand once, got twice (lines 13 and 14 of config.yaml)"]
    with pytest.raises(ConfigError, match=r"defaults\.seeds: must stand once"):
        validated_study(read_yaml(file), [file])


def test_an_overlay_merges_mappings_and_replaces_lists():
    merged = read_yaml(CONFIG, SMOKE)
    assert merged["defaults"]["optimiser"] == "adam"
    assert merged["defaults"]["lengths"] == [5, 10]


def test_the_committed_schema_is_the_model_s():
    committed = json.loads((ROOT / "workflow" / "schemas" / "config.schema.json").read_text())
    assert committed == json_schema(), "run `make schema`"


def test_every_key_of_the_defaults_is_explained_where_it_stands():
    lines = CONFIG.read_text().splitlines()
    for key in Study.model_fields["defaults"].annotation.model_fields:
        (line,) = [line for line in lines if line.startswith(f"  {key}:")]
        assert len(line.partition("#")[2].strip()) > 15, key


def test_a_run_s_own_remedy_overrides_what_every_run_carries():
    read = validated_study(study())
    explosion = next(e for e in read.experiments if e.name == "explosion")
    assert [c.change for c in read.changes(explosion, "clipped")] == ["orthogonal", "clip-norm"]
    memory = read.experiments[0]
    assert [c.parameters for c in read.changes(memory, "clipped-tightly")] == [{"threshold": 0.1}]


def test_one_mistake_is_told_in_one_line():
    config = study()
    config["experiments"] = [{"name": "a", "task": "recall", "cells": ["tanh"], "lengths": [0]}]
    assert refusal(config).splitlines()[1:] == ["  experiments.0.lengths.0: must be at least 2, got 0"]


def test_remedies_must_not_be_given_beside_cells_that_name_their_own():
    config = with_experiment("cells", {"tanh": ["none", "orthogonal"]})
    config["experiments"][0]["remedies"] = ["none"]
    assert refusal(config).splitlines()[1:] == [
        "  experiments.0.remedies: must not be given where `cells` maps each cell to remedies of its own, got ['none']"
    ]


def test_own_cells_are_named_by_the_key_where_they_stand():
    config = with_experiment("cells", {"tanh": ["none"], "nowhere:Cell": ["none"]})
    assert "experiments.0.cells.nowhere:Cell: must be importable, got 'nowhere:Cell'" in refusal(config)
    config["experiments"][0]["cells"] = {"tanh": ["none"], "gradient_horizon.cells.gru:GRU": ["none"]}
    (named,) = validated_study(config).own_classes.items()
    assert named == ("gradient_horizon.cells.gru:GRU", "experiments.0.cells.gradient_horizon.cells.gru:GRU")


def test_limits_count_the_arms_of_cells_that_name_their_remedies():
    config = with_experiment("cells", {"tanh": ["none", "orthogonal"], "lstm": ["none"]})
    config |= {"experiments": config["experiments"][:1], "limits": {"runs": 3 * 9}}
    assert validated_study(config).experiments[0].arms == (("tanh", "none"), ("tanh", "orthogonal"), ("lstm", "none"))
    assert "got 27, 27 of them here" in refusal(config | {"limits": {"runs": 26}})


def test_memory_is_that_of_the_experiment_s_cell_with_most_states_and_own_cells_count_as_the_largest():
    config = study()
    config["limits"] = {"memory": 16, "hours": 48}
    for cells, is_refused in (
        (["tanh", "lstm"], False),
        (["tanh", "slstm"], True),
        (["tanh", "gradient_horizon.cells.gru:GRU"], True),
    ):
        own = {"name": "a", "task": "recall", "cells": cells, "lengths": [400], "hidden_size": 48}
        config["experiments"] = [own]
        if is_refused:
            assert "experiments.0.lengths: a job must take at most 16 GB" in refusal(config)
        else:
            validated_study(config)


def test_pilot_seeds_count_where_they_are_trained():
    config = study()
    config["experiments"] = [{"name": "a", "task": "recall", "cells": ["tanh"], "lengths": [1000], "pilot_seeds": 90}]
    config["limits"] = {"memory": 1000, "hours": 1}
    assert "experiments.0.pilot_seeds: a job must take" in refusal(config)
    config["experiments"][0] |= {"lengths": [5, 1000]}
    validated_study(config)


def test_what_only_some_experiments_have_stands_in_a_study_where_it_is_given_alone():
    plain = validated_study(study())
    assert {"hidden_sizes", "measures"}.isdisjoint(plain.model_dump()["experiments"][0])
    config = with_experiment("hidden_sizes", {"tanh": 9})
    config["experiments"][0] |= {"measures": ["extrapolation"], "cells": ["tanh", "gru"]}
    given = validated_study(config)
    assert Study.model_validate_json(given.model_dump_json()) == given
    assert given.measures["memory"] == ("extrapolation",)
    assert given.measures["recall-32"] == ()
    widths = {spec.cell: spec.hidden_size for spec in expand(given) if spec.experiment == "memory"}
    assert widths == {"tanh": 9, "gru": 32}
    without = {spec.id for spec in expand(plain) if spec.experiment != "memory"}
    assert without == {spec.id for spec in expand(given) if spec.experiment != "memory"}


def test_limits_are_those_of_the_widest_cell():
    config = with_experiment("hidden_sizes", {"tanh": 10**6})
    assert "experiments.0.hidden_size: a job must take at most" in refusal(config)


def test_cells_of_equal_parameters_have_about_those_of_tanh_with_32_units():
    def parameters(spec):
        cell, task = build_cell(spec.cell, ()), build_task(spec.task)
        readout = task.outputs * (spec.hidden_size + 1)
        return Layout(cell, spec.hidden_size, task.inputs).parameters + readout

    specs = expand(validated_study(read_yaml(CONFIG, MODERN)))
    equal = {(spec.task, spec.cell): spec for spec in specs if spec.experiment.endswith("-equal")}
    assert len(equal) == 3 * 9
    for spec in equal.values():
        wanted = parameters(replace(spec, cell="tanh", hidden_size=32))
        assert parameters(spec) == pytest.approx(wanted, rel=0.08), (spec.cell, spec.task)
        nearest = min(range(8, 200), key=lambda width: abs(parameters(replace(spec, hidden_size=width)) - wanted))
        assert spec.hidden_size == nearest, (spec.cell, spec.task)


@pytest.mark.parametrize(("widths", "narrowest"), [({}, 32), ({"tanh": 10}, 10)])
def test_a_start_with_more_inputs_than_units_is_refused(widths, narrowest):
    config = with_experiment("hidden_sizes", widths)
    start = {"change": "normal-start", "deviation": 0.1, "inputs_per_unit": narrowest + 1}
    config["remedies"] = {**config["remedies"], "sparse": [start]}
    config["experiments"][0] |= {"cells": ["tanh"], "remedies": ["sparse"]}
    needed = f"at least {narrowest + 1} hidden units (inputs_per_unit of normal-start), got {narrowest}"
    assert f"experiments.0.remedies.0: 'sparse' must go with {needed}" in refusal(config)
    start["inputs_per_unit"] = narrowest
    validated_study(config)
