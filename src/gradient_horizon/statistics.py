"""Estimates with their intervals, by SciPy; independent of tables and figures."""

import math
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, SupportsFloat

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike
from scipy import special, stats

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """An estimate and its 95 % interval; NaN where the data do not allow one."""

    estimate: float
    low: float
    high: float


UNKNOWN = Interval(np.nan, np.nan, np.nan)


class Side(StrEnum):
    """On which side of a limit a value lies, where only the limit is known."""

    NONE = "no"  # the value itself is known
    LEFT = "left"  # it is at most the limit
    RIGHT = "right"  # it is at least the limit

    @property
    def opposite(self) -> "Side":
        """The side of the reciprocal."""
        return {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.NONE: Side.NONE}[self]


@dataclass(frozen=True, slots=True)
class Censored:
    """A value, or a limit of it where observation ended before the value was reached (Klein & Moeschberger 2003).

    It is not a number: it cannot be added, averaged, compared or converted, and its number can only be read together
    with its side, so that a limit is never mistaken for a value.
    """

    _number: float
    _side: Side

    @classmethod
    def exactly(cls, value: SupportsFloat) -> "Censored":
        """A value that is known."""
        return cls(float(value), Side.NONE)

    @classmethod
    def at_least(cls, limit: SupportsFloat) -> "Censored":
        """A value that is known to be at least this."""
        return cls(float(limit), Side.RIGHT)

    @classmethod
    def at_most(cls, limit: SupportsFloat) -> "Censored":
        """A value that is known to be at most this."""
        return cls(float(limit), Side.LEFT)

    @property
    def parts(self) -> tuple[float, Side]:
        """The value or the limit, and which of the two it is."""
        return self._number, self._side

    @property
    def known(self) -> float:
        """The value; NaN where only a limit is known."""
        return self._number if self._side is Side.NONE else math.nan

    @property
    def sort_key(self) -> tuple[float, int]:
        """A key for sorting; a limit sorts just beyond the equal value, on its side."""
        return self._number, (Side.LEFT, Side.NONE, Side.RIGHT).index(self._side)

    def times(self, factor: float | int) -> "Censored":
        """The value or limit times a positive number."""
        return Censored(self._number * factor, self._side)

    def rounded(self) -> "Censored":
        """The value or limit rounded to a whole number."""
        return Censored(float(round(self._number)), self._side)

    def within(self, low: float | int, high: float | int, *, least: float | int = 0) -> Interval:
        """An estimate with its interval, open on the side on which the value lies; no value is below `least`."""
        return Interval(
            self._number,
            least if self._side is Side.LEFT else low,
            math.inf if self._side is Side.RIGHT else high,
        )


def share(successes: int, n: int) -> Interval:
    """A success rate with Wilson's score interval (Wilson 1927); unknown for n = 0."""
    if n == 0:
        return UNKNOWN
    interval = stats.binomtest(successes, n).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(successes / n, float(interval.low), float(interval.high))


def mean(values: ArrayLike) -> Interval:
    """`means` of a single row."""
    given = np.asarray(values, dtype=float)
    return Interval(*(float(part[0]) for part in means(given[None])))


def means(values: Float[np.ndarray, "row value"]) -> tuple[Float[np.ndarray, " row"], ...]:
    """Row by row: the mean of independent values and the ends of Student's interval, for which two are needed.

    Missing values are left out.

    With five values, a percentile bootstrap covers the truth in about 84 % of cases, Student's interval in 95 % if the
    values are about normal; pass the logarithms of values that span orders of magnitude.
    """
    given = np.isfinite(values)
    n = given.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.where(given, values, 0).sum(axis=1) / n
        squares = np.where(given, values - centre[:, None], 0) ** 2
        half = stats.t.ppf((1 + CONFIDENCE) / 2, np.maximum(n - 1, 1)) * np.sqrt(squares.sum(axis=1) / (n - 1) / n)
    centre = np.where(n > 0, centre, np.nan)
    half = np.where(n > 1, half, np.nan)
    return centre, centre - half, centre + half


def difference(first: Interval, second: Interval) -> Interval:
    """first - second of independent estimates (MOVER: Zou & Donner 2008); Newcombe's interval for two shares.

    Infinite ends, from censored estimates, stay infinite.
    """
    estimate = first.estimate - second.estimate
    if not np.isfinite([first.estimate, second.estimate]).all():
        estimate = np.nan
    low = first.estimate - second.estimate - np.hypot(first.estimate - first.low, second.high - second.estimate)
    high = first.estimate - second.estimate + np.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(float(estimate), float(low), float(high))


