from functools import partial

import numpy as np
import pytest
from small_runs import SMALL

from gradient_horizon import Baseline, Batch, Block, Cell, Task, train
from gradient_horizon.engine.functions import sigmoid, tanh
from gradient_horizon.library.arguments import check_progress, learning_rates_of, one_of, seeds_of
from gradient_horizon.library.given import known, several
from gradient_horizon.remedies.clipping import ClipNorm
from gradient_horizon.store.keys import keys_of
from gradient_horizon.store.store import Store
from gradient_horizon.study.run_spec import RunSpec
from gradient_horizon.tasks.recall import Recall
from gradient_horizon.training import loop

CLIPPED = {"change": "clip-norm", "threshold": 1.0}


class OwnGRU(Cell):
    blocks = (Block("r"), Block("z", gate="keep"), Block("recurrent", sees="h"), Block("entering", sees="x"))

    def step(self, r, z, recurrent, entering, h):
        n = tanh(entering + sigmoid(r) * recurrent)
        return n + sigmoid(z) * (h - n)


class Sign(Task):
    """Which sign had the first number?"""

    inputs, outputs, loss, solved_when = 1, 2, "cross-entropy", "accuracy >= 0.9"

    def __init__(self, scale=1.0):
        self.scale = scale

    def sample(self, length, count, *, generator):
        inputs = self.scale * generator.standard_normal((length, 1, count)).astype(np.float32)
        return Batch(inputs, (inputs[0, 0] > 0).astype(np.int64))

    def baselines(self, length):
        return (Baseline("chance", loss=np.log(2), accuracy=0.5),)

    def is_solved(self, loss, accuracy):
        return accuracy >= 0.9


def same_bits(one, other):
    assert one.history.keys() == other.history.keys()
    for arrays in ("saved", "history"):
        for name, values in getattr(one, arrays).items():
            assert values.tobytes() == getattr(other, arrays)[name].tobytes(), name
    assert repr(one.outcomes) == repr(other.outcomes)


@pytest.mark.parametrize("change", [CLIPPED, ClipNorm(threshold=1.0)])
def test_networks_have_the_bits_of_a_study(change):
    spec = RunSpec(
        experiment="any",
        task="recall",
        cell="gru",
        remedy="clipped",
        changes=(("clip-norm", {"threshold": 1.0}),),
        length=6,
        hidden_size=8,
        batch_size=8,
        optimiser="adam",
        learning_rates=(0.01, 0.1),
        precision="float32",
        updates=30,
        evaluate_every=10,
        evaluation_sequences=16,
        hidden_gradients_every=10,
        seeds=(0, 1),
        pilot_seeds=(),
    )
    wanted, found = loop.train(spec), train("gru", "recall", **SMALL, changes=[change])
    for name, values in wanted.networks.items():
        assert found.saved[name].tobytes() == values.tobytes(), name
    for name, values in wanted.history.items():
        assert found.history[name].tobytes() == values.tobytes(), name
    assert (repr(found.outcomes), found.parameters) == (repr(wanted.outcomes), wanted.parameters)
    assert found.recurrent_weights == wanted.recurrent_weights == 3 * 8 * (8 + 10)


def test_pairs_are_the_same_networks_as_in_the_cross_product():
    crossed = train("tanh", "recall", **SMALL)
    paired = train("tanh", "recall", **SMALL | {"seeds": [1, 0, 1], "learning_rates": [0.1, 0.1, 0.01]}, paired=True)
    places = [3, 1, 2]  # of (0, 0.01), (0, 0.1), (1, 0.01), (1, 0.1)
    assert paired.seeds.tolist() == [1, 0, 1]
    assert paired.learning_rates.tolist() == [0.1, 0.1, 0.01]
    assert paired.losses.tobytes() == crossed.losses[:, places].tobytes()
    assert paired.hidden_gradients.tobytes() == crossed.hidden_gradients[:, :, places].tobytes()
    assert paired.weights["readout.h"].tobytes() == crossed.weights["readout.h"][places].tobytes()
    assert not np.array_equal(crossed.losses[:, 0], crossed.losses[:, 1])


@pytest.mark.parametrize("own", [OwnGRU, OwnGRU(), f"{__name__}:OwnGRU"], ids=["class", "object", "name"])
def test_a_cell_of_ones_own_has_the_bits_of_a_shipped_one_with_its_equations(own):
    same_bits(train(own, "recall", **SMALL), train("gru", "recall", **SMALL))


