import re
import subprocess
import sys

import numpy as np
import pytest
from faulty_classes import CLASSES, study_of

from gradient_horizon.errors import ConfigError
from gradient_horizon.pipeline.command_line import main
from gradient_horizon.pipeline.own.generators import watched
from gradient_horizon.pipeline.own_classes import own_class_problems, own_class_remarks

RUN = "must run forward and backward on a tiny batch, got "
LEGAL = "+ - * / < >, whole powers, sigmoid, tanh, relu, exp, log, sqrt, abs, maximum, minimum, where"
EQUATION_FAULTS = {
    "Sine": f"consist of {LEGAL}; got 'sin'",
    "Mixing": f"consist of {LEGAL}; got 'mean'",
    "Stateless": f"have a step that consists of {LEGAL}, or say `mixes_units = True` to run by automatic "
    "differentiation, more slowly; got AttributeError: 'Stateless' object has no attribute 'missing'",
    "TwoStates": "return as many values as it has states (h), got 2 values",
    "Undeclared": "declare what its step depends on as a block, a state or a parameter (a, h), got 'gate'",
    "Forgetful": "have a step that takes a, h, got one without 'h'",
    "Repeated": "have different names for blocks, states and parameters, got 'a' twice",
    "Branching": "not branch on a symbol; `where` chooses between two values",
}
SHARED = "got draws from the generator of {} that all programs share"
FAULTS = {
    "task": {
        "Silent": "must say `solved_when`, a text such as 'accuracy >= 0.95', got nothing",
        "Baseless": "must give at least one baseline for length 5, got ()",
        "Nameless": "that is None or from 0 to 1, got Baseline(name='a\\nb'",
        "Endlessly": "that is None or from 0 to 1, got Baseline(name='chance', loss=inf",
        "Probable": "that is None or from 0 to 1, got Baseline(name='chance', loss=2.0, accuracy=12.5",
        "BatchFirst": "must sample inputs [time feature batch] of shape (5, 10, 4), got (4, 5, 10); the batch is the",
        "OutOfRange": "must have whole targets from 0 to 7 (outputs = 8), got from 8 to ",
        "Real": "must have whole targets from 0 to 7 (outputs = 8), got float64",
        "Columns": "must sample targets [batch] of shape (4,), got (4, 1)",
        "Holes": "must sample inputs that are finite in `sample`, got some that are not",
        "Tensor": "must give Batch(inputs, target) in `sample`, got Tensor",
        "Tensors": "must give NumPy arrays of real numbers in `sample`, got Tensor as inputs",
        "UnknownLoss": "must have a `loss` of cross-entropy or mean-squared-error, got 'mse'",
        "FromNumPy": SHARED.format("np.random"),
        "FromRandom": SHARED.format("random"),
        "FromItself": "must give equal sequences for equal generators in `sample`, got others the second time",
        "Percent": "must answer True or False in `is_solved`, got 12.5",
        "Easy": "must not count as solved at its first baseline, 'chance' (loss 2.079, accuracy 0.125), got True",
        "OutOfReach": "must count as solved at loss 0 and accuracy 1, got False from `is_solved`",
        "Unsolvable": "must judge a loss and an accuracy by `is_solved` for length 5, got LookupError: no criterion",
        "Unread": "must give a tiny batch for length 5, got FileNotFoundError: no-such-file.csv not found",
    },
    "cell": {
        "Root": "must give finite states on a tiny batch, got some that are not",
        "Cliff": "must give finite gradients on a tiny batch, got some that are not",
        "Plain": "must have all methods of its base class, got none named step",
        "Spread": "must return as many values as it has states (h), got 2 values",
        "NoStep": "must be a class made from gradient_horizon.engine.cell:Cell or",
        "Good": "must be a class made from gradient_horizon.engine.cell:Cell, got a class made from ",
        "NoClass": "must be a class made from gradient_horizon.engine.cell:Cell or",
        "Mgu": "must be importable, got AttributeError: 'mine' has no 'Mgu'; did you mean 'MGU'?",
        "Xyzzy": "must be importable, got AttributeError: 'mine' has no 'Xyzzy'; its classes: Good, Silent,",
        "Masked": "must have a `step` that computes the same every time, got other equations the second time",
        "MaskedByItself": "must have a `step` that computes the same every time, got other equations the second time",
        "Dropout": SHARED.format("torch"),
        "Counting": "must keep nothing in `step` but its states, got another `steps` after it",
        "Past": "must give the same states for the same sequences, got others the second time",
        "Cut": "must have the gradient that central differences gives (to 0.0001 of the largest entry",
        "Unready": "got TypeError: Unready.__init__() missing 1 required positional argument: 'width'",
    },
    "change": {
        "Endless": "must leave weights that are finite, got some that are not",
        "Returning": "must change the weight that `initialise` is given in place and return nothing, got ndarray",
        "Rebinding": "must change the weight that `initialise` is given in place, as weight[:] = ..., got the same",
        "Shared": SHARED.format("np.random"),
        "Lost": "must change the gradients that `limit` is given in place, as gradient *= ..., got the same as before",
        "Given": "must change the gradients that `limit` is given in place and return nothing, got list returned",
        "Window": "must give None or a whole number of steps from `backpropagation_window`, got 2.5",
    },
}


