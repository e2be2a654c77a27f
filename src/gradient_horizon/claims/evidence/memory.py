"""How far arms remember: the length that half of the seeds solve, and how many times as long one arm remembers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import NOTHING, Finding
from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.half_length import HalfLength, half_length
from gradient_horizon.statistics.intervals import Interval, ratio
from gradient_horizon.statistics.mean_length import mean_solved_length
from gradient_horizon.statistics.scales import Scale
from gradient_horizon.tables.judged_share import columns_read, judged_share


@dataclass(frozen=True)
class OfLengths(Evidence):
    """What the judged networks of an arm solve, length by length."""

    arm: Arm
    policy: str = "chosen"

    unit: ClassVar[str] = "steps"
    scale: ClassVar[Scale] = Scale.LOG
    more_seeds_sharpen: ClassVar[bool] = False

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of networks."""
        return {"networks": ("length", "seed", "judged", *columns_read(self.policy), "status")}

    @property
    def where(self) -> tuple[str, ...]:
        """The policy of learning rates."""
        return (f"policy-{self.policy}",)

    @property
    def must_work(self) -> tuple[Arm, ...]:
        """The arm, at its shortest length."""
        return (self.arm,)

    def networks(self, place: Place) -> pd.DataFrame:
        """The rows of its judged networks, at all learning rates."""
        rows = place.rows("networks", self.arm)
        return rows[rows["judged"]]

    def shares(self, place: Place) -> tuple[np.ndarray, list[Interval], np.ndarray]:
        """The lengths, the share of seeds that solve each, and the number of seeds."""
        groups = dict(iter(self.networks(place).groupby("length")))
        shares = [
            judged_share(rows, rows["status"].eq("solved"), self.policy, place.confidence, times=place.times)
            for rows in groups.values()
        ]
        lengths, n = (
            np.array(values, dtype=int) for values in ([*groups], [rows["seed"].nunique() for rows in groups.values()])
        )
        return lengths, shares, n


class T50(OfLengths):
    """The length that half of an arm's judged networks solve within the budget."""

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "t50" if self.policy == "chosen" else "t50-at-any-rate"

    def half_length(self, place: Place) -> HalfLength:
        """T50, or the limit that is known of it, with its interval."""
        return half_length(*self.shares(place))

    def find(self, place: Place) -> Finding:
        """T50 with its interval, open on the side on which it is censored."""
        lengths, _, n = self.shares(place)
        if len(lengths) < 2:
            return NOTHING
        half = self.half_length(place)
        number, side = half.length.parts
        return Finding(Interval(number, half.low, half.high), int(n.min()), side, (half.length,))

    def __truediv__(self, other: float | int) -> "T50Over":
        return T50Over(self, other)


class Length(OfLengths):
    """The geometric mean over seeds of the length that they solve, within the lengths tried."""

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "mean-length"

    def find(self, place: Place) -> Finding:
        """The mean with its interval; a limit of the mean without an end of lengths, where T50 is one."""
        lengths, shares, n = self.shares(place)
        rows = self.networks(place)
        rows = rows[rows["chosen"]]
        by_seed = rows.pivot(index="seed", columns="length", values="status").dropna() if len(rows) else rows
        if len(lengths) < 2 or by_seed.empty:
            return NOTHING
        solved = np.repeat(by_seed.eq("solved").to_numpy(dtype=bool), place.times, axis=0)
        mean = mean_solved_length(lengths, solved, shares, place.confidence)
        side = half_length(lengths, shares, n).length.parts[1]
        censored = Censored.exactly(mean.estimate)
        if side is not Side.NONE:
            censored = (Censored.at_least if side is Side.RIGHT else Censored.at_most)(mean.estimate)
        return Finding(censored.within(mean.low, mean.high), int(n.min()), side, (censored,))

    def __truediv__(self, other: "Length") -> "LengthRatio":
        return LengthRatio(self, other)


@dataclass(frozen=True)
class LengthRatio(Evidence):
    """How many times as long the first remembers as the second: the ratio of the mean lengths that they solve.

    For two curves of success of one shape it is the ratio of their T50, of which it has by far the sharper interval.
    Where one arm's T50 lies beyond the lengths tried, only a limit of the ratio is known.
    """

    first: Length
    second: Length

    unit: ClassVar[str] = "-"
    scale: ClassVar[Scale] = Scale.LOG
    more_seeds_sharpen: ClassVar[bool] = False

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "length-ratio"

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


class Pairs(Length):
    """The geometric mean over seeds of the number of pairs that they recall, in sequences with a pair at every step.

    That is so in associative recall, up to its number of keys, at every step but the last.
    """

    unit: ClassVar[str] = "pairs"

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "mean-pairs"

    def networks(self, place: Place) -> pd.DataFrame:
        """The rows of its judged networks, with the number of pairs for the length."""
        rows = super().networks(place)
        return rows.assign(length=rows["length"] - 1)

    def __truediv__(self, other: Length) -> "PairsRatio":
        return PairsRatio(self, other)


class PairsRatio(LengthRatio):
    """How many times as many pairs the first recalls as the second; as the ratio of lengths otherwise."""

    counted: ClassVar[str] = "pairs"

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "pairs-ratio"


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
    def details(self) -> dict[str, float | int]:
        """The prediction."""
        return {"predicted": self.predicted}

    def find(self, place: Place) -> Finding:
        """The ratio with its interval."""
        found = self.first.find(place)
        effect = Interval(*(value / self.predicted for value in found.effect))
        return found._replace(effect=effect, parts=(*found.parts, Censored.exactly(self.predicted)))
