"""How a response follows a dose: rank correlations, seed by seed."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.per_seed import Horizon, PerSeed
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import Finding
from gradient_horizon.statistics.censored import Censored
from gradient_horizon.statistics.correlation import rank_correlation_up_to_limit
from gradient_horizon.statistics.intervals import Interval

FEWEST_DOSES = 4


@dataclass(frozen=True)
class Order(PerSeed):
    """Spearman's rank correlation, within a seed, of doses, each given to an arm, with a response to each."""

    doses: tuple[tuple[float, Arm], ...]

    @property
    def arms(self) -> tuple[Arm, ...]:
        """One for each dose."""
        return tuple(arm for _, arm in self.doses)

    @abstractmethod
    def responses(self, place: Place, arm: Arm) -> "pd.Series[object]":
        """The response of each seed, as `Censored`."""

    def values(self, place: Place) -> pd.Series:
        """The correlation of each seed that has a response to every dose."""
        table = pd.DataFrame({dose: self.responses(place, arm) for dose, arm in self.doses}, dtype=object).dropna()
        if table.shape[1] < FEWEST_DOSES or table.empty:
            return pd.Series(dtype=float)
        doses = [float(dose) for dose in table.columns]
        return table.apply(lambda seed: rank_correlation_up_to_limit(doses, list(seed)).estimate, axis=1).astype(float)

    def find(self, place: Place) -> Finding:
        """The mean correlation over seeds; no end of its interval lies beyond -1 or 1."""
        found = super().find(place)
        estimate, low, high = found.effect
        return found._replace(effect=Interval(estimate, max(low, -1.0), min(high, 1.0))) if found.n else found


class HorizonOrder(Order):
    """Of the gradient horizon before training."""

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "horizon-order"

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of gradients."""
        return Horizon("gradient_horizon", self.arms[0]).columns

    @property
    def where(self) -> tuple[str, ...]:
        """Moment and length."""
        return ("moment-initial", "longest-length")

    def responses(self, place: Place, arm: Arm) -> "pd.Series[object]":
        """The gradient horizon of each seed."""
        return Horizon("gradient_horizon", arm).rows(place)["gradient_horizon"]


class MemoryOrder(Order):
    """Of the longest length that a seed solves, 0 for none, at the chosen learning rate."""

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "memory-order"

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of networks."""
        return {"networks": ("length", "seed", "judged", "chosen", "status")}

    @property
    def where(self) -> tuple[str, ...]:
        """The policy of learning rates."""
        return ("policy-chosen",)

    def responses(self, place: Place, arm: Arm) -> "pd.Series[object]":
        """The longest solved length of each seed; at least the longest that was tried, where that is solved."""
        rows = place.rows("networks", arm)
        rows = rows[rows["judged"] & rows["chosen"]]
        limit = rows["length"].max()
        longest = rows["length"].where(rows["status"].eq("solved"), 0).groupby(rows["seed"]).max()
        return longest.map(lambda value: Censored.at_least(value) if value == limit else Censored.exactly(value))
