"""Memory horizons, and how many times as long one arm remembers as another."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import NOTHING, Finding
from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.half_length import half_success_length
from gradient_horizon.statistics.intervals import Interval, ratio
from gradient_horizon.statistics.scales import Scale


@dataclass(frozen=True)
class T50(Evidence):
    """The length that half of an arm's judged networks solve within the budget."""

    arm: Arm
    policy: str = "chosen"

    unit: ClassVar[str] = "steps"
    scale: ClassVar[Scale] = Scale.LOG
    more_seeds_sharpen: ClassVar[bool] = False

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "t50"

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arm."""
        return (self.arm,)

    @property
    def tables(self) -> tuple[str, ...]:
        """The table of success by length."""
        return ("success",)

    @property
    def where(self) -> tuple[str, ...]:
        """The policy of learning rates."""
        return (f"policy-{self.policy}",)

    @property
    def must_work(self) -> tuple[Arm, ...]:
        """The arm, at its shortest length."""
        return (self.arm,)

    def find(self, place: Place) -> Finding:
        """T50 with its interval, open on the side on which it is censored."""
        rows = place.rows("success", self.arm)
        rows = rows[rows["policy"].eq(self.policy)]
        if rows["length"].nunique() < 2:
            return NOTHING
        lengths, solved, n = (rows[name].to_numpy(dtype=int) for name in ("length", "solved", "n"))
        half = half_success_length(lengths, solved * place.times, n * place.times, confidence=place.confidence)
        number, side = half.length.parts
        return Finding(Interval(number, half.low, half.high), int(n.min()), side, (half.length,))

    def __truediv__(self, other: "T50 | float | int") -> "T50Ratio | T50Over":
        return T50Ratio(self, other) if isinstance(other, T50) else T50Over(self, other)


@dataclass(frozen=True)
class T50Ratio(Evidence):
    """T50 of the first over T50 of the second."""

    first: T50
    second: T50

    unit: ClassVar[str] = "-"
    scale: ClassVar[Scale] = Scale.LOG
    more_seeds_sharpen: ClassVar[bool] = False

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "t50-ratio"

    @property
    def arms(self) -> tuple[Arm, ...]:
        """Both."""
        return (self.first.arm, self.second.arm)

    @property
    def tables(self) -> tuple[str, ...]:
        """The table of success by length."""
        return self.first.tables

    @property
    def where(self) -> tuple[str, ...]:
        """The policy of learning rates."""
        return self.first.where

    @property
    def must_work(self) -> tuple[Arm, ...]:
        """Either of the two."""
        return self.arms

    def find(self, place: Place) -> Finding:
        """The ratio with its interval; a limit, where one of the two is one; no estimate, where both are."""
        first, second = self.first.find(place), self.second.find(place)
        if not (first.n and second.n):
            return NOTHING
        effect, n, parts = ratio(first.effect, second.effect), min(first.n, second.n), first.parts + second.parts
        sides = {first.side, second.side.opposite} - {Side.NONE}
        if len(sides) > 1:
            return Finding(effect._replace(estimate=np.nan), n, parts=parts)
        return Finding(effect, n, sides.pop() if sides else Side.NONE, parts)

    def floor_or_ceiling(self, place: Place) -> str | None:
        """Both T50 beyond the longest length, or both below the shortest."""
        sides = [each.find(place).side for each in (self.first, self.second)]
        if sides == [Side.RIGHT, Side.RIGHT]:
            return "ceiling"
        return "floor" if sides == [Side.LEFT, Side.LEFT] else None


@dataclass(frozen=True)
class T50Over(Evidence):
    """T50 of an arm over a number of steps that theory predicts."""

    first: T50
    predicted: float | int

    unit: ClassVar[str] = "-"
    scale: ClassVar[Scale] = Scale.LOG
    more_seeds_sharpen: ClassVar[bool] = False

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "t50-over-prediction"

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arm."""
        return self.first.arms

    @property
    def tables(self) -> tuple[str, ...]:
        """The table of success by length."""
        return self.first.tables

    @property
    def where(self) -> tuple[str, ...]:
        """The policy of learning rates."""
        return self.first.where

    @property
    def details(self) -> dict[str, float | int]:
        """The prediction."""
        return {"predicted": self.predicted}

    def find(self, place: Place) -> Finding:
        """The ratio with its interval."""
        found = self.first.find(place)
        effect = Interval(*(value / self.predicted for value in found.effect))
        return found._replace(effect=effect, parts=(*found.parts, Censored.exactly(self.predicted)))