def ratio(first: Interval, second: Interval) -> Interval:
    """first / second of independent positive estimates, as `difference` on the logarithmic scale."""
    with np.errstate(divide="ignore"):
        logs = [Interval(*np.log(interval)) for interval in (first, second)]
    return Interval(*(float(value) for value in np.exp(difference(*logs))))


def rank_correlation(first: Float[np.ndarray, " pair"], second: Float[np.ndarray, " pair"]) -> Interval:
    """Spearman's rank correlation, with Fisher's z interval in Bonett & Wright's (2000) variance; needs four pairs."""
    n = len(first)
    if n < 4 or len(np.unique(first)) < 2 or len(np.unique(second)) < 2:
        return UNKNOWN
    estimate = float(stats.spearmanr(first, second).statistic)
    if abs(estimate) > 1 - 1e-12:
        return Interval(estimate, estimate, estimate)
    half = stats.norm.ppf((1 + CONFIDENCE) / 2) * np.sqrt((1 + estimate**2 / 2) / (n - 3))
    return Interval(estimate, *(float(np.tanh(np.arctanh(estimate) + sign * half)) for sign in (-1, 1)))


def geometric_mean(values: ArrayLike) -> Interval:
    """The geometric mean of positive values with Student's interval of the logarithms.

    Zeros count as the smallest positive normal float.
    """
    logs = np.log(np.maximum(np.asarray(values, dtype=float), np.finfo(float).tiny))
    return Interval(*(float(np.exp(value)) for value in mean(logs)))


def side_of(values: Iterable[Censored]) -> Side | None:
    """On which side of a mean of these values it is known to lie, given limits on one side; None: on both."""
    sides = {value.parts[1] for value in values} - {Side.NONE}
    return None if len(sides) > 1 else sides.pop() if sides else Side.NONE


def mean_of_censored(
    values: Iterable[Censored], average: Callable[[ArrayLike], Interval] = mean, *, least: float | int = 0
) -> Interval:
    """`mean` (or `geometric_mean`) of values above `least`; open on a side where any value is known by a limit only.

    Averaging limits that lie below the values gives a limit that lies below the mean, so the other end stays valid.
    """
    numbers = [value.parts for value in values]
    estimate, low, high = average([number for number, _ in numbers])
    sides = {side for _, side in numbers}
    return Interval(estimate, least if Side.LEFT in sides else low, math.inf if Side.RIGHT in sides else high)


def censored_mean(values: Iterable[Censored]) -> Censored | None:
    """The mean of positive values, or the limit of it that is known; None where there are limits of both sides."""
    given = list(values)
    side = side_of(given)
    return Censored(float(np.mean([value.parts[0] for value in given])), side) if given and side else None


def rank_correlation_up_to_limit(doses: Iterable[float | int], responses: Iterable[Censored]) -> Interval:
    """`rank_correlation` of doses with responses that were all observed up to one limit: those beyond it rank equal.

    Unknown where responses are censored at different limits, or one that is known lies beyond the limit.
    """
    numbers = [response.parts for response in responses]
    values = np.array([number for number, _ in numbers], dtype=float)
    limits = {number for number, side in numbers if side is not Side.NONE}
    if any(side is Side.LEFT for _, side in numbers) or len(limits) > 1 or (limits and values.max() > max(limits)):
        return UNKNOWN
    return rank_correlation(np.array(list(doses), dtype=float), values)


class Survival(NamedTuple):
    """Median time to an event, with interval; infinite where fewer than half of the cases ever see it."""

    median: float
    low: float
    high: float


def median_time(times: ArrayLike, happened: ArrayLike) -> Survival:
    """Kaplan-Meier's median with Brookmeyer & Crowley's (1982) interval; cases that did not happen are censored."""
    times, happened = np.asarray(times, dtype=float), np.asarray(happened, dtype=bool)
    if len(times) == 0:
        return Survival(np.nan, np.nan, np.nan)
    if not happened.any():
        return Survival(np.inf, np.inf, np.inf)
    data = stats.CensoredData(uncensored=times[happened], right=times[~happened])
    survival = stats.ecdf(data).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the interval is undefined where no or all cases are left
        band = survival.confidence_interval(CONFIDENCE, method="log-log")

    def first_at_most_half(curve: np.ndarray) -> float:
        reached = np.flatnonzero(curve <= 0.5)
        return float(survival.quantiles[reached[0]]) if len(reached) else np.inf

    low = first_at_most_half(np.nan_to_num(band.low.probabilities, nan=0.0))
    estimates = np.asarray(survival.probabilities)
    high = np.where(np.isnan(band.high.probabilities), estimates, band.high.probabilities)
    return Survival(first_at_most_half(estimates), low, first_at_most_half(high))