def test_an_object_has_its_own_settings_and_is_not_changed():
    task, cell = Sign(scale=2.0), OwnGRU()
    found = train(cell, task, **SMALL, changes=["layer-normalisation"])
    assert not cell.normalised
    assert found.parts.cell.normalised
    assert found.parts.task.scale == 2.0
    assert not np.array_equal(found.losses, train(OwnGRU, Sign, **SMALL, changes=["layer-normalisation"]).losses)


@pytest.mark.parametrize("task", [{"task": "recall", "symbols": 4}, Recall(symbols=4)], ids=["mapping", "object"])
def test_a_task_has_the_parameters_that_it_is_given(task, tmp_path):
    found = train("tanh", task, **SMALL, folder=tmp_path)
    assert found.spec.named_task == "recall {symbols: 4}"
    assert found.weights["readout.h"].shape == (4, 4, 8)
    assert Store(tmp_path).run(keys_of(found.spec)).is_trained
    default = train("tanh", {"task": "recall", "symbols": 8}, **SMALL)
    assert default.spec == train("tanh", Recall(), **SMALL).spec == train("tanh", "recall", **SMALL).spec


def test_what_became_of_networks():
    found = train("tanh", Sign, **SMALL | {"updates": 40, "length": 2, "learning_rates": [0.1, 1e6]})
    solved, diverged = found.solved_at, found.diverged_at
    assert solved[0] in (10, 20, 30, 40)
    assert np.isnan(solved[1])
    assert diverged[1] == diverged[3] == 1
    assert np.isnan(diverged[0])
    frame = found.to_frame()
    assert frame["status"].tolist() == ["solved", "diverged"] * 2
    last = found.evaluations.query("network == 0").iloc[-1]
    assert (last["update"], last["accuracy"]) == (solved[0], frame["accuracy"][0])
    assert np.isnan(found.losses[int(solved[0]) :, 0]).all()
    assert np.isfinite(found.losses[: int(solved[0]), 0]).all()
    assert found.recorded_at.tolist() == [1, 11, 21, 31]
    assert repr(found) == (
        "4 networks of 8 units (tanh, test_train:Sign over 2 steps, 40 updates): 2 solved, 0 unsolved, 2 diverged"
    ).replace("test_train", Sign.__module__)


def test_progress_is_told_after_each_evaluation():
    shares = []
    train("tanh", "recall", **SMALL, progress=shares.append)
    assert shares == pytest.approx([1 / 3, 2 / 3, 1])


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (check_progress, "progress must be True, False or a function of the share that is used up, got 5"),
        (several, "changes must be a name, a mapping or a Change, or several of them, got 5"),
    ],
)
def test_what_is_of_another_type_is_refused(check, message):
    with pytest.raises(TypeError, match=message):
        check(5)


def test_progress_that_cannot_be_called_is_refused_before_anything_is_kept(tmp_path):
    with pytest.raises(TypeError, match="progress"):
        train("tanh", "recall", **SMALL, progress=5, folder=tmp_path / "kept")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("one", ["layer-normalisation", CLIPPED, ClipNorm(threshold=1.0)])
def test_one_change_needs_no_list(one):
    found = train("tanh", "recall", **SMALL, changes=one)
    assert np.array_equal(found.losses, train("tanh", "recall", **SMALL, changes=[one]).losses)


