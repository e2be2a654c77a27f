"""Values of which only a limit may be known."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import SupportsFloat

import numpy as np

from gradient_horizon.statistics.intervals import CONFIDENCE, Interval
from gradient_horizon.statistics.means import mean


class Side(StrEnum):
    """On which side of a limit a value lies, where only the limit is known."""

    NONE = "no"  # the value itself is known
    LEFT = "left"  # it is at most the limit
    RIGHT = "right"  # it is at least the limit

    @property
    def opposite(self) -> "Side":
        """The side of the reciprocal."""
        return {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.NONE: Side.NONE}[self]


@dataclass(frozen=True, slots=True)
class Censored:
    """A value, or a limit of it where observation ended before the value was reached (Klein & Moeschberger 2003).

    It is not a number: it cannot be added, averaged, compared or converted, and its number can only be read together
    with its side, so that a limit is never mistaken for a value.
    """

    _number: float
    _side: Side

    def __str__(self) -> str:
        return {Side.NONE: "", Side.LEFT: "≤ ", Side.RIGHT: "≥ "}[self._side] + f"{self._number:g}"

    @classmethod
    def exactly(cls, value: SupportsFloat) -> "Censored":
        """A value that is known."""
        return cls(float(value), Side.NONE)

    @classmethod
    def at_least(cls, limit: SupportsFloat) -> "Censored":
        """A value that is known to be at least this."""
        return cls(float(limit), Side.RIGHT)

    @classmethod
    def at_most(cls, limit: SupportsFloat) -> "Censored":
        """A value that is known to be at most this."""
        return cls(float(limit), Side.LEFT)

    @property
    def parts(self) -> tuple[float, Side]:
        """The value or the limit, and which of the two it is."""
        return self._number, self._side

    @property
    def known(self) -> float:
        """The value; NaN where only a limit is known."""
        return self._number if self._side is Side.NONE else math.nan

    @property
    def sort_key(self) -> tuple[float, int]:
        """A key for sorting; a limit sorts just beyond the equal value, on its side."""
        return self._number, (Side.LEFT, Side.NONE, Side.RIGHT).index(self._side)

    def times(self, factor: float | int) -> "Censored":
        """The value or limit times a positive number."""
        return Censored(self._number * factor, self._side)

    def rounded(self) -> "Censored":
        """The value or limit rounded to a whole number."""
        return Censored(float(round(self._number)), self._side)

    def within(self, low: float | int, high: float | int, *, least: float | int = 0) -> Interval:
        """An estimate with its interval, open on the side on which the value lies; no value is below `least`."""
        return Interval(
            self._number,
            least if self._side is Side.LEFT else low,
            math.inf if self._side is Side.RIGHT else high,
        )


def side_of(values: Iterable[Censored]) -> Side | None:
    """On which side of a mean of these values it is known to lie, given limits on one side; None: on both."""
    sides = {value.parts[1] for value in values} - {Side.NONE}
    return None if len(sides) > 1 else sides.pop() if sides else Side.NONE


def mean_of_censored(
    values: Iterable[Censored],
    average: Callable[..., Interval] = mean,
    *,
    least: float | int = 0,
    confidence: float = CONFIDENCE,
) -> Interval:
    """`mean` (or `geometric_mean`) of values above `least`; open on a side where any value is known by a limit only.

    Averaging limits that lie below the values gives a limit that lies below the mean, so the other end stays valid.
    """
    numbers = [value.parts for value in values]
    estimate, low, high = average([number for number, _ in numbers], confidence=confidence)
    sides = {side for _, side in numbers}
    return Interval(estimate, least if Side.LEFT in sides else low, math.inf if Side.RIGHT in sides else high)


def censored_mean(values: Iterable[Censored]) -> Censored | None:
    """The mean of positive values, or the limit of it that is known; None where there are limits of both sides."""
    given = list(values)
    side = side_of(given)
    return Censored(float(np.mean([value.parts[0] for value in given])), side) if given and side else None
