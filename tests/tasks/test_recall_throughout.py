import math

import numpy as np
import pytest

from gradient_horizon.tasks.recall import Recall
from gradient_horizon.tasks.recall_throughout import RecallThroughout


@pytest.mark.parametrize("length", [2, 3, 11])
def test_recall_throughout_shows_what_recall_does_and_asks_for_the_first_symbol_after_every_later_step(length):
    task = RecallThroughout()
    batch = task.sample(length, 200, generator=np.random.default_rng(0))
    expected = Recall().sample(length, 200, generator=np.random.default_rng(0))
    np.testing.assert_array_equal(batch.inputs, expected.inputs)
    np.testing.assert_array_equal(batch.target, expected.target)
    first = batch.inputs[0, :8].argmax(0)
    np.testing.assert_array_equal(task.answers(batch), np.stack([first] * (length - 1)))


def test_recall_throughout_baseline_is_what_a_guess_reaches_over_all_answers():
    task = RecallThroughout()
    answers = task.answers(task.sample(17, 20_000, generator=np.random.default_rng(0)))
    (baseline,) = task.baselines(17)
    assert baseline == ("chance", math.log(8), 1 / 8)
    guess = np.random.default_rng(1).integers(8, size=20_000)
    assert (guess == answers).mean() == pytest.approx(baseline.accuracy, abs=5 * math.sqrt(7 / 64 / 20_000))
    surprise = -np.log(np.full(answers.shape, 1 / 8))
    assert surprise.mean() == pytest.approx(baseline.loss, rel=1e-12)
