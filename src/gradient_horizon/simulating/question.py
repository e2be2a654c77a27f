"""A quantity with a known truth, estimated again and again."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gradient_horizon.seeding import generator
from gradient_horizon.statistics.intervals import Interval

Estimate = Callable[[np.random.Generator, int], Interval]
Value = Callable[[int], float]
Change = Callable[[Interval], Interval]


class Question(NamedTuple):
    """A quantity, one of its truths in words, its value for n seeds, and an estimate from a drawn study of n seeds."""

    quantity: str
    truth: str
    value: Value
    estimate: Estimate


def unchanged(interval: Interval) -> Interval:
    """An interval as the statistics give it; what else is done to it is for tests of the requirements."""
    return interval


def ends(question: Question, n: int, draws: int, change: Change) -> Float[np.ndarray, "draw end"]:
    """Lower and upper ends of the intervals of so many drawn studies of n seeds."""
    draw = generator(0, "simulate", question.quantity, question.truth, n)
    return np.array([change(question.estimate(draw, n))[1:] for _ in range(draws)])


def constant(value: float) -> Value:
    """A truth that does not depend on the number of seeds."""
    return lambda n: value
