"""Identities, counts and facts of software: numbers without a sampling error, and shares of random matrices."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gradient_horizon.claims.arms import Arm
from gradient_horizon.claims.evidence.base import Evidence
from gradient_horizon.claims.evidence.per_seed import GateMeasure
from gradient_horizon.claims.evidence.place import Place
from gradient_horizon.claims.outcome import NOTHING, Finding
from gradient_horizon.statistics.intervals import Interval
from gradient_horizon.statistics.shares import share

SMALL_ERROR = 1e-8
"""Of a power of a matrix, relative to its norm: half of the digits of float64."""


def exactly(value: float, n: int) -> Finding:
    """A number that is known."""
    return Finding(Interval(value, value, value), n)


@dataclass(frozen=True)
class PowersHold(Evidence):
    """The share of matrices of a kind whose powers up to 100 come out of their eigenvalues with an error below 1e-8."""

    matrices: str

    unit: ClassVar[str] = "share"
    more_seeds_sharpen: ClassVar[bool] = False

    @property
    def words(self) -> str:
        """The key of its texts."""
        return f"powers-{self.matrices}"

    @property
    def arms(self) -> tuple[Arm, ...]:
        """None: nothing is trained."""
        return ()

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of powers."""
        return {"powers": ("kind", "error")}

    @property
    def where(self) -> tuple[str, ...]:
        """The kind of matrices."""
        return (f"kind-{self.matrices}",)

    def find(self, place: Place) -> Finding:
        """The share, with Wilson's interval."""
        rows = place.tables["powers"]
        errors = rows.loc[rows["kind"].eq(self.matrices), "error"]
        if errors.empty:
            return NOTHING
        n = len(errors) * place.times
        held = int((errors <= SMALL_ERROR).sum()) * place.times
        return Finding(share(held, n, confidence=place.confidence), len(errors))


@dataclass(frozen=True)
class DifferenceFromTorch(Evidence):
    """The largest relative difference of states and gradients from those of `torch.nn`."""

    precision: str

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "difference-from-torch"

    @property
    def arms(self) -> tuple[Arm, ...]:
        """None: nothing is trained."""
        return ()

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of equality."""
        return {"equality": ("precision", "states", "gradients")}

    @property
    def where(self) -> tuple[str, ...]:
        """The precision."""
        return (f"precision-{self.precision}",)

    def find(self, place: Place) -> Finding:
        """The largest difference over all cells."""
        rows = place.tables["equality"]
        rows = rows[rows["precision"].eq(self.precision)]
        if rows.empty:
            return NOTHING
        return exactly(float(rows[["states", "gradients"]].to_numpy().max()), len(rows))


@dataclass(frozen=True)
class SizeRatio(Evidence):
    """The size of one arm's networks over that of another's, at the same width on the same task."""

    column: str
    first: Arm
    second: Arm

    @property
    def words(self) -> str:
        """The key of its texts."""
        return f"{self.column.replace('_', '-')}-ratio"

    @property
    def arms(self) -> tuple[Arm, ...]:
        """Both."""
        return (self.first, self.second)

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of runs."""
        return {"runs": ("length", "judged_seeds", "hidden_size", self.column)}

    def find(self, place: Place) -> Finding:
        """The ratio."""
        sizes = [place.rows("runs", arm) for arm in self.arms]
        if any(rows.empty for rows in sizes) or sizes[0]["hidden_size"].iloc[0] != sizes[1]["hidden_size"].iloc[0]:
            return NOTHING
        ratio = float(sizes[0][self.column].iloc[0] / sizes[1][self.column].iloc[0])
        return exactly(ratio, int(min(rows.groupby("length")["judged_seeds"].sum().max() for rows in sizes)))


@dataclass(frozen=True)
class LargestFilterError(Evidence):
    """The largest difference between h and o * tanh(c) over trained networks."""

    arm: Arm

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "filter-error"

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of gates."""
        return GateMeasure("filter_error", self.arm, "final").columns

    @property
    def where(self) -> tuple[str, ...]:
        """After training."""
        return ("moment-final", "solved-networks", "longest-length")

    def find(self, place: Place) -> Finding:
        """The largest error."""
        errors = GateMeasure("filter_error", self.arm, "final").values(place).dropna()
        return exactly(float(errors.max()), len(errors)) if len(errors) else NOTHING


@dataclass(frozen=True)
class LargestContributionBeyond(Evidence):
    """The largest contribution to the weights' gradient of steps beyond the window, over seeds and moments."""

    arm: Arm
    window: int

    unit: ClassVar[str] = "loss / weight"

    @property
    def words(self) -> str:
        """The key of its texts."""
        return "beyond-window"

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The table of gradients."""
        return {"gradients": ("seed", "beyond_window")}

    @property
    def where(self) -> tuple[str, ...]:
        """All moments."""
        return ("all-moments",)

    @property
    def details(self) -> dict[str, float | int]:
        """The first lag beyond the window."""
        return {"lag": self.window}

    def find(self, place: Place) -> Finding:
        """The largest contribution."""
        rows = place.rows("gradients", self.arm)
        rows = rows[rows["beyond_window"].notna()]
        return exactly(float(rows["beyond_window"].max()), rows["seed"].nunique()) if len(rows) else NOTHING
