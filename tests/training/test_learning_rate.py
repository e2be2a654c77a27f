import math

import pytest

from gradient_horizon.training.learning_rate import choose_learning_rate
from gradient_horizon.training.outcome import NetworkOutcome, RunStatus


def outcome(rate: float, status: str, update: int, loss: float, *, judged: bool = False) -> NetworkOutcome:
    return NetworkOutcome(7, judged, rate, RunStatus(status), update, loss, math.nan)


@pytest.mark.parametrize(
    ("trials", "chosen"),
    [
        pytest.param([(0.1, "solved", 900, 0.1), (0.2, "unsolved", 1000, 0.01)], 0.1, id="solved before low loss"),
        pytest.param([(0.1, "solved", 900, 0.1), (0.2, "solved", 300, 0.2)], 0.2, id="sooner before lower loss"),
        pytest.param([(0.1, "unsolved", 900, 0.5), (0.2, "unsolved", 900, 0.4)], 0.2, id="lower loss"),
        pytest.param([(0.1, "solved", 300, 0.2), (0.2, "solved", 300, 0.1)], 0.2, id="lower loss if equally soon"),
        pytest.param([(0.2, "unsolved", 9, 0.5), (0.1, "unsolved", 9, 0.5)], 0.1, id="tie: the smaller rate"),
        pytest.param([(0.1, "diverged", 3, 0.001), (0.2, "unsolved", 9, 5.0)], 0.2, id="diverged has no loss"),
        pytest.param([(0.1, "diverged", 3, math.nan), (0.2, "diverged", 5, math.inf)], 0.1, id="all diverged"),
        pytest.param([(0.1, "unsolved", 9, math.nan), (0.2, "unsolved", 9, 5.0)], 0.2, id="loss that is not finite"),
        pytest.param(
            [
                (0.1, "solved", 100, 0.0),
                (0.1, "unsolved", 9, 9.0),
                (0.2, "solved", 800, 0.0),
                (0.2, "solved", 900, 0.0),
            ],
            0.2,
            id="more solved before sooner",
        ),
        pytest.param(
            [
                (0.1, "unsolved", 9, 0.1),
                (0.1, "diverged", 3, 0.1),
                (0.2, "unsolved", 9, 5.0),
                (0.2, "unsolved", 9, 5.0),
            ],
            0.2,
            id="one diverged seed spoils the mean loss",
        ),
    ],
)
def test_learning_rate_is_chosen_by_solved_then_time_then_loss(trials, chosen):
    outcomes = [outcome(*trial) for trial in trials]
    assert choose_learning_rate(outcomes) == chosen
    assert choose_learning_rate(outcomes[::-1]) == chosen


def test_judged_seeds_have_no_say_in_the_learning_rate():
    selection = [outcome(0.1, "solved", 900, 0.1), outcome(0.2, "unsolved", 1000, 0.2)]
    judged = [outcome(0.1, "diverged", 2, math.nan, judged=True), outcome(0.2, "solved", 10, 0.0, judged=True)]
    assert choose_learning_rate([*selection, *judged, *judged]) == 0.1


def test_single_learning_rate_needs_no_selection_seed():
    assert choose_learning_rate([outcome(0.3, "diverged", 2, math.nan, judged=True)]) == 0.3
