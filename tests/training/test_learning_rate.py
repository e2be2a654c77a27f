import math

import numpy as np
import pytest

from gradient_horizon.training.learning_rate import choose_learning_rates
from gradient_horizon.training.outcome import NetworkOutcome, RunStatus

BUDGET = 1000
OUT = "unsolved", BUDGET


def outcomes(*seeds: tuple[tuple[str, int], ...]) -> list[NetworkOutcome]:
    """Of each seed, how its network ended and at which update, at the rates 0.1, 0.2, ... in turn."""
    return [
        NetworkOutcome(seed, True, round(0.1 * (place + 1), 1), RunStatus(status), update, 0.5, math.nan)
        for seed, ended in enumerate(seeds)
        for place, (status, update) in enumerate(ended)
    ]


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        pytest.param([(("solved", 900), OUT, OUT)], 0.1, id="solved"),
        pytest.param([(("solved", 900), ("solved", 300), ("solved", 301))], 0.2, id="soonest"),
        pytest.param([(("solved", 900), ("solved", 10)), (("solved", 900), OUT)], 0.1, id="more solved before sooner"),
        pytest.param(
            [(("solved", 100), ("solved", 400)), (("solved", 900), ("solved", 500))], 0.2, id="sum of updates"
        ),
        pytest.param([(("diverged", 1), ("solved", 900), OUT)], 0.2, id="diverged did not solve it"),
        pytest.param(
            [(("solved", 300), OUT), (("diverged", 2), ("solved", 200))], 0.2, id="diverged counts with the budget"
        ),
        pytest.param([(OUT, OUT, OUT)], 0.2, id="none solved: the middle of three"),
        pytest.param([(OUT, OUT, OUT, OUT)], 0.2, id="the lower of the middle two of four"),
        pytest.param([(OUT, OUT)], 0.1, id="the lower of two"),
        pytest.param([(("solved", 9), OUT, ("solved", 9))], 0.1, id="equally far from the middle: the lower"),
        pytest.param([(("solved", 9), OUT, OUT, ("solved", 9), OUT)], 0.4, id="nearest to the middle"),
        pytest.param([(("diverged", 5), OUT, ("diverged", 7))], 0.2, id="diverged and unsolved are equal"),
    ],
)
def test_a_rate_is_chosen_by_solved_then_time_then_nearness_to_the_middle(others, chosen):
    own = tuple(("solved", 1) if rate % 2 else ("diverged", 1) for rate in range(len(others[0])))
    made = outcomes(*others, own)
    assert choose_learning_rates(made)[len(others)] == chosen
    assert choose_learning_rates(made[::-1])[len(others)] == chosen


def test_a_seed_has_no_say_in_its_own_rate():
    made = outcomes((("solved", 100), OUT), (OUT, ("solved", 100)), (OUT, ("solved", 100)))
    assert choose_learning_rates(made) == {0: 0.2, 1: 0.1, 2: 0.1}


def test_a_seed_alone_has_the_middle_rate():
    assert choose_learning_rates(outcomes((("solved", 1), OUT, OUT, OUT))) == {0: 0.2}
    assert choose_learning_rates(outcomes((("diverged", 1),))) == {0: 0.1}
    assert choose_learning_rates([]) == {}


def test_choices_are_those_of_leaving_each_seed_out_in_turn():
    draw = np.random.default_rng(1)
    for count in (2, 5, 8):
        seeds = [
            [(str(draw.choice(["solved", "unsolved", "diverged"])), int(draw.integers(1, 6))) for _ in range(4)]
            for _ in range(count)
        ]
        expected = {}
        for left_out in range(count):
            others = [seed for index, seed in enumerate(seeds) if index != left_out]
            merits = []
            for place in range(4):
                times = [update if status == "solved" else BUDGET for status, update in (s[place] for s in others)]
                solved = sum(s[place][0] == "solved" for s in others)
                merits.append((-solved, sum(times), abs(place - 1), place))
            expected[left_out] = round(0.1 * (min(merits)[3] + 1), 1)
        assert choose_learning_rates(outcomes(*seeds)) == expected
