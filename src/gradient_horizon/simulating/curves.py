"""Curves of success by length, of which the truth is known, and networks drawn from them."""

import math
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

LENGTHS = np.array([5, 7, 10, 14, 20, 28, 40, 57, 80])
RATE_FACTORS = (0.5, 1.0, 0.8)
"""T50 at three learning rates, over that at the middle one."""


class Seeds(StrEnum):
    """How the successes of one seed at several lengths hang together."""

    INDEPENDENT = "independent lengths"
    THRESHOLD = "each seed has its own longest length"


class Curve(NamedTuple):
    """Success falls as 1 / (1 + (T / middle)^slope), from 1 to a level at which it stays."""

    middle: float
    slope: float
    level: float = 0.0
    seeds: Seeds = Seeds.INDEPENDENT

    def shares(self) -> Float[np.ndarray, " length"]:
        """The true share that solve each tried length."""
        return self.level + (1 - self.level) / (1 + (LENGTHS / self.middle) ** self.slope)

    def half(self) -> float:
        """T50: steps; infinite where the level is above one half."""
        if self.level >= 0.5:
            return math.inf
        return float(self.middle * (1 - 2 * self.level) ** (-1 / self.slope))

    def draw(self, draw: np.random.Generator, n: int) -> Bool[np.ndarray, "seed length"]:
        """Whether each of n seeds solves each tried length."""
        columns = len(LENGTHS) if self.seeds is Seeds.INDEPENDENT else 1
        return draw.random((n, columns)) < self.shares()


def half_of(share: Callable[[float], float], shortest: float, longest: float) -> float:
    """The length at which a falling share is one half, by bisection in the logarithm of length."""
    low, high = math.log(shortest), math.log(longest)
    while high - low > 1e-7:
        middle = (low + high) / 2
        low, high = (middle, high) if share(math.exp(middle)) > 0.5 else (low, middle)
    return math.exp(low)
