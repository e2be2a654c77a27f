"""Tasks of single papers: two sequences (Hochreiter & Schmidhuber 1997), temporal order by a stricter criterion."""

import math

import numpy as np
import pytest

from gradient_horizon.tasks.temporal_order import TemporalOrder
from gradient_horizon.tasks.temporal_order_strict import StrictTemporalOrder
from gradient_horizon.tasks.two_sequences import TwoSequences10, TwoSequences100

LAGS = ((TwoSequences10, 10), (TwoSequences100, 100))
BY_LAG = pytest.mark.parametrize(("task", "lag"), [pytest.param(made(), lag, id=str(lag)) for made, lag in LAGS])


def stream(seed=0):
    return np.random.default_rng(seed)


@BY_LAG
def test_inputs_and_answers_are_the_two_sequences_of_the_paper_one_step_apart(task, lag):
    batch = task.sample(lag, 200, generator=stream())
    shown, answers = batch.inputs.argmax(1), task.answers(batch)
    assert ((batch.inputs == 0) | (batch.inputs == 1)).all()
    assert (batch.inputs.sum(1) == 1).all()
    a, x, y = list(range(lag - 1)), lag - 1, lag
    seen = {(*inputs.tolist(), int(last)) for inputs, last in zip(shown.T, answers[-1], strict=True)}
    assert seen == {(x, *a, x), (y, *a, y)}
    np.testing.assert_array_equal(answers[:-1], shown[1:])
    np.testing.assert_array_equal(answers[-1], shown[0])
    assert (task.inputs, task.outputs) == (lag + 1, lag + 1)
    assert (task.every_step, task.unasked_steps, task.recalled_steps) == (True, 0, 1)


@BY_LAG
def test_both_sequences_are_equally_likely_and_drawn_independently(task, lag):
    _, target = task.sample(lag, 40_000, generator=stream())
    is_y = target == lag
    assert is_y.mean() == pytest.approx(0.5, abs=5 * 0.5 / math.sqrt(is_y.size))
    changes = is_y[1:] != is_y[:-1]
    assert changes.mean() == pytest.approx(0.5, abs=5 * 0.5 / math.sqrt(changes.size))


@BY_LAG
def test_the_baseline_knows_every_symbol_but_the_last_and_guesses_that(task, lag):
    answers = task.answers(task.sample(lag, 4000, generator=stream()))
    probability = np.zeros((lag, lag + 1))
    probability[np.arange(lag - 1), np.arange(lag - 1)] = 1
    probability[-1, -2:] = 1 / 2
    loss = -np.log(np.take_along_axis(probability, answers, axis=1)).mean()
    (baseline,) = task.baselines(lag)
    assert loss == pytest.approx(baseline.loss, rel=1e-12)
    assert baseline.loss == pytest.approx(0.693147180559945 / lag, rel=1e-14)
    guess = lag - 1 + stream(1).integers(2, size=4000)
    assert (guess == answers[-1]).mean() == pytest.approx(baseline.accuracy, abs=5 * 0.5 / math.sqrt(4000))


@BY_LAG
def test_other_lengths_are_refused(task, lag):
    with pytest.raises(ValueError, match=f"must have {lag} steps, got {lag + 1}"):
        task.sample(lag + 1, 3, generator=stream())


@pytest.mark.parametrize("made", [TwoSequences10, TwoSequences100, StrictTemporalOrder])
def test_they_are_solved_from_99_percent(made):
    task = made()
    assert task.is_solved(9.0, 0.99)
    assert not task.is_solved(0.0, 0.9899)


def test_strict_temporal_order_is_temporal_order_but_for_its_criterion():
    strict, plain = StrictTemporalOrder(), TemporalOrder()
    for length in (5, 10, 100):
        ours, theirs = (task.sample(length, 300, generator=stream(length)) for task in (strict, plain))
        np.testing.assert_array_equal(ours.inputs, theirs.inputs)
        np.testing.assert_array_equal(ours.target, theirs.target)
        assert strict.baselines(length) == plain.baselines(length)
    assert plain.is_solved(0.0, 0.95)
    assert (strict.solved_when, plain.solved_when) == ("accuracy >= 0.99", "accuracy >= 0.95")