def test_a_bar_is_drawn(capsys):
    train("tanh", "recall", **SMALL, progress=True)
    assert "tanh, recall" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seeds": 0}, "seeds must be a whole number from 1 on, got 0"),
        ({"seeds": True}, "seeds must be a whole number from 1 on, got True"),
        ({"seeds": []}, r"seeds must be a number or several, got \[\]"),
        ({"seeds": [1, 1]}, r"seeds must differ, got \[1, 1\]"),
        ({"seeds": [0, -1]}, "a seed must be a whole number from 0 on, got -1"),
        ({"learning_rates": 0}, "a learning rate must be a finite number above 0, got 0"),
        ({"learning_rates": [float("nan")]}, "a learning rate must be a finite number above 0, got nan"),
        ({"learning_rates": [0.1, 0.1]}, r"learning_rates must differ, got \[0.1, 0.1\]"),
        (
            {"task": {"task": "recall", "symbols": 1}},
            "task must have a name, and parameters that are legal, .* symbols: ",
        ),
        (
            {"task": {"task": "recall", "letters": 4}},
            "task must have a name, .* letters: Extra inputs are not permitted",
        ),
        ({"task": {"csv": "nowhere.csv", "input": ["a"], "target": "b"}}, "task 'csv' must allow .*nowhere.csv"),
        ({"paired": True, "seeds": 3}, "paired seeds and learning rates must be equally many, got 3 and 2"),
        (
            {"paired": True, "seeds": [1, 1], "learning_rates": [0.1, 0.1]},
            r"pairs of seed and learning rate must differ, got \(1, 0.1\) twice",
        ),
        ({"length": 1}, "length must be at least 2 for 'recall', got 1"),
        ({"hidden_size": 0}, "hidden_size must be a whole number from 1 on, got 0"),
        ({"optimiser": "adamw"}, "optimiser must be one of adam, sgd, momentum, nesterov, rmsprop, got 'adamw'"),
        ({"precision": "float16"}, "precision must be one of float32, float64, got 'float16'"),
        ({"evaluation_sequences": 12}, r"evaluation_sequences must be a multiple of batch_size \(8\), got 12"),
        ({"changes": ["clip-nrom"]}, "Did you mean 'clip-norm'"),
        ({"changes": ["clip-norm"]}, "change 'clip-norm' must have parameters that are legal, got {}: threshold"),
        ({"changes": [{"threshold": 1}]}, "must have its name under 'change'"),
        ({"changes": ["chrono"]}, "'chrono' must go with a cell that has .*; 'tanh' has not"),
        ({"changes": [CLIPPED, {"change": "clip-elementwise", "threshold": 1.0}]}, "got two of 'gradients'"),
        ({"changes": [{"change": "truncation", "window": 0}]}, "change 'truncation' must have parameters"),
    ],
)
def test_arguments_that_are_not_legal(given, message):
    with pytest.raises(ValueError, match=message):
        train("tanh", **{"task": "recall", **SMALL, **given})


@pytest.mark.parametrize(
    ("cell", "task", "message"),
    [
        ("lstn", "recall", "cell must be one of .*Did you mean 'lstm'"),
        ("tanh", "recal", "Did you mean 'recall'"),
        ("tanh", "digits", "length must be 64 for task 'digits', got 6"),
    ],
)
def test_names_and_lengths_that_do_not_fit(cell, task, message):
    with pytest.raises(ValueError, match=message):
        train(cell, task, **SMALL)


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        ("cell", 42, "cell must be a name .*, a class made from Cell or an object of such a class, got 42"),
        ("cell", Sign, "cell must be a name .*, got <class"),
        ("task", OwnGRU(), "task must be a name .*, a class made from Task .*, got <"),
        ("task", None, "got None"),
    ],
)
def test_what_is_no_cell_or_task(kind, given, message):
    with pytest.raises(TypeError, match=message):
        known(kind, given)


@pytest.mark.parametrize(
    ("check", "given", "message"),
    [
        (learning_rates_of, "0.1", "learning_rates must be a number or several, got '0.1'"),
        (learning_rates_of, ["0.1"], "a learning rate must be a finite number above 0, got '0.1'"),
        (learning_rates_of, None, "a learning rate must be a finite number above 0, got None"),
        (seeds_of, "3", "seeds must be a number or several, got '3'"),
        (seeds_of, 2.0, "seeds must be a whole number from 1 on, got 2.0"),
        (seeds_of, np.bool_(True), "seeds must be a whole number from 1 on, got "),
        (seeds_of, np.float64(6), "seeds must be a whole number from 1 on, got np.float64"),
        (learning_rates_of, np.bool_(True), "a learning rate must be a finite number above 0, got "),
        (partial(one_of, "optimiser", legal=["adam"]), ["adam"], r"optimiser must be one of adam, got \['adam'\]"),
        (seeds_of, [1.5], "a seed must be a whole number from 0 on, got 1.5"),
    ],
)
def test_what_is_no_number(check, given, message):
    with pytest.raises(ValueError, match=message):
        check(given)


def test_numbers_of_numpy_are_numbers():
    assert seeds_of(np.arange(3)) == (0, 1, 2)
    assert seeds_of(np.int64(2)) == (0, 1)
    assert learning_rates_of(np.array([0.1, 0.2])) == (0.1, 0.2)
    assert learning_rates_of(np.float64(0.5)) == (0.5,)


