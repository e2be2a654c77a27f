"""Measures of one network each, averaged over seeds, and compared seed by seed."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import NOTHING, Finding
from gradient_horizon.statistics.censored import Censored, mean_of_censored, side_of
from gradient_horizon.statistics.means import mean
from gradient_horizon.statistics.scales import Scale
from gradient_horizon.tables.columns import known_values

FEWEST = 2
"""Seeds that an average needs."""


class PerSeed(Evidence):
    """A number for each seed; the estimate is its mean, on the scale on which such numbers are symmetric."""

    @abstractmethod
    def values(self, place: Place) -> pd.Series:
        """The numbers, by seed; missing where a seed has none."""

    def find(self, place: Place) -> Finding:
        """The mean over seeds, with its interval."""
        values = self.values(place).dropna()
        if len(values) < FEWEST:
            return NOTHING
        return Finding(mean(values.to_numpy(dtype=float), scale=self.scale, confidence=place.confidence), len(values))


@dataclass(frozen=True)
class Measure(PerSeed):
    """A column of a table of measured networks, at one moment of training and one length (None: the longest).

    After training, only networks that solved their task count.
    """

    column: str
    arm: Arm
    moment: str = "initial"
    length: int | None = None

    table: ClassVar[str] = "gradients"
    scales: ClassVar[Mapping[str, Scale]] = MappingProxyType(
        {
            "late_factor": Scale.LOG,
            "transient_growth": Scale.LOG,
            "early_share": Scale.LOG,
            "weight_gradient": Scale.LOG,
            "memory_transport": Scale.LOG,
            "gated_transport": Scale.LOG,
            "r_squared": Scale.UP_TO_ONE,
        }
    )
    units: ClassVar[Mapping[str, str]] = MappingProxyType({"late_factor": "per step"})

    @property
    def unit(self) -> str:  # type: ignore[override]
        """That of the column, by its claims' words."""
        return self.units.get(self.column, "-")

    @property
    def scale(self) -> Scale:  # type: ignore[override]
        """That on which the column's values are symmetric."""
        return self.scales.get(self.column, Scale.IDENTITY)

    @property
    def words(self) -> str:
        """The key of its texts: the column's name."""
        return self.column.replace("_", "-")

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The column, and what tells the rows; after training, whether a network solved its task."""
        solved = ("solved",) if self.moment == "final" else ()
        return {self.table: ("length", "seed", "moment", *solved, self.column)}

    @property
    def where(self) -> tuple[str, ...]:
        """Moment and length."""
        solved = ("solved-networks",) if self.moment == "final" else ()
        return (f"moment-{self.moment}", *solved, *(() if self.length else ("longest-length",)))

    @property
    def details(self) -> dict[str, float | int]:
        """The length, where one is asked for."""
        return {"length": self.length} if self.length else {}

    def rows(self, place: Place) -> pd.DataFrame:
        """The rows of the measured networks, by seed."""
        rows = place.rows(self.table, self.arm)
        rows = rows[rows["moment"].eq(self.moment)]
        rows = rows[rows["length"].eq(self.length or rows["length"].max())]
        return (rows[rows["solved"]] if self.moment == "final" else rows).set_index("seed")

    def values(self, place: Place) -> pd.Series:
        """The column, by seed."""
        return known_values(self.rows(place)[self.column])

    def __truediv__(self, other: "PerSeed | float | int") -> "SeedRatio | SeedMultiple":
        return SeedRatio(self, other) if isinstance(other, PerSeed) else SeedMultiple(self, other)

    def __sub__(self, other: "PerSeed") -> "SeedDifference":
        return SeedDifference(self, other)


@dataclass(frozen=True)
class GateMeasure(Measure):
    """A column of the table of gates."""

    table: ClassVar[str] = "gates"


class Horizon(Measure):
    """A gradient horizon, of which only a limit may be known."""

    @property
    def unit(self) -> str:  # type: ignore[override]
        """Steps."""
        return "steps"

    def find(self, place: Place) -> Finding:
        """The mean over seeds with its interval, open where limits are among the values."""
        values: list[Censored] = list(self.rows(place)[self.column].dropna())
        if len(values) < FEWEST:
            return NOTHING
        effect, side = mean_of_censored(values, confidence=place.confidence), side_of(values)
        if side is None:
            return Finding(effect._replace(estimate=np.nan), len(values))
        return Finding(effect, len(values), side)


@dataclass(frozen=True)
class DistanceToOne(PerSeed):
    """How far a measure is from 1, seed by seed."""

    of: Measure

    scale: ClassVar[Scale] = Scale.LOG

    @property
    def words(self) -> str:
        """The key of its texts."""
        return f"{self.of.words}-distance"

    def values(self, place: Place) -> pd.Series:
        """The distance, by seed."""
        return (1 - self.of.values(place)).abs()

    def __truediv__(self, other: "DistanceToOne") -> "SeedRatio":
        return SeedRatio(self, other)


@dataclass(frozen=True)
class _OfTwo(PerSeed):
    first: PerSeed
    second: PerSeed


class SeedRatio(_OfTwo):
    """The ratio of two measures, seed by seed."""

    scale: ClassVar[Scale] = Scale.LOG

    @property
    def words(self) -> str:
        """The key of its texts."""
        return f"{self.first.words}-over-{self.second.words}"

    def values(self, place: Place) -> pd.Series:
        """The ratios, by seed."""
        return self.first.values(place) / self.second.values(place)


class SeedDifference(_OfTwo):
    """The first measure less the second, seed by seed."""

    @property
    def unit(self) -> str:  # type: ignore[override]
        """A difference of shares, or of whatever the measures are in."""
        return "standard deviations" if "opening" in self.first.words else "share difference"

    @property
    def words(self) -> str:
        """The key of its texts."""
        return f"{self.first.words}-less-{self.second.words}"

    def values(self, place: Place) -> pd.Series:
        """The differences, by seed."""
        return self.first.values(place) - self.second.values(place)


@dataclass(frozen=True)
class SeedMultiple(PerSeed):
    """A measure over a number that theory predicts, seed by seed."""

    first: Measure
    predicted: float | int

    scale: ClassVar[Scale] = Scale.LOG

    @property
    def words(self) -> str:
        """The key of its texts."""
        return f"{self.first.words}-over-prediction"

    @property
    def details(self) -> dict[str, float | int]:
        """The prediction."""
        return {"predicted": self.predicted}

    def values(self, place: Place) -> pd.Series:
        """The ratios, by seed."""
        return self.first.values(place) / self.predicted