def line_of(text):
    """The first line of the module of own classes with this text."""
    return next(number for number, line in enumerate(CLASSES.splitlines(), 1) if text in line)


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, faults in FAULTS.items() for name in faults])
def test_what_an_own_class_lacks_is_said_in_one_sentence_with_its_key(own, kind, name):
    keys = {"task": "experiments.0.task", "cell": "experiments.0.cells.0", "change": "remedies.own.0.change"}
    (found,) = own_class_problems(study_of(**{kind: f"mine:{name}"}))
    assert found.startswith(f"{keys[kind]}: 'mine:{name}' must ")
    assert FAULTS[kind][name] in found, found
    assert "\n" not in found


@pytest.mark.parametrize(
    ("classes", "file", "text"),
    [
        ({"task": "mine:Unsolvable"}, "mine", "no criterion"),
        ({"task": "mine:Unread"}, "mine", "no-such-file"),
        ({"cell": "mine:Sine"}, "mine", "torch.sin"),
        ({"cell": "mine:Stateless"}, "mine", "self.missing"),
    ],
)
def test_what_own_code_raises_is_said_with_its_file_and_line(own, classes, file, text):
    (found,) = own_class_problems(study_of(**classes))
    assert f"({file}.py, line {line_of(text)}, in " in found, found


def test_a_fault_of_a_method_names_the_line_that_it_begins_in(own):
    (found,) = own_class_problems(study_of(task="mine:BatchFirst"))
    assert found.endswith(f"(mine.py, line {line_of('class BatchFirst') + 1})")


def test_a_module_that_cannot_be_imported_is_said_with_its_line(own, tmp_path):
    (found,) = own_class_problems(study_of(cell="breaks:Cell"))
    said = "must be importable, got RuntimeError: a missing library (breaks.py, line 1)"
    assert found == f"experiments.0.cells.0: 'breaks:Cell' {said}"
    (tmp_path / "breaks.py").write_text("x = 1\ndef step(:\n")
    (found,) = own_class_problems(study_of(cell="breaks:Cell"))
    said = "must be importable, got SyntaxError: invalid syntax (breaks.py, line 2)"
    assert found == f"experiments.0.cells.0: 'breaks:Cell' {said}"


@pytest.mark.parametrize("cell", EQUATION_FAULTS)
def test_a_cell_whose_equations_cannot_be_traced_is_said_in_one_sentence_with_what_is_legal(own, cell):
    (found,) = own_class_problems(study_of(cell=f"mine:{cell}"))
    said = f"EquationError: cell '{cell}' must {EQUATION_FAULTS[cell]}"
    assert found.startswith(f"experiments.0.cells.0: 'mine:{cell}' {RUN}{said}")


