"""How far back gradients reach, compared between arms."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.evidence.per_seed import Horizon
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
        first, second = (each.find(place) for each in (self.first, self.second))
        if not (first.n and second.n):
            return NOTHING
        effect, n = ratio(first.effect, second.effect), min(first.n, second.n)
        sides = {first.side, second.side.opposite} - {Side.NONE}
        if len(sides) > 1 or not np.isfinite([first.effect.estimate, second.effect.estimate]).all():
            return Finding(effect._replace(estimate=np.nan), n)
        parts = tuple(_known(each) for each in (first, second))
        return Finding(effect, n, sides.pop() if sides else Side.NONE, parts)


def _known(finding: Finding) -> Censored:
    form = {Side.NONE: Censored.exactly, Side.RIGHT: Censored.at_least, Side.LEFT: Censored.at_most}[finding.side]
    return form(finding.effect.estimate)
