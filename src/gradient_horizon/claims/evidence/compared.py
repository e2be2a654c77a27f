"""Numbers of single networks: accuracies, what interventions leave of them, factors per step, largest gradients."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.evidence.per_seed import GateMeasure, Measure, PerSeed
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import NOTHING, Finding
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.statistics.intervals import difference
from gradient_horizon.statistics.scales import Scale

ALL_RIGHT = 0.99
"""Mean accuracies from here on are at the ceiling."""


@dataclass(frozen=True)
class OfNetworks(PerSeed):
    """A column of the table of networks: judged ones, at their chosen learning rate and the longest length."""

    arm: Arm

    column: ClassVar[str]

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of networks."""
        return {"networks": ("length", "seed", "judged", "chosen", self.column)}

    @property
    def where(self) -> tuple[str, ...]:
        """The policy of learning rates, and the length."""
        return ("policy-chosen", "longest-length")

    def networks(self, place: Place) -> pd.DataFrame:
        """The rows, by seed."""
        rows = place.rows("networks", self.arm)
        rows = rows[rows["judged"] & rows["chosen"]]
        return rows[rows["length"].eq(rows["length"].max())].set_index("seed")

    def values(self, place: Place) -> pd.Series:
        """The column, by seed."""
        return self.networks(place)[self.column]


class Accuracy(OfNetworks):
    """The share of right answers of a network, at its last evaluation; none for networks that diverged."""

    unit: ClassVar[str] = "share"
    scale: ClassVar[Scale] = Scale.LOGIT
    column: ClassVar[str] = "accuracy"

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "accuracy"

    def __sub__(self, other: "Accuracy") -> "AccuracyDifference":
        return AccuracyDifference(self, other)


class LargestGradient(OfNetworks):
    """The largest norm that a network's gradient had in training, before clipping."""

    scale: ClassVar[Scale] = Scale.LOG
    column: ClassVar[str] = "gradient_norm_max"

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "largest-gradient"

    def __truediv__(self, other: "LargestGradient") -> "LargestGradientRatio":
        return LargestGradientRatio(self, other)


@dataclass(frozen=True)
class LargestGradientRatio(PerSeed):
    """The ratio of the largest gradients of two arms, seed by seed."""

    first: LargestGradient
    second: LargestGradient

    scale: ClassVar[Scale] = Scale.LOG

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "largest-gradient-ratio"

    def values(self, place: Place) -> pd.Series:
        """The ratios, by seed."""
        return self.first.values(place) / self.second.values(place)


@dataclass(frozen=True)
class AccuracyDifference(Evidence):
    """The mean accuracy of the first arm's networks, less that of the second's."""

    first: Accuracy
    second: Accuracy

    unit: ClassVar[str] = "share difference"

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "accuracy-difference"

    @property
    def must_work(self) -> tuple[Arm, ...]:
        """Either."""
        return self.arms

    def find(self, place: Place) -> Finding:
        """The difference of the means, with its interval."""
        first, second = (each.find(place) for each in (self.first, self.second))
        if not (first.n and second.n):
            return NOTHING
        parts = tuple(Censored.exactly(each.effect.estimate) for each in (first, second))
        return Finding(difference(first.effect, second.effect), min(first.n, second.n), parts=parts)

    def floor_or_ceiling(self, place: Place) -> str | None:
        """Both answer everything right."""
        means = [each.find(place).effect.estimate for each in (self.first, self.second)]
        return "ceiling" if min(means) >= ALL_RIGHT else None


@dataclass(frozen=True)
class LeftByIntervention(PerSeed):
    """What is left of a solved network's accuracy above chance, once a gate takes its mean at some steps."""

    arm: Arm
    column: str

    unit: ClassVar[str] = "share"

    @property
    def words(self) -> str:
        """The key of its texts: the column's name."""
        return f"left-by-{self.column.replace('_', '-')}"

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Gates, and baselines."""
        own = GateMeasure(self.column, self.arm, "final").columns["gates"]
        return {"gates": ("task", *own, "accuracy"), "baselines": ("task", "rank", "accuracy")}

    @property
    def where(self) -> tuple[str, ...]:
        """After training, of solved networks."""
        return ("moment-final", "solved-networks", "longest-length")

    @property
    def must_work(self) -> tuple[Arm, ...]:
        """The arm."""
        return (self.arm,)

    def values(self, place: Place) -> pd.Series:
        """The shares, by seed."""
        rows = GateMeasure(self.column, self.arm, "final").rows(place)
        baselines = place.tables["baselines"]
        trivial = baselines[baselines["rank"].eq(0) & baselines["task"].isin(rows["task"])]
        if rows.empty or trivial.empty:
            return pd.Series(dtype=float)
        chance = float(trivial["accuracy"].iloc[0])
        above = rows["accuracy"] - chance
        return (rows[self.column] - chance) / above.where(above > 0)


@dataclass(frozen=True)
class PerStep(PerSeed):
    """What a measure over many steps leaves per step, over a factor that theory predicts."""

    of: Measure
    steps: int
    predicted: float | int

    scale: ClassVar[Scale] = Scale.LOG

    @property
    def words(self) -> str:
        """The key of its texts."""
        return f"{self.of.words}-per-step"

    @property
    def details(self) -> dict[str, float | int]:
        """The prediction."""
        return {"predicted": self.predicted}

    def values(self, place: Place) -> pd.Series:
        """The factors over the prediction, by seed."""
        left = self.of.values(place)
        return np.exp(np.log(left) / self.steps) / self.predicted