@pytest.mark.filterwarnings("ignore:cell 'Centred' mixes units")
@pytest.mark.parametrize("cell", ["mine:Leaky", "mine:Centred"])
@pytest.mark.parametrize("change", ["mine:Doubled", "mine:Halved"])
def test_own_classes_that_are_well_are_passed(own, cell, change):
    assert list(own_class_problems(study_of("mine:Good", cell, change))) == []


def test_a_change_that_does_nothing_with_its_parameters_is_found_and_one_that_does_is_not(own):
    assert list(own_class_problems(study_of(change="mine:Scaled", by=2))) == []
    (found,) = own_class_problems(study_of(change="mine:Scaled", by=1))
    assert "got the same weight as before" in found


READING = """
import numpy as np
from pathlib import Path
from gradient_horizon.tasks.recall import Recall

HERE = Path(__file__).parent
{at_import}


class Reading(Recall):
    {declared}

    def sample(self, length, count, *, generator):
        {in_sample}
        return super().sample(length, count, generator=generator)
"""


@pytest.mark.parametrize(
    ("parts", "undeclared"),
    [
        ({}, None),
        ({"in_sample": "np.loadtxt(HERE / 'a.csv')"}, "'a.csv'"),
        ({"in_sample": "(HERE / 'data' / 'b.txt').read_text()"}, "'data/b.txt'"),
        ({"at_import": "SERIES = np.loadtxt(HERE / 'a.csv')"}, "'a.csv'"),
        ({"at_import": "SERIES = np.loadtxt(HERE / 'a.csv')", "declared": "data_files = ('a.csv',)"}, None),
        ({"in_sample": "open(HERE / 'data' / 'b.txt').close()", "declared": "data_files = ('a.csv',)"}, "'data/b.txt'"),
    ],
)
def test_files_that_a_task_reads_must_decide_its_runs(tmp_path, monkeypatch, parts, undeclared):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "reads", raising=False)
    text = READING.format(**{"at_import": "", "declared": "pass", "in_sample": "pass"} | parts)
    (tmp_path / "reads.py").write_text(text)
    (tmp_path / "a.csv").write_text("1\n2\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "b.txt").write_text("b")
    found = list(own_class_problems(study_of(task="reads:Reading")))
    monkeypatch.delitem(sys.modules, "reads", raising=False)
    assert len(found) == (undeclared is not None)
    if undeclared:
        assert f"where one changes: data_files = ({undeclared},), got " in found[0]


def test_a_task_that_ignores_its_generator_is_remarked(own):
    study = study_of(task="mine:AlwaysTheSame")
    assert list(own_class_problems(study)) == []
    (found,) = own_class_remarks(study)
    assert "'mine:AlwaysTheSame' gives the same sequences for two different generators in `sample`" in found
    assert list(own_class_remarks(study_of(task="mine:Good"))) == []


@pytest.mark.filterwarnings("ignore:cell 'Centred' mixes units")
def test_a_remedy_that_asks_for_what_an_own_cell_has_not_is_refused(own):
    (found,) = own_class_problems(study_of(cell="mine:Leaky", change="forget-bias", bias=1))
    assert "ForgetBias must go with a cell that has a gate that keeps; 'mine:Leaky' has not" in found


def test_shared_generators_are_put_back():
    before = np.random.get_state(legacy=False)["state"]["key"].copy()
    with watched() as drawn:
        np.random.rand(1000)
    assert drawn == ["np.random"]
    assert (np.random.get_state(legacy=False)["state"]["key"] == before).all()
    with watched() as drawn:
        np.random.default_rng(0).random()
    assert drawn == []


@pytest.mark.parametrize("name", ["copy", "random", "os"])
def test_a_module_named_as_one_of_python_s_is_refused_by_its_name(name):
    with pytest.raises(ConfigError, match=f"with a name that no module of Python has, got '{name}'; rename the file"):
        study_of(cell=f"{name}:Mine")


def test_a_module_that_an_installed_package_hides_is_refused_by_its_name(tmp_path, monkeypatch):
    (tmp_path / "yaml.py").write_text("class Mine: pass\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"that no installed package has, got 'yaml', which .*; rename yaml\.py"):
        study_of(cell="yaml:Mine")


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        ("Text", "'mine:Text' must have a whole number above 0 as `inputs`, got '10'"),
        ("Sizeless", "'mine:Sizeless' must have a whole number above 0 as `inputs`, got nothing"),
        (
            "Argument",
            "'mine:Argument' must declare its parameters as fields of pydantic, such as `alphabet: int = "
            "Field(default=...)`, in place of an `__init__` that takes them, got "
            "`__init__(self, alphabet)` (mine.py, line ",
        ),
        ("Unfound", "must be made from its parameters, got FileNotFoundError: no-series.csv not found. (mine.py, "),
    ],
)
def test_a_task_whose_runs_cannot_be_planned_is_refused_by_its_key(own, task, sentence):
    with pytest.raises(ConfigError) as refused:
        study_of(task=f"mine:{task}")
    assert all(problem.startswith("experiments.0.task: 'mine:") for problem in refused.value.problems)
    assert sentence in refused.value.problems[0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"change": "mine:Kindless"}, "'mine:Kindless' must have a kind, one of recurrent weights, gate bias, "),
        ({"change": "mine:Refusing"}, "must be made from its keys, got 'mine:Refusing' (RuntimeError: not today)"),
        (
            {"change": "mine:Scaled", "by": True},
            "remedies.own.0.by: must be a number, got True; keys of 'mine:Scaled': by",
        ),
        ({"change": "mine:Scaled"}, "remedies.own.0.by: field required, got {}; keys of 'mine:Scaled': by"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_by_its_key(own, change, sentence):
    with pytest.raises(ConfigError) as refused:
        study_of(**change)
    (problem,) = refused.value.problems
    assert sentence in problem


@pytest.mark.filterwarnings("ignore:cell 'Centred' mixes units")
def test_check_own_says_what_was_checked_with_numbers(own, capsys):
    main(["check-own", "mine:MGU", "mine:Centred", "mine:Good", "mine:Doubled"])
    said = capsys.readouterr().out
    assert said.startswith("mine:MGU, a cell\n")
    assert all(f"mine:{name}, a {kind}" in said for name, kind in (("Good", "task"), ("Doubled", "change")))
    of_compiled = float(re.search(r"gradient agrees with autograd to (\S+)", said)[1])
    of_mixing = float(re.search(r"gradient agrees with central differences to (\S+)", said)[1])
    assert of_compiled < 1e-12
    assert of_mixing < 1e-7
    assert "ok     baselines: chance (loss 2.079)" in said
    assert "chrono (a gate that keeps)" in said
    assert "wrong" not in said


@pytest.mark.parametrize("name", ["mine:Sine", "mine:Percent", "mine:Returning", "mine:Scaled", "mine:Mgu", "copy:X"])
def test_check_own_ends_with_the_status_of_bad_input(own, capsys, name):
    with pytest.raises(SystemExit) as ended:
        main(["check-own", name])
    assert ended.value.code == 2
    assert "  wrong  must " in capsys.readouterr().out


def test_check_own_refuses_what_is_no_name_of_a_class(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["check-own", "mine.py"])
    assert ended.value.code == 2
    assert "must be module:Class, such as mine:Cell of mine.py, got 'mine.py'" in capsys.readouterr().err


@pytest.mark.slow
def test_check_own_finds_classes_in_the_folder_that_it_is_called_in(tmp_path):
    (tmp_path / "mine.py").write_text(CLASSES)
    (tmp_path / "copy.py").write_text("raise RuntimeError('hides the module of Python')\n")
    command = [sys.executable, "-m", "gradient_horizon", "check-own", "mine:Leaky"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ok     gradient agrees with autograd to " in done.stdout
