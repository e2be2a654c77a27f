"""How far back gradients reach, and how fast they fade, compared between arms."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.evidence.longer import HALF, WHERE
from gradient_horizon.claims.evidence.per_seed import Horizon, Measure, PerSeed
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import NOTHING, Finding
from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.intervals import ratio
from gradient_horizon.statistics.scales import Scale


@dataclass(frozen=True)
class HorizonRatio(Evidence):
    """How many times as far back the gradient of the first reaches as that of the second: the ratio of mean horizons.

    Where one arm's horizons lie beyond what was measured, only a limit of the ratio is known.
    """

    first: Horizon
    second: Horizon

    scale: ClassVar[Scale] = Scale.LOG

    @property
    def words(self) -> str:
        """The key of its texts."""
        return f"{self.first.words}-ratio"

    def find(self, place: Place) -> Finding:
        """The ratio with its interval; a limit, where one of the two is one; no estimate, where both are."""
        first, second = self.first.find(place), self.second.find(place)
        if not (first.n and second.n):
            return NOTHING
        effect, n = ratio(first.effect, second.effect), min(first.n, second.n)
        sides = {first.side, second.side.opposite} - {Side.NONE}
        if len(sides) > 1 or not np.isfinite([first.effect.estimate, second.effect.estimate]).all():
            return Finding(effect._replace(estimate=np.nan), n)
        parts = tuple(_known(each) for each in (first, second))
        return Finding(effect, n, sides.pop() if sides else Side.NONE, parts)


class LearntDecay(Measure):
    """The decay factor of the gradient after training, at a length that networks learn, rather than at the longest."""

    @property
    def where(self) -> tuple[str, ...]:
        """After training, of solved networks, at the longest length that half of them solve."""
        return (f"moment-{self.moment}", *WHERE)

    def lengths(self, place: Place) -> set[int]:
        """The lengths that at least half of the networks solve."""
        rows = place.rows(self.table, self.arm)
        solved = rows[rows["moment"].eq(self.moment)].groupby("length")["solved"].mean()
        return {int(length) for length in solved.index[solved.ge(HALF)]}


@dataclass(frozen=True)
class LearntDecayRatio(PerSeed):
    """How far the first's decay factor is from 1, over how far the second's is, where at least half of both solve it.

    That is at the longest such length. After training a horizon would not tell them apart: a gradient that solved the
    task reaches its first step.
    """

    first: LearntDecay
    second: LearntDecay

    scale: ClassVar[Scale] = Scale.LOG

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "learnt-decay-ratio"

    def values(self, place: Place) -> pd.Series:
        """The ratios, by seed; none where there is no such length."""
        common = self.first.lengths(place) & self.second.lengths(place)
        if not common:
            return pd.Series(dtype=float)
        first, second = (
            (1 - replace(each, length=max(common)).values(place)).abs() for each in (self.first, self.second)
        )
        return first / second


def _known(finding: Finding) -> Censored:
    form = {Side.NONE: Censored.exactly, Side.RIGHT: Censored.at_least, Side.LEFT: Censored.at_most}[finding.side]
    return form(finding.effect.estimate)
