"""Tasks with parameters: their sequences, answers and baselines by definition, and the same as ever without any."""

import math

import numpy as np
import pytest
from pydantic import Field, ValidationError

from gradient_horizon import registries
from gradient_horizon.tasks.base import Task
from gradient_horizon.tasks.parameters import parameters_of
from gradient_horizon.tasks.recall import Recall
from gradient_horizon.training.assembly import build_task

OTHER = {
    "recall": {"symbols": 3, "noise": 0.5},
    "recall-throughout": {"symbols": 5},
    "adding": {"marks": "anywhere", "target": "mean"},
    "copying": {"symbols": 3, "count": 4},
    "selective-recall": {"symbols": 3},
    "reset": {"symbols": 3, "rate": 0.4},
    "temporal-order": {"relevant": 3, "distractors": 2},
    "temporal-order-strict": {"relevant": 3},
    "associative-recall": {"values": 3, "keys": 5},
}


def stream(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_each_parameter_of_a_shipped_task_is_tried_and_explained():
    declared = {name: parameters_of(registries.load(registries.TASKS, "task", name)) for name in registries.TASKS}
    assert {name for name, model in declared.items() if model.model_fields} == set(OTHER)
    tried = {parameter for given in OTHER.values() for parameter in given}
    assert tried == {parameter for model in declared.values() for parameter in model.model_fields}
    for model in declared.values():
        assert all(len(field.description) > 15 for field in model.model_fields.values())


@pytest.mark.parametrize("name", OTHER)
def test_parameters_decide_the_shapes_and_every_class_occurs(name):
    task = build_task(name, OTHER[name])
    length = task.minimal_length + 9
    batch = task.sample(length, 3000, generator=stream())
    assert batch.inputs.shape == (length, task.inputs, 3000)
    assert batch.inputs.any(axis=(0, 2)).all()
    if task.loss == "cross-entropy":
        assert set(task.answers(batch).ravel().tolist()) == set(range(task.outputs))
    if task.mark_channel is not None:
        assert set(np.unique(batch.inputs[:, task.mark_channel])) == {0, 1}
    assert not task.is_solved(task.baselines(length)[0].loss, task.baselines(length)[0].accuracy or 0.0)
    assert task.is_solved(0.0, 1.0)


@pytest.mark.parametrize("name", OTHER)
def test_defaults_spelled_out_give_the_same_sequences(name):
    model = parameters_of(registries.load(registries.TASKS, "task", name))
    spelled = build_task(name, model().model_dump())
    plain = build_task(name)
    length = plain.minimal_length + 9
    one, other = (task.sample(length, 5, generator=stream()) for task in (plain, spelled))
    np.testing.assert_array_equal(one.inputs, other.inputs)
    np.testing.assert_array_equal(one.target, other.target)
    assert plain.baselines(length) == spelled.baselines(length)
    assert plain.solved_when == spelled.solved_when


def test_the_noise_of_recall_is_scaled_and_may_be_silent():
    plain, half, silent = (
        build_task("recall", {"noise": noise}).sample(9, 50, generator=stream()).inputs for noise in (1, 0.5, 0)
    )
    np.testing.assert_array_equal(half[1:-1, 8], plain[1:-1, 8] / 2)
    assert not silent[1:-1, 8].any()
    np.testing.assert_array_equal(silent[-1], plain[-1])


@pytest.mark.parametrize(("target", "scale"), [("sum", 1), ("mean", 2)])
@pytest.mark.parametrize("marks", ["one-per-half", "anywhere"])
def test_adding_asks_for_the_sum_or_the_mean_of_two_marked_values_and_its_errors_follow(marks, target, scale):
    task, length, count = build_task("adding", {"marks": marks, "target": target}), 9, 40_000
    inputs, answers = task.sample(length, count, generator=stream())
    values, marked = inputs[:, 0], inputs[:, 1].astype(bool)
    assert (marked.sum(0) == 2).all()
    np.testing.assert_allclose(answers, (values * marked).sum(0) / scale, rtol=1e-6)
    in_both_halves = marked[: length // 2].any(0) & marked[length // 2 :].any(0)
    assert in_both_halves.mean() == pytest.approx(1 if marks == "one-per-half" else 20 / 36, abs=0.01)
    one_known = answers - (values.T[np.arange(count), marked.argmax(0)] + 0.5) / scale
    mean, one = task.baselines(length)
    assert mean.loss == pytest.approx(1 / 6 / scale**2, rel=1e-12)
    assert np.var(answers) == pytest.approx(mean.loss, rel=0.03)
    assert np.mean(one_known**2) == pytest.approx(one.loss, rel=0.03)
    assert task.is_solved(mean.loss / 10, math.nan)
    assert not task.is_solved(mean.loss / 9.9, math.nan)
    assert task.solved_when.startswith(f"mean squared error <= 1/{60 * scale**2} ")


def test_copying_repeats_as_many_symbols_as_asked():
    task = build_task("copying", {"symbols": 3, "count": 4})
    batch = task.sample(15, 200, generator=stream())
    shown, answers = batch.inputs[:4, :3].argmax(1), task.answers(batch)
    np.testing.assert_array_equal(answers[-4:], shown)
    assert (answers[:-4] == 3).all()
    assert (batch.inputs[-5, 4] == 1).all()
    assert batch.inputs[:, 4].sum() == 200
    (baseline,) = task.baselines(15)
    assert baseline.loss == pytest.approx(4 * math.log(3) / 15)
    assert (task.minimal_length, task.recalled_steps) == (9, 4)


def test_reset_s_first_mark_is_the_last_as_often_as_its_rate_says():
    task = build_task("reset", {"symbols": 3, "rate": 0.4})
    inputs, target = task.sample(6, 50_000, generator=stream())
    right = (inputs[0, :3].argmax(0) == target).mean()
    assert right == pytest.approx(0.6**4 + (1 - 0.6**4) / 3, abs=0.01)
    assert task.baselines(6)[1].accuracy == pytest.approx(0.6**4 + (1 - 0.6**4) / 3)


def test_associative_recall_has_as_many_pairs_as_keys():
    task = build_task("associative-recall", {"values": 3, "keys": 2})
    inputs, _ = task.sample(8, 100, generator=stream())
    assert (inputs[:-1, 3:5].sum((0, 1)) == 2).all()
    assert task.baselines(8)[1].accuracy == pytest.approx(1 / 2 + 1 / 2 / 3)


@pytest.mark.parametrize(
    "given", [{"symbols": 1}, {"symbols": 2.5}, {"noise": -1}, {"noise": math.inf}, {"letters": 4}, {"symbols": None}]
)
def test_illegal_parameters_are_refused(given):
    with pytest.raises(ValidationError):
        build_task("recall", given)


class Alphabet(Task):
    alphabet: int = Field(default=2, ge=2)


class Own(Alphabet):
    repeats: int = Field(default=1)
    outputs = 7


def test_an_own_class_declares_parameters_beside_those_that_it_inherits():
    assert list(parameters_of(Own).model_fields) == ["alphabet", "repeats"]
    assert parameters_of(Own)(alphabet=4).model_dump(exclude_defaults=True) == {"alphabet": 4}


def test_what_follows_from_parameters_is_known_of_the_class_and_may_be_replaced():
    class Wide(Recall):
        outputs = 100

    assert (Recall.inputs, Recall.outputs, Recall(symbols=3).inputs) == (10, 8, 5)
    assert (Wide.outputs, Wide(symbols=3).outputs, Wide(symbols=3).inputs) == (100, 100, 5)
