"""What networks that solved their task are worth on sequences longer than those they were trained on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.per_seed import PerSeed
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.evidence.shares import Share
from gradient_horizon.claims.outcome import NOTHING, Finding
from gradient_horizon.statistics.shares import share

TABLE = "extrapolation"
HALF = 0.5
WHERE = ("solved-networks", "farthest-length")
GAINS = ("accuracy", "loss")
"""The columns that tell what a network has over a baseline; the first of them that its task has."""


def rows_as_far_as_learnt(arm: Arm, place: Place) -> pd.DataFrame:
    """The rows of an arm's solved networks, at the longest length that at least half of its networks solve."""
    rows = place.rows(TABLE, arm)
    solved = rows.groupby("length")["solved"].mean()
    farthest = solved.index[solved.ge(HALF)].max() if len(rows) else 0
    return rows[rows["length"].eq(farthest) & rows["solved"]]


@dataclass(frozen=True)
class StillSolved(Share):
    """The share of solved networks that meet the task's criterion at so many times the length they were trained on."""

    factor: int = 4

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "still-solved"

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of networks on longer sequences."""
        return {TABLE: ("length", "solved", "factor", "solved_there")}

    @property
    def where(self) -> tuple[str, ...]:
        """Solved networks, at the longest length that half of them solve."""
        return WHERE

    @property
    def details(self) -> dict[str, float | int]:
        """How many times the trained length."""
        return {"factor": self.factor}

    def is_so(self, networks: pd.DataFrame, place: Place) -> "pd.Series[bool]":
        """Those that solve the longer sequences too."""
        return networks["solved_there"]

    def find(self, place: Place) -> Finding:
        """The share, with Wilson's interval: all are judged at the rates that the other seeds chose."""
        rows = rows_as_far_as_learnt(self.arm, place)
        rows = rows[rows["factor"].eq(self.factor)]
        if rows.empty:
            return NOTHING
        found, n = int(self.is_so(rows, place).sum()) * place.times, len(rows) * place.times
        return Finding(share(found, n, confidence=place.confidence), len(rows))


@dataclass(frozen=True)
class LeftBeyond(PerSeed):
    """What is left, at so many times the trained length, of what a solved network has over the trivial baseline.

    By the accuracy; by the loss, where the task has no accuracy.
    """

    arm: Arm
    factor: int = 4

    unit: ClassVar[str] = "share"

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "left-beyond"

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of networks on longer sequences, and baselines."""
        return {TABLE: ("task", "length", "seed", "solved", "factor", *GAINS), "baselines": ("task", "rank", *GAINS)}

    @property
    def where(self) -> tuple[str, ...]:
        """Solved networks, at the longest length that half of them solve."""
        return WHERE

    @property
    def details(self) -> dict[str, float | int]:
        """How many times the trained length."""
        return {"factor": self.factor}

    def values(self, place: Place) -> pd.Series:
        """The shares, by seed."""
        rows = rows_as_far_as_learnt(self.arm, place)
        baselines = place.tables["baselines"]
        trivial = baselines[baselines["rank"].eq(0) & baselines["task"].isin(rows["task"])]
        if rows.empty or trivial.empty:
            return pd.Series(dtype=float)
        accuracy, loss = (rows[column] - float(trivial[column].iloc[0]) for column in GAINS)
        by_seed = rows.assign(gain=accuracy.fillna(loss)).set_index("seed")
        longer, trained = (by_seed.loc[by_seed["factor"].eq(factor), "gain"] for factor in (self.factor, 1))
        return longer / trained