class HalfLength(NamedTuple):
    """The length that half of the networks solve, with the ends of its 95 % interval; 0 or infinity: open."""

    length: Censored
    low: float
    high: float


SLOPES = np.geomspace(1.0, 64.0, 25)


def half_success_length(
    lengths: Int[np.ndarray, " length"], solved: Int[np.ndarray, " length"], n: Int[np.ndarray, " length"]
) -> HalfLength:
    """T50: success falls with length as 1 / (1 + (T / T50)^slope); maximum likelihood and its profile interval.

    The likelihood is computed on a grid of T50 over the range of lengths and half an octave beyond, and of slopes
    1 to 64. Where success does not cross one half inside the tried lengths, the nearest end is the limit that is
    known, and the interval is open on that side (0 or infinity). If all seeds solve up to a length and none beyond,
    the likelihood is flat between the two: the estimate is the (geometric) middle of that plateau.
    """
    lengths, solved, n = (np.asarray(values) for values in (lengths, solved, n))
    if n.sum() == 0:
        return HalfLength(Censored.exactly(math.nan), math.nan, math.nan)
    shortest, longest = lengths.min(), lengths.max()
    grid = np.geomspace(shortest / np.sqrt(2), longest * np.sqrt(2), 1201)
    exponent = SLOPES[:, None, None] * np.log(lengths[None, None, :] / grid[None, :, None])
    log_success, log_failure = special.log_expit(-exponent), special.log_expit(exponent)
    likelihood = (solved * log_success + (n - solved) * log_failure).sum(axis=2)
    profile = likelihood.max(axis=0)
    best = profile.max()
    plateau = np.flatnonzero(profile >= best - 0.01)
    inside = np.flatnonzero(2 * (best - profile) <= stats.chi2.ppf(CONFIDENCE, df=1))
    left, right = bool(inside[0] == 0), bool(inside[-1] == len(grid) - 1)
    low, high = 0.0 if left else float(grid[inside[0]]), np.inf if right else float(grid[inside[-1]])
    if plateau[0] == 0 and plateau[-1] == len(grid) - 1:
        return HalfLength(Censored.exactly(math.nan), low, high)
    estimate = float(np.sqrt(grid[plateau[0]] * grid[plateau[-1]]))
    if plateau[0] == 0 or estimate < shortest:
        return HalfLength(Censored.at_most(shortest), 0.0, max(high, shortest))
    if plateau[-1] == len(grid) - 1 or estimate > longest:
        return HalfLength(Censored.at_least(longest), min(low, longest), math.inf)
    return HalfLength(Censored.exactly(estimate), low, high)


class DecayFit(NamedTuple):
    """A straight line in ln g over k: the factor per step with its interval, R^2, and how much it beats a power law.

    `aic_gain` is AIC(power law) - AIC(exponential); positive where the exponential describes the profile better.
    """

    factor: Interval
    r_squared: float
    aic_gain: float


def decay_fit(profile: Float[np.ndarray, " lag"]) -> DecayFit:
    """Fits a gradient profile g_k, k = 0, 1, ...; zeros and missing values are left out, three values are needed."""
    lags = np.flatnonzero(np.isfinite(profile) & (profile > 0))
    if len(lags) < 3:
        return DecayFit(UNKNOWN, np.nan, np.nan)
    logs = np.log(profile[lags])
    line = stats.linregress(lags, logs)
    half = stats.t.ppf((1 + CONFIDENCE) / 2, len(lags) - 2) * line.stderr
    power = stats.linregress(np.log1p(lags), logs)
    residual = logs - (line.intercept + line.slope * lags)
    power_residual = logs - (power.intercept + power.slope * np.log1p(lags))
    tiny = np.finfo(float).tiny
    gain = len(lags) * np.log(max(float(power_residual @ power_residual), tiny) / max(float(residual @ residual), tiny))
    factor = Interval(*(float(np.exp(value)) for value in (line.slope, line.slope - half, line.slope + half)))
    return DecayFit(factor, float(line.rvalue**2), float(gain))
