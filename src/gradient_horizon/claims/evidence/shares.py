"""Shares of judged networks, and their differences, by Newcombe's interval."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import NOTHING, Finding
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.statistics.intervals import difference
from gradient_horizon.tables.judged_share import columns_read, judged_share

JUMP = 100.0
"""An update this many times a network's median update is a jump."""


@dataclass(frozen=True)
class Share(Evidence):
    """The share of an arm's judged networks of which something is true, at the longest length that was tried."""

    arm: Arm
    policy: str = "chosen"

    unit: ClassVar[str] = "share"
    more_seeds_sharpen: ClassVar[bool] = False
    told_by: ClassVar[tuple[str, ...]] = ("status",)
    """The columns that tell of which networks it is true."""

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of networks."""
        return {"networks": ("length", "seed", "judged", *columns_read(self.policy), *self.told_by)}

    @property
    def where(self) -> tuple[str, ...]:
        """The policy of learning rates, and the length."""
        return (f"policy-{self.policy}", "longest-length")

    @abstractmethod
    def is_so(self, networks: pd.DataFrame, place: Place) -> "pd.Series[bool]":
        """Of which networks it is true."""

    def find(self, place: Place) -> Finding:
        """The share, with its interval."""
        rows = place.rows("networks", self.arm)
        rows = rows[rows["judged"] & rows["length"].eq(rows["length"].max())]
        if rows.empty:
            return NOTHING
        true = self.is_so(rows, place)
        effect = judged_share(rows, true, self.policy, place.confidence, times=place.times)
        return Finding(effect, rows["seed"].nunique())

    def __sub__(self, other: "Share") -> "ShareDifference":
        return ShareDifference(self, other)


class Solved(Share):
    """The share of networks that solve the task within the budget."""

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "solved" if self.policy == "chosen" else "solved-at-any-rate"

    @property
    def must_work(self) -> tuple[Arm, ...]:
        """Nothing: that none solves it is what the share says."""
        return ()

    def is_so(self, networks: pd.DataFrame, place: Place) -> "pd.Series[bool]":
        """The solved ones."""
        return networks["status"].eq("solved")


class SolvedLongest(Solved):
    """The same, said of the longest length: in settings whose arms are compared at several."""

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "solved-longest"


class Diverged(Share):
    """The share of networks whose training diverges."""

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "diverged"

    def is_so(self, networks: pd.DataFrame, place: Place) -> "pd.Series[bool]":
        """The diverged ones."""
        return networks["status"].eq("diverged")


class Jumping(Share):
    """The share of networks with an update beyond 100 times their median update, or numbers that are not finite."""

    told_by: ClassVar[tuple[str, ...]] = ("status", "update_ratio_median", "update_ratio_max")

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "jumping"

    def is_so(self, networks: pd.DataFrame, place: Place) -> "pd.Series[bool]":
        """Those that jump."""
        jumps = networks["update_ratio_max"] > JUMP * networks["update_ratio_median"]
        return jumps | networks["status"].eq("diverged")


class AboveBaseline(Share):
    """The share of networks that diverge, or end with a loss above the trivial baseline's."""

    told_by: ClassVar[tuple[str, ...]] = ("task", "status", "loss")

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "above-baseline"

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Networks, and baselines."""
        return {**super().columns, "baselines": ("task", "length", "rank", "loss")}

    def is_so(self, networks: pd.DataFrame, place: Place) -> "pd.Series[bool]":
        """Those that end above it."""
        baselines = place.tables["baselines"]
        trivial = baselines[baselines["rank"].eq(0)].set_index(["task", "length"])["loss"].to_dict()
        limit = [trivial.get(key, float("nan")) for key in zip(networks["task"], networks["length"], strict=True)]
        return networks["status"].eq("diverged") | (networks["loss"] > limit)


@dataclass(frozen=True)
class ShareDifference(Evidence):
    """A share of the first arm's networks, less that of the second's."""

    first: Share
    second: Share

    unit: ClassVar[str] = "share difference"
    more_seeds_sharpen: ClassVar[bool] = False

    @property
    def words(self) -> str:
        """The key of its texts."""
        return f"{self.first.words}-difference"

    @property
    def must_work(self) -> tuple[Arm, ...]:
        """Where solving is compared, either."""
        return self.arms if isinstance(self.first, Solved) else ()

    def find(self, place: Place) -> Finding:
        """The difference, with Newcombe's interval."""
        first, second = (each.find(place) for each in (self.first, self.second))
        if not (first.n and second.n):
            return NOTHING
        parts = tuple(Censored.exactly(each.effect.estimate) for each in (first, second))
        return Finding(difference(first.effect, second.effect), min(first.n, second.n), parts=parts)
