"""Tasks in config.yaml: a name, a name with parameters, or a file; what each becomes, and what is refused."""

import copy
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from written_csv import columns, write

from gradient_horizon.errors import ConfigError
from gradient_horizon.study.files import read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import Study
from gradient_horizon.study.plan import expand
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.study.task_entry import TaskEntry
from gradient_horizon.study.task_text import split_task, task_text

ROOT = Path(__file__).parents[2]
CONFIG = read_yaml(ROOT / "config.yaml")
SCHEMA = json.loads((ROOT / "workflow" / "schemas" / "config.schema.json").read_text())
FILE = {"csv": "series.csv", "input": ["wave"], "target": "wave"}


def study(task, **more):
    config = copy.deepcopy(CONFIG)
    config["experiments"] = [{"name": "own", "task": task, "cells": ["tanh"], "lengths": [5, 6], **more}]
    return config


def refusal(task, **more):
    with pytest.raises(ConfigError) as caught:
        validated_study(study(task, **more))
    return list(caught.value.problems)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    write(tmp_path, columns())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "name", "settled", "text"),
    [
        ("recall", "recall", {}, "recall"),
        ({"task": "recall"}, "recall", {}, "recall"),
        ({"task": "recall", "symbols": 8, "noise": 1}, "recall", {}, "recall"),
        ({"task": "recall", "symbols": "4"}, "recall", {"symbols": 4}, "recall {symbols: 4}"),
        ({"task": "adding", "marks": "anywhere"}, "adding", {"marks": "anywhere"}, "adding {marks: anywhere}"),
        (FILE | {"input": "wave"}, "csv", FILE, "csv {csv: series.csv, input: [wave], target: wave}"),
        (FILE | {"held_out": 0.2}, "csv", FILE, "csv {csv: series.csv, input: [wave], target: wave}"),
    ],
)
def test_a_task_has_a_name_its_parameters_beside_the_defaults_and_a_text(given, name, settled, text):
    read = validated_study(study(given))
    entry = read.experiments[0].task
    assert (entry.task, entry.settled, entry.text) == (name, settled, text)
    assert split_task(text) == (name, settled)
    assert Study.model_validate_json(read.model_dump_json()).experiments[0].task.text == text
    specs = expand(read)
    assert {(spec.task, spec.named_task) for spec in specs} == {(name, text)}
    assert all(RunSpec.from_json(spec.to_json()) == spec for spec in specs)


@pytest.mark.parametrize(
    "parameters",
    [
        {"path": "a, b.csv", "say": "yes", "number": "1", "small": 1e-9, "none": None, "flag": True},
        {"nested": {"loss": 0.25}, "many": ["ż", "a: b", "{", "'"], "long": "word " * 200},
    ],
)
def test_the_text_of_a_task_is_one_line_and_says_every_parameter(parameters):
    text = task_text("mine:Task", parameters)
    assert split_task(text) == ("mine:Task", parameters)
    assert "\n" not in text


