"""Rank correlation of values of which some are known by a limit only, over cases that are alike within clusters."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from scipy import special

from gradient_horizon.statistics.censored import Censored, Side
from gradient_horizon.statistics.intervals import CONFIDENCE, UNKNOWN, Interval
from gradient_horizon.statistics.resampling import times_drawn

FEWEST_CLUSTERS = 3
"""With fewer, resamples of clusters say nothing of how clusters differ."""
UNDEFINED_AT_MOST = 0.1
"""Share of resamples that may have no two cases of known order."""


class Concordance(NamedTuple):
    """A rank correlation, the pairs of cases, and those of them whose order a limit hides, which it leaves out."""

    correlation: Interval
    pairs: int
    hidden: int


def orders(values: Sequence[Censored]) -> Float[np.ndarray, "case case"]:
    """1 where the first of two values is known to be larger, -1 smaller, 0 equal; NaN where a limit hides their order.

    A value that equals a limit lies on this side of it, as does a death at the time of a censoring.
    """
    least, most = np.array([_bounds(value) for value in values], dtype=float).reshape(-1, 2).T
    larger = least[:, None] >= most
    order = larger.astype(float) - larger.T
    return np.where(larger | larger.T, order, np.nan)


def _bounds(value: Censored) -> tuple[float, float]:
    number, side = value.parts
    return -np.inf if side is Side.LEFT else number, np.inf if side is Side.RIGHT else number


def rank_concordance(
    first: Sequence[Censored],
    second: Sequence[Censored],
    clusters: Sequence[str],
    *,
    strata: Sequence[str] | None = None,
    confidence: float = CONFIDENCE,
) -> Concordance:
    """Kendall's tau-b over the pairs whose order is known by both values, of cases of one stratum, if there are strata.

    Without limits it is Kendall's own; with them, pairs of unknown order are left out (Oakes 1982). Its interval is
    Student's on Fisher's scale, of the spread over resamples of whole clusters (Field & Welsh 2007), with a degree of
    freedom less than clusters: its percentiles would cover too rarely. Unknown for fewer than three clusters, and where
    all pairs are in the same order or in the opposite one, so that resamples do not differ.
    """
    blocks = _Blocks.of(first, second, clusters, strata)
    estimate, spread = blocks.estimate, _spread(blocks.resampled)
    ends = (np.nan, np.nan)
    if abs(estimate) < 1 and spread > 0:
        half = _quantile(blocks.clusters, confidence) * spread / (1 - estimate**2)
        ends = (float(np.tanh(np.arctanh(estimate) - half)), float(np.tanh(np.arctanh(estimate) + half)))
    return Concordance(Interval(estimate, *ends), blocks.pairs, blocks.hidden)


def concordance_ahead(
    first: Sequence[Censored],
    other: Sequence[Censored],
    second: Sequence[Censored],
    clusters: Sequence[str],
    *,
    strata: Sequence[str] | None = None,
    confidence: float = CONFIDENCE,
) -> Interval:
    """By how much `first` agrees better with `second` than `other` does: the difference of two `rank_concordance`.

    From the same resamples of clusters for both, so that what cases have in common does not count.
    """
    ours, theirs = (_Blocks.of(values, second, clusters, strata) for values in (first, other))
    difference = ours.estimate - theirs.estimate
    spread = _spread(ours.resampled - theirs.resampled)
    if not (np.isfinite(difference) and spread >= 0):
        return UNKNOWN
    half = _quantile(ours.clusters, confidence) * spread
    return Interval(difference, max(difference - half, -2.0), min(difference + half, 2.0))


class _Blocks(NamedTuple):
    """Sums over pairs of cases, by the clusters of the two: products of their orders, and pairs that are not tied."""

    products: Float[np.ndarray, "cluster cluster"]
    first_untied: Float[np.ndarray, "cluster cluster"]
    second_untied: Float[np.ndarray, "cluster cluster"]
    pairs: int
    hidden: int

    @classmethod
    def of(
        cls,
        first: Sequence[Censored],
        second: Sequence[Censored],
        clusters: Sequence[str],
        strata: Sequence[str] | None,
    ) -> "_Blocks":
        names, place = np.unique(np.array(clusters, dtype=str), return_inverse=True)
        compared = _compared(len(first), strata)
        ours, theirs = orders(first), orders(second)
        known = compared & np.isfinite(ours) & np.isfinite(theirs)
        ours, theirs = (np.where(known, order, 0.0) for order in (ours, theirs))
        member = np.eye(len(names))[place]
        products, first_untied, second_untied = (
            member.T @ values @ member for values in (ours * theirs, ours**2, theirs**2)
        )
        pairs = int(compared.sum()) // 2
        return cls(products, first_untied, second_untied, pairs, pairs - int(known.sum()) // 2)

    @property
    def clusters(self) -> int:
        """Their number."""
        return len(self.products)

    @property
    def estimate(self) -> float:
        """Of every cluster once."""
        return float(self._of(np.ones((1, self.clusters)))[0])

    @property
    def resampled(self) -> Float[np.ndarray, " resample"]:
        """Of resamples of clusters, the same ones at every call; none for too few clusters."""
        if self.clusters < FEWEST_CLUSTERS:
            return np.array([])
        return self._of(times_drawn(self.clusters))

    def _of(self, times: Float[np.ndarray, "resample cluster"]) -> Float[np.ndarray, " resample"]:
        """Tau-b where each cluster counts so many times; NaN where all pairs are tied."""
        products, ours, theirs = (
            ((times @ block) * times).sum(axis=1) for block in (self.products, self.first_untied, self.second_untied)
        )
        with np.errstate(invalid="ignore"):
            taus: Float[np.ndarray, " resample"] = np.clip(products / np.sqrt(ours * theirs), -1, 1)
        return taus


def _compared(cases: int, strata: Sequence[str] | None) -> Bool[np.ndarray, "{cases} {cases}"]:
    """The pairs that are compared, each twice."""
    alike = np.ones((cases, cases), dtype=bool)
    if strata is not None:
        names = np.array(strata, dtype=str)
        alike = names[:, None] == names
    return alike & ~np.eye(cases, dtype=bool)


def _spread(resampled: Float[np.ndarray, " resample"]) -> float:
    """Standard error of what was resampled, by clusters as the cases; NaN where too many resamples are undefined."""
    defined = resampled[np.isfinite(resampled)]
    if not len(resampled) or len(defined) < (1 - UNDEFINED_AT_MOST) * len(resampled):
        return np.nan
    return float(defined.std())


def _quantile(clusters: int, confidence: float) -> float:
    """Student's, times what resamples of so few clusters lack in spread."""
    return float(special.stdtrit(clusters - 1, (1 + confidence) / 2) * np.sqrt(clusters / (clusters - 1)))