WHOLE = ("length", "hidden_size", "updates", "batch_size", "evaluate_every", "evaluation_sequences")


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.uint64, np.array])
def test_every_number_may_be_of_numpy(kind, tmp_path):
    given = SMALL | {name: kind(SMALL[name]) for name in WHOLE} | {"hidden_gradients_every": kind(10)}
    given |= {"seeds": [kind(0), kind(1)], "learning_rates": np.array([0.01, 0.1])}
    task = {"task": "recall", "symbols": kind(4)}
    found = train("tanh", task, **given, changes=[{"change": "clip-norm", "threshold": np.float32(1)}], folder=tmp_path)
    wanted = train("tanh", Recall(symbols=4), **SMALL, changes=[CLIPPED])
    same_bits(found, wanted)
    assert found.spec == wanted.spec
    assert Store(tmp_path).run(keys_of(wanted.spec)).is_trained


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"length": 10**30}, f"length must be a whole number from 1 to {2**63 - 1}, got 10{'0' * 29}"),
        ({"updates": 10**5000}, r"updates must be a whole number from 0 to \d+, got one of thousands of digits"),
        ({"seeds": 10**12}, "seeds must be a whole number from 1 to 1000000, got 1000000000000"),
        ({"learning_rates": 10**400}, "a learning rate must be a finite number above 0, got 1000"),
        ({"learning_rates": [0.1, float("inf")]}, "a learning rate must be a finite number above 0, got inf"),
        ({"hidden_size": 10**9}, r"hidden_size \(1000000000\), with 4 networks, must be so small that .* GB are free"),
        ({"updates": 10**15}, r"updates \(1000000000000000\), with 4 networks, must be so small that the networks fit"),
        ({"length": 10**12}, r"batch_size \(8\), with length 1000000000000, must be so small"),
        ({"evaluation_sequences": 8 * 10**12}, r"evaluation_sequences \(8000000000000\), with length 6, must be so"),
        ({"folder": ""}, r"folder must be the path of a folder \('.' for the current one\), got ''"),
        ({"folder": " "}, "folder must be the path of a folder .* got ' '"),
        ({"folder": "a\0b"}, "folder must be the path of a folder"),
        ({"cell": "nomodule:X"}, "cell must be in a module that Python finds, got 'nomodule:X': .*'nomodule' in sys.p"),
        ({"cell": f"{__name__}:Nope"}, f"cell must be in its module, got '{__name__}:Nope': .* has no 'Nope'"),
        ({"cell": "..:X"}, "cell must be one of .*, or 'module:Class', got '..:X'"),
        ({"task": "nomodule:X"}, "task must be in a module that Python finds, got 'nomodule:X'"),
        ({"task": f"{__name__}:Nope"}, "task must be in its module"),
        ({"changes": ["nomodule:X"]}, "change must be in a module that Python finds"),
    ],
)
def test_what_cannot_be_had_is_a_sentence(given, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("gradient_horizon.library.fitting.available_memory", lambda: 4.0)
    with pytest.raises(ValueError, match=message):
        train(**{"cell": "tanh", "task": "recall", **SMALL, **given})
    assert list(tmp_path.iterdir()) == []


class Sized(OwnGRU):
    def __init__(self, size):
        self.size = size


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"cell": f"{__name__}:Sign"}, f"cell must be a class made from Cell, got '{__name__}:Sign', which is not"),
        ({"task": f"{__name__}:OwnGRU"}, "task must be a class made from Task, got .*OwnGRU', which is not"),
        ({"changes": [f"{__name__}:OwnGRU"]}, "change must be a class made from Change, got .*OwnGRU', which is not"),
        ({"cell": "os:path"}, "cell must be a class made from Cell, got 'os:path', which is not"),
        ({"cell": Sized}, "cell must be a class that is made without arguments, or an object, got .*Sized': .*'size'"),
        ({"task": Task}, "task must be a class with all methods of its base, got .*Task', without .*sample"),
    ],
)
def test_a_class_of_another_kind_is_a_sentence(given, message):
    with pytest.raises(TypeError, match=message):
        train(**{"cell": "tanh", "task": "recall", **SMALL, **given})


def test_memory_that_runs_out_says_what_to_lower(monkeypatch):
    def full(*given, **more):
        raise MemoryError

    monkeypatch.setattr("gradient_horizon.library.training.trained", full)
    with pytest.raises(MemoryError, match="4 networks must fit into memory, got hidden_size 8, length 6, batch_size 8"):
        train("tanh", "recall", **SMALL)