def test_a_run_without_parameters_says_nothing_of_them_and_has_the_id_that_it_had():
    spec = expand(validated_study(study("recall")))[0]
    assert "task_parameters" not in json.loads(spec.to_json())
    fields = {key: value for key, value in json.loads(spec.to_json()).items()}
    assert json.loads(replace(spec, task_parameters={"symbols": 4}).to_json()) == fields | {
        "task_parameters": {"symbols": 4}
    }
    assert spec.id != replace(spec, task_parameters={"symbols": 4}).id
    assert spec.id == "own_recall_tanh_none_T5_s0_" + spec.id[-8:]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"task": "recall", "symbol": 4},
            "experiments.0.task.symbol: unknown parameter 'symbol' of task 'recall'; legal: noise, symbols. Did you "
            "mean 'symbols'?",
        ),
        (
            {"task": "recall", "symbols": 1},
            "experiments.0.task.symbols: input should be greater than or equal to 2, got 1; parameters of 'recall': "
            "noise, symbols",
        ),
        ({"task": "parity", "bits": 2}, "experiments.0.task.bits: unknown parameter 'bits' of task 'parity'; legal"),
        (
            {"task": "adding", "marks": "first"},
            "experiments.0.task.marks: input should be 'one-per-half' or 'anywhere', got 'first'; parameters of "
            "'adding': marks, target",
        ),
        ({"csv": "series.csv", "input": "wave"}, "experiments.0.task.target: must be given for task 'csv', got "),
        (FILE | {"lenght": 9}, "experiments.0.task.lenght: unknown parameter 'lenght' of task 'csv'; legal: csv, "),
        (FILE | {"target": "wav"}, "experiments.0.task: series.csv must have the column 'wav' (target), got step"),
        (FILE | {"csv": "x.csv"}, "experiments.0.task: x.csv must be a file, got none there (paths start at "),
        (FILE | {"solved": {}}, "experiments.0.task.solved: must be a loss or an accuracy, got {}; parameters of"),
        (
            FILE | {"solved": {"loss": True}},
            "experiments.0.task.solved.loss: must be a number, got True; parameters of 'csv': csv, ",
        ),
        (FILE | {"length": True}, "experiments.0.task.length: must be a number, got True; parameters of 'csv': csv, "),
        (FILE | {"csv": "a\0b"}, "experiments.0.task: csv: must be the path of a file, got 'a\\x00b'"),
        (
            {"task": "recall", "noise": True},
            "experiments.0.task.noise: must be a number, got True; parameters of 'recall': noise, symbols",
        ),
        ("csv", "experiments.0.task.csv: must be given for task 'csv', got nothing; legal: csv, decimal, delimiter, "),
        (5, "experiments.0.task: must be the name of a task, or a mapping such as {task: recall, symbols: 4} or {"),
        ({"symbols": 4}, "experiments.0.task: must be the name of a task, or a mapping such as {task: recall, "),
        ({"task": "recal", "symbols": 4}, "experiments.0.task: task must be one of "),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_task_is_said_with_its_key_and_what_is_legal(given, sentence):
    assert refusal(given)[0].startswith(sentence)


BAD_CLASSES = {
    "a fraction": ["1.5", "2"],
    "nothing": ["nan", "2"],
    "one class": ["1", "1"],
    "one number twice": ["1", "01"],
}


@pytest.mark.parametrize("fault", BAD_CLASSES)
def test_bad_classes_are_told_once(folder, fault):
    labels = BAD_CLASSES[fault] * 30
    write(folder, {"x": range(60), "label": labels}, "classes.csv")
    (problem,) = refusal({"csv": "classes.csv", "input": "x", "target": "label", "predict": "class"})
    assert problem.startswith("experiments.0.task: classes.csv, ")


@pytest.mark.parametrize("wrong", [{"csv": "none.csv"}, {"target": "who"}])
def test_a_file_or_column_of_classes_that_is_not_there_is_told_once(wrong):
    (problem,) = refusal(FILE | {"input": "noise", "predict": "class"} | wrong)
    assert problem.startswith(f"experiments.0.task: {wrong.get('csv', 'series.csv')} must ")


def test_a_length_beyond_the_file_in_a_task_is_told_by_its_rows():
    (problem,) = refusal(FILE | {"length": 10**12}, lengths=[5, 10, 20])
    assert problem.startswith("experiments.0.task: series.csv: the file must have at least 1000000000001 rows")


LONG = '''
from pydantic import Field
from gradient_horizon.tasks.recall import Recall
from gradient_horizon.tasks.series import Series
class Long(Recall):
    """Long."""
    fixed_length = 10**9
class Chosen(Recall):
    """Chosen."""
    length: int = Field(default=9, ge=2)
    @property
    def fixed_length(self):
        return self.length
class Silent(Recall):
    """Silent."""
    @property
    def inputs(self):
        return 1 // 0
class Read(Series):
    """Read."""
'''


def test_sizes_of_own_tasks_are_told_by_the_key_that_they_come_from(folder, monkeypatch):
    (folder / "of_sizes.py").write_text(LONG)
    monkeypatch.syspath_prepend(folder)
    (problem,) = refusal("of_sizes:Long", lengths=[5, 10, 20])
    assert problem.startswith("experiments.0.task: a job must take at most ")
    assert problem.endswith("; got 1000000000")
    (problem,) = refusal({"task": "of_sizes:Chosen", "length": 10**9}, lengths=[5, 10, 20])
    assert problem.startswith("experiments.0.task.length: a job must take at most ")
    (problem,) = refusal("of_sizes:Silent")
    assert problem.startswith("experiments.0.task: 'of_sizes:Silent' must say its `inputs`, got ZeroDivisionError: ")
    (problem,) = refusal({"task": "of_sizes:Read", **FILE, "csv": "none.csv", "input": "noise", "predict": "class"})
    assert problem.startswith("experiments.0.task: none.csv must be a file, got none there")


def test_windows_must_fit_the_file_and_a_length_in_the_task_replaces_those_of_the_experiment():
    assert refusal(FILE, lengths=[5, 11, 12]) == [
        "experiments.0.task: series.csv: the file must have at least 13 rows (12 of a window, and the one after it), "
        "got 12 rows held out; shorten the windows, or give another `held_out`"
    ]
    fixed = validated_study(study(FILE | {"length": 7}, lengths=[5, 300]))
    assert {spec.length for spec in expand(fixed)} == {7}
    for file in (FILE, FILE | {"length": 7}):
        (problem,) = refusal(file, measures=["extrapolation"])
        assert problem.startswith("experiments.0.measures.0: must go with a task of any length, got 'extrapolation'")


OWN = '''
from pydantic import Field
from gradient_horizon.tasks.recall import Recall
class Mine(Recall):
    """Mine."""
    alphabet: int = Field(default=2, ge=2)
class Odd(Recall):
    """Odd."""
    def __init__(self, size=2):
        super().__init__()
class Plain(Recall):
    """Plain."""
    place: int = 2
class Passing(Mine):
    """Passing."""
    def __init__(self, **parameters):
        super().__init__(**parameters)
'''


@pytest.fixture
def own(folder, monkeypatch):
    """A module with tasks of the user's own."""
    (folder / "of_parameters.py").write_text(OWN)
    monkeypatch.syspath_prepend(folder)
    yield
    sys.modules.pop("of_parameters", None)


@pytest.mark.usefixtures("own")
def test_own_classes_have_parameters_as_those_of_the_package():
    read = validated_study(study({"task": "of_parameters:Mine", "alphabet": 4}))
    assert expand(read)[0].task_parameters == {"alphabet": 4}
    assert list(read.own_classes) == ["of_parameters:Mine"]
    (problem,) = refusal({"task": "of_parameters:Mine", "letters": 4})
    assert problem.endswith("of task 'of_parameters:Mine'; legal: alphabet, noise, symbols.")
    passing = validated_study(study({"task": "of_parameters:Passing", "alphabet": 4}))
    assert expand(passing)[0].task_parameters == {"alphabet": 4}


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("given", ["of_parameters:Odd", {"task": "of_parameters:Odd", "size": 3}])
def test_parameters_of_an_init_are_refused_with_the_form_to_declare_them_in(given):
    (problem,) = refusal(given)
    assert problem == (
        "experiments.0.task: 'of_parameters:Odd' must declare its parameters as fields of pydantic, such as "
        "`size: int = Field(default=2)`, in place of an `__init__` that takes them, got "
        "`__init__(self, size=2)` (of_parameters.py, line 9)"
    )


@pytest.mark.usefixtures("own")
def test_a_plain_attribute_that_is_given_as_a_parameter_is_told_how_it_becomes_one():
    (problem,) = refusal({"task": "of_parameters:Plain", "place": 3})
    assert problem.endswith(
        "legal: noise, symbols. The class has 'place' as a plain attribute; parameters are declared as fields "
        "of pydantic, such as `place: int = Field(default=2)`."
    )


@pytest.mark.parametrize(
    ("given", "is_legal"),
    [
        ("recall", True), ("mine:Task", True), ("recal", False), ("csv", False),
        ({"task": "recall", "symbols": 4}, True), ({"task": "recall", "symbols": 1}, False),
        ({"task": "recall", "letters": 4}, False), ({"task": "mine:Task", "letters": 4}, True),
        (FILE, True), (FILE | {"input": "wave", "solved": {"loss": 0.1}}, True), (FILE | {"predict": "then"}, False),
        ({"csv": "series.csv"}, False),
    ],
)  # fmt: skip
def test_the_schema_for_editors_knows_the_parameters(given, is_legal):
    schema = {"$defs": SCHEMA["$defs"], **SCHEMA["$defs"]["Experiment"]["properties"]["task"]}
    assert Draft202012Validator(schema).is_valid(given) == is_legal


def test_an_entry_is_written_as_it_was_given():
    for given in ("recall", {"task": "recall", "symbols": 4}, FILE):
        assert TaskEntry.model_validate(given).model_dump() == given
